"""From an answer of the core to the entry that the ledger keeps."""

from datetime import datetime
from typing import Any

from models.events.events import Corrected, InternshipAgreed, Repaired
from models.events.parsing import Unreadable
from models.identifiers import JourneyId
from models.journey.fold import allowed
from models.journey.journey import Journey
from models.ledger.entry import UNREADABLE, LedgerEntry, RecordedRefusal
from models.message import N_
from models.programme.training import TrainingDemand
from models.projections.details import changed_details, details
from models.projections.placement_start import place_since
from models.projections.status import stand
from models.rules.decision import Proposal, Refusal
from models.state.partner_obligations import due_of
from models.state.state import State
from workflows.messages import Incoming

WELL_FORMED = "it_is_an_event"
"""The rule under which the ledger keeps what was no event."""


def unreadable(content: Unreadable) -> Refusal:
    return Refusal(WELL_FORMED, N_("the definition of events"), content.message)


def entry_for(
    journey_id: JourneyId,
    candidate: str,
    journey: Journey,
    message: Incoming,
    answer: Proposal | Refusal,
    now: datetime,
) -> LedgerEntry:
    """The ledger entry of a message and its answer. A refusal leaves the journey as it is."""
    before = journey.state
    after = answer.after if isinstance(answer, Proposal) else before
    events = len(journey.entries) + (1 if isinstance(answer, Proposal) else 0)
    return LedgerEntry(
        journey_id=journey_id,
        candidate=candidate,
        programme=journey.rules.id,
        event_id=message.event_id,
        digest=message.digest,
        recorded_at=now,
        stage_before=before.stage if before else None,
        standing=stand(candidate, journey.rules.id, after, events),
        allowed_after=allowed(after, now),
        place=after.place if after else None,
        place_since=place_since(journey) if is_repair(message) else None,
        profile=after.profile if after else None,
        training=_training(message, after) if isinstance(answer, Proposal) else None,
        # A repair writes all of them anew, whatever they say now.
        details=details(after) if is_repair(message) else changed_details(before, after),
        allowed_before=journey.allowed(now),
        recipients=answer.recipients if isinstance(answer, Proposal) else (),
        refused=RecordedRefusal.model_validate(answer, from_attributes=True) if isinstance(answer, Refusal) else None,
        known=len(journey.entries),
        rules_digest=journey.rules_digest,
        answer_by=due_of(after, message.event_id) if after and isinstance(answer, Proposal) else {},
        **_said(message),
    )


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
