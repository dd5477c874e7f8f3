"""Forms of employment (anställningsformer), how long each may last, and when the law makes one permanent."""

from datetime import date
from typing import Annotated

from pydantic import Field

from models.fields import BothLanguages, Day, Name, Strict, Text
from models.programme.sourced import Dated, Days, Months, Sourced


class ConversionRule(Strict):
    """When the law turns a form of employment into one until further notice, whatever was agreed.

    That happens on the first day in the form on which it has lasted more than `more_than_days` within the last
    `within_years`, or, where the law counts chains, within a chain of fixed-term jobs that follow one another with gaps
    of at most `chain_gap_months`: see `models.state.employment_days`. Where somebody has as many jobs in the form in a
    calendar month as `gaps_count_from_jobs_a_month` says, or more, the days between them count too. Months of the law
    are counted as whole days, a year as 365. From the birthday `not_from_age` on it does not happen any more. The
    coordinator is warned `warn_days_before`.
    """

    more_than_days: Annotated[int, Field(ge=1, le=3_650)]
    """Days in the form after which it becomes permanent."""
    within_years: Annotated[int, Field(ge=1, le=50)] = 5
    """The years within which the days are counted."""
    chain_gap_months: Months | None = None
    """The longest gap, in months, between jobs of a chain within which the law counts too. No chain counts where it
    is left out."""
    gaps_count_from_jobs_a_month: Annotated[int, Field(ge=2, le=31)] | None = None
    """From how many jobs in a calendar month on the days between them count. Never where it is left out."""
    not_from_age: Annotated[int, Field(ge=18, le=120)] | None = None
    """The age from which on it does not become permanent any more."""
    warn_days_before: Days = 60
    """How many days before the coordinator is warned."""
    law: Text
    """The law that says so."""


class Replacement(Strict):
    """The form that has replaced another: days in the old one from `from_day` on count as days in it, beside their own.
    The rule stands in `law`."""

    form: Name
    """The form that has replaced it, by its id."""
    from_day: Day
    """The day from which on days in the old form count as days in the new one."""
    law: Text
    """The law that says so."""


class EmploymentForm(Dated):
    """A form of time-limited employment (anställningsform), as it was while open; another version may follow.

    `longest_months` is the total in the form with this employer, `longest_decision_months` one agreement or extension,
    `longest_first_decision_months` the first agreement. The days of a form that `counts_as` another count as that one's
    and become permanent as they do; those of one that another has `replaced_by` count there as well, from a day on. It
    is agreed at least `apply_days_ahead` before its first day.
    """

    id: Name
    """Its name in programmes. It may stand several times, for periods that do not overlap."""
    name: BothLanguages
    """What people call it."""
    longest_months: Months | None = None
    """How long somebody may be employed in it in all."""
    longest_decision_months: Months | None = None
    """How long one agreement or extension may last."""
    longest_first_decision_months: Months | None = None
    """How long the first agreement may last."""
    conversion: ConversionRule | None = None
    """When the law makes it permanent. Never where it is left out."""
    counts_as: Name | None = None
    """The form as which its days count, by its id."""
    replaced_by: Replacement | None = None
    """The form that has replaced it."""
    apply_days_ahead: Days | None = None
    """How many days before its first day it is agreed at the latest."""

    def overlaps(self, other: "EmploymentForm") -> bool:
        """Whether both are open on the same day."""
        first = max(self.valid_from or date.min, other.valid_from or date.min)
        return first <= min(self.valid_until or date.max, other.valid_until or date.max)


class FormLimit(Sourced):
    """What a programme allows of a form in all, where that is less than the form itself does."""

    form: Name
    """The form, by its id; one of the programme's."""
    longest_months: Months
    """How long somebody may be employed in it in all."""


class ChainRule(Sourced):
    """Forms of employment that follow one another, from the first link of a chain of measures to the last."""

    forms: Annotated[tuple[Name, ...], Field(min_length=2)]
    """The forms from the first link to the last, by their ids; at least two, of the programme's."""
