"""How long something may last, in calendar months, both days included.

A period in months ends on the day before the one that bears the number of its first day; where the month in which it
ends has no such day, on that month's last (lagen om beräkning av lagstadgad tid, 1930:173, 1 §).
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

NOTHING = relativedelta()
DAY = timedelta(days=1)


def last_day_within(starts_on: date, months: int, used: relativedelta = NOTHING) -> date:
    """The last day that `months` months from `starts_on` on, less what is `used` of them already, allow."""
    same_number = starts_on + relativedelta(months=months - used.months - 12 * used.years)
    is_missing = same_number.day < starts_on.day
    return same_number - timedelta(days=used.days) - (timedelta(0) if is_missing else DAY)


def last_day_of_weeks(starts_on: date, weeks: int) -> date:
    """The last day of so many weeks from `starts_on` on."""
    return starts_on + timedelta(weeks=weeks) - DAY


def day_after(starts_on: date, months: int) -> date:
    """The day after a period in months that begins on a day."""
    return last_day_within(starts_on, months) + DAY


def length(starts_on: date, ends_on: date) -> relativedelta:
    """Calendar months and days of a period; nothing where it ended before it began. Two times a year is two years,
    leap years or not."""
    if ends_on < starts_on:
        return NOTHING
    months = 12 * (ends_on.year - starts_on.year) + ends_on.month - starts_on.month + 1
    while (whole := last_day_within(starts_on, months)) > ends_on:
        months -= 1
    return relativedelta(months=months, days=(ends_on - whole).days)
