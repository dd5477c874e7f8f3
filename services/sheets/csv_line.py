"""Lines of a CSV file that Excel opens in Sweden."""

import csv
from collections.abc import Iterable
from io import StringIO

from services.sheets.harmless import harmless

BOM = "\ufeff"
"""By this mark a spreadsheet knows that the file is UTF-8."""


def csv_line(cells: Iterable[object]) -> str:
    """A line as RFC 4180 has it, but with the semicolon that a Swedish spreadsheet expects; no cell computes."""
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(harmless(cell) for cell in cells)
    return out.getvalue()
