"""A forger: with a worker's key, the database and the histories, they record as accepted what a rule refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session
from temporalio.client import WorkflowHistory

from activities.contents import contents_of
from activities.ledger_head import held_of
from activities.outbox import rows_for
from activities.record import insert_rows, ledger_row, receipt_of, write_read_models
from activities.sealing import sealer_on
from activities.statements import statements_after
from auditing.evidence.evidence import Evidence, JsonRow, read_rows
from auditing.evidence.findings import Verification
from auditing.evidence.recorded import JourneyRecord, recorded_of
from auditing.verification.recorded_checks import recorded_check
from auditing.verification.text_checks import text_check
from auditing.verification.verifier import Verifier
from models.access.statements import SignedStatement
from models.canonical import digest_of
from models.events.events import EVENT, SAID_BY_THE_JOURNEY, Corrected, Event, RulesChanged
from models.events.parsing import Unreadable
from models.identifiers import JourneyId
from models.journey.journey import Journey
from models.ledger.entry import LedgerEntry
from models.ledger.hash_chain import GENESIS, plain
from models.ledger.receipt import Receipt
from models.message import msg
from models.programme.programme import Programme
from models.rules.decision import Proposal, Refusal
from models.signatures import EventSignature, salt_of
from models.state.state import State
from models.tables.journeys import PlaceRow
from models.tables.ledger import LedgerRow, NoticeRow
from tests.support.authority import put_in_force, signature_of
from tests.support.builders import Way
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, recorder_on
from tests.support.told_histories import OUR_BUILD, Heard, NothingReplayed, ToldHistory, sent
from tests.support.values import at, candidate_from
from workflows.clock import due
from workflows.messages import Incoming, due_messages, entry_for

NUMBERS = count(1)
DIGITS = str.maketrans("0123456789", "ABCDEFGHJK")


_recorder_of = cache(recorder_on)
"""One a database: each reads and checks all statements of authority once."""


class ForgedWay(RecordedWay):
    """A journey whose events are recorded as they should be, but for those that its recorder lets pass."""

    def __init__(self, engine: Engine, rules: Programme, way: Way, journey_id: JourneyId | None = None) -> None:
        new = candidate_from(f"F{next(NUMBERS)}".translate(DIGITS))
        candidate, turn = (journey_id.candidate, journey_id.turn) if journey_id else (new, 1)
        super().__init__(_recorder_of(engine), candidate, rules, way.day, turn)
        self.engine = engine
        self.history = ToldHistory(self.id, rules)
        self.beside: list[ForgedWay] = []
        self.doubled: JsonRow = {}
        for entry in way.journey.entries:
            receipt = self.hears(entry.event, entry.recorded_at)
            assert receipt.accepted, receipt
        self.day = way.day

    def goes_by(self, rules: Programme) -> None:
        """Begin with rules of one's own, which nobody has put in force."""
        self.journey, self.history.rules = Journey(rules, journey_id=self.id), rules

    def as_here(self, event: Event) -> Event:
        """The event as it comes to this journey: on a position of its programme, its texts kept apart; what the journey
        says itself under the id that follows from it."""
        said = event.model_dump(mode="json")
        event = EVENT.validate_python(_with_position(said, self._position()))
        if event.kind in SAID_BY_THE_JOURNEY and self.journey.state is not None:
            for one in due_messages(self.id, self.state, due(self.state, self.moment)):
                if not isinstance(one.content, Unreadable) and _alike(one.content, event):
                    event = one.content
        return self.keeps(event)

    def hears(self, event: Event, recorded_at: datetime | None = None) -> Receipt:
        """The event comes, is answered and recorded."""
        event = self.as_here(event)
        if isinstance(event, RulesChanged):
            put_in_force(self.engine, event.rules)
        receipt = self.records(event, recorded_at)
        self.history.heard.append(Heard(sent(event, self.signed(event)), receipt))
        return receipt

    def signed(self, event: Event) -> EventSignature | None:
        return None if event.kind in SAID_BY_THE_JOURNEY else signature_of(self.id, event)

    def _position(self) -> str:
        """A position of the programme that asks for the profile that the candidate was checked against."""
        profile = self.journey.state.profile if self.journey.state else None
        of_it = [one for one in RULES.positions if self.journey.rules.id in one.programmes]
        return next((one.id for one in of_it if one.profile == profile), of_it[0].id)

    def lets_pass(self, event: Event) -> Refusal:
        """The event comes, a rule refuses it, and it is recorded as accepted all the same. Returns the refusal."""
        event = self.as_here(event)
        answer = self.journey.propose(event, self.moment)
        assert isinstance(answer, Refusal), f"{event.kind} breaks no rule"
        self.forges(event, self.signed(event))
        return answer

    def forges(self, event: Event, signed: EventSignature | None) -> Receipt:
        """Record the event as accepted, as it is: the row, the lists, the place and the notices that would follow,
        signed with the worker's key."""
        answer = self._forged(event, self.moment)
        message = Incoming(event.event_id, event, digest_of(event, salt_of(signed)), signed, own=signed is None)
        entry = entry_for(self.id, self.candidate, self.journey, message, answer, self.moment)
        receipt = self._written(entry)
        self.journey.commit(answer)
        self.history.heard.append(Heard(sent(event, signed), receipt))
        return receipt

    def forges_again(self, event: Event, signed: EventSignature) -> None:
        """Record an event as accepted under an id that was used, as no table of ours lets be written."""
        stays: Any = self.journey.state
        message = Incoming(event.event_id, event, digest_of(event, salt_of(signed)), signed)
        answer = Proposal(event, self.moment, stays, stays, ())
        entry = entry_for(self.id, self.candidate, self.journey, message, answer, self.moment)
        last, seal = self.history.heard[-1].receipt.row, sealer_on(self.engine).of(self.candidate)
        receipt = receipt_of(entry, None, last + 1)
        row = ledger_row(entry, receipt, self.evidence().ledger[-1]["hash"], seal)
        row |= self.recorder.authority.signature_of(row["hash"])
        self.doubled = {name: plain(value) for name, value in row.items() if name != "contents"}
        self.doubled |= contents_of(seal, entry, receipt)._asdict()
        self.history.heard.append(Heard(sent(event, signed), receipt))

    def forges_rubbish(self, data: dict[str, Any]) -> None:
        """Record as accepted what is no event."""
        stays: Any = self.journey.state
        content = Unreadable(msg("it_is_an_event.encoding", "x"))
        message = Incoming(uuid4(), content, digest_of(data))
        answer = Proposal(stays, self.moment, stays, stays, ())
        entry = entry_for(self.id, self.candidate, self.journey, message, answer, self.moment)
        self.history.heard.append(Heard(data, self._written(entry)))

    @property
    def moment(self) -> datetime:
        """Nine o'clock of the day."""
        return at(self.day)

    def _forged(self, event: Event, now: datetime) -> Proposal:
        """What follows, or would if no rule refused it."""
        if isinstance(answer := self.journey.propose(event, now), Proposal):
            return answer
        if isinstance(event, Corrected):
            correction = self.journey.correction(event, now, self.state.rules)
            after = correction.refold() if correction else None
            return Proposal(event, now, self.state, after if isinstance(after, State) else self.state, ())
        answer = self.journey.grandfather(event, now)
        # Where the table itself does not know it, it changes nothing.
        stays: Any = self.journey.state
        return answer if isinstance(answer, Proposal) else Proposal(event, now, stays, stays, ())

    def _written(self, entry: LedgerEntry) -> Receipt:
        seal, authority = sealer_on(self.engine).of(entry.candidate), self.recorder.authority
        with Session(self.engine) as session, session.begin():
            held = held_of(session, entry)
            receipt = receipt_of(entry, None, held.rows + 1)
            row = ledger_row(entry, receipt, held.head or GENESIS, seal)
            insert_rows(session, LedgerRow, [{**row, **authority.signature_of(row["hash"])}])
            if entry.standing.stage is not None:
                write_read_models(session, entry)
            _hold(session, entry)
            may_learn = partial(self.recorder.directory.may_learn, authority.register(session))
            insert_rows(session, NoticeRow, rows_for(entry, may_learn, seal))
        return receipt

    def evidence(self, runs: Sequence[WorkflowHistory] | None = None) -> Evidence:
        """What is kept of the journey, with its history, or others in its place."""
        rows = read_rows(self.engine, [self.id])[self.id]
        rows["ledger"] += [self.doubled] if self.doubled else []
        return Evidence(self.id, tuple([self.history.run()] if runs is None else runs), rows)

    def leaves(self) -> None:
        """Free the place, for the next journey, and those of the journeys beside it."""
        ids = [one.id for one in (self, *self.beside)]
        with self.engine.begin() as connection:
            connection.execute(delete(PlaceRow).where(PlaceRow.journey_id.in_(ids)))


def _hold(session: Session, entry: LedgerEntry) -> None:
    held = session.get(PlaceRow, entry.journey_id)
    if (held.position if held else None) == entry.place:
        return
    session.execute(delete(PlaceRow).where(PlaceRow.journey_id == entry.journey_id))
    if entry.place is not None:
        session.add(PlaceRow(journey_id=entry.journey_id, position=entry.place, taken_at=entry.recorded_at))


def _alike(ours: Event, event: Event) -> bool:
    """Whether an event that the journey says is this one but for its id."""
    return isinstance(ours, type(event)) and ours.model_copy(update={"event_id": event.event_id}) == event


def _with_position(said: Any, position: str) -> Any:
    """What was said, on another position wherever it names one."""
    if isinstance(said, dict):
        said = {name: _with_position(one, position) for name, one in said.items()}
        return said | {"position": position} if said.get("position") else said
    return [_with_position(one, position) for one in said] if isinstance(said, list) else said


@dataclass(frozen=True)
class KeptEvidence:
    """What a test keeps of a journey, in the place of server and archive."""

    engine: Engine
    evidence: Evidence

    async def read(self, _journey_ids: Sequence[str]) -> list[Evidence]:
        return [self.evidence]

    async def resent(self, _journey_id: str) -> list[WorkflowHistory]:
        return []

    def ledger(self, journey_id: str) -> Sequence[JsonRow]:
        return read_rows(self.engine, [journey_id])[journey_id]["ledger"]

    def statements(self, after: int) -> list[SignedStatement]:
        with Session(self.engine) as session:
            return [SignedStatement.of(row) for row in session.scalars(statements_after(after))]


async def verified(engine: Engine, evidence: Evidence) -> Verification:
    """The verdict of an audit by the build of the tests."""
    source = KeptEvidence(engine, evidence)
    with Session(engine) as session:
        register = _recorder_of(engine).authority.register(session)
    verifier = Verifier(
        source,
        NothingReplayed(),
        [text_check(engine)],
        OUR_BUILD,
        changes=False,
        register=register,
        recorded=recorded_check(engine),
    )
    [found] = await verifier.verify([evidence.journey_id])
    return found


def record_of(rules: Programme, evidence: Evidence) -> JourneyRecord:
    """The same, as the commands on moments look at it."""
    return recorded_of(JourneyId.parse(evidence.journey_id), rules, evidence.ledger, evidence.rows["notices"])
