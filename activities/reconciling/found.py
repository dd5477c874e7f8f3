"""What the activities of the reconciliation are asked and what they answer."""

from collections.abc import Iterable
from datetime import date, datetime

from models.discrepancy import Difference
from models.fields import Strict

MOST = 500
"""Differences that are told one by one; of more it is told how many. Where all is lost, the first ones say so."""


class Look(Strict):
    """When a reconciliation looks, and at workflows of which type. Days are those of `workflows.calendar`."""

    workflow: str
    now: datetime
    today: date
    unsent_before: datetime


class Found(Strict):
    """What a part of a reconciliation has found so far, and how far it has come: to `after`, or to a page's token."""

    differences: tuple[Difference, ...] = ()
    more: int = 0
    looked_at: int = 0
    in_flight: bool = False
    after: str = ""

    def further(
        self, differences: Iterable[Difference], after: str, looked_at: int, *, in_flight: bool = False
    ) -> "Found":
        """With what the next page has brought."""
        together = (*self.differences, *differences)
        return Found(
            differences=together[:MOST],
            more=self.more + max(0, len(together) - MOST),
            looked_at=self.looked_at + looked_at,
            in_flight=self.in_flight or in_flight,
            after=after,
        )


class SecondLook(Strict):
    """The differences to look at again."""

    look: Look
    differences: tuple[Difference, ...]
