"""The letter by which a colleague is told of those who were handed over: one for all who went together."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from activities.authority import Authority
from activities.contents import candidate_in, event_in
from activities.protections import protected_in
from activities.sealing import sealer_on
from models.access.register import Register
from models.events.events import CoordinatorChanged
from models.partners.notice import Notice
from models.tables.ledger import LedgerRow, NoticeRow

KIND = CoordinatorChanged.model_fields["kind"].default

WAITS_FOR_THE_OTHERS = timedelta(minutes=2)
"""As long as it takes to record all who go together; what was broken off is told as far as it came."""

ALONE_AFTER = timedelta(minutes=10)
"""Whoever should have told of all may have stopped: then each is told of by itself."""

APART = timedelta(days=1)
"""No command that hands over goes on for longer, also where it was broken off."""


class Letter(NamedTuple):
    """What is sent in the place of a notice, and the notices that it is sent for."""

    notice: Notice
    instead_of: tuple[UUID, ...]


def letter_for(session: Session, authority: Authority, notice: Notice, now: datetime) -> Letter | None:
    """The letter that tells of all who were handed over together; None where another notice tells of this one, or the
    others are still to come."""
    of_event = {"journey_id": notice.journey_id, "event_id": notice.event_id}
    row = session.scalars(select(LedgerRow).filter_by(**of_event, accepted=True)).first()
    event = _event(session, row) if row is not None else {}
    named = _named(authority.register(session), event, now)
    details = {**notice.details, **named, "candidates": str(notice.candidate)}
    alone = Letter(notice.model_copy(update={"details": details}), (notice.notice_id,))
    together = event.get("together")
    if row is None or together is None or now - row.recorded_at > ALONE_AFTER:
        return alone
    mates = _mates(session, authority, row, together)
    if len(mates) < together["count"] and now - row.recorded_at < WAITS_FOR_THE_OTHERS:
        return None
    waiting = _waiting(session, mates, notice.recipient)
    if not waiting or waiting[0].notice_id != notice.notice_id:
        return None
    candidates = ", ".join(sorted(candidate_in(one.journey_id) for one in waiting))
    whole = notice.model_copy(update={"details": {**details, "candidates": candidates}})
    return Letter(whole, tuple(one.notice_id for one in waiting))


def _event(session: Session, row: LedgerRow) -> dict[str, Any]:
    seal = sealer_on(session.get_bind().engine).unless_ended(candidate_in(row.journey_id), session)
    return (event_in(seal, row) if seal is not None else None) or {}


def _named(register: Register, event: dict[str, Any], now: datetime) -> dict[str, str]:
    """Who leaves, and whom to call from now on."""
    details = {}
    for detail, name in (("leaves", event.get("leaves")), ("takes_over", event.get("coordinator"))):
        person = register.person(str(name), now) if name else None
        if person is not None:
            known = (person.name, person.phone, person.email) if detail == "takes_over" else (person.name,)
            details[detail] = ", ".join(filter(None, known))
    return details


def _mates(session: Session, authority: Authority, row: LedgerRow, together: dict[str, Any]) -> list[LedgerRow]:
    """The rows of all who went together, but for those who are protected: of these each letter tells nothing."""
    alike = select(LedgerRow).where(LedgerRow.kind == KIND, LedgerRow.accepted.is_(True), LedgerRow.actor == row.actor)
    since = row.recorded_at - APART
    rows = authority.genuine(session, session.scalars(alike.where(LedgerRow.recorded_at >= since)))
    protected = protected_in(session, authority.register)
    return [
        one
        for one in rows
        if candidate_in(one.journey_id) not in protected
        and (_event(session, one).get("together") or {}).get("id") == together["id"]
    ]


def _waiting(session: Session, mates: list[LedgerRow], recipient: str) -> list[NoticeRow]:
    """The notices of these to somebody that have not been sent, in the order in which they came."""
    of_event = tuple_(NoticeRow.journey_id, NoticeRow.event_id)
    query = select(NoticeRow).where(of_event.in_([(one.journey_id, one.event_id) for one in mates]))
    query = query.where(NoticeRow.recipient == recipient, NoticeRow.status == "pending")
    return list(session.scalars(query.order_by(NoticeRow.created_at, NoticeRow.journey_id)))
