"""Days as people write them, in Swedish and in English: one grammar for every door. Exact, or nothing.

A day that is written without a year is the nearest that makes sense where it stands: see `Towards`. What could be two
days is refused, with both, and so is a day whose nearest makes no sense there; a day that no calendar has is none.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from enum import Enum

DAY = timedelta(days=1)

REGISTERED_LATE = timedelta(days=30)
"""What is planned may be written down after it began; of a day farther back the year is asked for."""

NEAR = timedelta(days=122)
"""So far into the next year a day without a year may follow another; one farther away is asked about."""

FARTHEST = 40
"""Years that are tried for a day without a year: 29 February comes every fourth, and once in eight."""

WEEKDAYS = (
    ("måndag", "mån", "monday", "mon"),
    ("tisdag", "tis", "tuesday", "tue"),
    ("onsdag", "ons", "wednesday", "wed"),
    ("torsdag", "tors", "tor", "thursday", "thu"),
    ("fredag", "fre", "friday", "fri"),
    ("lördag", "lör", "saturday", "sat"),
    ("söndag", "sön", "sunday", "sun"),
)

MONTHS = (
    ("januari", "january", "jan"),
    ("februari", "february", "feb"),
    ("mars", "march", "mar"),
    ("april", "apr"),
    ("maj", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("augusti", "august", "aug"),
    ("september", "sep", "sept"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)

RELATIVE = {
    **dict.fromkeys(("idag", "i dag", "today"), 0),
    **dict.fromkeys(("igår", "i går", "yesterday"), -1),
    **dict.fromkeys(("förrgår", "i förrgår", "the day before yesterday"), -2),
    **dict.fromkeys(("imorgon", "i morgon", "imorn", "i morrn", "tomorrow"), 1),
    **dict.fromkeys(("övermorgon", "i övermorgon", "iövermorgon", "the day after tomorrow"), 2),
}

WEEKDAY = {name: number for number, names in enumerate(WEEKDAYS) for name in names}
MONTH = {name: number for number, names in enumerate(MONTHS, start=1) for name in names}

_WEEKDAY = rf"(?P<weekday>{'|'.join(sorted(WEEKDAY, key=len, reverse=True))})\.?"
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTH, key=len, reverse=True))})\.?"
_TIME = r"(?:[ t][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"

_YEAR_FIRST = re.compile(rf"(?P<y>[0-9]{{4}})(?P<sign>[-/.]?)(?P<m>[0-9]{{2}})(?P=sign)(?P<d>[0-9]{{2}}){_TIME}")
_DAY_FIRST = re.compile(r"(?P<d>[0-9]{1,2}) ?[-/.] ?(?P<m>[0-9]{1,2})(?: ?[-/.] ?| )(?P<y>[0-9]{4})")
_SHORT_YEAR = re.compile(r"([0-9]{1,2}) ?[-/.] ?([0-9]{1,2})(?: ?[-/.] ?| )([0-9]{2})|([0-9]{2})([0-9]{2})([0-9]{2})")
_NO_YEAR = re.compile(r"(?P<d>[0-9]{1,2}) ?/ ?(?P<m>[0-9]{1,2})")
_NAMED = (
    re.compile(rf"(?P<d>[0-9]{{1,2}})(?::[ae]|st|nd|rd|th|\.)? (?:of )?{_MONTH}(?:,? (?P<y>[0-9]{{4}}))?"),
    re.compile(rf"(?P<d>[0-9]{{1,2}})-{_MONTH}-(?P<y>[0-9]{{4}})"),
    re.compile(rf"{_MONTH} (?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>[0-9]{{4}}))?"),
)
_COMING = re.compile(rf"(?:på |nu på |on |this )?{_WEEKDAY}")
_GONE = re.compile(rf"i (?P<weekday>{'|'.join(names[0] for names in WEEKDAYS)})s")
_NEXT = re.compile(rf"(?:nästa|next) {_WEEKDAY}")
_WITH_WEEKDAY = re.compile(rf"(?:på |on )?{_WEEKDAY},? (?:den |the )?(?P<rest>.*[0-9].*)")
_COUNTED = re.compile(r"(?:om|in) (?P<n>[0-9]{1,3}) (?P<what>dag|dagar|day|days|vecka|veckor|week|weeks)")


class Towards(Enum):
    """Where a day without a year, or a day of the week, is looked for."""

    PAST = "past"
    """What has happened: the latest such day, today included, unless one to come is nearer."""
    PLANNED = "planned"
    """What is agreed: the first such day that is not more than a month back, this year or nearer than the last."""
    AFTER = "after"
    """What comes after another day: the first such day from that one on, in its year or soon after."""


class NoDay(ValueError):
    """The text says no day. `candidates` are the days that it could be, where there are several;
    `is_written_as_one` tells that it has the form of a day, but no calendar has it: `month` is then the year and month
    of a date, and `other_weekday` the day of a date that is another day of the week."""

    def __init__(
        self,
        candidates: tuple[date, ...] = (),
        *,
        is_written_as_one: bool = False,
        month: tuple[int, int] | None = None,
        other_weekday: date | None = None,
    ) -> None:
        super().__init__("this is no day")
        self.candidates = candidates
        self.is_written_as_one = is_written_as_one
        self.month = month
        self.other_weekday = other_weekday


def read_day(text: str, today: date, towards: Towards = Towards.PAST, after: date | None = None) -> date:
    """The day that a text says. `after` is the day that it follows, where that is known. An apostrophe before it, by
    which Excel keeps a cell as text, says nothing.

    Raises NoDay.
    """
    written = _plain(text)
    for read in _READERS:
        found = set(read(written, _Calendar(today, Towards.AFTER if after else towards, after or today)))
        if found:
            return _only(found)
    raise NoDay


def counts_from_today(text: str) -> bool:
    """Whether a text says another day tomorrow than today, such as yesterday or Friday; a day without its year is not
    meant."""
    any_day = _Calendar(date(2000, 1, 1), Towards.PAST, date(2000, 1, 1))
    return any(True for read in (_relative, _weekday) for _found in read(_plain(text), any_day))


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).casefold().translate(_HYPHENS).strip().removeprefix("'")
    return " ".join(plain.split()).removeprefix("den ")


_HYPHENS = str.maketrans("‐‑–—−", "-----")


def _only(found: set[date]) -> date:
    if len(found) > 1:
        raise NoDay(tuple(sorted(found)))
    return found.pop()


class _Calendar:
    """The day that it is, and which of several days is meant."""

    def __init__(self, today: date, towards: Towards, start: date) -> None:
        self.today, self.towards = today, towards
        self._first = today - REGISTERED_LATE if towards is Towards.PLANNED else start

    def day(self, month: int, day: int, year: int | None = None) -> date:
        """The day of this date; without a year the nearest that makes sense. Raises NoDay."""
        if year is not None:
            return _exact(year, month, day)
        last, coming = self._nearest(month, day, -1), self._nearest(month, day, 1)
        found = last if self.towards is Towards.PAST else coming
        if found is None:
            raise NoDay(is_written_as_one=True, month=(self.today.year, month))
        if last and coming and self._is_unsure(last, coming):
            raise NoDay((last, coming))
        return found

    def _nearest(self, month: int, day: int, step: int) -> date | None:
        """The latest such day that has been, or the first that comes; a day that both could be comes first."""
        border = self.today + DAY if self.towards is Towards.PAST else self._first
        for away in range(FARTHEST):
            try:
                found = date(border.year + step * away, month, day)
            except ValueError:
                continue
            if (found < border) if step < 0 else (found >= border):
                return found
        return None

    def _is_unsure(self, last: date, coming: date) -> bool:
        """Whether the nearest is not the one that makes sense here. A year is not gone on to for a day to fit."""
        if self.towards is Towards.PAST:
            return coming - self.today < self.today - last
        if self.towards is Towards.AFTER:
            return coming.year != self._first.year and coming - self._first > NEAR
        return coming.year != self.today.year and self.today - last < coming - self.today

    def weekday(self, number: int, *, gone: bool = False) -> set[date]:
        """The day of the week that is meant; two where today is one and it could also be another."""
        if gone or self.towards is Towards.PAST:
            back = self.today - DAY * ((self.today.weekday() - number) % 7 or 7)
            return {back} if gone or self.today.weekday() != number else {back, self.today}
        start = self._first if self.towards is Towards.AFTER else self.today
        ahead = start + DAY * ((number - start.weekday()) % 7 or 7)
        return {ahead} if start.weekday() != number else {start, ahead}


def _exact(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoDay(is_written_as_one=True, month=(year, month)) from None


def _relative(text: str, calendar: _Calendar) -> Iterator[date]:
    if text in RELATIVE:
        yield calendar.today + DAY * RELATIVE[text]
    elif match := _COUNTED.fullmatch(text):
        yield calendar.today + DAY * int(match["n"]) * (7 if match["what"][0] in "vw" else 1)


def _numbers(text: str, calendar: _Calendar) -> Iterator[date]:
    if match := _YEAR_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text):
        yield calendar.day(int(match["m"]), int(match["d"]), int(match["y"]))
    elif match := _NO_YEAR.fullmatch(text):
        yield calendar.day(int(match["m"]), int(match["d"]))


def _short_year(text: str, _calendar: _Calendar) -> Iterator[date]:
    """A year of two digits can stand first or last: it is never guessed, also where only one way gives a day."""
    if match := _SHORT_YEAR.fullmatch(text):
        first, middle, last = (int(group) for group in match.groups() if group is not None)
        possible = set()
        for year, day in ((first, last), (last, first)):
            try:
                possible.add(date(2000 + year, middle, day))
            except ValueError:
                continue
        raise NoDay(tuple(sorted(possible)), is_written_as_one=True)
    yield from ()


def _named(text: str, calendar: _Calendar) -> Iterator[date]:
    for form in _NAMED:
        if match := form.fullmatch(text):
            year = int(match["y"]) if match["y"] else None
            yield calendar.day(MONTH[match["month"]], int(match["d"]), year)
            return


def _weekday(text: str, calendar: _Calendar) -> Iterator[date]:
    if match := _GONE.fullmatch(text):
        yield from calendar.weekday(WEEKDAY[match["weekday"]], gone=True)
    elif match := _COMING.fullmatch(text):
        has_direction = text.startswith(("på ", "nu på ", "on ", "this "))
        meant = _Calendar(calendar.today, Towards.AFTER, calendar.today) if has_direction else calendar
        yield from meant.weekday(WEEKDAY[match["weekday"]])
    elif match := _NEXT.fullmatch(text):
        ahead = calendar.today + DAY * ((WEEKDAY[match["weekday"]] - calendar.today.weekday()) % 7 or 7)
        yield from (ahead, ahead + 7 * DAY)  # people mean either, and disagree about which


def _with_weekday(text: str, calendar: _Calendar) -> Iterator[date]:
    """A date with its day of the week beside it: the two must agree."""
    if match := _WITH_WEEKDAY.fullmatch(text):
        for read in (_numbers, _named):
            for found in read(match["rest"], calendar):
                if found.weekday() != WEEKDAY[match["weekday"]]:
                    raise NoDay(is_written_as_one=True, other_weekday=found)
                yield found


_READERS: tuple[Callable[[str, _Calendar], Iterator[date]], ...] = (
    *(_relative, _numbers, _short_year, _named, _weekday, _with_weekday),
)
