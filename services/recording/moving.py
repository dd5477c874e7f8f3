"""Moving what was recorded on the wrong person onto the right one: recorded there, struck here, or nothing of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from models.canonical import digest_of
from models.events.descriptions import name_of
from models.events.events import EVENT, EVENT_CLASSES, Corrected, CorrectionProposed, Event
from models.events.fact import Moved
from models.events.texts import TextPlace, is_reference, with_texts
from models.fields import Strict
from models.identifiers import Actor, JourneyId
from models.journey.correction_policy import corrected_by_two_people
from models.journey.fold import in_effect
from models.journey.journey import Journey
from models.ledger.receipt import Receipt
from models.message import Message, msg
from models.programme.programme import Programme
from models.rules.decision import Proposal
from runtime.errors import Refused, UsageError
from runtime.i18n import translate
from services.answers import one_of_several
from services.application import Application
from services.queries.lines import JourneyLine, LedgerLine, accepted_entries
from services.recording.approving import Found, approval_of, takes_two
from services.recording.correction import as_it_holds, line_of
from services.recording.draft import SENT
from services.texts import KeptText, texts_of
from workflows.messages import JOURNEYS


@dataclass(frozen=True)
class Step:
    """One event that is moved: its row, what is recorded on the right person, and what strikes it on the wrong one."""

    row: int
    recorded: Event
    struck: Corrected


@dataclass(frozen=True)
class Plan:
    """What a move comes to, which nobody has sent yet. `takes_two` says that a colleague is to approve it."""

    source: JourneyLine
    target: JourneyLine
    steps: tuple[Step, ...]
    takes_two: bool = False

    @property
    def proposed(self) -> CorrectionProposed:
        """What waits for a colleague, of a move that takes two."""
        [step] = self.steps
        return CorrectionProposed(**step.struck.model_dump(exclude={"kind", "proposal"}))


class Outcome(Strict):
    """What became of a move: the rows that were written, here and there, or the row of the proposal that waits."""

    recorded: tuple[int, ...] = ()
    struck: tuple[int, ...] = ()
    proposed: int | None = None


class Planned(Strict):
    """A move that nobody has sent yet: the rows with what would be recorded; whether a colleague is to approve it."""

    takes_two: bool
    events: dict[int, Event]


def planned(plan: Plan) -> Planned:
    """What a move comes to, as data."""
    return Planned(takes_two=plan.takes_two, events={step.row: step.recorded for step in plan.steps})


class Moving:
    """Moves events from one journey to another, in the name of an author. Safe to repeat, also where it was cut off:
    the ids of what is sent follow from what is moved, and what stands already is not sent again."""

    def __init__(self, application: Application, source: JourneyLine, target: JourneyLine, author: Actor) -> None:
        self._application, self._author = application, author
        self._source, self._target = source, target
        self._here = application.lists.ledger(source.journey_id)
        self.there = application.lists.ledger(target.journey_id)

    def plan(self, rows: Sequence[int], because: str) -> Plan:
        """What is to be recorded and struck. Raises UsageError where a row cannot be moved, and Refused where either
        journey would refuse a part of it: then nothing is sent."""
        if self._source.journey_id == self._target.journey_id:
            raise UsageError("move.same", "The events are recorded on this candidate already.")
        texts = texts_of(self._application.reading, self._source.journey_id)
        steps = tuple(self.step(line_of(self._here, row), because, texts) for row in sorted(set(rows)))
        two = [step.row for step in steps if self._takes_two(step)]
        if two and len(steps) > 1:
            raise Refused("move.takes_two_alone", "Row {row} takes a second person. Move it by itself.", row=two[0])
        plan = Plan(self._source, self._target, steps, takes_two=bool(two))
        self._try_out(plan)
        return plan

    async def carry_out(self, plan: Plan) -> Outcome:
        """Record and strike; or propose it, where it takes two. Raises Refused where either journey refuses: what was
        done is taken back then."""
        journeys = await self._application.journeys()
        if plan.takes_two:
            receipt = await journeys.submit(self._source.journey_id, plan.proposed)
            if not receipt.accepted:
                raise refused(self._source, receipt.reason)
            return Outcome(proposed=receipt.row)
        done: list[tuple[JourneyLine, Event]] = []
        recorded = [await self.sent(plan.target, self.there, step.recorded, done) for step in plan.steps]
        struck = [await self.sent(plan.source, self._here, step.struck, done) for step in reversed(plan.steps)]
        return Outcome(recorded=tuple(recorded), struck=tuple(reversed(struck)))

    async def sent(
        self, where: JourneyLine, lines: Sequence[LedgerLine], event: Event, done: list[tuple[JourneyLine, Event]]
    ) -> int:
        """The row of an event, sent where it does not stand there already."""
        if (row := _row_of(lines, event)) is not None:
            return row
        if any(one.event_id == str(event.event_id) and one.receipt.accepted for one in lines):
            raise Refused("move.was_taken_back", "This move was taken back. Move it anew.")
        with one_of_several():
            receipt = await (await self._application.journeys()).submit(where.journey_id, event)
        if not receipt.accepted:
            left = await self.take_back(done)
            raise refused(where, receipt.reason, left)
        done.append((where, event))
        return receipt.row

    async def take_back(self, done: Sequence[tuple[JourneyLine, Event]]) -> list[Message]:
        """Strike what was done, the latest first; returns what could not be struck or waits for a colleague."""
        journeys, left = await self._application.journeys(), list[Message]()
        for where, event in reversed(done):
            strikes = Corrected(
                event_id=uuid5(event.event_id, "taken back"),
                actor=self._author,
                effective_on=self._application.today(),
                corrects=event.event_id,
                reason=translate(msg("move.taken_back", "The move was refused, so it is taken back.")),
            )
            receipt = await journeys.submit(where.journey_id, strikes)
            if receipt.rule == corrected_by_two_people.id:
                proposed = strikes.model_dump(exclude={"kind", "proposal", "event_id"})
                again = CorrectionProposed(event_id=uuid5(event.event_id, "to be taken back"), **proposed)
                receipt = await journeys.submit(where.journey_id, again)
                left.append(
                    msg(
                        "move.waits",
                        "{kind} of {candidate} waits for a colleague to strike it.",
                        **_named(where, event),
                    )
                )
            if not receipt.accepted:
                left.append(msg("move.left", "{kind} of {candidate} is still to be struck.", **_named(where, event)))
        return left

    def step(self, line: LedgerLine, because: str, texts: dict[str, KeptText]) -> Step:
        """What moving one row comes to. Raises UsageError and Refused."""
        kind = line.kind
        if not can_be_moved(kind):
            raise UsageError("move.kind", "Row {row}, {kind}, cannot be moved.", row=line.row, kind=name_of(kind))

        def put(_place: TextPlace, text: str) -> str:
            kept = texts.get(text)
            if is_reference(text) and (kept is None or kept.text is None):
                raise Refused("move.text_gone", "A text of row {row} is erased, so it cannot be moved.", row=line.row)
            return kept.text if kept is not None and kept.text is not None else text

        was = as_it_holds(self._here, line)
        id_ = _fresh(uuid5(JOURNEYS, f"{self._target.journey_id} moved from {line.event_id}"), self.there)
        of_other = {"journey": self._source.journey_id, "event": line.event_id}
        said = {**with_texts(was, put), "event_id": str(id_), "actor": self._author, "moved": of_other}
        return Step(line.row, EVENT.validate_python(said), self._strike(UUID(line.event_id), id_, because))

    def _strike(self, event_id: UUID, there: UUID, because: str) -> Corrected:
        return Corrected(
            event_id=_fresh(uuid5(there, "struck"), self._here),
            actor=self._author,
            effective_on=self._application.today(),
            corrects=event_id,
            reason=because,
            moved=Moved(journey=JourneyId.parse(self._target.journey_id), event=there),
        )

    def _takes_two(self, step: Step) -> bool:
        if _row_of(self._here, step.struck) is not None:
            return False
        return takes_two(self._here, step.struck, self._application.book.programme(self._source.programme))

    def _try_out(self, plan: Plan) -> None:
        """Ask the rules of both journeys before anything is sent, where they are those of today."""
        now, book = self._application.now(), self._application.book
        there = [step.recorded for step in plan.steps if _row_of(self.there, step.recorded) is None]
        here = [step.struck for step in reversed(plan.steps) if _row_of(self._here, step.struck) is None]
        if plan.takes_two:
            here = []  # what is proposed is judged as it comes
        for where, lines, events in ((plan.target, self.there, there), (plan.source, self._here, here)):
            _try_in(where, lines, events, book.programme(where.programme), now)


OF_CORRECTIONS = frozenset({"corrected", "correction_proposed", "proposal_declined"})


def can_be_moved(kind: str) -> bool:
    """Whether an event of a kind can be moved to another person."""
    return kind in SENT and EVENT_CLASSES[kind].correction.strikes and kind not in OF_CORRECTIONS


def to_be_recorded(application: Application, one: Found, author: Actor) -> tuple[JourneyLine, Event]:
    """The journey of the right person, and what a proposed move would record there. Raises Refused where it is gone."""
    moved = one.event.moved
    assert moved is not None
    found = application.lists.found(journey_id=moved.journey)
    if not found or found[0].erased_on is not None:
        raise Refused("move.gone", "The journey that the event was to be moved to is gone. Decline the proposal.")
    line = next(each for each in one.rows if each.event_id == str(one.event.corrects))
    texts = texts_of(application.reading, one.line.journey_id)
    because = translate(msg("approval.reason", "Approved as it was proposed."))
    step = Moving(application, one.line, found[0], author).step(line, because, texts)
    return found[0], step.recorded.model_copy(update={"event_id": moved.event})


async def approve(application: Application, one: Found, author: Actor) -> Receipt:
    """Approve a proposed move: it is recorded on the right person, and then struck here. Raises Refused where the right
    person's journey refuses it."""
    target, recorded = await asyncio.to_thread(to_be_recorded, application, one, author)
    moving = Moving(application, one.line, target, author)
    done: list[tuple[JourneyLine, Event]] = []
    await moving.sent(target, moving.there, recorded, done)
    receipt = await (await application.journeys()).submit(one.line.journey_id, approval_of(application, one, author))
    if not receipt.accepted:
        await moving.take_back(done)
    return receipt


def _fresh(id_: UUID, lines: Sequence[LedgerLine]) -> UUID:
    """An id for what is to be sent: another one each time that what had the one before was taken back."""
    entries = accepted_entries(lines)
    recorded, standing = ({one.event.event_id for one in these} for these in (entries, in_effect(entries)))
    while id_ in recorded and id_ not in standing:
        id_ = uuid5(id_, "again")
    return id_


def _row_of(lines: Sequence[LedgerLine], event: Event) -> int | None:
    """The row in which an event stands already; None where it is not there, or was struck since."""
    standing = {one.event.event_id for one in in_effect(accepted_entries(lines))}
    found = (one.row for one in lines if one.event_id == str(event.event_id) and event.event_id in standing)
    return next(found, None)


def _try_in(
    where: JourneyLine, lines: Sequence[LedgerLine], events: Sequence[Event], rules: Programme, now: datetime
) -> None:
    judged_by = [line.rules_digest for line in lines if line.receipt.accepted]
    if not judged_by or judged_by[-1] != digest_of(rules):
        return  # only the journey itself has its rules
    fold = Journey(rules, accepted_entries(lines), journey_id=JourneyId.parse(where.journey_id))
    for event in events:
        answer = fold.propose(event, now)
        if not isinstance(answer, Proposal):
            raise refused(where, answer.message)
        fold.commit(answer)


def _named(where: JourneyLine, event: Event) -> dict[str, object]:
    return {"kind": name_of(event.kind), "candidate": where.candidate}


def refused(where: JourneyLine, why: Message | None, left: Sequence[Message] = ()) -> Refused:
    """That a move is refused by the rules of one of the two, and what of it is left."""
    if left:
        return Refused(
            "move.refused_and_left",
            "The move is refused by the rules of {candidate}: {why} {left}",
            candidate=where.candidate,
            why=why or "",
            left=tuple(left),
        )
    return Refused("move.refused", "Nothing was moved. Of {candidate}: {why}", candidate=where.candidate, why=why or "")
