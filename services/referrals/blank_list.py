"""An empty list of referrals to fill in, with the headings that are read: as a workbook or as CSV."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from runtime.i18n import _, one_of
from services.referrals.files_beside import as_csv
from services.referrals.rows import COLUMNS, titled

NEEDED = tuple(name for name in COLUMNS.whole if name not in COLUMNS.optional)
"""What each row must say."""

MAY_LACK = tuple(name for name in COLUMNS.whole if name in COLUMNS.optional)

_WIDTH = 24
_ROWS = 500
"""Rows whose cells are text from the start, so that no spreadsheet takes a first zero or makes a date of anything."""


def called(column: str) -> str:
    """A column as its heading is written for the reader."""
    return one_of(titled(column)).replace("_", " ")


def headings() -> list[str]:
    """The headings of an empty list; what stands in brackets is not read."""
    may_lack = [_("{column} (may be empty)", column=called(one).partition(" (")[0]) for one in MAY_LACK]
    return [text[:1].upper() + text[1:] for text in (*map(called, NEEDED), *may_lack)]


def blank_csv() -> bytes:
    """The list as CSV that a Swedish spreadsheet opens."""
    return as_csv([headings()])


def blank_workbook() -> bytes:
    """The list as a workbook, all of whose cells are text."""
    book, out = Workbook(), BytesIO()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(_("Referrals"), 0)
    sheet.append(headings())
    for number in range(1, len(headings()) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
        for row in range(2, _ROWS + 2):
            sheet.cell(row, number).number_format = "@"
    book.save(out)
    return out.getvalue()
