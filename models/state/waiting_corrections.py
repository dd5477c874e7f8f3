"""Corrections that wait for a second person, as far as a state knows of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

OPEN_FOR = timedelta(days=30)
"""A proposal that nobody has answered in a month is made anew: by then others judge by what holds."""


@dataclass(frozen=True)
class WaitingCorrection:
    """A correction that was proposed on a day, and the last day on which a colleague can approve it."""

    event_id: UUID
    proposed_on: date

    @property
    def open_until(self) -> date:
        return self.proposed_on + OPEN_FOR


def without(waiting: Iterable[WaitingCorrection], answered: UUID | None) -> tuple[WaitingCorrection, ...]:
    """Those that wait still, once one of them is answered."""
    return tuple(one for one in waiting if one.event_id != answered)
