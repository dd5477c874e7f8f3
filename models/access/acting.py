"""Who is to be told that they act for a colleague, as the statements of the register say one after another. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile

from models.access.statements import CandidatesLent, Substitute
from models.calendar.swedish_day import day_in_sweden

TOLD_WITHIN = timedelta(days=3)
"""After this nobody is told any more: as long as every other letter is tried."""


SETTLED_AFTER = timedelta(seconds=5)
"""Before this nobody is told: a slip that is corrected at once reaches nobody."""


@dataclass(frozen=True)
class Acting:
    """What a statement says to one person, `to`: that they act for `person` from a day until a day, for all of their
    candidates or for these `journeys`; with a last day before the day on which it was said, that it is over.
    `statement` is its hash."""

    statement: str
    at: datetime
    person: str
    to: str
    from_day: date
    until_day: date
    journeys: tuple[str, ...] | None = None
    lending: str = ""

    @property
    def is_over(self) -> bool:
        return self.until_day < max(day_in_sweden(self.at), self.from_day)

    @property
    def about(self) -> tuple[str, str, str]:
        """What a later one says anew."""
        return self.person, self.to, self.lending


def of_substitute(
    statement: str, at: datetime, person: str, was: Substitute | None, now: Substitute | None
) -> Iterator[Acting]:
    """What a statement says that names another substitute, or other days, to the new one and to the one before."""
    if now == was:
        return
    if now is not None:
        yield Acting(statement, at, person, now.person, now.from_day, now.until_day)
    is_replaced = was is not None and (now is None or now.person != was.person)
    if was is not None and is_replaced and day_in_sweden(at) <= was.until_day:
        over = day_in_sweden(at) - timedelta(days=1)
        yield Acting(statement, at, person, was.person, was.from_day, over)


def of_lending(statement: str, said: CandidatesLent) -> Acting:
    """What a statement says to whom candidates are lent."""
    days = (said.from_day, said.until_day)
    return Acting(statement, said.at, said.person, said.to, *days, said.journeys, str(said.lending))


def to_tell(said: Sequence[Acting], now: datetime) -> list[Acting]:
    """What somebody is to be told now: what was said lately and is settled, nothing that was said anew since, and
    nothing of days that have passed, but that it is over what they were told."""
    found: dict[tuple[str, str, str], Acting] = {}
    for one in reversed(said):
        if one.at < now - TOLD_WITHIN:
            break
        found.setdefault(one.about, one)
    settled = (one for one in reversed(found.values()) if now - one.at >= SETTLED_AFTER)
    return [one for one in settled if (_was_told(said, one) if one.is_over else day_in_sweden(now) <= one.until_day)]


def _was_told(said: Sequence[Acting], over: Acting) -> bool:
    """Whether somebody was told last that they act: what was said anew before it was settled was not told."""
    known = [one for one in takewhile(lambda one: one is not over, said) if one.about == over.about]
    told = [one for one, after in pairwise([*known, over]) if after.at - one.at >= SETTLED_AFTER]
    return bool(told) and not told[-1].is_over
