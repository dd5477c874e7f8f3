"""Who may take part: people of which ages, and up to which days people are referred and begin."""

from datetime import date
from typing import Annotated

from dateutil.relativedelta import relativedelta
from pydantic import Field

from models.fields import Day, OneLine, Source, Strict
from models.programme.sourced import Sourced

Age = Annotated[int, Field(ge=0, le=120)]
"""Whole years."""

OF_THE_REFERRAL, LEAP_YEAR = "referral", 2024

AgedOn = Annotated[str, Field(pattern="^(referral|((19|20)[0-9]{2}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))$")]
"""The day of the referral, a day such as 2027-06-01, or a month and a day of the referral's year, such as 06-01."""


class AgeRule(Sourced):
    """How old whoever is referred is, on one day. Only the age on that day is kept, and no date of birth."""

    lowest: Age | None = None
    """The lowest age, in whole years."""
    highest: Age | None = None
    """The highest age, in whole years: somebody is of it until the day before the next birthday."""
    on: AgedOn = OF_THE_REFERRAL
    """The day that counts: `referral`, a day such as `2027-06-01`, or a month and a day of the referral's year, such as
    `06-01`."""

    @property
    def is_of_each_year(self) -> bool:
        """Whether the day that counts is one of the year of the referral, whichever that is."""
        return self.on.count("-") == 1

    @property
    def has_the_day(self) -> bool:
        """Whether the month has the day that counts, in a leap year where no year is said."""
        try:
            date.fromisoformat(f"{LEAP_YEAR}-{self.on}" if self.is_of_each_year else self.on)
        except ValueError:
            return self.on == OF_THE_REFERRAL
        return True

    def day(self, referred_on: date) -> date:
        """The day on which the age counts, for somebody who is referred on a day."""
        if self.on == OF_THE_REFERRAL:
            return referred_on
        *year, month, day = map(int, self.on.split("-"))
        return date(year[0] if year else referred_on.year, month, 1) + relativedelta(day=day)

    def age(self, born: date, referred_on: date) -> int:
        """How old somebody who was born on a day is then."""
        return max(0, relativedelta(self.day(referred_on), born).years)


class LastWorked(Strict):
    """That an internship is not in the unit in which the person last worked, as the referral says."""

    unit: OneLine
    source: Source


class AdmissionRule(Sourced):
    """Up to which days people are referred, and from which to which day those begin who are. Each may be left out."""

    referrals_until: Day | None = None
    """The last day of a referral."""
    starts_from: Day | None = None
    """The first day on which somebody may begin: in an internship, or in a role where none came before it."""
    starts_until: Day | None = None
    """The last day on which somebody may begin."""
