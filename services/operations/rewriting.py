"""The rows of one journey, written anew in one transaction: as the histories tell them, or that they are lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from activities.contents import event_in
from activities.delivery import Delivery
from activities.outbox import Settled, rows_for
from activities.record import Missed, Recorder, insert_rows, ledger_row, receipt_of
from activities.recording_checks import mark_acknowledged
from activities.seals import Seal
from models.canonical import digest_of
from models.events.events import EVENT, Corrected, Event
from models.events.parsing import Unreadable
from models.events.texts import texts_in
from models.identifiers import JourneyId, own_id
from models.journey.fold import entries_of
from models.journey.journey import Journey
from models.ledger.entry import LedgerEntry
from models.ledger.hash_chain import GENESIS
from models.ledger.receipt import Receipt
from models.message import Message, msg
from models.projections.placement_start import place_since
from models.rules.decision import Proposal
from models.rules.recording import the_journey_is_the_ledgers, the_row_is_told
from models.signatures import salt_of
from models.tables.journeys import PlaceRow, PositionRow
from models.tables.ledger import LedgerRow, NoticeRow
from models.tables.people import CandidateRow, TextRow
from services.operations.retold import CannotRestore, Retelling, RowLost, Statement, Told
from workflows.messages import JOURNEYS, Incoming, entry_for


class Writer:
    """Writes the rows of one journey in one transaction."""

    def __init__(
        self, session: Session, recorder: Recorder, journey_id: JourneyId, told: Retelling, seal: Seal
    ) -> None:
        self._session, self._recorder, self._id, self._told, self._seal = session, recorder, journey_id, told, seal
        self._register = recorder.authority.register(session)
        self._head = GENESIS
        self._texts: list[str] = []
        self._rows_lost: list[int] = []
        self.notices = 0
        self.unsent: set[UUID] = set()

    def begin(self, held: Sequence[LedgerRow]) -> None:
        """Fold what the ledger has."""
        accepted = self._recorder.authority.genuine(self._session, [row for row in held if row.accepted])
        entries = entries_of(Missed(row, event_in(self._seal, row)) for row in accepted)
        if self._told.rules is None:
            raise CannotRestore(
                "restore.no_rules",
                "No history tells the rules of {journey}. Restore the archive.",
                journey=self._id,
            )
        try:
            self._fold = Journey(self._told.rules, entries, journey_id=self._id)
        except ValueError:
            raise self._contradiction() from None
        self._head = held[-1].hash if held else GENESIS

    def write(self, number: int) -> None:
        """The row of a number, with what follows from it. Raises RowLost where an accepted event stood in it that no
        history tells, and CannotRestore."""
        self._write(self._told.rows.get(number) or self._untold(number))

    def _write(self, told: Told) -> None:
        answer, entry = self._answer(told) if told.receipt.accepted else (None, _refused(told, self._fold))
        if not self._register.is_a_workers(self._recorder.authority.key, entry.recorded_at):
            raise CannotRestore(
                "restore.worker_key",
                "The worker's key on this machine was registered after {journey} was recorded. Restore with the key"
                " of a worker of that time.",
                journey=self._id,
            )
        row = ledger_row(entry, told.receipt, self._head, self._seal)
        insert_rows(self._session, LedgerRow, [{**row, **self._recorder.authority.signature_of(row["hash"])}])
        self._head = row["hash"]
        if answer is not None:
            self._fold.commit(answer)
            mark_acknowledged(self._session, entry)
            self._write_notices(entry)
            self._texts += [text for _, text in texts_in(entry.event)]

    def _untold(self, number: int) -> Told:
        """A row in the place of one that no history tells. It must have been a refusal: what comes next was judged by a
        journey that knew no more accepted events than there are here; or two operators have given it up."""
        known, next_told = len(self._told.events), self._next_told(number)
        if next_told is not None:
            entry = next_told.entry
            known = entry.known if next_told.is_first and entry.known is not None else -1
            known = len(self._fold.entries) if _gives_up(entry, number) else known
        if known != len(self._fold.entries):
            raise RowLost(number, self._id)
        self._rows_lost.append(number)
        return self._lost(number, next_told.receipt.recorded_at if next_told is not None else self._last_at())

    def _next_told(self, number: int) -> Told | None:
        later = [row for row in self._told.rows if row > number]
        return self._told.rows[min(later)] if later else None

    def write_lost(self, number: int, at: datetime) -> None:
        """A row in the place of one that is given up."""
        self._write(self._lost(number, at))

    def _lost(self, number: int, at: datetime) -> Told:
        why = msg("the_row_is_told.lost", "The row was lost with the database, and no history tells it.")
        refused = the_row_is_told.refuse(why)
        lost = Incoming(own_id(JOURNEYS, f"{self._id} lost row {number}"), Unreadable(why), digest_of(b""), own=True)
        entry = entry_for(self._id, self._id.candidate, self._fold, lost, refused, at)
        return Told(entry, receipt_of(entry, refused, number))

    def _answer(self, told: Told) -> tuple[Proposal, LedgerEntry]:
        """What followed from an accepted event, reckoned anew: a repeat may be all that the history tells of it."""
        entry, at = told.entry, told.receipt.recorded_at
        event = EVENT.validate_python(entry.event)
        answer = self._fold.propose(event, at)
        if not isinstance(answer, Proposal) and not isinstance(event, Corrected):
            answer = self._fold.grandfather(event, at)
        if not isinstance(answer, Proposal):
            raise self._contradiction()
        message = Incoming(event.event_id, event, entry.digest, entry.signed, entry.own)
        anew = entry_for(self._id, self._id.candidate, self._fold, message, answer, at)
        if (why_not := self._recorder.authority.why_not(self._session, anew)) is not None:
            raise CannotRestore(
                "restore.not_proven",
                "Row {row} of {journey} is not proven: {why} Restore a later backup of the register of staff first.",
                row=told.receipt.row,
                why=why_not.message,
                journey=self._id,
            )
        return answer, anew

    def _write_notices(self, entry: LedgerEntry) -> None:
        may_learn = partial(self._recorder.directory.may_learn, self._register)
        rows = [
            {**row, **delivery_of(self._told.settled.get(row["notice_id"]))}
            for row in rows_for(entry, may_learn, self._seal)
        ]
        insert_rows(self._session, NoticeRow, rows)
        self.notices += len(rows)
        if entry.event_id not in self._told.under_way and any(row["status"] == Delivery.PENDING for row in rows):
            self.unsent.add(entry.event_id)

    def take_place(self) -> None:
        """Let the journey hold the place that it held, whoever has been given it meanwhile."""
        self._session.execute(delete(PlaceRow).where(PlaceRow.journey_id == self._id))
        place, since = self._fold.state.place if self._fold.state else None, place_since(self._fold)
        if place is None:
            return
        if self._session.get(PositionRow, place) is None:
            raise CannotRestore(
                "restore.position",
                "{journey} holds a place of {position}, which is unknown here.",
                position=place,
                journey=self._id,
            )
        self._session.add(PlaceRow(journey_id=self._id, position=place, taken_at=since or self._last_at()))
        self._session.flush()

    def _last_at(self) -> datetime:
        return self._fold.entries[-1].recorded_at

    def say(self, said: Statement) -> Receipt | None:
        """Record the event that says what was restored. Lists are written with it."""
        if self._fold.state is None:
            return None
        message = Incoming(said.event.event_id, said.event, digest_of(said.event, salt_of(said.signed)), said.signed)
        answer = self._fold.propose(said.event, said.at)
        entry = entry_for(self._id, self._id.candidate, self._fold, message, answer, said.at)
        receipt = self._recorder.write(self._session, entry, self._seal)
        if not receipt.accepted:
            raise CannotRestore(receipt.reason or msg("restore.refused", "The restoration was refused."))
        return receipt

    def refuse_without_a_beginning(self) -> None:
        """Raises CannotRestore where no accepted event is left: then there is no journey that could go on."""
        if self._fold.state is None:
            raise CannotRestore(
                "restore.nothing_left",
                "No accepted event of {journey} is left, so it cannot go on. Terminate its workflow in Temporal, and"
                " refer the candidate anew.",
                journey=self._id,
            )

    def not_among(self, events: Mapping[UUID, Event]) -> tuple[Event, ...]:
        """Those of the events that are not among those written so far."""
        return tuple(event for id_, event in events.items() if id_ not in self._fold)

    def lost(self) -> list[Message]:
        """What no history tells of the journey, and what no longer fits."""
        kept = set(self._session.scalars(select(TextRow.id).where(TextRow.id.in_(self._texts))))
        found = [msg("restore.row_written_as_lost", "row {row} is lost", row=row) for row in self._rows_lost]
        if missing := [text for text in dict.fromkeys(self._texts) if text not in kept]:
            found.append(msg("restore.texts_lost", "{count} texts are lost", count=len(missing)))
        if self._session.get(CandidateRow, self._id.candidate) is None:
            found.append(msg("restore.identity_lost", "it is not known who the candidate is"))
        if (place := self._fold.state.place if self._fold.state else None) is not None:
            taken = self._session.scalar(select(func.count()).where(PlaceRow.position == place)) or 0
            by_day = self._fold.state is not None and bool(self._fold.state.rules.periods)
            if not by_day and taken > self._session.get_one(PositionRow, place).places:
                found.append(msg("restore.overbooked", "{position} now has more people than places", position=place))
        return found

    def _contradiction(self) -> CannotRestore:
        return CannotRestore(
            "restore.contradiction",
            "The events of {journey} contradict the rules of this version. Restore with the version that recorded"
            " them.",
            journey=self._id,
        )


def _refused(told: Told, fold: Journey) -> LedgerEntry:
    """The entry of a refusal as it was recorded. One that was refused in recording may have got an id of its own, and
    then nothing of its contents was kept."""
    entry, receipt = told
    is_its_own = receipt.event_id == entry.event_id
    is_a_strangers = receipt.rule == the_journey_is_the_ledgers.id
    rules = entry.rules_digest if told.is_first else fold.rules_digest
    return entry.model_copy(
        update={
            "event_id": receipt.event_id,
            "event": entry.event if is_its_own else None,
            "recorded_at": receipt.recorded_at,
            "stage_before": receipt.stage,
            "rules_digest": None if is_a_strangers else rules,
        }
    )


def _gives_up(entry: LedgerEntry, number: int) -> bool:
    """Whether an entry says that the row of a number is lost for good."""
    lost = (entry.event or {}).get("lost") if entry.kind == "repaired" else None
    return lost is not None and lost["first"] <= number <= lost["last"]


def delivery_of(settled: Settled | None) -> dict[str, Any]:
    """How far a notice had come. Who it was sent to stands in no history."""
    if settled is None:
        return {"status": Delivery.PENDING, "attempts": 0, "sent_at": None, "last_error": None}
    is_sent = settled.how is Delivery.SENT
    error = None if is_sent else "not delivered, by the history"
    return {"status": settled.how, "attempts": 1, "sent_at": settled.sent_at, "last_error": error}
