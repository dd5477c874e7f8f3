"""How long something may last, in calendar months, both days included."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from models.answers import Refusal


def at_most(
    rule: str, source: str, what: str, starts_on: date, ends_on: date, months: int, used: int = 0
) -> Refusal | None:
    last_day = starts_on + relativedelta(months=months) - timedelta(days=1 + used)
    if ends_on <= last_day:
        return None
    message = f"{what} may last at most {months} months, here until {last_day}, not until {ends_on}."
    return Refusal(rule, source, message)
