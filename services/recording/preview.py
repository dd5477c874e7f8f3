"""What would follow from an event that has not been sent: reckoned by the same rules, and nothing is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import uuid5

from sqlalchemy.orm import Session

from activities.places import free_places
from activities.places_by_day import free_in, spans_held
from activities.recording_checks import foreseen
from models.access.authorship import put_in_by, relation_to, why_not_said
from models.access.charge import InCharge, looking_after, whom_to_tell
from models.access.register import Register
from models.access.statements import StaffEntered
from models.canonical import digest_of
from models.events.events import Corrected, CorrectionProposed, EvaluationRecorded, Event
from models.fields import BothLanguages, Source, Strict
from models.identifiers import Actor, JourneyId, Role
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.ledger.entry import LedgerEntry, parties_of
from models.message import Message, msg
from models.partners.partner import CANDIDATE, Channel
from models.programme.periods import Span
from models.programme.position import Position
from models.programme.programme import OwnKey, Programme
from models.projections.status import NextDeadline
from models.rules.decision import Proposal, Refusal
from models.rules.recording import the_author_is_permitted
from models.stages import EndReason, Stage
from models.state.deadlines import Moment, upcoming
from models.state.pausing import EndInPause, ends_in_pause
from models.state.state import State
from models.tables.journeys import PositionRow
from runtime.i18n import translate
from services.application import Application
from services.queries.lines import JourneyLine, LedgerLine, accepted_entries
from services.recording.oddities import About, oddities
from workflows.messages import Incoming, entry_for

CHANNELS = {
    Channel.EMAIL: msg("preview.by_email", "by e-mail"),
    Channel.WEBHOOK: msg("preview.by_webhook", "from system to system"),
}
"""How a notice reaches somebody, in words."""

BY_BOTH = msg("preview.by_both", "from system to system and by e-mail")

THE_CANDIDATE = msg("preview.the_candidate", "the candidate")

BY_YOU = msg("preview.by_you", "you tell them yourself")

BY_NAME = msg("preview.by_name", "{name} is to tell them")

NOBODY = msg("preview.nobody", "nobody can be reached now")

TO_CALL = msg("preview.to_call", "no e-mail address: call")


def called_at(phone: str) -> Message:
    """That somebody without an e-mail address is to be called."""
    return msg("preview.to_call_at", "no e-mail address: call {phone}", phone=phone)


class WouldBeTold(Strict):
    """Who would be told, and how; `by` says it where nobody can be reached."""

    recipient: str
    name: str
    by: Message


class WouldRefuse(Strict):
    """The rule that would refuse the event, where it is written, and why."""

    rule: str
    source: Source
    why: Message


class Preview(Strict):
    """What would follow from an event.

    `before` and `after` are stages. `position`, called `title`, is that of which a place is given (`places` is
    negative) or freed, and `left` how many are free afterwards; where a programme has periods both are of these `days`.
    `deadlines` are those that begin. Of a pause, `ends_in_pause` is what ends meanwhile, and `keeps` the title of the
    position whose place is kept. `end_reason` is why the way ends. `own_key` says whether the rules ask for a key of
    the author's own. `odd` is what somebody should be asked about. `by_other_rules` says that the journey has older
    rules than those by which this was reckoned. Of a proposal that takes two, `once_approved` is what its approval
    would lead to; `keeps_from_deciding` says that its author cannot decide on the role afterwards.
    """

    kind: str
    refused: WouldRefuse | None = None
    before: Stage | None = None
    after: Stage | None = None
    position: str | None = None
    title: BothLanguages | None = None
    places: int = 0
    left: int | None = None
    days: Span | None = None
    told: tuple[WouldBeTold, ...] = ()
    deadlines: tuple[NextDeadline, ...] = ()
    ends_in_pause: tuple[EndInPause, ...] = ()
    keeps: BothLanguages | None = None
    end_reason: EndReason | None = None
    own_key: OwnKey | None = None
    odd: tuple[Message, ...] = ()
    by_other_rules: bool = False
    once_approved: "Preview | None" = None
    keeps_from_deciding: bool = False

    @property
    def ends_the_way(self) -> bool:
        return self.after is Stage.CLOSED and self.before is not Stage.CLOSED

    @property
    def makes_permanent(self) -> bool:
        return self.after is Stage.PERMANENT_ROLE and self.before is not Stage.PERMANENT_ROLE

    @property
    def is_asked_about(self) -> bool:
        """Whether somebody is to say yes before it is sent."""
        return bool(
            self.odd
            or self.told
            or self.ends_in_pause
            or self.places
            or self.ends_the_way
            or self.makes_permanent
            or (self.once_approved and self.once_approved.is_asked_about)
        )


def odd_about(application: Application, line: JourneyLine, event: Event, rows: Iterable[LedgerLine]) -> list[Message]:
    """What is odd about an event of a journey, as far as the rules of today tell."""
    rules = application.book.find(line.programme)
    entries = accepted_entries(rows)
    try:
        state = Journey(rules, entries, journey_id=line.journey_id).state if rules else None
    except ValueError:
        state = None
    positions = application.book.offered(line.programme)
    return list(oddities(_about(application, event, state, entries, positions)))


def _about(
    application: Application,
    event: Event,
    state: State | None,
    entries: Sequence[Entry],
    positions: Mapping[str, Position],
) -> About:
    people, look_after = application.authority.people, looking_after(application.authority)
    called = lambda name: people[name][-1].name  # noqa: E731
    return About(event, application.today(), state, entries, positions, people, look_after, called)


def preview(application: Application, line: JourneyLine, event: Event, rows: Iterable[LedgerLine]) -> Preview | None:
    """What would follow from an event of a journey; None where that cannot be reckoned by the rules of today."""
    rules = application.book.find(line.programme)
    rows = list(rows)
    if rules is None or not _leads_to(line.stage, rules, line.journey_id, rows):
        return None
    found = preview_in(application, rules, line.journey_id, accepted_entries(rows), event)
    last = next((row.rules_digest for row in reversed(rows) if row.rules_digest), None)
    is_other = found is not None and last is not None and last != digest_of(_rules_after(rules, rows))
    return found.model_copy(update={"by_other_rules": is_other}) if found else None


def _leads_to(stage: Stage, rules: Programme, journey_id: JourneyId, rows: Iterable[LedgerLine]) -> bool:
    """Whether what was recorded leads to where the journey is by these rules: it carries others, maybe."""
    try:
        state = Journey(rules, accepted_entries(rows), journey_id=journey_id).state
    except ValueError:
        return False
    return state is not None and state.stage is stage


def _rules_after(rules: Programme, rows: Iterable[LedgerLine]) -> Programme:
    """The rules that a journey moved to last, where it has; otherwise those of today."""
    moved = [row for row in accepted_entries(rows) if row.event.kind == "rules_changed"]
    return getattr(moved[-1].event, "rules", rules) if moved else rules


def preview_in(
    application: Application, rules: Programme, journey_id: JourneyId, entries: tuple[Entry, ...], event: Event
) -> Preview | None:
    """The same by these rules, after these events; a referral comes after none."""
    now = application.now()
    try:
        journey = Journey(rules, entries, journey_id=journey_id)
    except ValueError:
        return None
    before = journey.state
    answer = _permitted(application, journey_id, rules.id, event, before, now) or journey.propose(event, now)
    odd = tuple(oddities(_about(application, event, before, entries, application.book.offered(rules.id))))
    found = _answered(application, journey, event, answer, now)
    if found.refused is not None:
        return found
    if isinstance(event, CorrectionProposed) and isinstance(answer, Proposal):
        journey.commit(answer)
        found = found.model_copy(update={"once_approved": _once_approved(application, journey, event, now)})
    return found.model_copy(update={"odd": odd})


def once_approved(
    application: Application, line: JourneyLine, proposed: CorrectionProposed, rows: Iterable[LedgerLine]
) -> Preview | None:
    """What would follow from a proposal that stands in a journey once a colleague approves it; None where that cannot
    be reckoned by the rules of today."""
    rules, rows = application.book.find(line.programme), list(rows)
    if rules is None or not _leads_to(line.stage, rules, line.journey_id, rows):
        return None
    journey = Journey(rules, accepted_entries(rows), journey_id=line.journey_id)
    return _once_approved(application, journey, proposed, application.now())


A_COLLEAGUE = Actor.of(Role.COORDINATOR, "a.colleague")
"""Stands for the second person while nobody has answered; who that is changes nothing of what follows."""


def _once_approved(application: Application, journey: Journey, proposed: CorrectionProposed, now: datetime) -> Preview:
    said = proposed.model_dump(exclude={"kind", "event_id", "actor"})
    approval = Corrected(
        **said, event_id=uuid5(proposed.event_id, "approved"), actor=A_COLLEAGUE, proposal=proposed.event_id
    )
    return _answered(application, journey, approval, journey.propose(approval, now), now)


def _answered(
    application: Application, journey: Journey, event: Event, answer: Proposal | Refusal, now: datetime
) -> Preview:
    """What follows from a journey's answer, once what the database knows of it is asked too."""
    incoming = Incoming(event.event_id, event, digest_of(event))
    entry = entry_for(journey.id, journey.id.candidate, journey, incoming, answer, now)
    with Session(application.reading) as session:
        refused = foreseen(session, application.authority, entry)
        given = _given(session, application.authority, journey.id, answer) if isinstance(answer, Proposal) else None
    stage = journey.state.stage if journey.state else None
    if refused is not None or isinstance(answer, Refusal):
        why = refused or answer
        assert isinstance(why, Refusal)
        return Preview(
            kind=event.kind,
            before=stage,
            after=stage,
            refused=WouldRefuse(rule=why.rule, source=why.source, why=why.message),
        )
    return _follows(application, answer, entry, given, now, event.actor.name)


class _Given(NamedTuple):
    """A place that is given (-1) or freed (1), how many are left, and on which days, where they are counted so."""

    position: str
    places: int
    left: int
    days: Span | None


def _given(session: Session, register: Register, journey_id: JourneyId, answer: Proposal) -> _Given | None:
    """The place that is given or freed by what is proposed; None where the journey keeps what it has."""
    was, becomes = answer.before.place if answer.before else None, answer.after.place
    state = answer.after if becomes else answer.before
    position, places = becomes or was, -1 if becomes else 1
    if was == becomes or position is None or state is None:
        return None
    days = state.place_span if state.rules.periods else None
    if days is None:
        return _Given(position, places, max(0, free_places(session).get(position, 0) + places), None)
    offered, others = session.get(PositionRow, position), spans_held(session, register, position, journey_id)
    free = free_in(offered.places if offered else 0, others, days)
    return _Given(position, places, max(0, free - 1) if becomes else free, days)


def _follows(
    application: Application, answer: Proposal, entry: LedgerEntry, given: _Given | None, now: datetime, author: str
) -> Preview:
    before, after = answer.before, answer.after
    position = given.position if given else None
    return Preview(
        kind=answer.event.kind,
        before=before.stage if before else None,
        after=after.stage,
        position=position,
        title=_title(application, position),
        places=given.places if given else 0,
        days=given.days if given else None,
        own_key=entry.own_key,
        keeps_from_deciding=isinstance(answer.event, EvaluationRecorded) and after.rules.decisions.by_two,
        left=given.left if given else None,
        told=tuple(_told(application, entry.journey_id, entry.recipients, after, now, author)),
        deadlines=tuple(_begun(before, after)),
        ends_in_pause=ends_in_pause(after),
        end_reason=after.end_reason if after.stage is Stage.CLOSED else None,
        keeps=_title(application, after.place) if after.paused and given is None else None,
    )


def _title(application: Application, position: str | None) -> BothLanguages | None:
    return next((one.title for one in application.book.readable_positions if one.id == position), None)


def _permitted(
    application: Application, journey_id: str, programme: str, event: Event, before: State | None, now: datetime
) -> Refusal | None:
    """Why the author may not record it; None where nothing is against it."""
    actor = event.actor
    relation = relation_to(application.authority, actor, journey_id, programme, parties_of(event, before), now)
    refused = why_not_said(actor.role, event.kind, put_in_by(event.model_dump()), relation)
    return the_author_is_permitted.refuse(refused) if refused is not None else None


def _told(
    application: Application, journey_id: str, recipients: Iterable[str], state: State, now: datetime, author: str
) -> Iterator[WouldBeTold]:
    partners = {one.id: one for one in application.book.partners}
    for name in recipients:
        if (partner := partners.get(name)) is not None:
            by = BY_BOTH if len(partner.ways) > 1 else CHANNELS[partner.channel]
            yield WouldBeTold(recipient=name, name=partner.name, by=by)
            continue
        reader = state.coordinator if name == CANDIDATE else name
        charge = InCharge(journey_id, state.rules.id, state.site, state.coordinator)
        person = whom_to_tell(application.authority, reader, charge, now)
        if name == CANDIDATE:
            yield WouldBeTold(recipient=name, name=translate(THE_CANDIDATE), by=_who_tells(person, author))
            continue
        yield WouldBeTold(recipient=name, name=person.name if person else name, by=_way_to(person))


def _who_tells(person: StaffEntered | None, author: str) -> Message:
    """By whom a candidate is told: of them nobody knows an address."""
    if person is None:
        return NOBODY
    return BY_YOU if person.person == author else BY_NAME.filled(name=person.name)


def _way_to(person: StaffEntered | None) -> Message:
    if person is None:
        return NOBODY
    if person.email:
        return CHANNELS[Channel.EMAIL]
    return called_at(person.phone) if person.phone else TO_CALL


def _begun(before: State | None, after: State) -> Iterator[NextDeadline]:
    """The deadlines that the event sets, each at its first step."""
    ran: set[tuple[str, date]] = {(one.deadline, one.due_on) for one in upcoming(before)} if before else set()
    first: dict[str, Moment] = {}
    for moment in upcoming(after):
        if (moment.deadline, moment.due_on) not in ran:
            first.setdefault(moment.deadline, moment)
    for moment in first.values():
        yield NextDeadline(name=moment.deadline, step=moment.step, on=moment.on, due_on=moment.due_on)
