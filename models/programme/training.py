"""The knowledge goal: training packages, who has taken which part, and what must be taken before an internship."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from models.calendar.periods import day_after
from models.fields import BothLanguages, Day, Name, Strict
from models.message import Worded, msg
from models.programme.sourced import Months, Sourced


class StaffForm(Worded):
    """As what somebody works in a unit. All take the training alike."""

    INTERN = "intern", msg("staff_form.intern", "intern")
    TEMPORARY = "temporary", msg("staff_form.temporary", "temporary")
    PERMANENT = "permanent", msg("staff_form.permanent", "permanent")


class TrainingPart(Strict):
    """One part of a package, taken on one day."""

    id: Name
    """Its name in the register of training."""
    name: BothLanguages
    """What people call it."""


class TrainingPackage(Sourced):
    """A training package. What was taken is good for `valid_months` calendar months; for ever where None."""

    id: Name
    """Its name in programmes."""
    name: BothLanguages
    """What people call it."""
    parts: Annotated[tuple[TrainingPart, ...], Field(min_length=1)]
    """Its parts, of which all are taken. At least one."""
    valid_months: Months | None = None
    """For how many months a part counts once it was taken; for ever where it is left out."""

    def expires_on(self, completed_on: date) -> date | None:
        """The first day on which a part taken on a day no longer counts."""
        return day_after(completed_on, self.valid_months) if self.valid_months else None

    def counts_on(self, completed_on: date, day: date) -> bool:
        expires_on = self.expires_on(completed_on)
        return completed_on <= day and (expires_on is None or day < expires_on)


class TrainingRule(Sourced):
    """Who must have taken the package before an internship begins: supervisor, mentor, and `share_of_unit` per cent of
    the staff of the position's unit."""

    package: TrainingPackage
    """The package that must have been taken, by its id in training.toml."""
    supervisor: bool = True
    """Whether the supervisor must have taken it."""
    mentor: bool = True
    """Whether the mentor must have taken it."""
    share_of_unit: Annotated[int, Field(ge=0, le=100)] = 0
    """How many per cent of the unit's staff must have taken it."""


class TrainingDemand(Strict):
    """What an internship that is being agreed on asks of those who take part in it."""

    rule: TrainingRule
    position: Name
    starts_on: Day
    supervisor: Name | None = None
    mentor: Name | None = None


@dataclass(frozen=True)
class Completion:
    """Somebody has taken a part of a package."""

    person: str
    part: str
    completed_on: date


Taken = Mapping[str, Collection[Completion]]
"""What each person has taken of a package."""


def lacks(package: TrainingPackage, completions: Iterable[Completion], day: date) -> list[str]:
    """The parts that somebody with these completions lacks on a day, in the package's order."""
    counting = {one.part for one in completions if package.counts_on(one.completed_on, day)}
    return [part.id for part in package.parts if part.id not in counting]


def expiring(
    package: TrainingPackage, completions: Iterable[Completion], day: date, within: timedelta
) -> Iterator[tuple[str, date]]:
    """The parts that count on a day and expire within some time, each with the day on which it does."""
    latest: dict[str, date] = {}
    for one in completions:
        if package.counts_on(one.completed_on, day):
            latest[one.part] = max(one.completed_on, latest.get(one.part, one.completed_on))
    for part in package.parts:
        expires_on = package.expires_on(latest[part.id]) if part.id in latest else None
        if expires_on is not None and expires_on <= day + within:
            yield part.id, expires_on
