"""A certificate in words, in Swedish or English: the same page for HTML and PDF.

Only what went as expected or better is named: a certificate is for the one whom it is about.
"""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from activities.language import Language
from activities.templating import templates_beside
from runtime.i18n import LOCALES, _, language, one_of, using_language
from services.certificates.content import Certificate

_TEMPLATES = templates_beside(__file__, "templates")


@dataclass(frozen=True)
class Page:
    """What stands on a certificate: `facts` are labels with values, `lists` headings with what stands under them."""

    language: Language
    name: str
    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    thanks: str
    signatures: tuple[str, str]

    def __repr__(self) -> str:
        return "Page(…)"  # it names somebody


def lay_out(certificate: Certificate, name: str, in_language: Language) -> Page:
    """The page of a certificate for the person called `name`. What there is nothing to say of has no heading."""
    with using_language(in_language):
        lists = (
            (_("Learnt during the internship"), certificate.learnt),
            (_("Shown during the internship"), certificate.shown),
        )
        return Page(
            language=language(),
            name=name,
            title=_("Certificate of internship"),
            lead=_("has completed an internship with us."),
            facts=tuple((label, value) for label, value in _facts(certificate) if value),
            lists=tuple(
                (heading, tuple(item if isinstance(item, str) else one_of(item) for item in items))
                for heading, items in lists
                if items
            ),
            thanks=_("Thank you for your good work!"),
            signatures=(_("Place and date"), _("Supervisor's signature")),
        )


def _facts(certificate: Certificate) -> list[tuple[str, str | None]]:
    period = _("{first} to {last}", first=_day(certificate.starts_on), last=_day(certificate.ends_on))
    return [
        (_("Workplace"), certificate.workplace),
        (_("Tasks"), certificate.tasks),
        (_("Period"), period),
        (_("Programme"), one_of(certificate.programme)),
        (_("Supervisor"), certificate.supervisor),
    ]


def as_html(page: Page) -> str:
    return _TEMPLATES.get_template("certificate.html.j2").render(vars(page))


def _day(day: date) -> str:
    return format_date(day, "long", LOCALES[language()])
