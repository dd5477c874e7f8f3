"""How the database stands, in numbers: what is counted by an index, and names nobody."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Engine, Select, exists, func, select
from sqlalchemy.orm import Session

from activities.delivery import Delivery
from models.stages import OPEN_STAGES
from models.tables.journeys import JourneyRow
from models.tables.ledger import NoticeRow
from models.tables.links import MailActRow, ReceivedMailRow
from runtime.migrations import form_of
from services.letters.taken import READ, TO_BE_LOOKED_AT


class Standing(NamedTuple):
    """What was counted: open journeys by programme and stage, overdue ones by programme, notices, and since when a
    reply by mail has waited for somebody to look at it."""

    form: str | None
    journeys: dict[tuple[str, str], int]
    overdue: dict[str, int]
    pending: int
    oldest_pending: datetime | None
    dead: int
    oldest_mail: datetime | None = None


def standing(engine: Engine, today: date) -> Standing:
    """Count everything. Raises DBAPIError."""
    form = form_of(engine)
    with Session(engine) as session:
        journeys = {(programme, str(stage)): count for programme, stage, count in session.execute(journeys_query())}
        overdue = {programme: int(count) for programme, count in session.execute(overdue_query(today))}
        pending, oldest = session.execute(pending_query()).one()
        dead = session.execute(dead_query()).scalar_one()
        oldest_mail = session.execute(waiting_mail_query()).scalar_one()
    return Standing(form, journeys, overdue, pending, oldest, dead, oldest_mail)


def journeys_query() -> Select[str, str, int]:
    """How many journeys are open, by programme and stage."""
    row = JourneyRow
    query = select(row.programme, row.stage, func.count()).where(row.stage.in_(OPEN_STAGES))
    return query.group_by(row.programme, row.stage)


def overdue_query(today: date) -> Select[str, int]:
    """How many journeys should have had something done before today, by programme."""
    query = select(JourneyRow.programme, func.count()).where(JourneyRow.due_on < today)
    return query.group_by(JourneyRow.programme)


def pending_query() -> Select[int, datetime]:
    """How many notices wait to be sent, and since when the first of them does."""
    return select(func.count(), func.min(NoticeRow.pending_since)).where(NoticeRow.status == Delivery.PENDING)


def dead_query() -> Select[int]:
    """How many notices were given up."""
    return select(func.count()).where(NoticeRow.status == Delivery.DEAD)


def waiting_mail_query() -> Select[datetime]:
    """Since when the first of the mails has waited that somebody must look at."""
    settled = exists(MailActRow.mail_id).where(MailActRow.mail_id == ReceivedMailRow.id, MailActRow.what != READ)
    return select(func.min(ReceivedMailRow.received_at)).where(ReceivedMailRow.what.in_(TO_BE_LOOKED_AT), ~settled)
