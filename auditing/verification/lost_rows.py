"""Rows that two operators have given up: what a journey goes on without, named in every audit and no finding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from auditing.evidence.evidence import JsonRow
from auditing.evidence.findings import NOTHING, Finding, finding_of, noted, row_of
from auditing.verification.authority_checks import is_a_workers, moment_of
from models.access.losses import why_not_by_two
from models.access.register import Register
from models.events.values import LostRows
from models.identifiers import Actor, JourneyId
from models.message import Message, msg
from models.rules.recording import the_row_is_told


@dataclass(frozen=True)
class GivenUp:
    """A row that gives up others, and why it does not count, where it does not."""

    row: JsonRow
    lost: LostRows
    stated_by: str
    why_not: Message | None

    def holds(self, number: int) -> bool:
        """Whether it gives up the row of a number."""
        return self.lost.first <= number <= self.lost.last


def given_up(ledger: Sequence[JsonRow], register: Register) -> list[GivenUp]:
    """The accepted rows of a journey that give up others, in their order."""
    found = []
    for row in ledger:
        said = (row["event"] or {}).get("lost") if row["accepted"] and row["kind"] == "repaired" else None
        if said is not None and is_a_workers(register, row):
            try:
                lost = LostRows.model_validate(said)
            except ValidationError:
                continue  # told of where the event is held against the history
            found.append(_judged(ledger, row, lost, register))
    return found


def _judged(ledger: Sequence[JsonRow], row: JsonRow, lost: LostRows, register: Register) -> GivenUp:
    actor, at, id_ = Actor.read(row["actor"] or ""), moment_of(row["recorded_at"]), JourneyId.parse(row["journey_id"])
    why_not = why_not_by_two(register, id_, lost, actor, row["key"], at) if actor else NOBODY
    told = {one["row"] for one in ledger if one["rule"] == the_row_is_told.id}
    if why_not is None and not told.issuperset(range(lost.first, lost.last + 1)):
        why_not = msg("found.rows_are_there", "the ledger holds other rows in their place")
    stated = register.lost.get(lost.statement)
    return GivenUp(row, lost, stated.by if stated else "", why_not)


NOBODY = msg("found.nobody", "nobody")


def given_up_findings(losses: Sequence[GivenUp]) -> Iterator[Finding]:
    """What is given up is noted for ever, with those who did; by one person alone it is a finding."""
    for one in losses:
        where = msg("where.lost_rows", "rows {first} to {last}", first=one.lost.first, last=one.lost.last)
        if one.why_not is not None:
            by_two = msg("found.given_up_by_two", "two operators, each with a key of their own")
            yield finding_of(
                "finding.loss_not_by_two",
                "rows are given up, and not by two",
                row_of(one.row["row"]),
                by_two,
                one.why_not,
            )
            continue
        by = Actor.parse(one.row["actor"]).name
        yield noted(
            finding_of(
                "noted.rows_given_up",
                "the rows are lost for good, and {stated_by} and {by} had the journey go on without them",
                where,
                msg("found.rows_of_history", "the rows of the history"),
                NOTHING,
                stated_by=one.stated_by,
                by=by,
            )
        )
