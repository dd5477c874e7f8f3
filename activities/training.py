"""Whether those who receive an intern have taken the programme's training: decided in the ledger's transaction."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ledger.entry import LedgerEntry, RecordedRefusal
from models.programme.training import TRAINING_RULES, Completion, TrainingPackage
from models.tables import PositionRow, TrainingCompletionRow, UnitStaffRow


def they_are_trained(session: Session, entry: LedgerEntry) -> RecordedRefusal | None:
    """Why the internship cannot begin yet; None where it can, or where the position is refused anyway."""
    demand = entry.training
    position = session.get(PositionRow, demand.position) if demand else None
    if demand is None or position is None:
        return None
    staff = staff_of(session, position.unit, demand.starts_on)
    people = {*staff, *filter(None, (demand.supervisor, demand.mentor))}
    taken = taken_by(session, demand.rule.package, people)
    for rule in TRAINING_RULES:
        message = rule(demand, position.unit, staff, taken)
        if message is not None:
            return RecordedRefusal(rule=rule.__name__, source=demand.rule.source, message=message)
    return None


def staff_of(session: Session, unit: str, day: date) -> dict[str, str]:
    """Who works in a unit on a day, each with their form of employment. Of one employment the latest row holds."""
    rows = session.scalars(select(UnitStaffRow).where(UnitStaffRow.unit == unit).order_by(UnitStaffRow.id))
    employments = {(row.person, row.from_day): row for row in rows}
    return {
        row.person: row.form
        for row in sorted(employments.values(), key=lambda row: row.from_day)
        if not row.struck and row.from_day <= day <= (row.until_day or day)
    }


def taken_by(session: Session, package: TrainingPackage, people: Collection[str]) -> dict[str, list[Completion]]:
    """What each of these people has taken of a package. Of one completion the latest row holds."""
    table = TrainingCompletionRow
    query = select(table).where(table.package == package.id, table.person.in_(people)).order_by(table.id)
    latest = {(row.person, row.part, row.completed_on): row for row in session.scalars(query)}
    return _by_person(Completion(row.person, row.part, row.completed_on) for row in latest.values() if not row.struck)


def _by_person(completions: Iterable[Completion]) -> dict[str, list[Completion]]:
    taken: dict[str, list[Completion]] = {}
    for one in completions:
        taken.setdefault(one.person, []).append(one)
    return taken
