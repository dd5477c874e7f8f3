"""Who was in a programme twice at a time, under two numbers that were joined since: a report counts them once."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.access.joins import Joins
from models.identifiers import CandidateNumber
from models.stages import ENDED_STAGES, Stage
from models.tables.journeys import JourneyRow, StagePeriodRow


class Way(NamedTuple):
    """A journey: how far it came, from which day, and until which day where it has ended."""

    journey_id: str
    candidate: str
    reached: int
    first: date
    last: date | None

    def is_beside(self, other: "Way") -> bool:
        """Whether both stood at a time under different numbers. Whoever came back after the end began anew."""
        ends = (self.last or date.max, other.last or date.max)
        return self.candidate != other.candidate and (
            self.first == other.first or (self.first < ends[1] and other.first < ends[0])
        )


def counted_already(session: Session, programme: str, joins: Joins) -> frozenset[str]:
    """The journeys beside which another one of the same person counts: the one that came farthest, else the earlier."""
    people: dict[CandidateNumber, list[Way]] = {}
    for way in _ways(session, programme, {number for one in joins.said for number in (one.later, one.earlier)}):
        people.setdefault(joins.leads_to(way.candidate), []).append(way)
    return frozenset(journey for ways in people.values() for journey in _beside(ways))


def _beside(ways: Iterable[Way]) -> Iterable[str]:
    kept: list[Way] = []
    for way in sorted(ways, key=lambda one: (-one.reached, one.first, one.journey_id)):
        if any(way.is_beside(other) for other in kept):
            yield way.journey_id
        else:
            kept.append(way)


RANKS: dict[Stage, int] = {stage: rank for rank, stage in enumerate(Stage) if stage is not Stage.CLOSED}


def _ways(session: Session, programme: str, candidates: set[CandidateNumber]) -> list[Way]:
    if not candidates:
        return []
    mine = select(JourneyRow).where(JourneyRow.programme == programme, JourneyRow.candidate.in_(sorted(candidates)))
    rows = session.scalars(mine).all()
    passed = select(StagePeriodRow.journey_id, StagePeriodRow.stage, func.min(StagePeriodRow.entered_on))
    passed = passed.where(StagePeriodRow.journey_id.in_([row.journey_id for row in rows]))
    stages: dict[str, list[tuple[Stage, date]]] = {}
    for journey_id, stage, day in session.execute(passed.group_by(StagePeriodRow.journey_id, StagePeriodRow.stage)):
        stages.setdefault(journey_id, []).append((Stage(stage), day))
    return [_way(row, stages.get(row.journey_id, [])) for row in rows]


def _way(row: JourneyRow, stages: list[tuple[Stage, date]]) -> Way:
    reached = len(RANKS) if row.hired_on else max((RANKS.get(stage, 0) for stage, _ in stages), default=0)
    first = min((day for _, day in stages), default=row.since)
    return Way(row.journey_id, row.candidate, reached, first, row.since if row.stage in ENDED_STAGES else None)
