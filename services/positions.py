"""The review of a position as the rules of today see it."""

from models.fields import Strict
from models.programme.position import Position
from models.programme.review import review_position
from runtime.i18n import translate
from runtime.rulebook.loader import RuleBook


class ReviewLine(Strict):
    """One thing that a position or its profile lacks. `requirement` is None where the position itself lacks it."""

    position: str
    profile: str
    requirement: str | None
    check: str
    what_to_do: str


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
