"""The way that a journey has taken: which stages it passed, from which day to which."""

from datetime import date

from models.fields import Strict
from models.stages import Stage


class StagePeriod(Strict):
    """A stage that the journey entered on a day, and the day on which it left it; None where it is there still."""

    stage: Stage
    entered_on: date
    left_on: date | None = None


def entered(passages: tuple[StagePeriod, ...], stage: Stage, day: date) -> tuple[StagePeriod, ...]:
    """The way, gone on into a stage: what was left is left on the day on which the next stage was entered."""
    left = tuple(passage.model_copy(update={"left_on": day}) for passage in passages[-1:])
    return (*passages[:-1], *left, StagePeriod(stage=stage, entered_on=day))
