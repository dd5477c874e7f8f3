"""What a spreadsheet does to what people type: put right where nothing is lost, and refused where something is."""

import re
from datetime import date, timedelta

from models.calendar.written_days import counts_from_today
from services.referrals.bad_value import BadValue

NUMBERS = frozenset({"identity_number", "phone", "site", "reference"})
"""What a spreadsheet takes for a number, and is none that anybody reckons with."""

DAYS = frozenset({"referred_on"})

_SCIENTIFIC = re.compile(r"([0-9])[.,]([0-9]+)E\+?([0-9]{1,2})", re.IGNORECASE)
_WITHOUT_FRACTION = re.compile(r"([0-9]{3,})[.,]0+")
_GROUPED = re.compile(r"[0-9]{1,3}( [0-9]{3})+")
_A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?")
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_FIRST_SERIAL = 41_300
"""The day in 2013 from which no count of days can be read as a day, month and year without the first zero."""


def as_written(name: str, text: str) -> str:
    """What somebody typed, by what a spreadsheet has made of it. Raises BadValue where digits are gone, and where it
    has made a day of something else."""
    if name in NUMBERS:
        text = _digits(text)
        if name == "site" and _GROUPED.fullmatch(text):
            text = text.replace(" ", "")
    if name not in DAYS | {"identity_number", "earlier_employment"} and _A_DAY.fullmatch(text):
        raise BadValue(
            "cell.made_a_date",
            "The spreadsheet has made a date of what was typed here. Format the column as text and type it again.",
        )
    return text


def _digits(text: str) -> str:
    if match := _WITHOUT_FRACTION.fullmatch(text):
        return match[1]
    if match := _SCIENTIFIC.fullmatch(text):
        first, more, exponent = match.groups()
        if len(more) < int(exponent) - 1 or len(more) > int(exponent):
            raise BadValue(
                "cell.digits_lost",
                "The spreadsheet has rounded the number, so that digits are lost. Format the column as text and type"
                " it again.",
            )
        return first + more.ljust(int(exponent), "0")
    return text


def listed_day(text: str, epoch: date | None) -> str:
    """A day in a list: a workbook's count of days as a date, anything else as it is. Raises BadValue where nobody can
    tell from which day was counted, also for words such as yesterday: a list is read later than it was written."""
    if counts_from_today(text):
        raise BadValue(
            "cell.relative_day",
            "The list does not say on which day this was written. Write the date, such as 2026-03-01.",
        )
    if not _SERIAL.fullmatch(text):
        return text
    days = int(re.split("[.,]", text)[0])
    if epoch is None or days < _FIRST_SERIAL:
        raise BadValue(
            "cell.counted_day",
            "This is a number of days, as a spreadsheet counts them. Format the column as a date and save it again.",
        )
    return (epoch + timedelta(days=days)).isoformat()
