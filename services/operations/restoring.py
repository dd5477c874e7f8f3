"""Writing rows anew that a ledger lost when its database was put back: each as it was, one journey a transaction."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from activities.delivery import Delivery
from activities.record import Recorder
from activities.sealing import sealer_on
from models.events.values import RestoredRows
from models.identifiers import JourneyId
from models.rules.recording import the_row_is_told
from models.tables.ledger import LedgerRow, NoticeRow
from services.operations.retold import CannotRestore, Loss, Restored, Retelling, RowLost, Statement
from services.operations.rewriting import Writer, delivery_of


class Restorer:
    """Writes rows with what a worker writes them with. Safe to repeat: rows that are there stay as they are."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def missing(self, journey_id: JourneyId, told: Retelling) -> RestoredRows | None:
        """The rows that the ledger lacks; None where it lacks none. Raises CannotRestore and SealingError."""
        sealer_on(self._recorder.engine).known(journey_id.candidate)
        with Session(self._recorder.engine) as session:
            return _missing(journey_id, _held(session, journey_id), told)

    def to_settle(self, journey_id: JourneyId, told: Retelling) -> list[UUID]:
        """The notices that are pending here and of which the histories tell what became of them."""
        query = select(NoticeRow.notice_id).where(NoticeRow.journey_id == journey_id)
        with Session(self._recorder.engine) as session:
            pending = session.scalars(query.where(NoticeRow.status == Delivery.PENDING))
            return [notice_id for notice_id in pending if notice_id in told.settled]

    def settle(self, journey_id: JourneyId, told: Retelling) -> int:
        """Mark them so; returns how many."""
        notices = self.to_settle(journey_id, told)
        with Session(self._recorder.engine) as session, session.begin():
            for notice_id in notices:
                is_it = NoticeRow.notice_id == notice_id
                session.execute(update(NoticeRow).where(is_it).values(delivery_of(told.settled.get(notice_id))))
        return len(notices)

    def restore(self, journey_id: JourneyId, told: Retelling, said: Statement) -> Restored:
        """Write what is missing and the event that says so. Where it gives up rows, others stand in their place that
        say that they are lost. Raises the same."""
        seal = sealer_on(self._recorder.engine).known(journey_id.candidate)
        with Session(self._recorder.engine) as session, session.begin():
            held = _held(session, journey_id)
            rows, lost = _missing(journey_id, held, told), said.event.lost
            if rows is None or said.event.restored != (_before(lost.first, rows) if lost is not None else rows):
                raise _changed(journey_id)
            if lost is not None and lost.last != rows.last:
                raise _changed(journey_id)
            writer = Writer(session, self._recorder, journey_id, told, seal)
            writer.begin(held)
            for number in range(rows.first, rows.last + 1 if lost is None else lost.first):
                writer.write(number)
            for number in range(lost.first, lost.last + 1) if lost is not None else ():
                writer.write_lost(number, said.at)
            writer.take_place()
            return Restored(rows, writer.notices, frozenset(writer.unsent), tuple(writer.lost()), writer.say(said))

    def loss(self, journey_id: JourneyId, told: Retelling) -> Loss | None:
        """What can never be written anew of a journey: from the first accepted event on that no history tells; None
        where all of it can. Writes nothing. Raises the same."""
        seal = sealer_on(self._recorder.engine).known(journey_id.candidate)
        with Session(self._recorder.engine) as session:  # which is rolled back
            held = _held(session, journey_id)
            if (rows := _missing(journey_id, held, told)) is None:
                return None
            writer = Writer(session, self._recorder, journey_id, told, seal)
            writer.begin(held)
            try:
                for number in range(rows.first, rows.last + 1):
                    writer.write(number)
            except RowLost as lost:
                writer.refuse_without_a_beginning()
                return Loss(_before(lost.row, rows), lost.row, rows.last, writer.not_among(told.events))
            return None


def _changed(journey_id: JourneyId) -> CannotRestore:
    return CannotRestore("restore.changed", "{journey} changed meanwhile. Restore it again.", journey=journey_id)


def _before(number: int, rows: RestoredRows) -> RestoredRows | None:
    """Those of the rows that lie before one that is lost."""
    return rows.model_copy(update={"last": number - 1}) if rows.first < number else None


def _held(session: Session, journey_id: JourneyId) -> Sequence[LedgerRow]:
    query = select(LedgerRow).where(LedgerRow.journey_id == journey_id).order_by(LedgerRow.row)
    return session.scalars(query).all()


def _missing(journey_id: JourneyId, held: Sequence[LedgerRow], told: Retelling) -> RestoredRows | None:
    for row in (row for row in held if row.rule != the_row_is_told.id):
        known = told.rows.get(row.row)
        if known is not None and (known.receipt.event_id, known.receipt.accepted) != (row.event_id, row.accepted):
            raise CannotRestore(
                "restore.written_over",
                "Row {row} of {journey} differs from its history, so the ledger was written over. Restore a"
                " later backup of the database.",
                row=row.row,
                journey=journey_id,
            )
    first, last = len(held) + 1, max((told.known_rows, *told.rows))
    if last < first:
        return None
    return RestoredRows(first=first, last=last, runs=told.runs)
