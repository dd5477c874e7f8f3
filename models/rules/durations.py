"""Rules about how long something may last, and the words for when a rule is open."""

from datetime import date

from dateutil.relativedelta import relativedelta

from models.calendar.periods import NOTHING, last_day_of_weeks, last_day_within
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


def at_most_weeks(
    rule: Rule, source: Source, what: Message, starts_on: date, ends_on: date, weeks: int
) -> Refusal | Held:
    """A refusal where a period ends later than so many weeks allow."""
    last_day = last_day_of_weeks(starts_on, weeks)
    if ends_on <= last_day:
        return Held(
            msg(
                "duration.weeks_hold",
                "{what} may last at most {weeks} weeks, here until {last_day}, and ends on {ends_on}.",
                what=what,
                weeks=weeks,
                last_day=last_day,
                ends_on=ends_on,
            )
        )
    message = msg(
        "duration.weeks_too_long",
        "{what} may last at most {weeks} weeks, here until {last_day}, not until {ends_on}. Choose an earlier last"
        " day.",
        what=what,
        weeks=weeks,
        last_day=last_day,
        ends_on=ends_on,
    )
    return rule.refuse(message, source)


def not_before(
    rule: Rule, source: Source, what: Message, first_end: date, ends_on: date, least: Message
) -> Refusal | Held:
    """A refusal where a period ends before `first_end`, with which it has lasted as long as it is to last at least."""
    if ends_on >= first_end:
        return Held(
            msg(
                "duration.long_enough",
                "{what} is agreed for at least {least}, here until {first_end}, and ends on {ends_on}.",
                what=what,
                least=least,
                first_end=first_end,
                ends_on=ends_on,
            )
        )
    message = msg(
        "duration.too_short",
        "{what} is agreed for at least {least}, here until {first_end}, not until {ends_on}. Choose a later last day.",
        what=what,
        least=least,
        first_end=first_end,
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
