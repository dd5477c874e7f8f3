"""The notices in the database: written with the ledger row, then marked as they are sent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from activities.authority import Authority
from activities.contents import candidate_in, event_in, notice_in, sealed_notice
from activities.delivery import Delivery
from activities.handed_over import Letter, letter_for
from activities.protections import protected_in
from activities.sealing import sealer_on
from activities.seals import Seal
from models.events.events import Corrected
from models.journey.facts_beside import CHANGES, facts_beside
from models.journey.fold import Entry
from models.ledger.entry import LedgerEntry, follows_from, notices
from models.partners.notice import MayLearn, Notice
from models.partners.partner import Channel
from models.tables.ledger import LedgerRow, NoticeRow

SAY_MORE = frozenset(cls.model_fields["kind"].default for cls in (*CHANGES, Corrected))
"""Kinds whose notices repeat something of the events before."""


Found = TypeVar("Found")


class Outcome(NamedTuple):
    """What came of a notice, or of all that one letter told of: the columns that say so."""

    notice_ids: Sequence[UUID]
    columns: Mapping[str, object]

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


class Outbox:
    """Reads and marks notices. Every method is safe to repeat."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(
        self, authority: Authority, journey_id: str, event_id: UUID, *, since_before: datetime | None = None
    ) -> list[Notice]:
        """The notices of an event that are neither sent nor given up, or those that are so since before a moment.

        Whoever asks, only those that follow from an accepted row that a worker of ours has signed: no other is ever
        sent. Of somebody who is protected each tells only that there is something to read.
        """
        return self.with_due(authority, journey_id, event_id, lambda _session, due: due, since_before=since_before)

    def with_due(
        self,
        authority: Authority,
        journey_id: str,
        event_id: UUID,
        then: Callable[[Session, list[Notice]], Found],
        *,
        since_before: datetime | None = None,
    ) -> Found:
        """What `then` makes of the notices that are `due`, in the transaction in which they are read."""
        seal = sealer_on(self._engine).unless_ended(candidate_in(journey_id))
        with Session(self._engine) as session:
            due = _due(session, authority, seal, journey_id, event_id, since_before) if seal is not None else []
            return then(session, due)

    def letter(self, authority: Authority, notice: Notice, now: datetime) -> Letter | None:
        """What is sent of somebody who was handed over, for all who went together; None where it is not to be sent yet,
        or another one tells of it."""
        with Session(self._engine) as session:
            return letter_for(session, authority, notice, now)

    def settled(self, journey_id: str, event_id: UUID, *outcomes: Outcome) -> dict[UUID, Delivery]:
        """The notices of an event that are sent or given up, each with which of the two, once these have been marked:
        in one transaction."""
        query = select(NoticeRow.notice_id, NoticeRow.status)
        query = query.where(NoticeRow.journey_id == journey_id, NoticeRow.event_id == event_id)
        with Session(self._engine) as session, session.begin():
            _mark(session, outcomes)
            rows = session.execute(query.where(NoticeRow.status != Delivery.PENDING).order_by(NoticeRow.notice_id))
            return {row.notice_id: Delivery(row.status) for row in rows}

    def mark(self, *outcomes: Outcome) -> None:
        """Remember what came of notices, in one transaction."""
        with Session(self._engine) as session, session.begin():
            _mark(session, outcomes)

    def ways(self, notice_id: UUID) -> dict[Channel, Delivery]:
        """What came of each way in which a notice has come to its end, where its recipient has several."""
        with Session(self._engine) as session:
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
) -> list[Notice]:
    of_event = {"journey_id": journey_id, "event_id": event_id}
    row = session.scalars(select(LedgerRow).filter_by(**of_event, accepted=True)).first()
    if row is None or not authority.genuine(session, [row]):
        return []
    query = select(NoticeRow).filter_by(**of_event, status=Delivery.PENDING)
    if since_before is not None:
        query = query.where(NoticeRow.pending_since <= since_before)
    rows = list(session.scalars(query))
    event = event_in(seal, row) or {}
    pending = [notice_in(seal, one) for one in rows]
    beside = _beside(session, authority, row, seal) if row.kind in SAY_MORE and pending else {}
    due = [notice for notice in pending if notice is not None and follows_from(row, event, beside, notice)]
    is_protected = bool(due and protected_in(session, authority.register, candidate_in(journey_id)))
    return [notice.of_somebody_protected() if is_protected else notice for notice in due]


def _mark(session: Session, outcomes: Iterable[Outcome]) -> None:
    # A notice that has been sent stays so: a late answer of an attempt that was given up must not undo it.
    settled = (Delivery.SENT, Delivery.WITHDRAWN)
    for notice_ids, values in outcomes:
        one_of = NoticeRow.notice_id.in_(notice_ids)
        query = (
            update(NoticeRow)
            .where(one_of, NoticeRow.status.not_in(settled))
            .execution_options(synchronize_session=False)
        )
        session.execute(query.values(attempts=NoticeRow.attempts + 1, **values))


def _ways_in(kept: str | None) -> dict[Channel, Delivery]:
    said = (one.partition(":") for one in (kept or "").split())
    return {Channel(channel): Delivery(how) for channel, _, how in said}


def _written(ways: Mapping[Channel, Delivery]) -> str | None:
    return " ".join(f"{channel}:{how}" for channel, how in sorted(ways.items())) or None


def _beside(session: Session, authority: Authority, row: LedgerRow, seal: Seal) -> dict[str, str]:
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
