"""One journey's ledger lines, notices and pinned rules, as the commands on moments look at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

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


Line = TypeVar("Line", LedgerLine, NoticeLine)


def ledger_lines(rows: Sequence[Mapping[str, Any]]) -> list[LedgerLine]:
    """Rows of the table `ledger`, in the order of the journey."""
    return sorted((_line(LedgerLine, row) for row in rows), key=lambda line: line.row)


def notice_lines(rows: Sequence[Mapping[str, Any]]) -> list[NoticeLine]:
    """Rows of the table `notices`, each with the kind of the event that it tells of."""
    return [_line(NoticeLine, {**row, "kind": row["notice"]["kind"]}) for row in rows]


def recorded_of(
    journey_id: JourneyId,
    rules: Programme,
    ledger: Sequence[Mapping[str, Any]],
    notices: Sequence[Mapping[str, Any]] = (),
) -> Recorded:
    """What is recorded of a journey, from its rows and the rules pinned at its referral. Needs no database."""
    return Recorded(journey_id, rules, ledger_lines(ledger), notice_lines(notices))


def _line(cls: type[Line], row: Mapping[str, Any]) -> Line:
    return cls.model_validate({name: row[name] for name in cls.model_fields})
