"""Everything that the commands on moments look at: one journey's ledger lines, its notices and its pinned rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.identifiers import JourneyId
from models.journey.fold import Entry
from models.programme.programme import Programme
from services.queries.lists import LedgerLine, NoticeLine, accepted_entries

MOST_NOTICES = 100_000
"""More than a journey, which Temporal bounds, can have sent."""


@dataclass(frozen=True)
class Recorded:
    """What is recorded of a journey, wherever it was read: from the database, an archive or a bundle.

    `rules` are those pinned at the referral.
    """

    journey_id: JourneyId
    rules: Programme
    lines: Sequence[LedgerLine]
    notices: Sequence[NoticeLine] = ()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The accepted events in the order of recording."""
        return accepted_entries(self.lines)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each event, by its id."""
        return {line.event_id: line.row for line in self.lines}
