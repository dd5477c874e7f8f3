"""For how long a namespace keeps histories."""

from datetime import timedelta

LEAST_RETENTION = timedelta(days=7)
"""So that a few nights on which nothing is archived cost no history."""

RETENTION = timedelta(days=30)
"""What a namespace is given that we make."""
