"""How readings look in a terminal."""

from interfaces.cli.output import show
from runtime.i18n import _n


def reads_since_yesterday(count: int) -> None:
    """One line for whoever is in charge; nothing where nobody else has read."""
    if count:
        told = _n(
            "Since yesterday others have read of your candidates {count} time. See: admin.py reads.",
            "Since yesterday others have read of your candidates {count} times. See: admin.py reads.",
            count,
        )
        show.tell(told)
