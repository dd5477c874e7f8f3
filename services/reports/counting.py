"""Counting a programme's journeys: one query a table of the report, all in one view of the database."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Engine, Integer, Row, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from activities.identities import opened_identity
from activities.sealing import KeyUnusable, Sealer, sealer_on
from activities.seals import CannotOpen
from models.access.joins import Joins
from models.programme.requirement_profile import Result
from models.stages import EndReason, Stage
from models.tables.journeys import FindingRow, FollowUpRow, JourneyRow, StagePeriodRow
from models.tables.people import CandidateRow
from services.reports.joined import counted_already

ROLE = "role"
"""The last step of the way: a temporary or a permanent role."""

STEPS = (*(stage.value for stage in list(Stage)[:5]), ROLE)
"""How far somebody can come, in the order of the way."""

ON_THE_WAY = "on_the_way"
"""Beside the reasons for which a way ends: it has not ended."""


@dataclass
class Counts:
    """A programme's journeys, counted.

    `ways`: by (farthest step, end reason or `ON_THE_WAY`). `groups`: by (town, partner kind, hired or not). `stays`: by
    stage, or `UNTIL_WORK` and `UNTIL_ROLE`, then days; internships and roles count from the first day at work, and what
    leads to them until then. `people_who_left`: by the same. `hired`: by first day. `sexes`: of those hired.
    `outcomes`: by (days after the end, outcome). `obstacles`: people whom a requirement, by (profile, id), stopped.
    """

    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    groups: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    stays: dict[str, Counter[int]] = field(default_factory=dict)
    people_who_left: Counter[str] = field(default_factory=Counter)
    hired: Counter[date] = field(default_factory=Counter)
    sexes: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[tuple[int, str]] = field(default_factory=Counter)
    obstacles: Counter[tuple[str, str]] = field(default_factory=Counter)


UNTIL_WORK, UNTIL_ROLE = "until_work", "until_role"
"""From the referral to the first day at work, and to the first day in a role."""


def median(values: Counter[int]) -> float:
    """The median of numbers that are given with how often each comes."""
    total, passed = values.total(), 0
    middle: list[int] = []
    for value in sorted(values):
        for place in ((total - 1) // 2, total // 2)[len(middle) :]:
            if place < passed + values[value]:
                middle.append(value)
        passed += values[value]
    return sum(middle) / 2


def split_by(counts: Counts, by: int) -> dict[str, tuple[int, int]]:
    """By town (0) or partner kind (1): how many were referred and not hired, and how many were hired."""
    split: dict[str, tuple[int, int]] = {}
    for (town, kind, was_hired), number in counts.groups.items():
        name = (town, kind)[by]
        not_hired, hired = split.get(name, (0, 0))
        split[name] = (not_hired, hired + number) if was_hired else (not_hired + number, hired)
    return dict(sorted(split.items()))


UNKNOWN = "unknown"

Which = ColumnElement[bool]
"""Which journeys are counted."""


def count(engine: Engine, programme: str, kinds: Mapping[str, str], today: date, joins: Joins | None = None) -> Counts:
    """Count the journeys of a programme. `kinds` says of each referring partner what kind of partner it is, `joins`
    which numbers are one person's: what stood beside each other of one person counts once."""
    with _one_view(engine) as session:
        twice = counted_already(session, programme, joins or Joins())
        which = JourneyRow.programme == programme
        which = and_(which, JourneyRow.journey_id.not_in(sorted(twice))) if twice else which
        durations = _durations(session, which, today)
        hired = _people_hired(session, which)
        counts = Counts(
            ways=_ways(session, which),
            groups=_groups(session, which, kinds),
            stays=durations.stays,
            people_who_left=durations.people,
            hired=_counted(session, _of(which, JourneyRow.hired_on).where(JourneyRow.hired_on.is_not(None))),
            outcomes=_counted(session, _joined(which, FollowUpRow, FollowUpRow.after_days, FollowUpRow.outcome)),
            obstacles=_obstacles(session, which),
        )
    counts.sexes = _by_sex(sealer_on(engine), hired)
    return counts


@contextmanager
def _one_view(engine: Engine) -> Iterator[Session]:
    """A session whose queries all see the database as it was at the first: totals must fit their parts."""
    with Session(engine) as session:
        if engine.dialect.name == "sqlite":
            raw: Any = session.connection().connection.driver_connection
            if not raw.in_transaction:  # where the engine itself does not begin one
                session.connection().exec_driver_sql("begin")
        else:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def _of(which: Which, *columns: Any) -> Any:
    """Journeys of a programme, counted by these columns."""
    counted = select(*columns, func.count()).select_from(JourneyRow)
    return counted.where(which).group_by(*columns)


def _joined(which: Which, table: Any, *columns: Any) -> Any:
    return _of(which, *columns).join(table, table.journey_id == JourneyRow.journey_id)


def _counted(session: Session, query: Any) -> Counter[Any]:
    rows = [tuple(row) for row in session.execute(query)]
    return Counter({name[0] if len(name) == 1 else name: number for *parts, number in rows for name in [tuple(parts)]})


def _ways(session: Session, which: Which) -> Counter[tuple[str, str]]:
    ranks = {stage.value: rank for rank, stage in enumerate(Stage) if stage is not Stage.CLOSED}
    ranks[Stage.PERMANENT_ROLE.value] = ranks[Stage.TEMPORARY_ROLE.value]
    farthest = (
        select(StagePeriodRow.journey_id, func.max(case(ranks, value=StagePeriodRow.stage, else_=0)).label("step"))
        .group_by(StagePeriodRow.journey_id)
        .subquery()
    )
    ended = case((JourneyRow.stage == Stage.CLOSED.value, JourneyRow.end_reason), else_=ON_THE_WAY)
    step = case((JourneyRow.hired_on.is_not(None), len(STEPS) - 1), else_=func.coalesce(farthest.c.step, 0))
    query = _of(which, step, ended).outerjoin(farthest, farthest.c.journey_id == JourneyRow.journey_id)
    found: Counter[tuple[str, str]] = Counter()
    for rank, reason, number in session.execute(query):
        found[STEPS[min(rank, len(STEPS) - 1)], reason or EndReason.OTHER.value] += number
    return found


def _groups(session: Session, which: Which, kinds: Mapping[str, str]) -> Counter[tuple[str, str, bool]]:
    found: Counter[tuple[str, str, bool]] = Counter()
    query = _of(which, JourneyRow.site, JourneyRow.referring_partner, JourneyRow.hired_on.is_not(None))
    for site, partner, hired, number in session.execute(query):
        found[site, kinds.get(partner, UNKNOWN), bool(hired)] += number
    return found


_NEXT = aliased(StagePeriodRow)

_CAME = or_(_NEXT.left_on.is_(None), _NEXT.left_on >= _NEXT.began_on)
"""Whether the first day at work came before it was over."""

_BEGAN = func.coalesce(StagePeriodRow.began_on, StagePeriodRow.entered_on)
_LEFT = case((and_(_NEXT.began_on.is_not(None), _CAME), _NEXT.began_on), else_=StagePeriodRow.left_on)
"""A stage before an internship or a role lasts until the first day at work."""


class Durations(NamedTuple):
    """How many stayed for how many days, and how many people these are, each by stage or `UNTIL_WORK`, `UNTIL_ROLE`."""

    stays: dict[str, Counter[int]]
    people: Counter[str]


def _durations(session: Session, which: Which, today: date) -> Durations:
    found = Durations({}, Counter())
    after = (_NEXT.journey_id == StagePeriodRow.journey_id) & (_NEXT.number == StagePeriodRow.number + 1)
    ways = select(StagePeriodRow).join(JourneyRow, JourneyRow.journey_id == StagePeriodRow.journey_id).where(which)
    left = (StagePeriodRow.stage != Stage.CLOSED.value, today >= _LEFT, _LEFT >= _BEGAN)
    _add(found, session, ways.outerjoin(_NEXT, after).where(*left), _BEGAN, _LEFT)
    referred, works = StagePeriodRow.entered_on, _first_days_at_work(today)
    ways = ways.outerjoin(works, works.c.journey == JourneyRow.journey_id).where(StagePeriodRow.number == 0)
    for name, day in ((UNTIL_WORK, works.c.day), (UNTIL_ROLE, JourneyRow.hired_on)):
        _add(found, session, ways.where(day <= today, day >= referred), referred, day, name)
    return found


def _add(found: Durations, session: Session, ways: Any, first: Any, last: Any, name: str | None = None) -> None:
    """Count days from `first` to `last` of these ways, by stage where no name is given."""
    days = last - first
    if session.get_bind().dialect.name == "sqlite":
        days = cast(func.julianday(last) - func.julianday(first), Integer)
    by = () if name else (StagePeriodRow.stage,)
    for *of, length, number in session.execute(ways.with_only_columns(*by, days, func.count()).group_by(*by, days)):
        found.stays.setdefault(name or of[0], Counter())[int(length)] += number
    people = ways.with_only_columns(*by, func.count(JourneyRow.journey_id.distinct())).group_by(*by)
    found.people.update({name or of[0]: number for *of, number in session.execute(people)})


def _first_days_at_work(today: date) -> Any:
    """The first day at work of each journey that has one."""
    came = or_(StagePeriodRow.left_on.is_(None), StagePeriodRow.left_on >= _BEGAN)
    query = select(StagePeriodRow.journey_id.label("journey"), func.min(_BEGAN).label("day"))
    at_work = query.where(StagePeriodRow.stage.in_(AT_WORK), came, today >= _BEGAN)
    return at_work.group_by(StagePeriodRow.journey_id).subquery()


AT_WORK = (Stage.INTERNSHIP.value, Stage.TEMPORARY_ROLE.value, Stage.PERMANENT_ROLE.value)


def _obstacles(session: Session, which: Which) -> Counter[tuple[str, str]]:
    query = _joined(which, FindingRow, FindingRow.profile, FindingRow.requirement).where(
        JourneyRow.stage == Stage.CLOSED.value,
        JourneyRow.end_reason == EndReason.NOT_QUALIFIED.value,
        FindingRow.essential.is_(True),
        FindingRow.result == Result.UNMET.value,
    )
    return _counted(session, query)


SEX_DIGIT = 11
"""Of twelve digits the last but one: even for women, odd for men, also in co-ordination numbers."""


AT_ONCE = 1_000
"""Identities that are opened at a time."""


def _people_hired(session: Session, which: Which) -> Sequence[Row[Any]]:
    """Who was hired in a programme, each as their identity is kept; only the candidate where it is not."""
    known = CandidateRow.__table__.c
    query = select(JourneyRow.candidate, *known).outerjoin(CandidateRow, known.number == JourneyRow.candidate)
    return session.execute(query.where(which, JourneyRow.hired_on.is_not(None))).all()


def _by_sex(sealer: Sealer, hired: Sequence[Row[Any]]) -> dict[str, int]:
    """How many women and men these are, and of how many no identity can be opened (`unknown`)."""
    found = Counter({"women": 0, "men": 0, UNKNOWN: 0})
    for start in range(0, len(hired), AT_ONCE):
        chunk = hired[start : start + AT_ONCE]
        sealer.have(row.candidate for row in chunk if row.number is not None)
        found.update(_sex_of(sealer, row) for row in chunk)
    return dict(found)


def _sex_of(sealer: Sealer, row: Row[Any]) -> str:
    try:
        seal = sealer.unless_ended(row.candidate) if row.number is not None else None
        identity = opened_identity(seal, row)["identity_number"] if seal is not None else ""
    except (CannotOpen, KeyUnusable):  # an audit names it
        return UNKNOWN
    digit = identity[SEX_DIGIT - 1 : SEX_DIGIT]
    return ("women" if int(digit) % 2 == 0 else "men") if digit.isdigit() else UNKNOWN
