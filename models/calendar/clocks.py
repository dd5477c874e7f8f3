"""How far clocks may lie apart."""

from datetime import timedelta

TOO_FAR_TO_WORK = timedelta(days=1)
"""With a clock so wrong, deadlines come on the wrong day and no partner takes a signature of ours: no worker starts."""
