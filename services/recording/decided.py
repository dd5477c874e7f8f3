"""A proposed correction that somebody has decided on: who, what and when, for those whom it concerned."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.events.events import CorrectionProposed
from models.fields import Strict
from models.identifiers import Actor
from models.tables.ledger import LedgerRow
from services.application import Application
from services.queries.lines import accepted_entries
from services.readers import actors_of
from services.recording.answered import Decision, answer_to, decision_of
from services.recording.approving import may_decide


class Decided(Strict):
    """What became of a proposal, by whom and when; `own` says that whoever asks has decided so."""

    decision: Decision
    by: Actor
    at: datetime
    own: bool


def decided(application: Application, number: int, given: str | None) -> Decided | None:
    """What became of the proposal of this number; None where it stands open or has lapsed, where there is none, and
    for those whom it did not concern."""
    actors = actors_of(application, given)
    query = select(LedgerRow.journey_id, LedgerRow.event_id).where(LedgerRow.id == number)
    query = query.where(LedgerRow.kind == CorrectionProposed.model_fields["kind"].default, LedgerRow.accepted.is_(True))
    with Session(application.reading) as session:
        row = session.execute(query).one_or_none()
    lines = application.lists.found(journey_id=row.journey_id) if row else []
    if row is None or not lines or lines[0].erased_on is not None:
        return None
    entries = accepted_entries(application.lists.ledger(row.journey_id))
    proposed = next(one.event for one in entries if str(one.event.event_id) == str(row.event_id))
    if not may_decide(application, lines[0], proposed.actor, actors):
        return None
    answer = answer_to(proposed.event_id, entries)
    if answer is None:
        return None
    said, at = answer
    return Decided(
        decision=decision_of(said, proposed.actor), by=said.actor, at=at, own=said.actor.name == actors[0].name
    )
