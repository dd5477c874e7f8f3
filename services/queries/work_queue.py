"""The work queue: who needs what from whom, and who waits for a place. A page at a time, each page one query."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from activities.places import free_places
from models.fields import Strict
from models.stages import Stage
from models.tables import JourneyRow, PositionRow
from runtime.i18n import _, _n, using_language

DUE_SOON = timedelta(days=7)
"""What is due within a week is shown with today's work."""

PAGE = 50
"""Lines that somebody reads at a time."""


class WorkLine(Strict):
    """Somebody who needs something: what, of whom, since when and until when.

    `overdue_days` is negative where it is not due yet; `when` says the same in English words.
    """

    journey_id: str
    candidate: str
    programme: str
    stage: Stage
    since: date
    site: str
    coordinator: str
    of_whom: str
    waits_for: str
    due_on: date
    overdue_days: int
    when: str


class WorkPage(Strict):
    """A page of the work queue; `more` says that another one follows."""

    day: date
    page: int
    more: bool
    lines: tuple[WorkLine, ...]


class WaitingLine(Strict):
    """Somebody who waits for a place, how long, and the free positions that fit, those in the same town first."""

    journey_id: str
    candidate: str
    programme: str
    since: date
    waited_days: int
    site: str
    coordinator: str
    profile: str | None
    fitting: tuple[str, ...]


class WaitingPage(Strict):
    """A page of those who wait for a place; `more` says that another one follows."""

    page: int
    more: bool
    lines: tuple[WaitingLine, ...]


def fitting(query: Select[Any], **wanted: str | None) -> Select[Any]:
    """The rows of a query whose columns are as wanted; None wants nothing."""
    return query.filter_by(**{name: value for name, value in wanted.items() if value is not None})


def work_query(today: date, **wanted: str | None) -> Select[Any]:
    """Journeys of which something is due within a week, the longest overdue first."""
    query = select(JourneyRow).where(JourneyRow.due_on <= today + DUE_SOON)
    return fitting(query, **wanted).order_by(JourneyRow.due_on, JourneyRow.journey_id)


def waiting_query(**wanted: str | None) -> Select[Any]:
    """Journeys that wait for a place, the longest waiting first; those that are paused wait for something else."""
    query = select(JourneyRow).where(JourneyRow.stage == Stage.AWAITING_PLACEMENT.value, JourneyRow.paused.is_(False))
    return fitting(query, **wanted).order_by(JourneyRow.since, JourneyRow.journey_id)


def turned_to(query: Select[Any], page: int, size: int) -> Select[Any]:
    """A page of a query, numbered from 1, with one row more where another page follows."""
    return query.offset((page - 1) * size).limit(size + 1)


def work_page(session: Session, query: Select[Any], today: date, page: int, size: int) -> WorkPage:
    """The page of a work query."""
    rows = list(session.scalars(turned_to(query, page, size)))
    lines = tuple(_work_line(row, today) for row in rows[:size])
    return WorkPage(day=today, page=page, more=len(rows) > size, lines=lines)


def waiting_page(session: Session, query: Select[Any], today: date, page: int, size: int) -> WaitingPage:
    """The page of a waiting query, and for each line the positions that fit and have a place free now."""
    rows = list(session.scalars(turned_to(query, page, size)))
    free = free_places(session)
    positions = [row for row in session.scalars(select(PositionRow).order_by(PositionRow.id)) if free[row.id] > 0]
    lines = tuple(_waiting_line(row, positions, today) for row in rows[:size])
    return WaitingPage(page=page, more=len(rows) > size, lines=lines)


def _work_line(row: JourneyRow, today: date) -> WorkLine:
    assert row.due_on is not None
    days = (today - row.due_on).days
    fields = {name: getattr(row, name) for name in WorkLine.model_fields if hasattr(row, name)}
    with using_language("en"):
        return WorkLine(**fields, overdue_days=days, when=in_words(days))


def _waiting_line(row: JourneyRow, positions: list[PositionRow], today: date) -> WaitingLine:
    fitting = [one for one in positions if one.profile == row.profile and row.programme in one.programmes.split()]
    here_first = sorted(fitting, key=lambda one: one.site != row.site)
    fields = {name: getattr(row, name) for name in WaitingLine.model_fields if hasattr(row, name)}
    ids = tuple(one.id if one.site == row.site else f"{one.id} in {one.site}" for one in here_first)
    return WaitingLine(**fields, waited_days=(today - row.since).days, fitting=ids)


def in_words(overdue_days: int) -> str:
    """How long something is overdue, or how soon it is due."""
    if overdue_days == 0:
        return _("today")
    if overdue_days > 0:
        return _n("{count} day overdue", "{count} days overdue", overdue_days)
    return _n("in {count} day", "in {count} days", -overdue_days)
