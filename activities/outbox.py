"""The notices in the database: written with the ledger row, then marked as they are sent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, Update, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from activities.authority import Authority
from activities.background import IS_READ, JOURNEYS, WITH_JOURNEY, keep
from activities.contents import candidate_in, event_in, notice_from, sealed_notice
from activities.delivery import Delivery
from activities.handed_over import Letter, letter_for
from activities.round_trips import each_alone
from activities.sealing import sealer_on
from activities.seals import Seal
from activities.statements import LATEST_STATEMENT
from models.events.events import Corrected
from models.journey.facts_beside import CHANGES, facts_beside
from models.journey.fold import Entry
from models.ledger.entry import LedgerEntry, follows_from, notices
from models.partners.notice import MayLearn, Notice
from models.partners.partner import Channel
from models.tables.base import table_of
from models.tables.ledger import LedgerRow, NoticeRow

SAY_MORE = frozenset(cls.model_fields["kind"].default for cls in (*CHANGES, Corrected))
"""Kinds whose notices repeat something of the events before."""


Found = TypeVar("Found")


class Settled(NamedTuple):
    """How far a notice has come, and when it was sent, in UTC."""

    how: Delivery
    sent_at: datetime | None = None


class Outcome(NamedTuple):
    """What came of a notice, or of all that one letter told of: the columns that say so."""

    notice_ids: Sequence[UUID]
    columns: Mapping[str, object]

    @property
    def settled(self) -> dict[UUID, Settled]:
        """How far each has come; nothing where it is to be tried again."""
        how, at = self.columns.get("status"), self.columns.get("sent_at")
        settled = Settled(how, at if isinstance(at, datetime) else None) if isinstance(how, Delivery) else None
        return dict.fromkeys(self.notice_ids, settled) if settled else {}

    @classmethod
    def sent(cls, notice_ids: Sequence[UUID], at: datetime, to: str) -> "Outcome":
        return cls(notice_ids, {"status": Delivery.SENT, "sent_at": at, "sent_to": to, "last_error": None})

    @classmethod
    def failed(cls, notice_id: UUID, why: str) -> "Outcome":
        return cls([notice_id], {"last_error": why})

    @classmethod
    def dead(cls, notice_ids: Sequence[UUID], why: str) -> "Outcome":
        """Given up until somebody sends it again."""
        return cls(notice_ids, {"status": Delivery.DEAD, "last_error": why})

    @classmethod
    def to_call(cls, notice_id: UUID, why: str) -> "Outcome":
        """Left to a person, until somebody sends it after all."""
        return cls([notice_id], {"status": Delivery.TO_CALL, "last_error": why})


class Due(NamedTuple):
    """The notices of an event that are neither sent nor given up, and what came of its others."""

    notices: Sequence[Notice] = ()
    settled: Mapping[UUID, Settled] = MappingProxyType({})


class Outbox:
    """Reads and marks notices. Every method is safe to repeat."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._alone = each_alone(engine)

    def due(
        self, authority: Authority, journey_id: str, event_id: UUID, *, since_before: datetime | None = None
    ) -> list[Notice]:
        """The notices of an event that are neither sent nor given up, or those that are so since before a moment.

        Whoever asks, only those that follow from an accepted row that a worker of ours has signed: no other is ever
        sent. Of somebody who is protected each tells only that there is something to read.
        """
        return self.with_due(
            authority, journey_id, event_id, lambda _session, due: list(due.notices), since_before=since_before
        )

    def with_due(
        self,
        authority: Authority,
        journey_id: str,
        event_id: UUID,
        then: Callable[[Session, Due], Found],
        *,
        since_before: datetime | None = None,
    ) -> Found:
        """What `then` makes of the notices that are `due`, in the transaction in which they are read."""
        seal = sealer_on(self._engine).unless_ended(candidate_in(journey_id))
        with Session(self._alone) as session:
            due = _due(session, authority, seal, journey_id, event_id, since_before) if seal is not None else Due()
            return then(session, due)

    def letter(self, authority: Authority, notice: Notice, now: datetime) -> Letter | None:
        """What is sent of somebody who was handed over, for all who went together; None where it is not to be sent yet,
        or another one tells of it."""
        with Session(self._alone) as session:
            return letter_for(session, authority, notice, now)

    def settled(self, journey_id: str, event_id: UUID, *outcomes: Outcome) -> dict[UUID, Settled]:
        """What came of the notices of an event that are not pending, once these have been marked: all at once."""
        query = select(NoticeRow.notice_id, NoticeRow.status, NoticeRow.sent_at)
        query = query.where(NoticeRow.journey_id == journey_id, NoticeRow.event_id == event_id)
        with Session(self._engine) as session, session.begin():
            _mark(session.connection(), outcomes)
            rows = session.execute(query.where(NoticeRow.status != Delivery.PENDING).order_by(NoticeRow.notice_id))
            return {row.notice_id: Settled(Delivery(row.status), row.sent_at) for row in rows}

    def mark(self, *outcomes: Outcome) -> bool:
        """Remember what came of notices, in one transaction. Whether all are marked so; of those that had been sent or
        withdrawn meanwhile that stays."""
        engine = self._alone if len(outcomes) == 1 else self._engine
        with engine.begin() as connection:
            return _mark(connection, outcomes)

    def ways(self, notice_id: UUID) -> dict[Channel, Delivery]:
        """What came of each way in which a notice has come to its end, where its recipient has several."""
        with Session(self._alone) as session:
            return _ways_in(session.scalar(select(NoticeRow.ways).filter_by(notice_id=notice_id)))

    def settle_way(self, notice_id: UUID, channel: Channel, how: Delivery) -> None:
        """Remember what came of one way of several."""
        with Session(self._engine) as session, session.begin():
            row = session.get(NoticeRow, notice_id, with_for_update=True)
            if row is not None:
                row.ways = _written({**_ways_in(row.ways), channel: how})

    def revive(self, notice_ids: Sequence[UUID], at: datetime) -> list[tuple[str, UUID]]:
        """Make notices pending again that are dead or left to a person; returns journey and event of each."""
        again = NoticeRow.status.in_((Delivery.DEAD, Delivery.TO_CALL))
        query = select(NoticeRow).where(NoticeRow.notice_id.in_(notice_ids), again)
        with Session(self._engine) as session, session.begin():
            rows = list(session.scalars(query))
            for row in rows:
                row.status, row.pending_since = Delivery.PENDING, at
                row.ways = _written({way: how for way, how in _ways_in(row.ways).items() if how is Delivery.SENT})
            return [(row.journey_id, row.event_id) for row in rows]


def _due(
    session: Session,
    authority: Authority,
    seal: Seal,
    journey_id: str,
    event_id: UUID,
    since_before: datetime | None,
) -> Due:
    of_it = {"of_journey": journey_id, "of_event": event_id, "of_candidate": candidate_in(journey_id)}
    rows = session.connection().execute(DUE, of_it).all()
    its_own = [row for row in rows if row.event_id == event_id]
    if not its_own:
        return Due()
    row = its_own[0]
    authority.as_of(session, row.statements)
    behind = keep(session, authority, journey_id, rows)
    if not authority.genuine(session, [row]):
        return Due()
    told = [one for one in its_own if one.notice_id is not None]
    ended = [one for one in told if one.notice_status != Delivery.PENDING]
    settled = {one.notice_id: Settled(Delivery(one.notice_status), one.sent_at) for one in ended}
    waiting = [one for one in told if one.notice_id not in settled]
    if since_before is not None:
        waiting = [one for one in waiting if one.pending_since <= since_before]
    pending = [notice_from(seal, one.notice_id, one.notice_contents) for one in waiting]
    event = event_in(seal, row) or {}
    beside = _beside(session, authority, row, seal) if row.kind in SAY_MORE and pending else {}
    due = [notice for notice in pending if notice is not None and follows_from(row, event, beside, notice)]
    is_protected = bool(due) and behind.named_staff is not None
    return Due([notice.of_somebody_protected() if is_protected else notice for notice in due], settled)


def _event_with_notices() -> Select[Any]:
    ledger, notices = table_of(LedgerRow), table_of(NoticeRow).c
    this = ledger.c.event_id == bindparam("of_event")
    of_event = and_(this, notices.journey_id == ledger.c.journey_id, notices.event_id == ledger.c.event_id)
    read = select(
        *WITH_JOURNEY,
        notices.notice_id,
        notices.status.label("notice_status"),
        notices.sent_at,
        notices.pending_since,
        notices.contents.label("notice_contents"),
        LATEST_STATEMENT.label("statements"),
    ).select_from(
        ledger.outerjoin(table_of(NoticeRow), of_event).outerjoin(
            JOURNEYS, JOURNEYS.c.journey_id == ledger.c.journey_id
        )
    )
    accepted = (ledger.c.journey_id == bindparam("of_journey"), ledger.c.accepted, or_(this, IS_READ))
    return read.where(*accepted).order_by(notices.notice_id)


DUE = _event_with_notices()
"""An accepted event, with each of its notices, and the referrals of its journey."""


def _mark(connection: Connection, outcomes: Iterable[Outcome]) -> bool:
    wanted = marked = 0
    for notice_ids, columns in (one for one in outcomes if one.notice_ids):
        wanted += len(notice_ids)
        marked += connection.execute(MARKING, [{"marked": id_, **columns} for id_ in notice_ids]).rowcount
    return marked == wanted


def _marking() -> Update:
    # A notice that has been sent stays so: a late answer of an attempt that was given up must not undo it.
    notices = table_of(NoticeRow)
    unsettled = and_(*(notices.c.status != settled for settled in (Delivery.SENT, Delivery.WITHDRAWN)))
    one = notices.c.notice_id == bindparam("marked")
    return update(notices).where(one, unsettled).values(attempts=notices.c.attempts + 1)


MARKING = _marking()


def _ways_in(kept: str | None) -> dict[Channel, Delivery]:
    said = (one.partition(":") for one in (kept or "").split())
    return {Channel(channel): Delivery(how) for channel, _, how in said}


def _written(ways: Mapping[Channel, Delivery]) -> str | None:
    return " ".join(f"{channel}:{how}" for channel, how in sorted(ways.items())) or None


def _beside(session: Session, authority: Authority, row: Any, seal: Seal) -> dict[str, str]:
    """What a notice repeats beside its event, by the rows before it that a worker of ours has signed."""
    of_journey = select(LedgerRow).where(LedgerRow.journey_id == row.journey_id, LedgerRow.accepted.is_(True))
    rows = authority.genuine(
        session, session.scalars(of_journey.where(LedgerRow.row <= row.row).order_by(LedgerRow.row))
    )
    said = [(event_in(seal, one), one.recorded_at) for one in rows]
    entries = [Entry.model_validate({"event": event, "recorded_at": at}) for event, at in said if event is not None]
    return facts_beside(entries[:-1], entries[-1].event) if entries else {}


def rows_for(entry: LedgerEntry, may_learn: MayLearn, seal: Seal) -> list[dict[str, Any]]:
    """The rows to write with an accepted entry, each with what its recipient may be told."""
    return [
        {
            "notice_id": notice.notice_id,
            "journey_id": notice.journey_id,
            "event_id": notice.event_id,
            "recipient": notice.recipient,
            "status": Delivery.PENDING,
            "attempts": 0,
            "created_at": entry.recorded_at,
            "pending_since": entry.recorded_at,
            "kind": notice.kind,
            "contents": sealed_notice(seal, notice),
        }
        for notice in notices(entry, may_learn)
    ]
