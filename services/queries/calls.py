"""Calls to make: what was to be told to somebody who has no e-mail address, until it is confirmed that they know."""

from datetime import date
from typing import Any

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from activities.delivery import Delivery
from models.calendar.swedish_day import day_in_sweden
from models.projections.open_items import CALL, OpenItem
from models.tables.journeys import JourneyRow, OpenItemRow
from models.tables.ledger import NoticeRow
from services.queries.lines import NoticeLine, WorkLine, work_line
from services.queries.lists import Wanted, fitting, not_found_by_place
from services.queries.protected import masked, protected_on

MOST_CALLS = 50
"""Calls that somebody makes before they look for more."""


def call_of(notice: NoticeLine | NoticeRow) -> OpenItem | None:
    """The call to make instead of a letter; None where there is none, or none any more."""
    if notice.status != Delivery.TO_CALL or notice.acknowledged_at is not None:
        return None
    day = day_in_sweden(notice.created_at)
    said = {"what": "call", "of_whom": "coordinator", "partner": notice.recipient, "about": notice.kind}
    return OpenItem(item=f"{CALL}{notice.notice_id}", since=day, due_on=day, **said)


def calls_to_make(engine: Engine, today: date, **wanted: Wanted) -> list[WorkLine]:
    """The calls to make about candidates that fit, the longest waiting first; of protected persons without whom."""
    protected = protected_on(engine)
    with Session(engine) as session:
        found = session.execute(_query(wanted, protected)).all()
    lines = (_line(journey, notice, today) for journey, notice in found)
    return [masked(line, line.candidate, protected) for line in lines]


def _query(wanted: dict[str, Wanted], protected: dict[str, frozenset[str]]) -> Select[Any]:
    query = not_found_by_place(fitting(select(JourneyRow), **wanted), wanted, protected)
    query = query.join(NoticeRow, NoticeRow.journey_id == JourneyRow.journey_id).where(JourneyRow.erased_on.is_(None))
    query = query.where(NoticeRow.status == Delivery.TO_CALL.value, NoticeRow.acknowledged_at.is_(None))
    return query.add_columns(NoticeRow).order_by(NoticeRow.created_at, NoticeRow.notice_id).limit(MOST_CALLS)


def _line(journey: JourneyRow, notice: NoticeRow, today: date) -> WorkLine:
    item = call_of(notice)
    assert item is not None
    of_journey = {name: getattr(journey, name) for name in ("journey_id", "candidate", "stage", "programme", "site")}
    return work_line(OpenItemRow(**of_journey, coordinator=journey.coordinator, **item.model_dump()), today)
