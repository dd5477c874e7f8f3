"""Why an event was accepted or refused: the rules asked, the data they saw, what it led to, what was corrected."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from auditing.evidence.recorded import JourneyRecord
from auditing.inspection.consequences import LedTo, led_to
from auditing.inspection.corrections import Correction, corrections
from auditing.inspection.rules_evaluated import Asked, Question, ReliedOn, asked, relied_on
from auditing.inspection.snapshot import Snapshot, snapshot
from auditing.inspection.wording import what_came
from models.events import events as e
from models.events.events import EVENT
from models.fields import Strict
from models.identifiers import JourneyId
from models.journey.journey import Journey
from models.rules.recording import DECIDED_IN_RECORDING
from models.rules.registry import rule_in_words
from runtime.errors import Refused, UsageError
from runtime.i18n import translate, why_not
from services.queries.lists import LedgerLine, accepted_entries


class Refusing(Strict):
    """The rule that refused: what it says, where it is written, why it did, and what was possible instead.

    `decided_in_recording` tells that only the database could judge it.
    """

    rule: str
    says: str
    source: str
    why: str
    allowed: tuple[str, ...]
    decided_in_recording: bool


class Why(Strict):
    """All that explains one ledger row.

    `rules_digest` names the rules that judged it, as the ledger has it. `refused` is None of an accepted event.
    `before` is the state that the rules saw, `figures` are those of the rules in force then; `corrected` are
    corrections of this event, or that took this correction back, in their order. `led_to` is None of a refusal, to
    which nothing follows.
    """

    journey_id: JourneyId
    row: int
    event_id: str
    kind: str
    what: str
    by: str | None
    recorded_at: datetime
    effective_on: date | None
    event: dict[str, Any] | None
    rules_digest: str | None
    accepted: bool
    refused: Refusing | None
    asked: tuple[Asked, ...]
    figures: tuple[ReliedOn, ...]
    before: Snapshot
    led_to: LedTo | None
    corrects: Correction | None
    corrected: tuple[Correction, ...]


def line_of(lines: Sequence[LedgerLine], wanted: str) -> LedgerLine:
    """The ledger line that somebody names by its row or its event's id. Raises UsageError."""
    for line in lines:
        if wanted in (str(line.row), line.event_id) or wanted.lower() == line.event_id:
            return line
    raise UsageError("event.not_in_journey", "Row or event {wanted} is not in this journey.", wanted=wanted)


def why(journey: JourneyRecord, wanted: str) -> Why:
    """All that explains the row or event `wanted`. Raises UsageError, and Refused where the rows are no journey."""
    line = line_of(journey.lines, wanted)
    question = _question(journey, line)
    rule = None if line.receipt.accepted else line.receipt.rule
    rules = asked(question, rule) if question else []
    done = list(corrections(journey))
    own = next((one for one in done if one.row == line.row), None)
    return Why(
        journey_id=journey.journey_id,
        row=line.row,
        event_id=line.event_id,
        kind=line.kind,
        what=what_came(line, journey.rows),
        by=line.actor,
        recorded_at=line.recorded_at,
        effective_on=line.effective_on,
        event=line.event,
        rules_digest=line.rules_digest,
        accepted=line.receipt.accepted,
        refused=_refusing(line),
        asked=tuple(rules),
        figures=tuple(relied_on(question, [one.rule for one in rules])) if question else (),
        before=snapshot(_before(journey, line).state),
        led_to=led_to(journey, line, _before(journey, line)) if line.receipt.accepted else None,
        corrects=own,
        corrected=tuple(one for one in done if one is not own and line.row in (one.corrects, one.strikes)),
    )


def _question(journey: JourneyRecord, line: LedgerLine) -> Question | None:
    """The event as the core was asked about it; None of what was no event."""
    if line.event is None:
        return None
    event: e.Event = EVENT.validate_python(line.event)
    return Question(journey.rules, _before(journey, line), event, line.recorded_at)


def _before(journey: JourneyRecord, line: LedgerLine) -> Journey:
    """The journey as it was when the event came."""
    entries = accepted_entries([one for one in journey.lines if one.row < line.row])
    try:
        return Journey(journey.rules, entries, journey_id=journey.journey_id)
    except ValueError as error:
        raise Refused("ledger.no_journey", "The ledger's rows contradict the rules in force at the time.") from error


def _refusing(line: LedgerLine) -> Refusing | None:
    receipt = line.receipt
    if receipt.accepted:
        return None
    rule = receipt.rule or ""
    return Refusing(
        rule=rule,
        says=translate(rule_in_words(rule)),
        source=receipt.source or "",
        why=why_not(receipt),
        allowed=receipt.allowed,
        decided_in_recording=rule in DECIDED_IN_RECORDING,
    )
