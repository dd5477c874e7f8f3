"""What the names in a report are called, and how numbers and days are written: for programs, and for people."""

from datetime import date
from typing import Protocol

from babel.dates import format_date
from babel.numbers import format_decimal

from models.events.values import FollowUpOutcome
from models.message import N_
from models.stages import EndReason, Stage
from runtime.i18n import LOCALES, _, language, translate


class Style(Protocol):
    """A way of writing numbers, days and months."""

    def number(self, value: float) -> str: ...

    def day(self, day: date) -> str: ...

    def month(self, month: date) -> str: ...


class Plain:
    """As programs read it."""

    def number(self, value: float) -> str:
        return f"{value:g}"

    def day(self, day: date) -> str:
        return day.isoformat()

    def month(self, month: date) -> str:
        return f"{month:%Y-%m}"


class Local:
    """As people read it in the language that is spoken now."""

    def number(self, value: float) -> str:
        return format_decimal(value, locale=LOCALES[language()])

    def day(self, day: date) -> str:
        return format_date(day, "long", LOCALES[language()])

    def month(self, month: date) -> str:
        return format_date(month, "MMMM y", LOCALES[language()])


def on_screen() -> Style:
    """In a terminal: in English as ever, so that nothing that reads it finds it changed."""
    return Plain() if language() == "en" else Local()


LABELS = {
    "role": N_("Role (hired)"),
    "women": N_("Women"),
    "men": N_("Men"),
    "unknown": N_("Not known"),
    "on_the_way": N_("On the way"),
    "agency": N_("Agency"),
    "municipality": N_("Municipality"),
    "union": N_("Union"),
    "church": N_("Church"),
    "samhall": N_("Samhall"),
    "civil_society": N_("Civil society"),
    "talent_organisation": N_("Talent organisation"),
    "unit": N_("Unit"),
}

WORDED = {str(one): one.in_words for names in (FollowUpOutcome, EndReason, Stage) for one in names}


def label(name: str) -> str:
    """A name for people: `not_qualified` is said as `Not qualified`."""
    if name in LABELS:
        return _(LABELS[name])
    said = translate(WORDED[name]) if name in WORDED else name.replace("_", " ")
    return said[:1].upper() + said[1:]
