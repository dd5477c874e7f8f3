"""A certificate as PDF, with fonts in it that have every letter of it, or refused.

DejaVu, which comes along, has Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian and Georgian letters. Others are taken
from the fonts of the machine. Scripts that join their letters or run from right to left are set by HarfBuzz.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import bidirectional, category

from fpdf import FPDF, XPos, YPos
from matplotlib.ft2font import FT2Font

from runtime.errors import Refused
from services.certificates.page import Facts, Page
from services.pdf import FONT, set_up

MARGIN = 25
"""Millimetres."""

LABEL_WIDTH = 40
LINE = 7
SMALL, BODY, NAME, TITLE = 9, 11, 18, 22

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
"""Where machines keep their fonts."""


def as_pdf(page: Page) -> bytes:
    """The page as a PDF file. Raises Refused where no font has one of its letters; the HTML page has no such limit."""
    pdf = _begin(page)
    _have_all_letters(pdf, page)
    _write(pdf, page.title, TITLE, bold=True, after=10)
    _write(pdf, page.name, NAME, bold=True, after=1)
    _write(pdf, page.lead, BODY, after=6)
    _facts(pdf, page.facts)
    for part in page.parts:
        if len(page.parts) > 1:
            pdf.ln(5)
        _facts(pdf, part.facts)
        for heading, items in part.lists:
            _list(pdf, heading, items)
    pdf.ln(5)
    _write(pdf, page.thanks, BODY)
    _signatures(pdf, page)
    return bytes(pdf.output())


def _begin(page: Page) -> FPDF:
    pdf = FPDF(format="A4")
    set_up(pdf, page.title, page.language)
    pdf.set_margin(MARGIN)
    pdf.set_font(FONT, "", BODY)
    pdf.add_page()
    return pdf


def _facts(pdf: FPDF, facts: Facts) -> None:
    for label, value in facts:
        pdf.set_font(FONT, "B", BODY)
        pdf.cell(LABEL_WIDTH, LINE, label)
        _write(pdf, value, BODY)


def _list(pdf: FPDF, heading: str, items: tuple[str, ...]) -> None:
    pdf.ln(5)
    _write(pdf, heading, BODY, bold=True)
    for item in items:
        pdf.set_font(FONT, "", BODY)
        pdf.cell(6, LINE, "•")
        _write(pdf, item, BODY)


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


def _have_all_letters(pdf: FPDF, page: Page) -> None:
    """Take in fonts for the letters that DejaVu lacks, and have HarfBuzz set what is not one letter after another.

    Raises Refused where no font has one of them, so that none becomes a box.
    """
    facts = [*page.facts, *(fact for part in page.parts for fact in part.facts)]
    said = [
        page.name,
        *(value for _, value in facts),
        *(item for part in page.parts for _, items in part.lists for item in items),
    ]
    letters = {letter for letter in "".join(said) if not letter.isspace()}
    own = [pdf.fonts[f"{FONT.lower()}{style}"].cmap for style in ("", "B")]  # type: ignore[union-attr]
    missing = {letter for letter in letters if not all(ord(letter) in known for known in own)}
    fonts = iter(_fonts_here() if missing else ())
    taken: list[str] = []
    while missing and (font := next(fonts, None)):
        if had := {letter for letter in missing if ord(letter) in font.letters}:
            missing -= had
            taken.append(f"Fallback{len(taken)}")
            for style in ("", "B"):
                pdf.add_font(taken[-1], style, font.file, collection_font_number=0)
    if missing:
        raise Refused(
            "certificate.letters",
            "No font on this machine has all letters of the certificate. Install the Noto fonts, or write it as a web"
            " page.",
        )
    pdf.set_fallback_fonts(taken, exact_match=False)
    if any(bidirectional(letter) in ("R", "AL") or category(letter).startswith("M") for letter in letters):
        pdf.set_text_shaping(use_shaping_engine=True)


class Font(NamedTuple):
    """A font of the machine, and the letters that it has."""

    file: Path
    letters: frozenset[int]


def _fonts_here() -> Iterator[Font]:
    """The machine's fonts for reading, those first that are for the letters of one script."""
    files = (file for folder in FOLDERS for file in folder.rglob("Noto*") if file.suffix in (".ttf", ".otf", ".ttc"))
    plain = [file for file in files if file.stem.endswith("-Regular")]
    for file in sorted(
        plain, key=lambda file: (not file.stem.startswith("NotoSans"), file.suffix == ".ttc", file.name)
    ):
        if letters := _letters_of(file):
            yield Font(file, letters)


@cache
def _letters_of(file: Path) -> frozenset[int]:
    """Nothing of a file that is no font."""
    try:
        return frozenset(FT2Font(str(file)).get_charmap())
    except (RuntimeError, OSError):
        return frozenset()
