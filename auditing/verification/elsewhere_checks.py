"""Employment in a person's other journeys: whether what a journey found there follows from the rows that it read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from activities.other_journeys import employments_in
from auditing.evidence.evidence import JsonRow
from auditing.evidence.findings import NOTHING, Finding, finding_of, noted, row_of
from auditing.verification.authority_checks import moment_of
from auditing.verification.checkpoint_checks import CLOCKS_AGREE_WITHIN
from models.access.register import Register
from models.events.events import EmploymentFoundElsewhere
from models.events.values import EmploymentElsewhere
from models.identifiers import JourneyId
from models.journey.fold import Entry
from models.message import Message, msg
from models.rules.recording import the_row_is_told

FOUND = EmploymentFoundElsewhere.model_fields["kind"].default

LedgerOf = Callable[[str], Sequence[JsonRow]]
"""The ledger rows of a journey; none where nothing is kept of it."""


def elsewhere_findings(ledger: Sequence[JsonRow], ledger_of: LedgerOf) -> Iterator[Finding]:
    """What a journey says of other ones and what their rows do not; noted where these are not at hand."""
    for row in ledger:
        if row["accepted"] and row["kind"] == FOUND and isinstance(row["event"], dict):
            try:
                said = EmploymentFoundElsewhere.model_validate(row["event"])
            except ValidationError:
                continue  # told of where the event is held against the history
            yield from _of_event(said, row_of(row["row"]), ledger_of)


def _of_event(said: EmploymentFoundElsewhere, where: Message, ledger_of: LedgerOf) -> Iterator[Finding]:
    read = {one.journey: one.row for one in said.read_up_to}
    for journey in dict.fromkeys((*read, *(one.journey for one in said.employments))):
        found = tuple(one for one in said.employments if one.journey == journey)
        rows = [row for row in ledger_of(journey) if row["row"] <= read.get(journey, 0)]
        if not rows and journey in read:
            wanted = msg("found.rows_of", "the rows of {journey}", journey=journey)
            yield noted(
                finding_of(
                    "noted.other_journey_missing",
                    "the other journey, of which employment is told, is not at hand",
                    where,
                    wanted,
                    NOTHING,
                )
            )
        elif (told := _told(journey, rows)) != found:
            if any(row.get("rule") == the_row_is_told.id for row in rows):
                yield noted(
                    finding_of(
                        "noted.other_journey_lost_rows",
                        "the other journey, of which employment is told, has lost rows",
                        where,
                        _in_words(told),
                        _in_words(found),
                    )
                )
                continue
            yield finding_of(
                "finding.employment_elsewhere",
                "what was found in the other journey does not follow from its rows",
                where,
                _in_words(told),
                _in_words(found),
            )


def _told(journey: JourneyId, rows: Iterable[JsonRow]) -> tuple[EmploymentElsewhere, ...]:
    accepted: list[dict[str, Any]] = [row for row in rows if row["accepted"] and isinstance(row["event"], dict)]
    entries = [Entry.model_validate({"event": row["event"], "recorded_at": row["recorded_at"]}) for row in accepted]
    return employments_in(journey, entries)


def joined_findings(ledger: Sequence[JsonRow], register: Register) -> Iterator[Finding]:
    """Employment of another candidate, who was not the same person by the register when the row was written."""
    for row in ledger:
        said = row["event"] if row["accepted"] and row["kind"] == FOUND and isinstance(row["event"], dict) else {}
        at, own = moment_of(row["recorded_at"]), JourneyId.parse(row["journey_id"]).candidate
        same = {
            one
            for when in (at - CLOCKS_AGREE_WITHIN, at + CLOCKS_AGREE_WITHIN)
            for one in register.joins.numbers_of(own, when)
        }
        for one in said.get("read_up_to", ()):
            if (other := JourneyId.read(str(one["journey"]))) is None or other.candidate not in same:
                yield finding_of(
                    "finding.employment_of_another",
                    "employment of another candidate was counted, who was not joined with this one",
                    row_of(row["row"]),
                    msg("found.same_person", "a journey of the same person"),
                    str(one["journey"]),
                )


def _in_words(employments: Iterable[EmploymentElsewhere]) -> Message | None:
    several = [
        msg(
            "event.employment",
            "{form} from {starts_on} to {ends_on}",
            form=one.form,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
        )
        for one in employments
    ]
    return msg("found.several", "{several}", several=several) if several else None
