"""What goes into a journey's workflow, however it is written, and what of it goes to the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator
from temporalio.common import RawValue

from models.canonical import digest_of
from models.events.events import Corrected, DeadlinePassed, Event, InternshipAgreed, Repaired, RoleConverted
from models.events.parsing import Unreadable, read_signed
from models.fields import Strict
from models.identifiers import THE_JOURNEY_ITSELF, CandidateNumber, JourneyId, is_own_id, own_id
from models.journey.facts_beside import facts_beside
from models.journey.fold import Entry, allowed
from models.journey.journey import Journey
from models.ledger.entry import UNREADABLE, LedgerEntry, parties_of
from models.ledger.receipt import Receipt
from models.message import msg
from models.programme.admission import LastWorked
from models.programme.cohorts import CohortDemand
from models.programme.interns import InternsDemand
from models.programme.offers import LotDemand
from models.programme.periods import Span
from models.programme.programme import OwnKey, Programme
from models.programme.sharing import shared
from models.programme.training import TrainingDemand
from models.programme.way import OtherUnit
from models.projections.details import changed_details, details
from models.projections.placement_start import place_since
from models.projections.status import stand
from models.rules.decision import Proposal, Refusal
from models.rules.recording import it_can_be_judged, it_is_an_event
from models.signatures import EventSignature, salt_of
from models.state.deadlines import Moment
from models.state.employment_limits import Conversion, conversion
from models.state.other_units import units_as_corrected
from models.state.partner_obligations import due_of
from models.state.state import State

EVENT_SIGNAL = "event"
"""Signal: an event, answered by its ledger row alone. For partners, bulk, and whoever does not wait."""

SUBMIT_UPDATE = "submit"
"""Update: an event, answered by a receipt."""

STATUS_QUERY = "status"

EMPLOYMENT_SIGNAL = "employment"
"""Signal: another journey's of the same person, no event and without a ledger row. What it tells of employment has
changed, and the journey looks for itself."""

RENEW_SIGNAL = "renew"
"""Signal: an operator's, no event and without a ledger row. The journey continues as new, in a run of today's code."""


class JourneyStart(Strict):
    """The workflow's input. A new journey has rules only; one that continues as new brings what it carries.

    `announcing` are the events whose notices were still on their way; `rows` is the row of the latest receipt.
    """

    candidate: CandidateNumber
    rules: Annotated[Programme, AfterValidator(shared)]
    entries: tuple[Entry, ...] = ()
    announcing: tuple[UUID, ...] = ()
    rows: int = 0


@dataclass
class Incoming:
    """Something that came in, waiting for its receipt. `event_id` names it, also where it is no event; `own` is what
    the journey itself says, and nobody from outside; `size` is how many bytes came. `trace` is the trace that
    it is part of, if any."""

    event_id: UUID
    content: Event | Unreadable
    digest: str
    signed: EventSignature | None = None
    own: bool = False
    size: int = 0
    trace: str | None = None
    receipt: Receipt | None = None


def read_message(expected: str, name: str, inputs: Sequence[RawValue], fallback_id: UUID) -> Incoming:
    """What was sent under `name`. Never raises: the input may be missing, many, in any encoding, of any size."""
    data = inputs[0].payload.data if inputs else b""
    size = sum(len(one.payload.data) for one in inputs)
    content: Event | Unreadable
    signed: EventSignature | None = None
    if name != expected:
        content = Unreadable(
            msg(
                "it_is_an_event.other_name",
                "Unknown message name. Send events as signal {signal} or update {update}.",
                signal=EVENT_SIGNAL,
                update=SUBMIT_UPDATE,
            )
        )
    elif len(inputs) != 1:
        content = Unreadable(
            msg(
                "it_is_an_event.several",
                "One event is expected as input, not {count}. Send one event at a time.",
                count=len(inputs),
            )
        )
    else:
        encoding = inputs[0].payload.metadata.get("encoding", b"").decode("ascii", "replace")
        content, signed = read_signed(data, encoding)
        if not isinstance(content, Unreadable) and is_own_id(content.event_id):
            content = Unreadable(
                msg(
                    "it_is_an_event.own_id",
                    "Ids of version 8 are the journey's own. Send the event with a random id, of version 4.",
                )
            )
    if isinstance(content, Unreadable):
        return Incoming(fallback_id, content, digest_of(data), size=size)
    return Incoming(content.event_id, content, digest_of(content, salt_of(signed)), signed, size=size)


def cancel_message(own_id: UUID) -> Incoming:
    """The trace of a request to cancel the workflow, which a journey does not follow."""
    why = msg("it_is_an_event.cancel", "A journey cannot be cancelled. Record that the employer ends it, and why.")
    return Incoming(own_id, Unreadable(why), digest_of(b""), own=True)


def deadline_message(journey_id: JourneyId, since: date, moment: Moment) -> Incoming:
    """The journey's own message that a day has come. Its id follows from what it says, so that it comes once.

    It takes effect on the day on which it fell, also where no worker was there to say so: whoever makes up for a worker
    that died while recording it must say the very same.
    """
    said = f"{moment.deadline} {moment.step} {moment.due_on} of the stage since {since}"
    event = DeadlinePassed(
        event_id=own_id(JOURNEYS, f"{journey_id} {said}"),
        actor=THE_JOURNEY_ITSELF,
        effective_on=moment.on,
        deadline=moment.deadline,
        step=moment.step,
        due_on=moment.due_on,
    )
    return Incoming(event.event_id, event, digest_of(event), own=True)


def conversion_message(journey_id: JourneyId, since: date, found: Conversion) -> Incoming:
    """The journey's own message that the law made the role permanent, on the law's day however late it is said."""
    said = f"{found.form} permanent by law on {found.on} in the stage since {since}"
    event = RoleConverted(
        event_id=own_id(JOURNEYS, f"{journey_id} {said}"),
        actor=THE_JOURNEY_ITSELF,
        effective_on=max(found.on, since),
        form=found.form,
        law=found.rule.law,
    )
    return Incoming(event.event_id, event, digest_of(event), own=True)


def due_messages(journey_id: JourneyId, state: State, moments: Sequence[Moment]) -> list[Incoming]:
    """The journey's own messages of the steps that have come."""
    found = conversion(state)
    return [
        conversion_message(journey_id, state.since, found)
        if moment.converts and found is not None
        else deadline_message(journey_id, state.since, moment)
        for moment in moments
    ]


JOURNEYS = UUID("5b0c1bb4-6d9e-5b3a-9d0a-7a3f6c1e2d44")
"""Namespace of the ids that follow from a journey."""


def unreadable(content: Unreadable) -> Refusal:
    return it_is_an_event.refuse(content.message)


def entry_for(
    journey_id: JourneyId,
    candidate: str,
    journey: Journey,
    message: Incoming,
    answer: Proposal | Refusal,
    now: datetime,
) -> LedgerEntry:
    """The ledger entry of a message and its answer. A refusal leaves the journey as it is."""
    before, possible, entries = journey.state, journey.allowed(now), journey.entries
    after = answer.after if isinstance(answer, Proposal) else before
    events = len(entries) + (1 if isinstance(answer, Proposal) else 0)
    return LedgerEntry(
        journey_id=journey_id,
        candidate=candidate,
        programme=journey.rules.id,
        event_id=message.event_id,
        digest=message.digest,
        recorded_at=now,
        stage_before=before.stage if before else None,
        standing=stand(candidate, journey.rules.id, after, events),
        allowed_after=allowed(after, now) if isinstance(answer, Proposal) else possible,
        place=after.place if after else None,
        place_since=place_since(journey) if is_repair(message) else None,
        profile=after.profile if after else None,
        training=_training(message, after) if isinstance(answer, Proposal) else None,
        # A repair writes all of them anew, whatever they say now.
        details=details(after) if is_repair(message) else changed_details(before, after),
        allowed_before=possible,
        recipients=answer.recipients if isinstance(answer, Proposal) else (),
        refused=answer if isinstance(answer, Refusal) else None,
        known=len(entries),
        last=entries[-1].event.event_id if entries else None,
        rules_digest=journey.rules_digest,
        beside=facts_beside(entries, message.content) if isinstance(answer, Proposal) else {},
        answer_by=due_of(after, message.event_id) if after and isinstance(answer, Proposal) else {},
        own=message.own,
        signed=message.signed,
        parties=parties_of(message.content, before),
        own_key=_own_key(message, journey),
        interns=_interns(before, after),
        other_unit=_other_unit(message, before, after),
        last_worked=_last_worked(before, after),
        cohort=cohort_demanded(before, after),
        lot=lot_demanded(before, after),
        span=_span(before, after, again=is_repair(message)),
        **_said(message),
    )


def _own_key(message: Incoming, journey: Journey) -> OwnKey | None:
    return None if isinstance(message.content, Unreadable) else journey.own_key_for(message.content)


def not_judged() -> Refusal:
    """The answer to an event over which the rules have stumbled."""
    why = msg(
        "it_can_be_judged.error",
        "The rules cannot judge this event. Tell the operator, and send it again under a new id when told to.",
    )
    return it_can_be_judged.refuse(why)


def is_repair(message: Incoming) -> bool:
    return isinstance(message.content, Repaired)


def _training(message: Incoming, after: State | None) -> TrainingDemand | None:
    """What an internship that is agreed on, or corrected to be another, asks of those who receive it."""
    said = message.content.replacement if isinstance(message.content, Corrected) else message.content
    rule = after.rules.training if after else None
    if rule is None or not isinstance(said, InternshipAgreed):
        return None
    agreed = said.model_dump(include={"position", "starts_on", "supervisor", "mentor"})
    return TrainingDemand(rule=rule, **agreed)


def _interns(before: State | None, after: State | None) -> InternsDemand | None:
    """What an internship that takes a place asks of the size of the unit."""
    rule = after.rules.internship if after and after.place else None
    if rule is None or not rule.interns_per_employees or (before and before.place == (after and after.place)):
        return None
    return InternsDemand(limits=rule.interns_per_employees, source=rule.source)


def lot_demanded(before: State | None, after: State | None) -> LotDemand | None:
    """The number with which somebody is offered a place."""
    rule = after.rules.lottery if after else None
    if rule is None or not rule.offers_in_order or before is None or after is None:
        return None
    if before.lot is None or before.lot.is_used or after.lot is None or not after.lot.is_used:
        return None
    return LotDemand(number=before.lot.number, seed=before.lot.seed, profile=after.profile, source=rule.source)


def _other_unit(message: Incoming, before: State | None, after: State | None) -> OtherUnit | None:
    """What an internship that takes a place asks of its unit, or a correction by which earlier ones were elsewhere."""
    if (as_corrected := units_as_corrected(message.content, before, after)) is not None:
        return as_corrected
    shape = after.rules.shape if after and after.place else None
    if after is None or shape is None or not (shape.units_differ and after.completed):
        return None
    if before is not None and before.place == after.place:
        return None
    return OtherUnit(earlier=tuple(one.position for one in after.completed), source=shape.source)


def _last_worked(before: State | None, after: State | None) -> LastWorked | None:
    """Where the person last worked, of an internship that takes a place and may not be there."""
    if after is None or after.place is None or (before is not None and before.place == after.place):
        return None
    rule = after.rules.internship
    if not rule.not_where_last_worked or after.last_unit is None:
        return None
    return LastWorked(unit=after.last_unit, source=rule.source)


def _span(before: State | None, after: State | None, *, again: bool) -> Span | None:
    """From when to when a place is held, where that is new, the programme has periods and so places are counted by
    their days."""
    if after is None or not after.rules.periods or (span := after.place_span) is None:
        return None
    is_as_it_was = before is not None and (before.place, before.place_span) == (after.place, span)
    return span if again or not is_as_it_was else None


def cohort_demanded(before: State | None, after: State | None) -> CohortDemand | None:
    """The cohort in which a place is taken."""
    cohort, had = after.in_cohort if after else None, before.in_cohort if before else None
    if after is None or cohort is None or (had is not None and had.id == cohort.id):
        return None
    return CohortDemand(cohort=cohort, source=after.rules.source)


def _said(message: Incoming) -> dict[str, Any]:
    content = message.content
    if isinstance(content, Unreadable):
        return {"kind": UNREADABLE}
    return {
        "kind": content.kind,
        "actor": content.actor,
        "effective_on": content.effective_on,
        "event": content.model_dump(mode="json"),
    }
