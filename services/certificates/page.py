"""A certificate in words, in Swedish or English: the same page for HTML and PDF.

Only what went as expected or better is named: a certificate is for the one whom it is about.
"""

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import matplotlib
from babel.dates import format_date
from fpdf import FPDF, XPos, YPos

from activities.language import Language
from activities.templating import templates_beside
from models.fields import BothLanguages
from runtime.errors import Refused
from runtime.i18n import LOCALES, _, language, one_of, using_language

_TEMPLATES = templates_beside(__file__, "templates")


@dataclass(frozen=True)
class Certificate:
    """An internship that was completed. Names nobody: who it was about is added where it is printed."""

    programme: BothLanguages
    workplace: str | BothLanguages
    tasks: str | BothLanguages
    starts_on: date
    ends_on: date
    supervisor: str | None
    learnt: tuple[str | BothLanguages, ...]
    shown: tuple[str | BothLanguages, ...]


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
        (_("Workplace"), one_of(certificate.workplace)),
        (_("Tasks"), one_of(certificate.tasks)),
        (_("Period"), period),
        (_("Programme"), one_of(certificate.programme)),
        (_("Supervisor"), certificate.supervisor),
    ]


def as_html(page: Page) -> str:
    return _TEMPLATES.get_template("certificate.html.j2").render(vars(page))


def _day(day: date) -> str:
    return format_date(day, "long", LOCALES[language()])


FONT = "DejaVu"
MARGIN = 25
"""Millimetres."""

LABEL_WIDTH = 40
LINE = 7
SMALL, BODY, NAME, TITLE = 9, 11, 18, 22


def as_pdf(page: Page) -> bytes:
    """The page as a PDF file. Raises Refused where the font lacks letters of it; the HTML page has no such limit."""
    logging.getLogger("fpdf").setLevel(logging.ERROR)  # it would name the letters that a name has and a font lacks
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    pdf = _begin(page)
    _refuse_unknown_letters(pdf, page)
    _write(pdf, page.title, TITLE, bold=True, after=10)
    _write(pdf, page.name, NAME, bold=True, after=1)
    _write(pdf, page.lead, BODY, after=6)
    for label, value in page.facts:
        pdf.set_font(FONT, "B", BODY)
        pdf.cell(LABEL_WIDTH, LINE, label)
        _write(pdf, value, BODY)
    for heading, items in page.lists:
        pdf.ln(5)
        _write(pdf, heading, BODY, bold=True)
        for item in items:
            pdf.set_font(FONT, "", BODY)
            pdf.cell(6, LINE, "•")
            _write(pdf, item, BODY)
    pdf.ln(5)
    _write(pdf, page.thanks, BODY)
    _signatures(pdf, page)
    return bytes(pdf.output())


def _begin(page: Page) -> FPDF:
    pdf = FPDF(format="A4")
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    pdf.add_font(FONT, "", fonts / "DejaVuSans.ttf")
    pdf.add_font(FONT, "B", fonts / "DejaVuSans-Bold.ttf")
    pdf.set_margin(MARGIN)
    pdf.set_lang("sv-SE" if page.language == "sv" else "en-GB")
    pdf.set_title(page.title)
    pdf.set_font(FONT, "", BODY)
    pdf.add_page()
    return pdf


def _write(pdf: FPDF, text: str, size: int, *, bold: bool = False, after: int = 0) -> None:
    pdf.set_font(FONT, "B" if bold else "", size)
    pdf.multi_cell(0, max(LINE, size * 0.5), text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(after)


def _signatures(pdf: FPDF, page: Page) -> None:
    pdf.ln(25)
    width, gap = (pdf.epw - 10) / 2, 10
    pdf.set_font(FONT, "", SMALL)
    for at, text in enumerate(page.signatures):
        pdf.set_x(pdf.l_margin + at * (width + gap))
        pdf.cell(width, LINE, text, border="T")


def _refuse_unknown_letters(pdf: FPDF, page: Page) -> None:
    said = [page.name, *(value for _, value in page.facts), *(item for _, items in page.lists for item in items)]
    known = pdf.fonts[f"{FONT.lower()}B"].cmap  # type: ignore[union-attr]
    if any(ord(letter) not in known for letter in "".join(said) if not letter.isspace()):
        raise Refused(
            "certificate.font", "The PDF's font lacks letters used on this certificate. Write it as a web page instead."
        )
