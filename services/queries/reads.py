"""Who has read of whom: for those in charge, for the auditor by person, reader and unit, and a sample to look into."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from activities.identities import place_of_reading, reason_in
from activities.sealing import KeyUnusable, Sealer, sealer_on
from models.access.everywhere import EVERYWHERE
from models.access.permissions import Reading
from models.access.register import Register
from models.fields import SHORT_NAME, Strict
from models.identifiers import Actor, Role
from models.stages import Stage
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow
from models.tables.people import ReadRow, ReportRow
from services.queries.drawing import order_of
from services.queries.protected import protected_on
from services.queries.whose import Charge

OPENINGS = (Reading.IDENTITY, Reading.CERTIFICATE)
"""Readings that tell who somebody is."""


class ReadLine(Strict):
    """That somebody read something of a candidate, as it is told."""

    id: int
    candidate: str
    journey_id: str
    actor: str
    what: str
    because: str | None
    read_at: datetime
    stage: Stage
    relation: str
    urgent: bool
    refused: bool


class ReportRead(Strict):
    """That somebody read the true figures of a programme (`report`), or published a report of it (`publication`)."""

    id: int
    programme: str
    actor: str
    what: str
    read_at: datetime


WHAT_WAS_DONE = {"read": Reading.REPORT.value, "published": "publication"}
"""What a row of the log of reports says, as it is told beside readings."""


class Sample(Strict):
    """Some readings drawn for a control: by which seed, and of how many. The same seed draws the same again."""

    seed: int
    of: int
    reads: tuple[ReadLine, ...]


def reads(
    engine: Engine, *, candidate: str | None = None, reader: str | None = None, since: datetime | None = None
) -> list[ReadLine]:
    """Readings of a candidate and by a reader, whatever the role, where these are given; the first one first."""
    query = select(ReadRow).order_by(ReadRow.id)
    if candidate is not None:
        query = query.where(ReadRow.candidate == candidate)
    if reader is not None:
        query = query.where(ReadRow.actor.in_(_in_any_role([reader])))
    if since is not None:
        query = query.where(ReadRow.read_at >= since)
    return _lines(engine, query)


def count_reads(engine: Engine, candidate: str | None = None) -> int:
    """How many readings there are, of everybody or of a candidate."""
    query = select(func.count(ReadRow.id))
    with Session(engine) as session:
        return session.scalar(query if candidate is None else query.where(ReadRow.candidate == candidate)) or 0


def report_reads(engine: Engine, *, reader: str | None = None, since: datetime | None = None) -> list[ReportRead]:
    """Readings of reports, which are of nobody alone, by a reader where one is given; the first one first."""
    query = select(ReportRow).order_by(ReportRow.number)
    if reader is not None:
        query = query.where(ReportRow.recorded_by.in_(_in_any_role([reader])))
    if since is not None:
        query = query.where(ReportRow.recorded_at >= since)
    with Session(engine) as session:
        return [
            ReportRead(
                id=row.number,
                programme=row.programme,
                actor=row.recorded_by,
                what=WHAT_WAS_DONE.get(row.act, row.act),
                read_at=row.recorded_at,
            )
            for row in session.scalars(query)
        ]


def every_reading(engine: Engine, candidate: str) -> list[ReadLine]:
    """All that was read of a candidate, and why, the first one first: for whoever is told all that is held."""
    return _lines(engine, select(ReadRow).where(ReadRow.candidate == candidate).order_by(ReadRow.id), whole=True)


def openings(engine: Engine, candidate: str, *, whole: bool = False) -> list[ReadLine]:
    """Every opening of a candidate's identity, the first one first; `whole` as `every_reading` has them."""
    found = every_reading(engine, candidate) if whole else reads(engine, candidate=candidate)
    return [one for one in found if one.what in OPENINGS]


def reads_by_others(engine: Engine, charge: Charge, name: str, since: datetime | None = None) -> list[ReadLine]:
    """What others than `name` have read of the candidates in this charge now, the latest first."""
    query = select(ReadRow).join(JourneyRow, JourneyRow.journey_id == ReadRow.journey_id)
    query = query.where(charge.of(JourneyRow), ReadRow.actor.not_in(_in_any_role([name])))
    if since is not None:
        query = query.where(ReadRow.read_at >= since)
    return _lines(engine, query.order_by(ReadRow.id.desc()))


L = TypeVar("L", ReadLine, ReportRead)


def of_unit(lines: Iterable[L], register: Register, programme: str | None = None, town: str | None = None) -> list[L]:
    """Those whose reader had their role in that programme and town then; one who has it everywhere has it there too."""

    def is_there(line: L) -> bool:
        actor = Actor.read(line.actor)
        held = register.assignments(actor.name, line.read_at) if actor else ()
        return any(
            actor is not None
            and one.role is actor.role
            and (programme is None or one.programme in (EVERYWHERE, programme))
            and (town is None or one.town in (EVERYWHERE, town))
            for one in held
        )

    return list(lines) if programme is None and town is None else [line for line in lines if is_there(line)]


def sample(lines: Sequence[ReadLine], count: int, seed: int) -> Sample:
    """So many of these, drawn with a seed by their ids (`services.queries.drawing`), in the order of reading."""
    drawn = sorted(lines, key=lambda line: order_of(seed, line.id))[:count]
    return Sample(seed=seed, of=len(lines), reads=tuple(sorted(drawn, key=lambda line: line.id)))


def has_acted(engine: Engine, name: str) -> bool:
    """Whether somebody of that name, whatever the role, has recorded or read anything."""
    in_any_role = _in_any_role([name]) if re.fullmatch(SHORT_NAME, name) else []
    with Session(engine) as session:
        return any(
            session.scalar(select(actor).where(actor.in_(in_any_role)).limit(1)) is not None
            for actor in (LedgerRow.actor, ReadRow.actor)
        )


def _in_any_role(names: Iterable[str]) -> list[str]:
    return [Actor.of(role, name) for name in names for role in Role]


def _lines(engine: Engine, query: Select[Any], *, whole: bool = False) -> list[ReadLine]:
    """Without the reasons of who read of a protected person, which could tell who or where they are, unless `whole`."""
    with Session(engine) as session:
        rows = list(session.scalars(query))
    sealer = sealer_on(engine)
    sealer.have(row.candidate for row in rows)
    protected = () if whole else protected_on(engine)
    return [_line(row, None if row.candidate in protected else _because(sealer, row)) for row in rows]


def _line(row: ReadRow, because: str | None) -> ReadLine:
    said = {name: getattr(row, name) for name in ReadLine.model_fields if name != "because"}
    return ReadLine(**said, because=because)


def _because(sealer: Sealer, row: ReadRow) -> str | None:
    """Why somebody read; None also where it cannot be read any more."""
    try:
        seal = sealer.unless_ended(row.candidate)
    except KeyUnusable:  # an audit names it
        return None
    return reason_in(seal, place_of_reading(row.journey_id, row.number), row.contents)
