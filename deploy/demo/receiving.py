"""Those who receive interns take the training that their programme asks of them, before anybody comes."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Engine

from models.programme.training import Completion, TrainingRule
from runtime.rulebook.loader import RuleBook
from services.training import TrainingRecord

TAKEN_ON = date(2025, 1, 15)
BY = "coordinator:anna.berg"


def take_training(engine: Engine, book: RuleBook, at: datetime) -> None:
    """Every supervisor and mentor of a position takes the package of its programme. Safe to repeat."""
    record = TrainingRecord(engine)
    for rule, people in _demanded(book):
        taken = [Completion(person, part.id, TAKEN_ON) for person in people for part in rule.package.parts]
        record.complete(rule.package, taken, by=BY, at=at)


def _demanded(book: RuleBook) -> Iterator[tuple[TrainingRule, set[str]]]:
    for programme in book.programmes.values():
        rule = programme.training
        if rule is not None:
            own = book.positions_of(programme.id)
            supervisors = {position.supervisor for position in own if rule.supervisor and position.supervisor}
            mentors = {position.mentor for position in own if rule.mentor and position.mentor}
            yield rule, supervisors | mentors
