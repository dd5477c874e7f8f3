"""How numbers and days are written: for programs always the same, for people as their language writes them."""

from datetime import date
from typing import Protocol

from babel.dates import format_date
from babel.numbers import format_decimal

from runtime.i18n import LOCALES, language


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
