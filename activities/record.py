"""Record: write down an event and its answer, in one transaction. The local activity between propose and commit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Delete, Engine, Insert, Select, Table, bindparam, delete, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.authority import BEHIND, Authority
from activities.contents import contents_of, event_in, opened, sealed
from activities.language import said
from activities.ledger_head import LedgerBehind, held_of, of_the_erased
from activities.outbox import rows_for
from activities.recording_checks import Directory, not_kept_apart, refused_by
from activities.round_trips import sent_together
from activities.sealing import KeyEnded, sealer_on
from activities.seals import Seal
from models.access.authorship import id_of_refused
from models.events.events import EVENT
from models.fields import in_english
from models.identifiers import own_id
from models.journey.fold import Entry, entries_of, mark_of
from models.ledger.entry import LedgerEntry
from models.ledger.hash_chain import FORM, GENESIS, row_hash
from models.ledger.receipt import Receipt
from models.message import msg
from models.projections.details import rows_of_items
from models.projections.status import Standing
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.stages import Stage
from models.state.stage_history import StagePeriod
from models.tables.base import Base, table_of
from models.tables.journeys import FindingRow, FollowUpRow, JourneyRow, OpenItemRow, StagePeriodRow
from models.tables.ledger import LedgerRow, NoticeRow

STRANGE = "strange"
"""Type of the error of what a run says by itself that was begun with events which the ledger does not hold."""

UNWRITABLE = "unwritable"
"""Type of the error of an event of which the database does not take what is to be written."""

TRIES = 5
"""Attempts, within some three seconds: what another writer is in the way of is written by then."""


class Unwritable(ApplicationError):
    """What follows from an event cannot be written, whoever tries. Repeating helps nothing."""

    says_nothing_personal = True

    def __init__(self, error: DBAPIError) -> None:
        what = f"The database does not take what follows from the event ({type(error.orig).__name__})."
        super().__init__(what, type=UNWRITABLE, non_retryable=True)


class Recorder:
    """Writes the ledger. What only the database and the directory know is decided here, in the same transaction."""

    def __init__(self, engine: Engine, directory: Directory, authority: Authority) -> None:
        self.engine = engine
        self.directory = directory
        self.authority = authority

    @activity.defn(name="record")
    def record(self, entry: LedgerEntry) -> Receipt:
        """Write the ledger row, the read model, the place and the notices to send; answer with the receipt.

        Safe to repeat by the event's id: an event that has a row is answered with the receipt of that row. A different
        event under a used id is refused, in a row of its own. Raises what the database raises where it cannot be
        reached: repeating helps. Raises ApplicationError where the ledger holds events that the journey did not know
        when it judged this one; they are its details, and judging anew with them helps: see `missed_by`. Raises
        LedgerBehind where the journey knows rows that the ledger lacks: repeating helps once they are restored. Raises
        ApplicationError too for a candidate who was erased, and then repeating helps nothing. Raises Unwritable where
        the database, often asked, does not take what follows from the event: a refusal of it can be recorded.
        """
        try:
            seal = sealer_on(self.engine).of(entry.candidate)
        except KeyEnded as error:
            raise of_the_erased(error) from None
        try:
            return self._recorded(entry, seal)
        except (DataError, IntegrityError) as error:
            is_last = activity.in_activity() and activity.info().attempt >= TRIES
            if entry.refused is None and is_last and not _is_of_a_trigger(error):
                raise Unwritable(error) from error
            raise

    def _recorded(self, entry: LedgerEntry, seal: Seal) -> Receipt:
        with self.engine.connect() as connection, connection.begin(), Session(connection) as session:
            answered = self._answered(session, entry, seal)
            with sent_together(connection):
                answered.write(session)
                connection.commit()
        return answered.receipt

    def write(self, session: Session, entry: LedgerEntry, seal: Seal) -> Receipt:
        """The same in a transaction of somebody else's."""
        answered = self._answered(session, entry, seal)
        answered.write(session)
        return answered.receipt

    def _answered(self, session: Session, entry: LedgerEntry, seal: Seal) -> "Answered":
        """What is to be written of an entry. Its place is taken, and the notice that it acknowledges is marked."""
        if entry.carried and self._are_others(session, entry, seal):
            return self._answered(session, _in_a_strange_run(session, entry), seal)
        held = held_of(session, entry)
        register = self.authority.as_of(session, held.statements)
        if held.is_erased:  # by another process, whose end of the key this one's memory has not heard of
            raise of_the_erased(KeyEnded(entry.candidate))
        if held.is_behind(entry):
            raise LedgerBehind(activity.info().attempt if activity.in_activity() else 1)
        if entry.known is not None and held.accepted > entry.known:
            self._refuse_to_leave_out(session, entry, entry.known, seal)
        if held.own_row is not None:
            first = session.scalars(_rows_of(entry).where(LedgerRow.row == held.own_row)).one()
            if first.digest == entry.digest and self.authority.genuine(session, [first]):
                return Answered(Receipt.model_validate(opened(seal, first).receipt))
            return self._answered(session, _under_a_used_id(entry), seal)
        not_to_be_kept = self.authority.why_not(session, entry) or not_kept_apart(session, entry, seal)
        if not_to_be_kept is not None:
            return self._answered(session, _of_nobody(entry, not_to_be_kept), seal)
        self.authority.refuse_to_sign(register, entry.recorded_at)
        refused = refused_by(session, register, entry, held.place)
        session.flush()
        receipt = receipt_of(entry, refused, held.rows + 1)
        row = ledger_row(entry, receipt, held.head or GENESIS, seal)
        signed = {**row, **self.authority.signature_of(row["hash"])}
        if refused is not None:
            return Answered(receipt, signed)
        return Answered(receipt, signed, entry, rows_for(entry, partial(self.directory.may_learn, register), seal))

    def _are_others(self, session: Session, entry: LedgerEntry, seal: Seal) -> bool:
        """Whether the run was begun with others than the ledger holds: anybody can start one, with events of their own.

        One that an earlier run has handed on to may know more than the ledger: then that has been put back.
        """
        accepted = session.scalars(_rows_of(entry).where(LedgerRow.accepted.is_(True)).order_by(LedgerRow.row))
        held = self.authority.genuine(session, accepted)[: len(entry.carried)]
        is_short = len(held) < len(entry.carried)
        return (is_short and not entry.continued) or not all(
            (event := event_in(seal, row)) is None or mark_of(EVENT.validate_python(event), row.recorded_at) == mark
            for row, mark in zip(held, entry.carried, strict=False)
        )

    def _refuse_to_leave_out(self, session: Session, entry: LedgerEntry, known: int, seal: Seal) -> None:
        """A worker can die between record and commit. What came meanwhile must not be judged as if nothing had
        happened. A row that no worker of ours has signed never counts: an audit finds it."""
        accepted = session.scalars(_rows_of(entry).where(LedgerRow.accepted.is_(True)).order_by(LedgerRow.row))
        unknown = self.authority.genuine(session, accepted)[known:]
        missed = [Missed(row, event_in(seal, row)) for row in unknown]
        missed = [one for one in missed if one.event is not None]
        if not missed or (missed[0].row.event_id, missed[0].row.digest) == (entry.event_id, entry.digest):
            return
        message = f"The journey knows {known} events and the ledger {len(missed)} more; it must take them in first."
        raise ApplicationError(
            message, *entries_of(missed), type=BEHIND, non_retryable=True, category=ApplicationErrorCategory.BENIGN
        )


def _is_of_a_trigger(error: DBAPIError) -> bool:
    """Whether a trigger has refused it, as where another writer was first: SQLite alone takes that for a constraint."""
    return getattr(error.orig, "sqlite_errorname", None) == "SQLITE_CONSTRAINT_TRIGGER"


class Answered(NamedTuple):
    """The receipt of an entry, and what is to be written: the ledger row, unless there is one already, and of what was
    accepted the entry itself, for the read models, and the rows of its notices."""

    receipt: Receipt
    row: Mapping[str, Any] | None = None
    accepted: LedgerEntry | None = None
    notices: Sequence[Mapping[str, Any]] = ()

    def write(self, session: Session) -> None:
        """Write it, reading nothing."""
        if self.row is not None:
            insert_rows(session, LedgerRow, [self.row])
        if self.accepted is not None:
            write_read_models(session, self.accepted)
            insert_rows(session, NoticeRow, self.notices)


class Missed(NamedTuple):
    """A ledger row that the journey did not know, and the event in it; None where it is not that of the row."""

    row: LedgerRow
    event: dict[str, Any] | None

    @property
    def recorded_at(self) -> datetime:
        return self.row.recorded_at


def missed_by(error: ApplicationError) -> list[Entry]:
    """The events that the ledger holds and the journey did not know. Raises any other error as it is."""
    if error.type != BEHIND:
        raise error
    return [Entry.model_validate(entry) for entry in error.details]


def _rows_of(entry: LedgerEntry) -> Select[LedgerRow]:
    return select(LedgerRow).where(LedgerRow.journey_id == entry.journey_id)


def _of_nobody(entry: LedgerEntry, refused: Refusal) -> LedgerEntry:
    """What came in another's name, in nobody's or with texts in it, under an id of its own: it must not take that of
    what they may send themselves. Of its contents nothing is kept."""
    return _refuse(entry, refused, id_of_refused(entry.event_id, refused.rule, entry.digest, entry.signed))


def _in_a_strange_run(session: Session, entry: LedgerEntry) -> LedgerEntry:
    """What came into a run that was begun with events of somebody's own. It may be sent again, where it is the ledger's
    journey that judges it. Raises ApplicationError of what such a run says itself: nobody has sent that."""
    message = msg(
        "the_journey_is_the_ledgers.strange_run",
        "The journey was started by hand with events that the ledger does not hold. Ask the operator to repair it.",
    )
    if entry.own:
        raise ApplicationError(said(message, "en"), type=STRANGE, non_retryable=True)
    last = _rows_of(entry).where(LedgerRow.accepted.is_(True)).order_by(LedgerRow.row.desc()).limit(1)
    stands = session.scalars(last).first()
    refused = _of_nobody(entry, rules.the_journey_is_the_ledgers.refuse(message))
    stage = Stage(stands.stage_after) if stands is not None and stands.stage_after else None
    of_it = {"carried": (), "known": None, "stage_before": stage, "allowed_before": (), "rules_digest": None}
    return refused.model_copy(update=of_it)


def _under_a_used_id(entry: LedgerEntry) -> LedgerEntry:
    refused = rules.each_event_has_its_id.refuse(
        msg(
            "each_event_has_its_id.used",
            "This event id was used for another event. Send the event again with an id of its own.",
        )
    )
    return _refuse(entry, refused, own_id(entry.event_id, entry.digest))


def _refuse(entry: LedgerEntry, refused: Refusal, event_id: UUID) -> LedgerEntry:
    return entry.model_copy(update={"event_id": event_id, "event": None, "refused": refused})


def receipt_of(entry: LedgerEntry, refused: Refusal | None, row: int) -> Receipt:
    """The answer to an entry, recorded in a row."""
    stage = entry.stage_before if refused else entry.standing.stage
    return Receipt(
        event_id=entry.event_id,
        kind=entry.kind,
        accepted=refused is None,
        row=row,
        recorded_at=entry.recorded_at,
        stage=stage,
        rule=refused.rule if refused else None,
        source=refused.source if refused else None,
        message=said(refused.message, "en") if refused else f"Recorded; the candidate is in {stage}.",
        reason=refused.message if refused else None,
        allowed=entry.allowed_before if refused else entry.allowed_after,
    )


def ledger_row(entry: LedgerEntry, receipt: Receipt, previous: str, seal: Seal) -> dict[str, Any]:
    """The row of an entry, with its hash; the worker's signature is not in it."""
    contents = contents_of(seal, entry, receipt)
    row = {
        "journey_id": entry.journey_id,
        "row": receipt.row,
        "event_id": entry.event_id,
        "kind": entry.kind,
        "actor": entry.actor,
        "effective_on": entry.effective_on,
        "recorded_at": entry.recorded_at,
        "accepted": receipt.accepted,
        "rule": receipt.rule,
        "source": in_english(receipt.source),
        "stage_before": entry.stage_before,
        "stage_after": receipt.stage,
        "contents": sealed(seal, contents, entry.journey_id, receipt.row),
        "commitment": contents.commitment,
        "digest": entry.digest,
        "rules_digest": entry.rules_digest,
        "key": entry.signed.key if entry.signed else None,
        "signature": entry.signed.value if entry.signed else None,
        "sign_in": entry.signed.sign_in.as_json() if entry.signed and entry.signed.sign_in else None,
        "previous": previous,
        "form": FORM,
    }
    return {**row, "hash": row_hash(row)}


def insert_rows(session: Session, row: type[Base], values: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of one table in the session's transaction; nothing where there are none."""
    if values:
        session.connection().execute(_insertion(row), list(values))


@cache
def _insertion(row: type[Base]) -> Insert:
    return insert(table_of(row)).inline()  # nobody asks for the numbers that the database has given


def write_read_models(session: Session, entry: LedgerEntry) -> None:
    """Make the lists say where the journey stands now, and what of its way and its findings has changed. Reads
    nothing."""
    of_journey = {"journey_id": entry.journey_id}
    _offer(session, LISTED, [{**of_journey, **entry.standing.model_dump(), "updated_at": entry.recorded_at}])
    if entry.details.passages is not None:
        _write_passages(session, entry, entry.details.passages)
    for table, rows in ((FindingRow, entry.details.findings), (FollowUpRow, entry.details.follow_ups)):
        if rows is not None:
            _replace(session, table, of_journey, [one.model_dump() for one in rows])
    if entry.details.items is not None:
        _replace(session, OpenItemRow, of_journey, rows_of_items(entry.standing, entry.details.items))


def _replace(
    session: Session, row: type[Base], of_journey: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> None:
    session.connection().execute(_DELETIONS[row], of_journey)
    insert_rows(session, row, [{**of_journey, **one} for one in rows])


_DELETIONS: dict[type[Base], Delete] = {
    row: delete(table_of(row)).where(table_of(row).c.journey_id == bindparam("journey_id"))
    for row in (FindingRow, FollowUpRow, OpenItemRow)
}


def _write_passages(session: Session, entry: LedgerEntry, passages: tuple[StagePeriod, ...]) -> None:
    """One round trip: all stages are offered, and the database writes those that it does not have so already."""
    rows = [
        {"journey_id": entry.journey_id, "number": number, **passage.model_dump()}
        for number, passage in enumerate(passages)
    ]
    _offer(session, PASSED, rows)
    if entry.kind in ("corrected", "repaired"):  # nothing else can make the way shorter than the table says
        left_over = (StagePeriodRow.journey_id == entry.journey_id, StagePeriodRow.number >= len(rows))
        session.connection().execute(delete(table_of(StagePeriodRow)).where(*left_over))


class Offered(NamedTuple):
    """Rows of a table that are written where they are new, and otherwise change these columns."""

    table: Table
    changed: tuple[str, ...]

    def upsert(self, insert: Any) -> Any:
        """The statement, by the `insert` of a dialect."""
        offered = insert(self.table)
        differs = or_(*(self.table.c[name].is_distinct_from(offered.excluded[name]) for name in self.changed))
        return offered.on_conflict_do_update(
            index_elements=list(self.table.primary_key),
            set_={name: offered.excluded[name] for name in self.changed},
            where=differs,
        )


LISTED = Offered(table_of(JourneyRow), (*Standing.model_fields, "updated_at"))
PASSED = Offered(table_of(StagePeriodRow), ("stage", "entered_on", "left_on", "began_on"))

_UPSERTS = {
    (offered, dialect): offered.upsert(insert)
    for offered in (LISTED, PASSED)
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def _offer(session: Session, offered: Offered, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.connection().execute(_UPSERTS[offered, session.get_bind().dialect.name], list(rows))
