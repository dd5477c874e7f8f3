"""How long something may last, in calendar months, both days included."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from models.answers import Refusal

NOTHING = relativedelta()


def at_most(
    rule: str, source: str, what: str, starts_on: date, ends_on: date, months: int, used: relativedelta = NOTHING
) -> Refusal | None:
    """A refusal where a period ends later than `months` months, less what is `used` of them already, allow."""
    last_day = starts_on + relativedelta(months=months - used.months - 12 * used.years) - timedelta(days=1 + used.days)
    if ends_on <= last_day:
        return None
    message = f"{what} may last at most {months} months, here until {last_day}, not until {ends_on}."
    return Refusal(rule, source, message)


def length(starts_on: date, ends_on: date) -> relativedelta:
    """Calendar months and days of a period; nothing where it ended before it began. Two times a year is two years,
    leap years or not."""
    return relativedelta(max(ends_on + timedelta(days=1), starts_on), starts_on)
