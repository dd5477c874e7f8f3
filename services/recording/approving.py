"""Corrections that wait for a second person: listed for those who may approve them, approved, declined, withdrawn."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.permissions import is_permitted, why_not
from models.calendar.swedish_day import day_in_sweden
from models.events.events import Corrected, CorrectionProposed, Event, ProposalDeclined
from models.fields import Strict
from models.identifiers import Actor, JourneyId
from models.journey.correction_policy import corrected_by_two_people
from models.journey.correction_policy import takes_two as correction_takes_two
from models.journey.proposals import OpenProposal, open_proposals
from models.ledger.receipt import Receipt
from models.message import msg
from models.programme.programme import Programme
from models.state.waiting_corrections import OPEN_FOR
from models.tables.ledger import LedgerRow
from runtime.errors import Refused, UsageError
from runtime.i18n import translate
from services.application import Application
from services.queries.lines import JourneyLine, LedgerLine, accepted_entries
from services.readers import actors_of, relation_of, require_known
from services.recording.draft import build_event
from services.texts import texts_of

APPROVING = Corrected.model_fields["kind"].default
"""Whoever may correct may approve a correction."""


class Approval(Strict):
    """A proposed correction that waits for a second person: `number` names it, `row` is its row in the journey.

    `corrects` is the row of the event that is to be corrected, `kind` that event's. `own` says that whoever asks has
    proposed it, and can only withdraw it.
    """

    number: int
    journey_id: JourneyId
    candidate: str
    programme: str
    row: int
    corrects: int
    kind: str
    by: Actor
    proposed_at: datetime
    until: date
    own: bool


class Found(Strict):
    """A proposal with all that is needed to answer it: its journey, that journey's rows, and the event itself."""

    approval: Approval
    line: JourneyLine
    rows: tuple[LedgerLine, ...]
    event: CorrectionProposed


def takes_two(lines: Sequence[LedgerLine], event: Corrected, rules: Programme) -> bool:
    """Whether a correction would be refused as its author's alone, so that it is proposed."""
    return correction_takes_two(event, accepted_entries(lines), rules)


def correcting(
    application: Application,
    line: JourneyLine,
    rows: Sequence[LedgerLine],
    said: Mapping[str, Any],
    author: Actor,
    event_id: UUID,
) -> Corrected | CorrectionProposed:
    """The event by which somebody corrects: a correction, or the proposal of one that takes two. Raises UsageError."""
    day, rules = application.today(), application.book.programme(line.programme)
    event = build_event("corrected", said, event_id=event_id, actor=author, effective_on=day)
    assert isinstance(event, Corrected)
    return proposed(event) if takes_two(rows, event, rules) else event


def proposed(event: Corrected) -> CorrectionProposed:
    """The same correction, for a second person to approve. Its id follows from that of the correction."""
    said = event.model_dump(exclude={"kind", "proposal", "event_id"})
    return CorrectionProposed(**said, event_id=uuid5(event.event_id, "proposed"))


async def submit_correction(application: Application, journey_id: str, event: Event) -> Receipt:
    """Send a correction; one that the journey says takes two is proposed."""
    journeys = await application.journeys()
    receipt = await journeys.submit(journey_id, event)
    if receipt.rule == corrected_by_two_people.id and isinstance(event, Corrected):
        return await journeys.submit(journey_id, proposed(event))
    return receipt


def approvals(application: Application, given: str | None) -> list[Approval]:
    """What waits for somebody's approval, and what they have proposed themselves, the oldest first.

    Raises UsageError and Refused where nobody knows who asks.
    """
    actors = actors_of(application, given)
    require_known(application, actors[0])
    return [_seen_by(one, actors).approval for one in _open(application) if _concerns(application, one, actors)]


def found(application: Application, number: int, given: str | None) -> Found:
    """The open proposal of this number. Raises UsageError where somebody has none such before them."""
    actors = actors_of(application, given)
    for one in _open(application, number):
        if _concerns(application, one, actors):
            return _seen_by(one, actors)
    raise UsageError("approval.unknown", "No proposal with the number {number} waits for you.", number=number)


def approver_of(application: Application, one: Found, given: str | None) -> Actor:
    """Who approves: in the role that is given, or in one of theirs that permits it. Raises Refused."""
    actors = actors_of(application, given)
    for actor in actors:
        if is_permitted(actor.role, APPROVING, relation_of(application, one.line, actor)):
            return actor
    refused = why_not(actors[0].role, APPROVING, Corrected.named, relation_of(application, one.line, actors[0]))
    raise Refused(refused or Corrected.named)


def approval_of(application: Application, one: Found, actor: Actor, event_id: UUID | None = None) -> Event:
    """The correction that approves a proposal as it stands, for the reason that was given for it, under
    this id or a new one."""
    kept = texts_of(application.reading, one.line.journey_id).get(one.event.reason)
    reason = kept.text if kept and kept.text else translate(msg("approval.reason", "Approved as it was proposed."))
    return Corrected(
        event_id=event_id or uuid4(),
        actor=actor,
        effective_on=application.today(),
        corrects=one.event.corrects,
        reason=reason,
        replacement=one.event.replacement,
        moved=one.event.moved,
        proposal=one.event.event_id,
    )


def refusal_of(application: Application, one: Found, actor: Actor, because: str) -> Event:
    """That a proposal is declined, or withdrawn by whoever made it."""
    day, proposal = application.today(), one.event.event_id
    return ProposalDeclined(event_id=uuid4(), actor=actor, effective_on=day, proposal=proposal, reason=because)


def _open(application: Application, number: int | None = None) -> Iterator[Found]:
    """The proposals that wait, of all journeys or the one of a number."""
    now = application.now()
    query = select(LedgerRow.id, LedgerRow.journey_id, LedgerRow.event_id).order_by(LedgerRow.id)
    query = query.where(LedgerRow.kind == CorrectionProposed.model_fields["kind"].default, LedgerRow.accepted.is_(True))
    query = query.where(LedgerRow.recorded_at > now - OPEN_FOR)
    with Session(application.reading) as session:
        made = session.execute(query if number is None else query.where(LedgerRow.id == number)).all()
    for row in made:
        lines = application.lists.found(journey_id=row.journey_id)
        if not lines or lines[0].erased_on is not None:
            continue
        rows = application.lists.ledger(row.journey_id)
        waiting = {one.event.event_id: one for one in open_proposals(accepted_entries(rows), now)}
        if row.event_id in waiting:
            yield _found(row.id, lines[0], rows, waiting[row.event_id])


def _found(number: int, line: JourneyLine, rows: Sequence[LedgerLine], one: OpenProposal) -> Found:
    by_event = {each.event_id: each for each in rows}
    about = by_event[str(one.event.corrects)]
    approval = Approval(
        number=number,
        journey_id=line.journey_id,
        candidate=line.candidate,
        programme=line.programme,
        row=by_event[str(one.event.event_id)].row,
        corrects=about.row,
        kind=about.kind,
        by=one.event.actor,
        proposed_at=one.recorded_at,
        until=day_in_sweden(one.expires_at),
        own=False,
    )
    return Found(approval=approval, line=line, rows=tuple(rows), event=one.event)


def _concerns(application: Application, one: Found, actors: Sequence[Actor]) -> bool:
    return may_decide(application, one.line, one.event.actor, actors)


def may_decide(application: Application, line: JourneyLine, proposed_by: Actor, actors: Sequence[Actor]) -> bool:
    """Whether somebody decides on a proposal in a journey, or has made it."""
    if proposed_by.name == actors[0].name:
        return True
    return any(is_permitted(actor.role, APPROVING, relation_of(application, line, actor)) for actor in actors)


def _seen_by(one: Found, actors: Sequence[Actor]) -> Found:
    own = one.event.actor.name == actors[0].name
    return one.model_copy(update={"approval": one.approval.model_copy(update={"own": own})})
