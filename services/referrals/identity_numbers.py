"""Personal and co-ordination numbers as people and spreadsheets write them, and what they tell of age."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from stdnum import luhn

from models.programme.admission import AgeRule
from services.referrals.bad_value import BadValue

HYPHENS = str.maketrans("‐‑–—−", "-----")
NEAR = relativedelta(years=10)
"""A journey is over long before; a birthday farther away would be a date of birth that nobody needs."""

YOUNGEST = relativedelta(years=13)
"""Nobody is employed or in an internship before."""

_IDENTITY = re.compile(r"([0-9]{6}|[0-9]{8})([-+]?)([0-9]{4})")
_LOST_ZEROS = re.compile(r"[0-9]{7,9}")
_INTERIM = re.compile(r"(?:[0-9]{6}|[0-9]{8})[-+]?[A-Z][0-9]{3}")
_RESERVE = re.compile(r"(?:2[1-9]|[3-9][0-9])[0-9]{10}|(?:[0-9]{6}|[0-9]{8})[-+]?(?=[0-9]*[A-Z])[0-9A-Z]{4}")
"""Of hospitals: what begins with no century of ours, and what has letters among the last four."""
_A_DATE_ALONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: .*)?")


def identity_number(text: str, today: date) -> str:
    """Personnummer or co-ordination number → its 12 digits.

    Ten digits get their century by `today`: the latest year that fits, a hundred years earlier after a "+". Seven to
    nine digits without a sign are ten whose first zeros a spreadsheet dropped: nobody writes so few otherwise, and the
    last digit still has to fit."""
    compact = text.translate(HYPHENS).replace(" ", "").upper()
    if _LOST_ZEROS.fullmatch(compact):
        with suppress(BadValue):  # what fits no better with zeros is told as it stands: too few digits
            return identity_number(compact.zfill(10), today)
    match = _IDENTITY.fullmatch(compact)
    if not match:
        raise _why_not(text, compact)
    if _RESERVE.fullmatch(compact):
        raise _why_not(text, compact)
    born, sign, rest = match.groups()
    latest = today.year - 100 if sign == "+" else today.year
    if len(born) == 6:
        year = latest - (latest - int(born[:2])) % 100
        born = f"{year // 100:02d}{born}"
    elif sign == "+" and int(born[:4]) > latest:
        raise BadValue(
            "cell.identity_plus",
            "The + in the identity number means a hundred years or more, which does not agree with its year.",
        )
    if born_within(born).first > today:
        raise BadValue(
            "cell.identity_future",
            "The identity number's date of birth is in the future. Check it against the person's papers.",
        )
    if born_within(born).last + YOUNGEST > today:
        raise BadValue(
            "cell.identity_child",
            "By the identity number the person is younger than {age}. Check it against their papers. Of somebody who is"
            " older than a hundred it has a + before the last four digits.",
            age=YOUNGEST.years,
        )
    if rest.startswith("000") or not luhn.is_valid(born[2:] + rest):
        raise BadValue(
            "cell.identity_check", "The identity number's check digit is wrong. Check it against the person's papers."
        )
    return born + rest


def _why_not(text: str, compact: str) -> BadValue:
    if _INTERIM.fullmatch(compact):
        return BadValue(
            "cell.identity_interim",
            "This is an interim number, which others may have too. Ask the person for a personal or co-ordination"
            " number from the Tax Agency, and refer them then.",
        )
    if _RESERVE.fullmatch(compact):
        return BadValue(
            "cell.identity_reserve",
            "This is a reserve number, such as hospitals give. Ask the person for a personal or co-ordination number"
            " from the Tax Agency, and refer them by that.",
        )
    if _A_DATE_ALONE.fullmatch(text):
        return BadValue(
            "cell.identity_date", "This is a date, without the last four digits of the identity number. Add them."
        )
    return BadValue(
        "cell.identity_digits", "The identity number must have 10 or 12 digits, such as YYMMDD-NNNN or YYYYMMDD-NNNN."
    )


class Born(NamedTuple):
    """The days between which somebody was born: one day, but where a co-ordination number leaves it open."""

    first: date
    last: date


def born_within(born: str) -> Born:
    """YYYYMMDD → when somebody was born. A co-ordination number's day is counted from 60; the Tax Agency writes 60 for
    a day and 00 for a month that it does not know. Raises BadValue."""
    year, month, day = int(born[:4]), int(born[4:6]), int(born[6:])
    try:
        if month == 0 and day >= 60:
            return Born(date(year, 1, 1), date(year, 12, 31))
        if day == 60:
            first = date(year, month, 1)
            return Born(first, first + relativedelta(months=1) - timedelta(days=1))
        known = date(year, month, day - 60 if day > 60 else day)
    except ValueError:
        raise BadValue(
            "cell.identity_birth",
            "The identity number does not begin with a date of birth. Check it against the person's papers.",
        ) from None
    return Born(known, known)


def is_coordination_number(identity_number: str) -> bool:
    """Whether 12 digits are of a co-ordination number: its day is counted from 60."""
    return int(identity_number[6:8]) >= 60


def age_of(identity_number: str, ages: AgeRule, referred_on: date) -> int | None:
    """How old the person of an identity number of 12 digits is on the day that a programme names; None where the number
    leaves that open."""
    years = {ages.age(born, referred_on) for born in born_within(identity_number[:8])}
    return years.pop() if len(years) == 1 else None


def age_limit_on(identity_number: str, ages: Iterable[int], referred_on: date) -> date | None:
    """The birthday of the lowest of these ages, from an identity number of 12 digits; None where it is not near.

    Of a birthday that has passed only that is told: it becomes the day of the referral. Where the day of birth is not
    known, the last one that it may be counts: until then the law may protect the person.
    """
    born = born_within(identity_number[:8]).last
    birthday = min((born + relativedelta(years=age) for age in ages), default=None)
    return max(birthday, referred_on) if birthday is not None and birthday <= referred_on + NEAR else None
