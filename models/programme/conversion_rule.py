"""What the law does to some forms of employment: after a time it makes them permanent."""

from typing import Annotated

from pydantic import Field

from models.fields import Strict, Text


class ConversionRule(Strict):
    """When the law turns a form of employment into one until further notice, whatever was agreed.

    That happens on the first day in the form on which it has lasted more than `more_than_days` within the last
    `within_years`, or, where the law counts chains, within a chain of fixed-term jobs that follow one another with gaps
    of at most `chain_gap_months`: see `days`. Months of the law are counted as whole days, a year as 365. From the
    birthday `not_from_age` on it does not happen any more. The coordinator is warned `warn_days_before`.
    """

    more_than_days: Annotated[int, Field(ge=1, le=3_650)]
    within_years: Annotated[int, Field(ge=1, le=50)] = 5
    chain_gap_months: Annotated[int, Field(ge=1, le=120)] | None = None
    not_from_age: Annotated[int, Field(ge=18, le=120)] | None = None
    warn_days_before: Annotated[int, Field(ge=0, le=3_650)] = 60
    law: Text
