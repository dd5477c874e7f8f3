"""How long something may last, in calendar months, both days included."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from models.answers import Refusal
from models.programme import Dated
from models.sentence import Sentence, say

NOTHING = relativedelta()


def at_most(
    rule: str, source: str, what: Sentence, starts_on: date, ends_on: date, months: int, used: relativedelta = NOTHING
) -> Refusal | None:
    """A refusal where a period ends later than `months` months, less what is `used` of them already, allow."""
    last_day = last_day_within(starts_on, months, used)
    if ends_on <= last_day:
        return None
    message = say(
        "{what} may last at most {months} months, here until {last_day}, not until {ends_on}.",
        what=what,
        months=months,
        last_day=last_day,
        ends_on=ends_on,
    )
    return Refusal(rule, source, message)


def last_day_within(starts_on: date, months: int, used: relativedelta = NOTHING) -> date:
    """The last day that `months` months from `starts_on` on, less what is `used` of them already, allow."""
    return starts_on + relativedelta(months=months - used.months - 12 * used.years) - timedelta(days=1 + used.days)


def length(starts_on: date, ends_on: date) -> relativedelta:
    """Calendar months and days of a period; nothing where it ended before it began. Two times a year is two years,
    leap years or not."""
    return relativedelta(max(ends_on + timedelta(days=1), starts_on), starts_on)


def bounds_of(rule: Dated) -> Sentence:
    """From when until when a rule is open, in words."""
    if rule.valid_from and rule.valid_until:
        return say("from {first} until {last}", first=rule.valid_from, last=rule.valid_until)
    return say("from {first}", first=rule.valid_from) if rule.valid_from else say("until {last}", last=rule.valid_until)
