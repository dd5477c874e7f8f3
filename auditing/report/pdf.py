"""A report as PDF, in the language that is spoken now: to be kept for long (PDF/A-3), and with its statement in it."""

import re

from fpdf import FPDF, FontFace, XPos, YPos
from fpdf.enums import TableBordersLayout

from auditing.report import told
from auditing.report.blocks import Block, Facts, Quoted, Section, cut, moment
from auditing.report.statement import SignedReport
from models.fields import visible
from runtime.i18n import _, language
from services.pdf import FONT, set_up
from services.told import TableTold

ATTACHED = "report.json"
"""The name under which the signed statement is in the PDF."""

MARGIN, LABEL_WIDTH, LINE = 20, 50, 5.2
"""Millimetres."""

SMALL, BODY, LARGE, HEADING, TITLE = 7.5, 9.5, 12, 14, 22
ROOM = 35
"""Millimetres that a heading wants below itself, so that it does not stand alone at the end of a page."""

BESIDE = 5
"""Millimetres of a column that no text may use."""

SIGNATURE = 150
"""Millimetres of the last section with the lines below it: nobody shall sign a page that says nothing."""

GREEN, RED, GREY, LIGHT = (31, 111, 67), (156, 42, 16), (90, 97, 106), (244, 245, 247)


class _Pdf(FPDF):
    """A4 pages with what they are, and their number, at the foot."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(FONT, "", SMALL)
        self.set_text_color(*GREY)
        self.cell(0, LINE, self.foot, align="L")
        self.cell(0, LINE, _("page {page} of {pages}", page=self.page_no(), pages="{nb}"), align="R")
        self.set_text_color(0)


def pdf(report: SignedReport) -> bytes:
    """The whole file, unsigned."""
    said, written = report.statement, _Pdf(format="A4", enforce_compliance="PDF/A-3B")
    set_up(written, told.title_of(said), language())
    written.set_creation_date(said.moment)
    written.set_author(cut(visible(said.by or said.ledger)))
    written.foot = f"{told.title_of(said)}, {said.ledger}, {moment(said.moment)}"
    written.set_margin(MARGIN)
    written.set_auto_page_break(True, 22)
    written.add_page()
    _write(written, told.title_of(said), TITLE, bold=True, after=6)
    _facts(written, told.lead(said))
    _conclusion(written, told.conclusion(said), is_sound=said.is_sound)
    *sections, signature = told.sections(report)
    for section in sections:
        _section(written, section)
    if written.will_page_break(SIGNATURE):
        written.add_page()
    _section(written, signature)
    _signatures(written, told.signature_lines())
    written.embed_file(
        bytes=report.as_bytes(),
        basename=ATTACHED,
        mime_type="application/json",
        associated_file_relationship="Source",
        desc=_("The signed statement"),
        modification_date=said.moment,
        creation_date=said.moment,
    )
    return bytes(written.output())


_ATTACHED = re.compile(rb"<<\n/Length (\d+)\n(?:[^\n]*\n){1,6}?/Type /EmbeddedFile\n>>\nstream\n")


def statement_in(content: bytes) -> bytes | None:
    """The signed statement that a PDF has in it."""
    found = _ATTACHED.search(content)
    return content[found.end() : found.end() + int(found[1])] if found else None


def _section(pdf: FPDF, section: Section) -> None:
    _heading(pdf, section.title)
    for block in section.blocks:
        _block(pdf, block)


def _block(pdf: FPDF, block: Block) -> None:
    if isinstance(block, Facts):
        if block.title:
            _subheading(pdf, block.title)
        _facts(pdf, block)
    elif isinstance(block, Quoted):
        pdf.set_font(FONT, "", SMALL)
        pdf.set_fill_color(*LIGHT)
        pdf.multi_cell(0, 4.5, block.text, align="L", fill=True, padding=2, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.set_fill_color(255)
        pdf.ln(3)
    elif isinstance(block, TableTold):
        _table(pdf, block)
    else:
        _write(pdf, block, BODY, after=2)


def _heading(pdf: FPDF, text: str) -> None:
    if pdf.will_page_break(ROOM):
        pdf.add_page()
    else:
        pdf.ln(5)
    pdf.start_section(text)
    _write(pdf, text, HEADING, bold=True, after=2)


def _subheading(pdf: FPDF, text: str) -> None:
    if pdf.will_page_break(ROOM):
        pdf.add_page()
    pdf.ln(1)
    _write(pdf, text, BODY, bold=True, after=1)


def _conclusion(pdf: FPDF, sentences: tuple[str, ...], *, is_sound: bool) -> None:
    """What the audit amounts to, with a bar of its own beside it."""
    pdf.ln(4)
    top = pdf.y
    pdf.set_left_margin(MARGIN + 5)
    for sentence in sentences:
        _write(pdf, sentence, LARGE, after=1)
    pdf.set_left_margin(MARGIN)
    pdf.set_fill_color(*(GREEN if is_sound else RED))
    pdf.rect(MARGIN, top, 1.6, pdf.y - top, style="F")
    pdf.set_fill_color(255)
    pdf.ln(2)


def _facts(pdf: FPDF, facts: Facts) -> None:
    pdf.set_font(FONT, "", BODY)
    with pdf.table(
        col_widths=(LABEL_WIDTH, pdf.epw - LABEL_WIDTH),
        first_row_as_headings=False,
        borders_layout=TableBordersLayout.NONE,
        text_align="LEFT",
        v_align="TOP",
        line_height=LINE,
        padding=(0.5, 2, 0.5, 0),
    ) as table:
        for label, value in facts.pairs:
            row = table.row()
            row.cell(label, style=FontFace(emphasis="BOLD"))
            row.cell(value)
    pdf.ln(2)


def _table(pdf: FPDF, told: TableTold) -> None:
    rows = [tuple(map(str, row)) for row in told.rows]
    if not rows:
        _write(pdf, told.nothing, BODY, after=2)
        return
    if told.title:
        _subheading(pdf, told.title)
    pdf.set_font(FONT, "", BODY)
    pdf.set_draw_color(213, 218, 224)
    with pdf.table(
        col_widths=_widths(pdf, told, rows),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD"),
        text_align="LEFT",
        v_align="TOP",
        line_height=LINE,
        padding=(1, 2, 1, 0),
        repeat_headings=1,
    ) as table:
        table.row(list(told.columns))
        for cells in rows:
            table.row(list(cells))
    pdf.set_draw_color(0)
    pdf.ln(3)


def _widths(pdf: FPDF, told: TableTold, rows: list[tuple[str, ...]]) -> tuple[float, ...]:
    """Columns that break no word, such as the number of a candidate, as far as there is room; what is left goes to
    those with the longest texts, within reason."""
    columns = list(zip(told.columns, *rows, strict=True))
    most = pdf.epw / len(columns)
    pdf.set_font(FONT, "B", BODY)
    words = [max(pdf.get_string_width(word) for cell in cells for word in [*cell.split(), ""]) for cells in columns]
    pdf.set_font(FONT, "", BODY)
    least = [min(most, word + BESIDE) for word in words]
    lengths = [min(45, max(10, *(len(cell) + 3 for cell in cells))) for cells in columns]
    left = pdf.epw - sum(least)
    return tuple(width + left * length / sum(lengths) for width, length in zip(least, lengths, strict=True))


def _write(pdf: FPDF, text: str, size: float, *, bold: bool = False, after: float = 0) -> None:
    pdf.set_font(FONT, "B" if bold else "", size)
    pdf.multi_cell(0, max(LINE, size * 0.5), text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(after)


def _signatures(pdf: FPDF, lines: tuple[str, str]) -> None:
    if pdf.will_page_break(ROOM):
        pdf.add_page()
    pdf.ln(22)
    width, gap = (pdf.epw - 10) / 2, 10
    pdf.set_font(FONT, "", SMALL)
    for at, text in enumerate(lines):
        pdf.set_x(pdf.l_margin + at * (width + gap))
        pdf.cell(width, LINE, text, border="T")
