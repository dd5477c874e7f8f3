"""A certificate as PDF, one page of A4. The font is DejaVu, free to embed, as matplotlib brings it along."""

import logging
from pathlib import Path

import matplotlib
from fpdf import FPDF, XPos, YPos

from runtime.errors import Refused
from services.certificates.page import Page

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
