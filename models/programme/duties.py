"""What recurs while somebody works: claims of money in arrears, certificates of studies, other tasks of a period."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from models.fields import BothLanguages, Day, Strict, added
from models.message import InvalidValue, Worded, msg
from models.programme.sourced import Days, Sourced
from models.stages import Stage

Kronor = Annotated[int, Field(ge=1, le=100_000)]

COMMON_YEAR = 2001
"""A year without a 29 February."""


def _is_in_every_year(text: str) -> str:
    try:
        date.fromisoformat(f"{COMMON_YEAR}-{text}")
    except ValueError:
        raise InvalidValue(
            msg("term.no_day_of_each_year", "not every year has this day. Write one that each year has, such as 02-28")
        ) from None
    return text


DayOfYear = Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$"), AfterValidator(_is_in_every_year)]
"""A day of each year by its month and number: 08-15."""

DutyId = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9_]{0,23}$")]
"""Short enough for the name of a deadline that begins with what it is and the period that it is about."""

TermId = Annotated[str, StringConstraints(pattern="^[a-z0-9]{1,12}$")]


class DutyKind(Worded):
    """What is to be done for each period."""

    CLAIM = "claim", msg("duty_kind.claim", "claim of money")
    CERTIFICATE = "certificate", msg("duty_kind.certificate", "certificate")
    TASK = "task", msg("duty_kind.task", "recurring task")


class Term(Strict):
    """A term of each year. One whose last day comes earlier in the year than its first ends in the year after."""

    id: TermId
    """Its name in the names of periods, which end with the year in which it begins: `ht` gives `ht-2026`."""
    name: BothLanguages
    """What people call it."""
    first_day: DayOfYear
    """Its first day, as month and day: `08-17`."""
    last_day: DayOfYear
    """Its last day, as month and day: `01-15`."""

    def in_year(self, year: int) -> tuple[date, date]:
        """The first and the last day of the one that begins in a year."""
        ends_in = year + 1 if self.last_day < self.first_day else year
        return date.fromisoformat(f"{year}-{self.first_day}"), date.fromisoformat(f"{ends_in}-{self.last_day}")


class DayRate(Strict):
    """What a day is worth from some day on."""

    from_day: Day
    """The first day of the first period for which it holds."""
    kronor: Kronor
    """What a day of these periods is worth, in whole kronor."""


class DutyRule(Sourced):
    """Something that is to be done for each period of an internship or a temporary role, as far as the days of what was
    agreed reach into it. Days on which the journey stood still do not count.
    """

    id: DutyId
    """Its name in events."""
    name: BothLanguages
    """What people call it."""
    kind: DutyKind
    """What is to be done: a claim states its days and their worth, a certificate whether the candidate passed."""
    stages: tuple[Literal[Stage.INTERNSHIP, Stage.TEMPORARY_ROLE], ...]
    """The stages for whose days it is to be done."""
    every: Literal["month", "term", "weeks"]
    """How long a period is: a calendar month, a term, or so many weeks from the first day of what was agreed."""
    weeks: Annotated[int, Field(ge=1, le=52)] | None = None
    """How many weeks a period has where it is counted in weeks."""
    least_days: Annotated[int, Field(ge=1, le=366)] = 1
    """How many days of a period must be of what was agreed for anything to be asked of it."""
    day_rate: Kronor | None = None
    """What a day of a claim is worth, in whole kronor."""
    rates: tuple[DayRate, ...] = added(())
    """What it is worth later: each holds for the periods whose first day is its day or a later one, until the next."""
    in_arrears: bool = True
    """Whether it is done once the period has ended and not before."""
    due_days_after: Days
    """How many days after the end of the period it is due."""
    remind_days_before: Days | None = None
    """How many days before it is due the coordinator is reminded; nobody is where it is left out."""
    escalate_days_after: Days | None = None
    """How many days after it was due the programme's manager is told; nobody is where it is left out."""
    lost_after_days: Days
    """How many days after the end of the period is the last day to do it. What was not done by then is given up."""

    def rate_on(self, day: date) -> int | None:
        """What a day is worth, in kronor, of a period with this first day."""
        later = [one for one in self.rates if one.from_day <= day]
        return max(later, key=lambda one: one.from_day).kronor if later else self.day_rate


def rates_in_short(rates: Iterable[DayRate]) -> str:
    """The later worths of a day as a figure: `610 (2027-01-01-)`, in kronor."""
    return ", ".join(f"{one.kronor} ({one.from_day}-)" for one in rates)


class StudiesRule(Sourced):
    """Studies beside the work."""

    school: BothLanguages
    """What is studied, and where."""
    hours_a_week: Annotated[int, Field(ge=1, le=60)]
    """How many hours a week are for studies."""
    longest_hours_a_week: Annotated[int, Field(ge=1, le=60)] | None = added(None)
    """How many hours a week work and studies may be together."""
