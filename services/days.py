"""A day that somebody wrote, at any door, and how a day is shown back."""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date

from babel.dates import format_date

from models.calendar.written_days import NoDay, Towards, read_day
from models.fields import BothLanguages
from models.message import Message, msg
from runtime.errors import UsageError
from runtime.i18n import LOCALES, _, language, one_of
from services.referrals.bad_value import BadValue


def day_in(text: str, today: date, towards: Towards = Towards.PAST, after: date | None = None) -> date:
    """The day that a text says. Raises BadValue, which does not repeat the text."""
    try:
        return read_day(text, today, towards, after)
    except NoDay as error:
        raise BadValue(_why_not(error)) from None
    except OverflowError:
        raise BadValue(NONE) from None


def day_of(text: str, today: date, towards: Towards = Towards.PAST) -> date:
    """The same for an option. Raises UsageError, with the text."""
    try:
        return day_in(text, today, towards)
    except BadValue as error:
        raise UsageError("day.unread", "{day} cannot be used. {why}", day=text, why=error.message) from error


def happened_in(text: str, today: date) -> date:
    """The day on which something has happened. Raises BadValue also for one that has not come: what is sent to a
    journey may lie a day ahead, since clocks differ, but who writes knows which day it is."""
    day = day_in(text, today)
    refuse_to_come(day, today)
    return day


def refuse_to_come(day: date, today: date) -> None:
    """Raises BadValue."""
    if day > today:
        raise BadValue(TO_COME.filled(day=in_both(day)))


def happened_of(text: str, today: date) -> date:
    """The same for an option. Raises UsageError."""
    day = day_of(text, today)
    if day > today:
        raise UsageError(TO_COME.filled(day=in_both(day)))
    return day


def in_full(day: date) -> str:
    """A day as it is shown back to whoever wrote it: with its day of the week and its year."""
    return one_of(in_both(day))


def near(day: date, today: date) -> str:
    """A day as people say it who know which day it is: today, or with its day of the week where it is near, and with
    its year where that is another."""
    ahead = (day - today).days
    if abs(ahead) <= 1:
        return {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[ahead]
    if abs(ahead) <= NEAR:
        return format_date(day, "EEEE d MMMM", locale=LOCALES[language()])
    return format_date(day, "d MMMM" if day.year == today.year else "d MMMM y", locale=LOCALES[language()])


NEAR = 14
"""Days within which people think of a day by its day of the week."""


def in_short(day: date, today: date) -> str:
    """A day where many stand beside each other, with its year where that is another."""
    return format_date(day, "d MMM" if day.year == today.year else "d MMM y", locale=LOCALES[language()])


def in_any_year(day: date) -> str:
    """A day of each year."""
    return format_date(day, "d MMMM", locale=LOCALES[language()])


def in_both(day: date) -> BothLanguages:
    """The same in both languages, for a message."""
    return _in_languages(day, "EEEE d MMMM y")


def _in_languages(day: date, form: str) -> BothLanguages:
    return BothLanguages(**{tongue: format_date(day, form, locale=LOCALES[tongue]) for tongue in LOCALES})


TO_COME = msg(
    "day.to_come",
    "It is not {day} yet. Record it on that day, and set a reminder for it until then, or correct the day.",
)
FORMAT = msg("cell.date_format", "This is not a date. Write it as 2026-03-01, 1/3 2026, 1 March, yesterday or Friday.")
NONE = msg("cell.no_such_day", "This date does not exist. Check the day, the month and the year.")


def _why_not(error: NoDay) -> Message:
    if error.candidates:
        days = [in_both(day) for day in error.candidates]
        return msg(
            "cell.date_ambiguous", "This could be {days}. Write the day, the month and all of the year.", days=days
        )
    if error.other_weekday is not None:
        return _another_weekday(error.other_weekday)
    if error.month is not None:
        return _beyond_month(*error.month)
    return NONE if error.is_written_as_one else FORMAT


def _another_weekday(day: date) -> Message:
    weekday = _in_languages(day, "EEEE")
    return msg(
        "cell.other_weekday", "This date is a {weekday}. Correct the date or the day of the week.", weekday=weekday
    )


def _beyond_month(year: int, month: int) -> Message:
    """That a month has fewer days, or a year fewer months."""
    if not 1 <= month <= 12:
        return msg("cell.no_such_month", "A year has 12 months. Correct month {month}.", month=month)
    if not MINYEAR <= year <= MAXYEAR:
        return NONE
    days, named = monthrange(year, month)[1], _in_languages(date(year, month, 1), "MMMM y")
    return msg("cell.month_length", "{month} has {days} days. Correct the date.", month=named, days=days)
