"""Where somebody worked at a moment: units of the record of unit staff, and programmes and towns of the register."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Engine, select

from models.access.everywhere import EVERYWHERE
from models.access.register import Register
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Actor
from models.tables.base import table_of
from models.tables.training import UnitStaffRow


class Employment(NamedTuple):
    """That somebody works in a unit from one day to another, both included."""

    unit: str
    from_day: date
    until_day: date | None
    struck: bool


class Staff:
    """Who worked where, by what was known at a moment; asked of any moment before."""

    def __init__(self, register: Register, employments: Iterable[tuple[str, Employment]] = ()) -> None:
        self._register = register
        latest: dict[tuple[str, str, date], Employment] = {}
        for person, one in employments:  # of one employment the latest row holds
            latest[person, one.unit, one.from_day] = one
        self._employed: dict[str, list[Employment]] = defaultdict(list)
        for (person, *_), one in latest.items():
            if not one.struck:
                self._employed[person].append(one)

    @classmethod
    def known_by(cls, engine: Engine, register: Register, known_by: datetime) -> "Staff":
        """As it was known at a moment. Of the units' staff only those in the register are read: interns are no
        authors."""
        rows, people = table_of(UnitStaffRow).c, set(register.people)
        query = select(rows.person, rows.unit, rows.from_day, rows.until_day, rows.struck)
        query = query.where(rows.recorded_at <= known_by).order_by(rows.id).execution_options(yield_per=1_000)
        with engine.connect() as connection:
            found = connection.execute(query)
            return cls(register, ((person, Employment(*one)) for person, *one in found if person in people))

    def unit(self, written: str | None, at: datetime) -> str | None:
        """Where an author worked at a moment, as a list tells it; None of who is no member of staff."""
        return "; ".join(sorted(self._units(written, at) or self._places(written, at))) or None

    def shared(self, one: str | None, other: str | None, at: datetime) -> tuple[str, ...]:
        """The units in which both worked at a moment; where one of them is in none on record, the programmes and towns.

        Whoever is everywhere is of no unit together with others.
        """
        units = (self._units(one, at), self._units(other, at))
        first, second = units if all(units) else (self._places(one, at), self._places(other, at))
        return tuple(sorted(unit for unit in first & second if EVERYWHERE not in unit.split(" ")))

    def is_told(self, one: str | None, other: str | None, at: datetime) -> bool:
        """Whether it is known of both where they worked at a moment, more closely than everywhere."""
        if self._units(one, at) and self._units(other, at):
            return True
        places = (self._places(one, at), self._places(other, at))
        return all(held and not any(EVERYWHERE in place.split(" ") for place in held) for held in places)

    def _units(self, written: str | None, at: datetime) -> frozenset[str]:
        actor, day = Actor.read(written or ""), day_in_sweden(at)
        employed = self._employed.get(actor.name, ()) if actor else ()
        return frozenset(one.unit for one in employed if one.from_day <= day <= (one.until_day or day))

    def _places(self, written: str | None, at: datetime) -> frozenset[str]:
        actor = Actor.read(written or "")
        held = self._register.assignments(actor.name, at) if actor else ()
        return frozenset(f"{one.programme} {one.town}" for one in held if actor and one.role is actor.role)

    def acted_for(self, coordinator: str, name: str, journey_id: str, at: datetime) -> bool:
        """Whether somebody was the coordinator in charge of a journey, stood in for them, or had it lent to them, at a
        moment."""
        return name == coordinator or self._register.acts_for(name, coordinator, journey_id, at)
