"""A certificate in words, in Swedish or English: the same page for HTML and PDF."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models.fields import BothLanguages
from runtime.certificate.content import Certificate

Language = Literal["sv", "en"]

LOCALES: dict[Language, str] = {"sv": "sv_SE", "en": "en_GB"}

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("html.j2",), default_for_string=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Page:
    """What stands on a certificate: `facts` are labels with values, `lists` headings with what stands under them."""

    language: Language
    name: str
    words: Any
    facts: tuple[tuple[str, str], ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]

    def __repr__(self) -> str:
        return "Page(…)"  # it names somebody


def lay_out(certificate: Certificate, name: str, language: Language) -> Page:
    """The page of a certificate for the person called `name`. What there is nothing to say of has no heading."""
    words: Any = _TEMPLATES.get_template(f"{language}.j2").module
    period = f"{_day(certificate.starts_on, language)} {words.until} {_day(certificate.ends_on, language)}"
    facts = [
        (words.workplace, certificate.workplace),
        (words.tasks, certificate.tasks),
        (words.period, period),
        (words.programme, _said(certificate.programme, language)),
        *([(words.supervisor, certificate.supervisor)] if certificate.supervisor else []),
    ]
    lists = [
        (heading, tuple(_said(item, language) for item in items))
        for heading, items in ((words.learnt, certificate.learnt), (words.shown, certificate.shown))
        if items
    ]
    return Page(language, name, words, tuple(facts), tuple(lists))


def as_html(page: Page) -> str:
    return _TEMPLATES.get_template("certificate.html.j2").render(vars(page))


def _said(text: str | BothLanguages, language: Language) -> str:
    return text if isinstance(text, str) else (text.sv if language == "sv" else text.en)


def _day(day: date, language: Language) -> str:
    return format_date(day, "long", LOCALES[language])
