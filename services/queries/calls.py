"""Calls to make: what is to be told by a person, until it is noted that they know who were to be told.

To those who have no e-mail address, and to candidates, of whom no letter knows one. Of what a candidate is to be told
the latest of a journey counts: whoever tells it tells of what came before.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from activities.delivery import Delivery
from models.calendar.swedish_day import day_in_sweden
from models.partners.partner import CANDIDATE
from models.projections.open_items import CALL, OpenItem
from models.stages import ENDED_STAGES, Stage
from models.tables.journeys import JourneyRow, OpenItemRow
from models.tables.ledger import NoticeRow
from services.queries.lines import NoticeLine, WorkLine, work_line
from services.queries.lists import Wanted, fitting, not_found_by_place
from services.queries.protected import masked, protected_on

MOST_CALLS = 50
"""Calls that somebody makes before they look for more."""

TOLD_AFTER_THE_END = timedelta(days=30)
"""How long a candidate whose way has ended is to be told: later it has been said, or is no news."""


def call_of(notice: NoticeLine | NoticeRow) -> OpenItem | None:
    """What a person is to tell where no letter does; None where that is nothing, or nothing any more."""
    if notice.acknowledged_at is not None:
        return None
    if notice.recipient == CANDIDATE and notice.status != Delivery.WITHDRAWN:
        what = "tell"
    elif notice.status == Delivery.TO_CALL:
        what = "call"
    else:
        return None
    day = day_in_sweden(notice.created_at)
    said = {"what": what, "of_whom": "coordinator", "partner": notice.recipient, "about": notice.kind}
    return OpenItem(item=f"{CALL}{notice.notice_id}", since=day, due_on=day, **said)


def calls_among(notices: Iterable[NoticeLine], stage: Stage, at: datetime) -> list[OpenItem]:
    """The calls to make of a journey in a stage, whose notices are given in their order."""
    notices = list(notices)
    last = next((one for one in reversed(notices) if one.recipient == CANDIDATE), None)
    if last is not None and stage in ENDED_STAGES and last.created_at < at - TOLD_AFTER_THE_END:
        last = None
    meant = (one for one in notices if one.recipient != CANDIDATE or one is last)
    return [call for one in meant if (call := call_of(one)) is not None]


def calls_to_make(engine: Engine, now: datetime, **wanted: Wanted) -> list[WorkLine]:
    """The calls to make about candidates that fit, the longest waiting first; of protected persons without whom."""
    protected = protected_on(engine)
    with Session(engine) as session:
        found = session.execute(_query(wanted, protected, now)).all()
    lines = (_line(journey, notice, day_in_sweden(now)) for journey, notice in found)
    return [masked(line, line.candidate, protected) for line in lines]


def _query(wanted: dict[str, Wanted], protected: dict[str, frozenset[str]], now: datetime) -> Select[Any]:
    """Those to whom nobody can write come first: they are few. Of what candidates are to be told everybody has their
    own."""
    query = not_found_by_place(fitting(select(JourneyRow), **wanted), wanted, protected)
    query = query.join(NoticeRow, NoticeRow.journey_id == JourneyRow.journey_id).where(JourneyRow.erased_on.is_(None))
    query = query.where(NoticeRow.acknowledged_at.is_(None))
    to_call = and_(NoticeRow.status == Delivery.TO_CALL.value, NoticeRow.recipient != CANDIDATE)
    of_somebody = wanted.get("coordinator") is not None
    query = query.where(or_(to_call, _to_tell(now)) if of_somebody else to_call)
    order = (NoticeRow.recipient == CANDIDATE, NoticeRow.created_at, NoticeRow.notice_id)
    return query.add_columns(NoticeRow).order_by(*order).limit(MOST_CALLS)


def _to_tell(now: datetime) -> ColumnElement[bool]:
    """That a notice is what a candidate is to be told now."""
    later = aliased(NoticeRow)
    is_last = ~exists().where(
        later.journey_id == NoticeRow.journey_id,
        later.recipient == CANDIDATE,
        or_(
            later.created_at > NoticeRow.created_at,
            and_(later.created_at == NoticeRow.created_at, later.notice_id > NoticeRow.notice_id),
        ),
    )
    goes_on = JourneyRow.stage.not_in(ENDED_STAGES)
    is_new = NoticeRow.created_at >= now - TOLD_AFTER_THE_END
    is_theirs = and_(NoticeRow.recipient == CANDIDATE, NoticeRow.status != Delivery.WITHDRAWN.value)
    return and_(is_theirs, or_(goes_on, is_new), is_last)


def _line(journey: JourneyRow, notice: NoticeRow, today: date) -> WorkLine:
    item = call_of(notice)
    assert item is not None
    of_journey = {name: getattr(journey, name) for name in ("journey_id", "candidate", "stage", "programme", "site")}
    return work_line(OpenItemRow(**of_journey, coordinator=journey.coordinator, **item.model_dump()), today)
