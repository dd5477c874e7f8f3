"""A certificate in words, wholly in Swedish or in English: the same page for HTML and PDF.

Only what went as expected or better is named: a certificate is for the one whom it is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from activities.language import Language
from activities.templating import templates_beside
from models.fields import BothLanguages
from runtime.i18n import LOCALES, _, language, one_of, using_language

_TEMPLATES = templates_beside(__file__, "templates")


@dataclass(frozen=True)
class Internship:
    """An internship that has ended."""

    workplace: BothLanguages
    tasks: BothLanguages
    starts_on: date
    ends_on: date
    interrupted: bool
    supervisor: str | None
    learnt: tuple[BothLanguages, ...]
    shown: tuple[BothLanguages, ...]


@dataclass(frozen=True)
class Certificate:
    """The internships of a way. Names nobody whom it is about: that is added where it is printed."""

    programme: BothLanguages
    employer: str | None
    internships: tuple[Internship, ...]


Facts = tuple[tuple[str, str], ...]
"""Labels with values."""


@dataclass(frozen=True)
class Part:
    """What stands of one internship: facts, and headings with what stands under them."""

    facts: Facts
    lists: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Page:
    """What stands on a certificate, from top to bottom."""

    language: Language
    name: str
    title: str
    lead: str
    facts: Facts
    parts: tuple[Part, ...]
    thanks: str
    signatures: tuple[str, str]

    def __repr__(self) -> str:
        return "Page(…)"  # it names somebody


def lay_out(certificate: Certificate, name: str, in_language: Language) -> Page:
    """The page of a certificate for the person called `name`. What there is nothing to say of has no heading."""
    with using_language(in_language):
        facts = [(_("Employer"), certificate.employer), (_("Programme"), one_of(certificate.programme))]
        return Page(
            language=language(),
            name=name,
            title=_("Certificate of internship"),
            lead=_lead(certificate),
            facts=_told(facts),
            parts=tuple(map(_part, certificate.internships)),
            thanks=_("Thank you for your good work!"),
            signatures=(_("Place and date"), _("Supervisor's signature")),
        )


def _lead(certificate: Certificate) -> str:
    if len(certificate.internships) > 1:
        return _("has done these internships with us.")
    if certificate.internships[0].interrupted:
        return _("has done an internship with us.")
    return _("has completed an internship with us.")


def _part(one: Internship) -> Part:
    period = _("{first} to {last}", first=_day(one.starts_on), last=_day(one.ends_on))
    facts = [
        (_("Workplace"), one_of(one.workplace)),
        (_("Tasks"), one_of(one.tasks)),
        (_("Period"), period),
        (_("Ended"), _("before the agreed last day") if one.interrupted else None),
        (_("Supervisor"), one.supervisor),
    ]
    lists = ((_("Learnt during the internship"), one.learnt), (_("Shown during the internship"), one.shown))
    return Part(_told(facts), tuple((heading, tuple(map(one_of, items))) for heading, items in lists if items))


def _told(facts: Sequence[tuple[str, str | None]]) -> Facts:
    return tuple((label, value) for label, value in facts if value)


def as_html(page: Page) -> str:
    return _TEMPLATES.get_template("certificate.html.j2").render(vars(page))


def _day(day: date) -> str:
    return format_date(day, "long", LOCALES[language()])
