"""A certificate in words, in Swedish or English: the same page for HTML and PDF."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from activities.language import Language
from activities.templating import templates_beside
from runtime.i18n import LOCALES, _, language, one_of, using_language
from services.certificates.content import Certificate
from services.certificates.words import Words, words

_TEMPLATES = templates_beside(__file__, "templates")


@dataclass(frozen=True)
class Page:
    """What stands on a certificate: `facts` are labels with values, `lists` headings with what stands under them."""

    language: Language
    name: str
    words: Words
    facts: tuple[tuple[str, str], ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]

    def __repr__(self) -> str:
        return "Page(…)"  # it names somebody


def lay_out(certificate: Certificate, name: str, in_language: Language) -> Page:
    """The page of a certificate for the person called `name`. What there is nothing to say of has no heading."""
    with using_language(in_language):
        return _lay_out(certificate, name, words())


def _lay_out(certificate: Certificate, name: str, said: Words) -> Page:
    period = _("{first} to {last}", first=_day(certificate.starts_on), last=_day(certificate.ends_on))
    facts = [
        (said.workplace, certificate.workplace),
        (said.tasks, certificate.tasks),
        (said.period, period),
        (said.programme, one_of(certificate.programme)),
        *([(said.supervisor, certificate.supervisor)] if certificate.supervisor else []),
    ]
    lists = [
        (heading, tuple(item if isinstance(item, str) else one_of(item) for item in items))
        for heading, items in ((said.learnt, certificate.learnt), (said.shown, certificate.shown))
        if items
    ]
    return Page(language(), name, said, tuple(facts), tuple(lists))


def as_html(page: Page) -> str:
    return _TEMPLATES.get_template("certificate.html.j2").render(vars(page))


def _day(day: date) -> str:
    return format_date(day, "long", LOCALES[language()])
