"""Which candidates are with a colleague until a day: folded from signed statements. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from models.access.statements import CandidatesLent
from models.calendar.swedish_day import day_in_sweden
from models.message import Message, msg

OF_ANOTHER = msg("lending.of_another", "These candidates were lent by somebody else, who alone may change that.")


@dataclass
class Lendings:
    """What was said of candidates who are lent. Of one lending the latest that was said by a moment holds then.

    Whose the candidates are the register does not know: a lending counts as long as the lender is in charge of them.
    """

    said: dict[UUID, list[CandidatesLent]] = field(default_factory=dict)
    _of: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))

    def add(self, said: CandidatesLent) -> None:
        """Take in what was said next."""
        self.said.setdefault(said.lending, []).append(said)
        for journey in said.journeys:
            if said.lending not in self._of[journey]:
                self._of[journey].append(said.lending)

    def why_not(self, said: CandidatesLent) -> Message | None:
        """Why this cannot be said; None where it can: nobody takes a colleague's lending over."""
        known = self.said.get(said.lending)
        return OF_ANOTHER if known and known[0].person != said.person else None

    def of_journey(self, journey: str, at: datetime) -> list[CandidatesLent]:
        """Those in which a journey is lent on the day of a moment, the latest that was said first."""
        found = self._latest(list(self._of.get(journey, ())), at)
        held = [one for one in found if journey in one.journeys and one.holds_on(day_in_sweden(at))]
        return sorted(held, key=lambda one: one.at, reverse=True)

    def not_over(self, at: datetime) -> list[CandidatesLent]:
        """Those that hold on the day of a moment or later, the soonest first."""
        today = day_in_sweden(at)
        found = self._latest(list(self.said), at)
        held = [one for one in found if max(one.from_day, today) <= one.until_day]
        return sorted(held, key=lambda one: (one.from_day, one.until_day, one.lending))

    def borrower_of(self, journey: str, coordinator: str | None, at: datetime) -> str | None:
        """To whom the coordinator in charge has lent a journey, on the day of a moment; None where to nobody."""
        held = (one.to for one in self.of_journey(journey, at) if one.person == coordinator)
        return next(held, None)

    def is_with(self, journey: str, coordinator: str | None, borrower: str, at: datetime) -> bool:
        """Whether the coordinator in charge has lent a journey to somebody, on the day of a moment."""
        return any((one.person, one.to) == (coordinator, borrower) for one in self.of_journey(journey, at))

    def lent_to(self, borrower: str, at: datetime) -> dict[str, frozenset[str]]:
        """The journeys that are lent to somebody on the day of a moment, by lender."""
        found: dict[str, frozenset[str]] = {}
        for one in self.not_over(at):
            if one.to == borrower and one.holds_on(day_in_sweden(at)):
                found[one.person] = found.get(one.person, frozenset()) | frozenset(one.journeys)
        return found

    def overlapping(
        self, lender: str, journeys: Iterable[str], first: date, last: date, at: datetime
    ) -> list[CandidatesLent]:
        """Those of a lender that hold any of these journeys on a day from the first to the last."""
        wanted = set(journeys)
        return [
            one
            for one in self.not_over(at)
            if one.person == lender and wanted & set(one.journeys) and one.from_day <= last and first <= one.until_day
        ]

    def _latest(self, lendings: Iterable[UUID], at: datetime) -> Iterator[CandidatesLent]:
        for id_ in lendings:
            versions = list(self.said[id_])  # another thread of the worker may be taking in a statement
            if (one := next((one for one in reversed(versions) if one.at <= at), None)) is not None:
                yield one
