"""Who is due to be erased: kept for as long after the end of the way as the programme's rules of today say; and whom
somebody has proposed to erase."""

from collections import defaultdict
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.access.disposals import Disposal
from models.calendar.periods import day_after
from models.fields import Source, Strict
from models.programme.programme import RetentionRule
from models.stages import ENDED_STAGES
from models.tables.journeys import JourneyRow
from runtime.rulebook.loader import RuleBook
from services.application import Application
from services.privacy.disposals import open_proposals
from services.queries.lists import Programmes


class DueLine(Strict):
    """A journey whose candidate is due: when the way ended, since when they are due, and where the figure is from."""

    programme: str
    candidate: str
    ended_on: date
    due_on: date
    months: int
    source: Source


def due(engine: Engine, book: RuleBook, day: date, programmes: Programmes = None) -> list[DueLine]:
    """The journeys of candidates who are due on a day, by programme, the longest due first.

    A candidate is due when every way of theirs has ended for so long: erasing takes all of them. Where a programme has
    no rule, nobody is due in it. Erases nothing.
    """
    query = select(JourneyRow.candidate, JourneyRow.programme, JourneyRow.stage, JourneyRow.since)
    of: defaultdict[str, list[DueLine | None]] = defaultdict(list)
    with Session(engine) as session:
        for row in session.execute(query.where(JourneyRow.erased_on.is_(None))):
            of[row.candidate].append(_line(book, day, *row))
    wanted = {programmes} if isinstance(programmes, str) else programmes
    found = [line for lines in of.values() if None not in lines for line in lines if line is not None]
    found = [line for line in found if wanted is None or line.programme in wanted]
    return sorted(found, key=lambda line: (line.programme, line.due_on, line.candidate))


def proposed(application: Application, programmes: Programmes = None) -> list[Disposal]:
    """The open proposals to erase a candidate who has a journey in one of these programmes; of anybody, in all."""
    wanted = {programmes} if isinstance(programmes, str) else programmes
    found = open_proposals(application.reading, application.authority)
    return [
        one
        for one in found
        if wanted is None or any(line.programme in wanted for line in application.lists.found(candidate=one.candidate))
    ]


def _line(book: RuleBook, day: date, candidate: str, programme: str, stage: str, since: date) -> DueLine | None:
    """The journey where it is due; None where it is not, or nobody says when it is."""
    rules = book.find(programme)
    retention = rules.retention if rules else None
    due_on = kept_until(retention, stage, since)
    if retention is None or due_on is None or due_on > day:
        return None
    return DueLine(
        programme=programme,
        candidate=candidate,
        ended_on=since,
        due_on=due_on,
        months=retention.months,
        source=retention.source,
    )


def kept_until(retention: RetentionRule | None, stage: str, since: date) -> date | None:
    """The day from which a journey that has been in a stage since a day is due; None while nobody can say it."""
    if retention is None or stage not in ENDED_STAGES:
        return None
    return day_after(since, retention.months)
