"""Why an event was accepted or refused: the rules asked, the data they saw, what it led to, what was corrected."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from activities.delivery import Delivery
from auditing.evidence.recorded import JourneyRecord
from auditing.inspection.corrections import CorrectionRecord, corrections
from auditing.inspection.omissions import Omission, journey_after, omissions, taken_in
from auditing.inspection.rules_evaluated import Asked, Question, ReliedOn, asked, no_event, relied_on, unasked
from auditing.inspection.snapshot import Change, Pending, Snapshot, changes, snapshot
from auditing.inspection.wording import what_came, word_of
from models.events import events as e
from models.events.events import EVENT
from models.fields import Source, Strict
from models.identifiers import JourneyId
from models.journey.fold import allowed
from models.journey.journey import Journey
from models.ledger.entry import UNREADABLE
from models.rules.recording import DECIDED_IN_RECORDING
from models.rules.registry import rule_in_words
from models.stages import Stage
from runtime.errors import UsageError
from runtime.i18n import translate, why_not
from services.queries.lines import LedgerLine, accepted_entries
from services.queries.unreadable import is_an_event


class Told(Strict):
    """A notice that followed, and how far it has come."""

    notice_id: str
    recipient: str
    status: Delivery
    attempts: int
    sent_at: datetime | None
    sent_to: str | None
    acknowledged_at: datetime | None


class Followed(Strict):
    """A deadline that the event set, and the rows in which it has taken a step since."""

    name: str
    due_on: date
    rows: tuple[int, ...]


class LedTo(Strict):
    """What followed. `changes` are all fields of the state that the event changed, the stage among them.

    `to_tell` are those who were to be told by the rules of then, and `notices` what was written.
    """

    stage_before: Stage | None
    stage_after: Stage | None
    changes: tuple[Change, ...]
    place_taken: str | None
    place_freed: str | None
    notices: tuple[Told, ...]
    to_tell: tuple[str, ...]
    deadlines_set: tuple[Followed, ...]
    deadlines_ended: tuple[Pending, ...]
    made_possible: tuple[str, ...]
    no_longer_possible: tuple[str, ...]


def led_to(journey: JourneyRecord, line: LedgerLine, before: Journey) -> LedTo | None:
    """What followed from an accepted event that came to the journey `before`; None where nothing can have followed."""
    followed = [answer for entry in accepted_entries([line]) if (answer := taken_in(before, entry)) is not None]
    if not followed:
        return None
    after = journey_after(journey, line.row).state
    ours, theirs = snapshot(before.state), snapshot(after)
    notices = sorted((one for one in journey.notices if one.event_id == line.event_id), key=lambda one: one.recipient)
    freed, taken = ours.place, theirs.place
    could, can = (allowed(state, line.recorded_at) for state in (before.state, after))
    return LedTo(
        stage_before=ours.stage,
        stage_after=theirs.stage,
        changes=changes(ours, theirs),
        place_taken=taken if taken != freed else None,
        place_freed=freed if taken != freed else None,
        to_tell=followed[0].recipients,
        notices=tuple(Told(**one.model_dump(include=set(Told.model_fields))) for one in notices),
        deadlines_set=tuple(_followed(journey, one) for one in theirs.deadlines if one not in ours.deadlines),
        deadlines_ended=tuple(one for one in ours.deadlines if one not in theirs.deadlines),
        made_possible=tuple(kind for kind in can if kind not in could),
        no_longer_possible=tuple(kind for kind in could if kind not in can),
    )


def _followed(journey: JourneyRecord, one: Pending) -> Followed:
    """Steps of a deadline are events of the journey's own, which name it and the day on which it was due."""
    said = {"deadline": one.name, "due_on": one.due_on.isoformat()}
    rows = tuple(line.row for line in journey.lines if line.event and said.items() <= line.event.items())
    return Followed(name=one.name, due_on=one.due_on, rows=rows)


class Refusing(Strict):
    """The rule that refused: what it says, where it is written, why it did, and what was possible instead.

    `decided_in_recording` tells that only the database could judge it.
    """

    rule: str
    says: str
    source: Source
    why: str
    allowed: tuple[str, ...]
    decided_in_recording: bool


class Why(Strict):
    """All that explains one ledger row.

    `rules_digest` names the rules that judged it, as the ledger has it. `refused` is None of an accepted event.
    `word` tells whose word it is that the author said it, where a server signed for them; `also_spoken` that the
    proposal which this approves rests on the same server's word: neither of the two has signed with a key of their own.
    `other_rules` tells that the row names other rules than those of the history, by which all of this is told.
    `before` is the state that the rules saw, `figures` are those of the rules in force then; `corrected` are
    corrections of this event, or that took this correction back, in their order. `led_to` is None of a refusal, to
    which nothing follows. `lacks` is what shows at this row to be late, missing or untold.
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
    corrects: CorrectionRecord | None
    corrected: tuple[CorrectionRecord, ...]
    word: str | None = None
    also_spoken: bool = False
    other_rules: bool = False
    lacks: tuple[Omission, ...] = ()


def line_of(lines: Sequence[LedgerLine], wanted: str) -> LedgerLine:
    """The ledger line that somebody names by its row or its event's id. Raises UsageError."""
    for line in lines:
        if wanted in (str(line.row), line.event_id) or wanted.lower() == line.event_id:
            return line
    raise UsageError("event.not_in_journey", "Row or event {wanted} is not in this journey.", wanted=wanted)


class WhyJourney(Strict):
    """All that explains each row of a journey, and what it lacks on a day (see `omissions`)."""

    journey_id: JourneyId
    today: date
    rows: tuple[Why, ...]
    lacks: tuple[Omission, ...]


def why_all(journey: JourneyRecord, today: date) -> WhyJourney:
    """All that explains each row of a journey. Raises Refused where the rows are no journey."""
    lacks = tuple(omissions(journey, today))
    rows = tuple(_explained(journey, line, lacks) for line in journey.lines)
    return WhyJourney(journey_id=journey.journey_id, today=today, rows=rows, lacks=lacks)


def why(journey: JourneyRecord, wanted: str) -> Why:
    """All that explains the row or event `wanted`. Raises UsageError, and Refused where the rows are no journey."""
    line = line_of(journey.lines, wanted)
    return _explained(journey, line, omissions(journey, date.min))


def _explained(journey: JourneyRecord, line: LedgerLine, lacks: Sequence[Omission]) -> Why:
    before = journey_after(journey, line.row - 1)
    # What was no event was asked of no rule.
    event: e.Event | None = EVENT.validate_python(line.event) if is_an_event(line.event) else None
    question = Question(journey.rules, before, event, line.recorded_at) if event else None
    rule = None if line.receipt.accepted else line.receipt.rule
    if question is not None:
        rules = asked(question, rule)
    elif line.kind == UNREADABLE:
        rules = [no_event()] if line.receipt.accepted else []
    else:
        rules = unasked(rule)
    done = list(corrections(journey))
    own = next((one for one in done if one.row == line.row), None)
    return Why(
        journey_id=journey.journey_id,
        **line.model_dump(include={"row", "event_id", "kind", "recorded_at", "effective_on", "event", "rules_digest"}),
        what=what_came(line, journey.rows),
        by=line.actor,
        accepted=line.receipt.accepted,
        refused=_refusing(line),
        asked=tuple(rules),
        figures=tuple(relied_on(question, [one.rule for one in rules])) if question else (),
        before=snapshot(before.state),
        led_to=led_to(journey, line, before) if line.receipt.accepted else None,
        corrects=own,
        word=word_of(line),
        also_spoken=_also_spoken(journey.lines, line),
        other_rules=line.rules_digest is not None and line.rules_digest != before.rules_digest,
        lacks=tuple(one for one in lacks if one.row == line.row),
        corrected=tuple(one for one in done if one is not own and line.row in (one.corrects, one.strikes)),
    )


def _also_spoken(lines: Sequence[LedgerLine], line: LedgerLine) -> bool:
    """Whether an approval and the proposal that it approves both rest on the word of one server."""
    proposal = (line.event or {}).get("proposal")
    by = next((one.sign_in for one in lines if proposal and one.event_id == proposal), None)
    return by is not None and line.sign_in is not None and by.server == line.sign_in.server


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
        allowed=receipt.instead,
        decided_in_recording=rule in DECIDED_IN_RECORDING,
    )
