"""How long something may last, in calendar months, both days included."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

NOTHING = relativedelta()


def last_day_within(starts_on: date, months: int, used: relativedelta = NOTHING) -> date:
    """The last day that `months` months from `starts_on` on, less what is `used` of them already, allow."""
    return starts_on + relativedelta(months=months - used.months - 12 * used.years) - timedelta(days=1 + used.days)


def length(starts_on: date, ends_on: date) -> relativedelta:
    """Calendar months and days of a period; nothing where it ended before it began. Two times a year is two years,
    leap years or not."""
    return relativedelta(max(ends_on + timedelta(days=1), starts_on), starts_on)
