"""The training record: who works in which unit and has taken which part of a package."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.recording_checks import staff_of, taken_by
from models.access.protections import PROTECTED
from models.fields import Strict
from models.programme.training import Completion, StaffForm, TrainingPackage, expiring, lacks
from models.tables.training import TrainingCompletionRow, UnitStaffRow
from runtime.errors import Refused
from runtime.keyring import Keyring
from services.chained_rows import append
from services.queries.protected import protected_on

SOON = timedelta(days=90)
"""Within which what expires is shown: long enough to give the package again."""


class Expiry(Strict):
    """A part that stops counting on a day."""

    part: str
    expires_on: date


class StaffLine(Strict):
    """Somebody who works in a unit: what they lack of the package, and what expires soon."""

    person: str
    form: str
    lacks: tuple[str, ...]
    expires: tuple[Expiry, ...]


class UnitTraining(Strict):
    """How far a unit has come with a package on a day. `share` is in per cent, None where nobody works there."""

    unit: str
    package: str
    day: date
    through: int
    share: int | None
    staff: tuple[StaffLine, ...]


ATTEMPTS = 10
"""Others may record at the same moment; each time one of them gets the number."""

T = TypeVar("T")


class TrainingRecord:
    """Writes and reads the training record. Nothing in it is changed: a later row of the same thing holds.

    Whoever records signs each row with their key.
    """

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def employ(
        self,
        unit: str,
        person: str,
        form: StaffForm,
        *,
        from_day: date,
        until_day: date | None,
        by: str,
        at: datetime,
        struck: bool = False,
    ) -> bool:
        """Somebody works in a unit from a day on. Whether that was new: recorded twice it is one."""
        table = UnitStaffRow
        same = select(table).where(table.unit == unit, table.person == person, table.from_day == from_day)
        said = (form.value, until_day, struck)

        def write(session: Session) -> bool:
            held = session.scalars(same.order_by(table.id.desc()).limit(1)).first()
            if held is not None and (held.form, held.until_day, held.struck) == said:
                return False
            row = UnitStaffRow(unit=unit, person=person, form=form.value, from_day=from_day, until_day=until_day)
            row.struck = struck
            append(session, row, by=str(by), at=at, keyring=self._keyring)
            return True

        return self._written(write)

    def begun(self, unit: str, person: str) -> date | None:
        """The first day of somebody's latest employment in a unit."""
        table = UnitStaffRow
        rows = select(table).where(table.unit == unit, table.person == person).order_by(table.id)
        with Session(self._engine) as session:
            held = {row.from_day: row.struck for row in session.scalars(rows)}
        return max((day for day, struck in held.items() if not struck), default=None)

    def complete(
        self,
        package: TrainingPackage,
        completions: Iterable[Completion],
        *,
        by: str,
        at: datetime,
        struck: bool = False,
    ) -> int:
        """Parts were taken. How many of that were new: recorded twice a completion is one."""
        wanted = list(completions)

        def write(session: Session) -> int:
            new = [one for one in wanted if self._is_new(session, package, one, struck)]
            for one in new:
                said = {"person": one.person, "part": one.part, "completed_on": one.completed_on, "struck": struck}
                row = TrainingCompletionRow(package=package.id, **said)
                append(session, row, by=str(by), at=at, keyring=self._keyring)
            return len(new)

        return self._written(write)

    def _written(self, write: Callable[[Session], T]) -> T:
        """What `write` answers, once it got its numbers. Raises Refused where others are always quicker."""
        for _attempt in range(ATTEMPTS):
            try:
                with Session(self._engine) as session, session.begin():
                    return write(session)
            except IntegrityError:
                continue
        raise Refused("training.busy", "Others are recording in the training record just now. Try again.")

    def _is_new(self, session: Session, package: TrainingPackage, one: Completion, struck: bool) -> bool:
        table = TrainingCompletionRow
        query = select(table.struck).where(table.package == package.id, table.person == one.person)
        same = query.where(table.part == one.part, table.completed_on == one.completed_on)
        held = session.scalars(same.order_by(table.id.desc()).limit(1)).first()
        return not struck if held is None else held is not struck

    def unit(self, unit: str, packages: Sequence[TrainingPackage], day: date) -> list[UnitTraining]:
        """How far a unit has come with each package on a day."""
        protected = protected_on(self._engine)
        with Session(self._engine) as session:
            staff = staff_of(session, unit, day)
            told = [_line(unit, package, staff, taken_by(session, package, staff), day) for package in packages]
        return [one.model_copy(update={"staff": tuple(_named(line, protected) for line in one.staff)}) for one in told]


def _line(
    unit: str, package: TrainingPackage, staff: dict[str, str], taken: dict[str, list[Completion]], day: date
) -> UnitTraining:
    lines = [
        StaffLine(
            person=person,
            form=form,
            lacks=tuple(lacks(package, taken.get(person, ()), day)),
            expires=tuple(
                Expiry(part=part, expires_on=expires_on)
                for part, expires_on in expiring(package, taken.get(person, ()), day, SOON)
            ),
        )
        for person, form in sorted(staff.items())
    ]
    through = sum(not line.lacks for line in lines)
    return UnitTraining(
        unit=unit,
        package=package.id,
        day=day,
        through=through,
        share=through * 100 // len(lines) if lines else None,
        staff=tuple(lines),
    )


def _named(line: StaffLine, protected: Collection[str]) -> StaffLine:
    """The line as it may be shown: where a protected intern is, is not told."""
    return line.model_copy(update={"person": PROTECTED}) if line.person in protected else line
