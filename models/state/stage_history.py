"""The way that a journey has taken: which stages it passed, from which day to which."""

from datetime import date

from models.fields import Strict
from models.stages import Stage


class StagePeriod(Strict):
    """A stage that the journey entered on a day, and the day on which it left it; None where it is there still.

    `began_on` is the first day at work of an internship or a role that was agreed on another day.
    """

    stage: Stage
    entered_on: date
    left_on: date | None = None
    began_on: date | None = None


def entered(
    passages: tuple[StagePeriod, ...], stage: Stage, day: date, begins_on: date | None = None
) -> tuple[StagePeriod, ...]:
    """The way, gone on into a stage: what was left is left on the day on which the next stage was entered."""
    left = tuple(passage.model_copy(update={"left_on": day}) for passage in passages[-1:])
    began_on = None if begins_on == day else begins_on
    return (*passages[:-1], *left, StagePeriod(stage=stage, entered_on=day, began_on=began_on))
