"""From the database's rows as JSON, as archives and bundles keep them, to the lines that the commands look at."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from auditing.evidence.recorded import Recorded
from models.identifiers import JourneyId
from models.programme.programme import Programme
from services.queries.lists import LedgerLine, NoticeLine

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
