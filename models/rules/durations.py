"""Rules about how long something may last, and the words for when a rule is open."""

from datetime import date

from dateutil.relativedelta import relativedelta

from models.calendar.periods import NOTHING, last_day_within
from models.fields import Source
from models.message import Message, msg
from models.programme.sourced import Dated
from models.rules.decision import Held, Refusal
from models.rules.registry import Rule


def at_most(
    rule: Rule,
    source: Source,
    what: Message,
    starts_on: date,
    ends_on: date,
    months: int,
    used: relativedelta = NOTHING,
) -> Refusal | Held:
    """A refusal where a period ends later than `months` months, less what is `used` of them already, allow."""
    last_day = last_day_within(starts_on, months, used)
    if ends_on <= last_day:
        return Held(
            msg(
                "duration.holds",
                "{what} may last at most {months} months, here until {last_day}, and ends on {ends_on}.",
                what=what,
                months=months,
                last_day=last_day,
                ends_on=ends_on,
            )
        )
    message = msg(
        "duration.too_long",
        "{what} may last at most {months} months, here until {last_day}, not until {ends_on}.",
        what=what,
        months=months,
        last_day=last_day,
        ends_on=ends_on,
    )
    return rule.refuse(message, source)


def bounds_of(rule: Dated) -> Message:
    """From when until when a rule is open, in words."""
    if rule.valid_from and rule.valid_until:
        return msg("duration.from_until", "from {first} until {last}", first=rule.valid_from, last=rule.valid_until)
    return (
        msg("duration.from", "from {first}", first=rule.valid_from)
        if rule.valid_from
        else msg("duration.until", "until {last}", last=rule.valid_until)
    )
