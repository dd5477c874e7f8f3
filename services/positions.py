"""The review of a position as the rules of today see it."""

from collections.abc import Iterable
from datetime import datetime

from models.access.register import Register
from models.fields import Strict
from models.programme.position import Position
from models.programme.review import review_position
from runtime.i18n import _, translate
from runtime.rulebook.loader import RuleBook


class ReviewLine(Strict):
    """One thing that a position or its profile lacks. `requirement` is None where the position itself lacks it."""

    position: str
    profile: str
    requirement: str | None
    check: str
    what_to_do: str


def people_missing(positions: Iterable[Position], register: Register, at: datetime) -> list[str]:
    """Supervisors and mentors of positions who do not work here, by the register of staff, each once."""
    named = (name for one in positions for name in (one.supervisor, one.mentor) if name)
    return [name for name in dict.fromkeys(named) if not register.works_here(name, at)]


def review_people(position: Position, register: Register, at: datetime) -> list[ReviewLine]:
    """Whether who looks after interns on the position is in the register of staff."""
    return [
        ReviewLine(
            position=position.id,
            profile=position.profile,
            requirement=None,
            check="who_looks_after_interns_works_here",
            what_to_do=_(
                "{position} names {person}, who is not in the register of staff. Enter them, or name somebody else.",
                position=position.id,
                person=name,
            ),
        )
        for name in people_missing([position], register, at)
    ]


def review(book: RuleBook, position: Position) -> list[ReviewLine]:
    """What the position lacks in the eyes of all its programmes."""
    programmes = [book.programme(name) for name in position.programmes]
    return [
        ReviewLine(
            position=position.id,
            profile=position.profile,
            requirement=concern.requirement,
            check=concern.check,
            what_to_do=translate(concern.message),
        )
        for concern in review_position(position, programmes)
    ]
