"""What colleagues have answered to somebody's own proposals: read by whoever made them, and nothing is recorded."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.permissions import Reading
from models.events.events import Corrected, CorrectionProposed, ProposalDeclined
from models.fields import Strict
from models.identifiers import Actor, JourneyId, Role
from models.journey.fold import Entry
from models.message import Message, Worded, msg
from models.state.waiting_corrections import OPEN_FOR
from models.tables.ledger import LedgerRow
from runtime.errors import Refused
from runtime.i18n import _
from services.application import Application
from services.identities.naming import not_yet_today
from services.queries.lines import JourneyLine, accepted_entries
from services.readers import actors_of, reader_of
from services.reading import may_read, write_down_all
from services.recording.sureness import own_words
from services.texts import texts_of


class Decision(Worded):
    """What became of a proposal."""

    APPROVED = "approved", msg("decision.approved", "approved")
    DECLINED = "declined", msg("decision.declined", "declined")
    WITHDRAWN = "withdrawn", msg("decision.withdrawn", "withdrawn")


TOLD_FOR = timedelta(days=7)
"""For so long whoever has proposed something is told what a colleague has answered."""


class Answer(Strict):
    """What a colleague has answered to a proposal of whoever asks: `number` names it, `corrects` is the row of the
    event that it is about, and `kind` that event's. `reason` is why it was declined, where that may be read."""

    number: int
    journey_id: JourneyId
    candidate: str
    programme: str
    corrects: int
    kind: str
    decision: Decision
    by: Actor
    at: datetime
    reason: str | Message | None = None


def answers(application: Application, given: str | None, *, with_reasons: bool = False) -> list[Answer]:
    """What colleagues have answered to one's own proposals in the last week, the latest first. That the reasons were
    read is written down, once a day."""
    actors, since = actors_of(application, given), application.now() - TOLD_FOR
    said_by = [str(Actor.of(role, actors[0].name)) for role in Role]
    query = select(LedgerRow.id, LedgerRow.journey_id, LedgerRow.event_id).where(LedgerRow.actor.in_(said_by))
    query = query.where(LedgerRow.kind == CorrectionProposed.model_fields["kind"].default, LedgerRow.accepted.is_(True))
    with Session(application.reading) as session:
        made = session.execute(query.where(LedgerRow.recorded_at > since - OPEN_FOR)).all()
    found = [one for row in made if (one := _answered(application, row.id, row.journey_id, row.event_id, since))]
    told = [
        one.answer.model_copy(update={"reason": _why(application, given, one) if with_reasons else None})
        for one in found
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)


def declined(application: Application, given: str | None) -> list[Answer]:
    """Those of them that a colleague has declined, without why."""
    return [one for one in answers(application, given) if one.decision is Decision.DECLINED]


class _Found(NamedTuple):
    answer: Answer
    line: JourneyLine
    reference: str


def _answered(application: Application, number: int, journey_id: str, event_id: UUID, since: datetime) -> _Found | None:
    lines = application.lists.found(journey_id=journey_id)
    if not lines or lines[0].erased_on is not None:
        return None
    rows = application.lists.ledger(journey_id)
    entries = accepted_entries(rows)
    proposed = next(one.event for one in entries if one.event.event_id == event_id)
    answer = answer_to(event_id, entries)
    if answer is None or answer[1] <= since or answer[0].actor.name == proposed.actor.name:
        return None
    said, at = answer
    about = next(one for one in rows if one.event_id == str(getattr(proposed, "corrects", None)))
    answered = Answer(
        number=number,
        journey_id=lines[0].journey_id,
        candidate=lines[0].candidate,
        programme=lines[0].programme,
        corrects=about.row,
        kind=about.kind,
        decision=decision_of(said, proposed.actor),
        by=said.actor,
        at=at,
    )
    return _Found(answered, lines[0], said.reason)


def _why(application: Application, given: str | None, one: _Found) -> str | Message | None:
    """Why it was declined; None of what was approved, and for whoever may no longer read of the candidate."""
    if one.answer.decision is not Decision.DECLINED:
        return None
    reader = reader_of(application, given, one.line, Reading.JOURNEY)
    try:
        because = own_words(application, _("A colleague had answered a proposal."))
        permit = may_read(application, one.line, reader, Reading.JOURNEY, because)
    except Refused:
        return None
    write_down_all(application, not_yet_today(application, [permit]))
    kept = texts_of(application.reading, one.line.journey_id).get(one.reference)
    return kept.shown if kept is not None else one.reference


def answer_to(proposal: UUID, entries: Sequence[Entry]) -> tuple[Corrected | ProposalDeclined, datetime] | None:
    """The event that answers a proposal, and when it came."""
    for one in entries:
        if isinstance(one.event, Corrected | ProposalDeclined) and one.event.proposal == proposal:
            return one.event, one.recorded_at
    return None


def decision_of(answer: Corrected | ProposalDeclined, proposed_by: Actor) -> Decision:
    if isinstance(answer, Corrected):
        return Decision.APPROVED
    return Decision.WITHDRAWN if answer.actor.name == proposed_by.name else Decision.DECLINED
