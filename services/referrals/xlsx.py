"""An Excel workbook as rows of text, the way a CSV file would hold them."""

import io
import warnings
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl

from models.message import msg
from runtime.i18n import _
from services.referrals.rows import ImportFileError

# A workbook is a zip file, and a small one can unpack to fill the memory. A year's referrals take a few megabytes.
_MAX_UNPACKED = 200_000_000
# No referral list is this wide, and the rows end where Excel's own do: a damaged sheet may claim to be endless.
_MAX_COLUMNS = 256
_MAX_ROWS = 1_048_576

Row = tuple[int, list[str]]


def read_workbook(data: bytes) -> tuple[list[Row], list[str]]:
    """The first visible sheet as (line, cells) without blank rows, and notes. Every row is as wide as the first one or
    wider. Raises `ImportFileError` where the workbook cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of colours and menus that it leaves out; nobody here cares
            return _read(data)
    except ImportFileError:
        raise
    except Exception:
        # A damaged workbook makes openpyxl raise almost anything, and its messages quote cells: so all, and none shown.
        raise ImportFileError(
            msg(
                "import.workbook",
                "The file is damaged or is not an Excel workbook. Open it in Excel and save it as .xlsx.",
            )
        ) from None


def _read(data: bytes) -> tuple[list[Row], list[str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MAX_UNPACKED:
            raise ImportFileError(
                msg("import.workbook_large", "The workbook is too large. Save the rows to import as a CSV file.")
            )
    # Read twice: one reading gives the values that Excel worked out, only the other tells an empty cell from a formula.
    values, formulas = (
        openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
        for data_only in (True, False)
    )
    try:
        sheets = [sheet.title for sheet in values.worksheets if sheet.sheet_state == "visible"]
        others = len(sheets) - 1
        notes = (
            [_("the workbook has {others} more visible sheet(s): only the first is read", others=others)]
            if others
            else []
        )
        return _rows(values[sheets[0]], formulas[sheets[0]]), notes
    finally:
        values.close()
        formulas.close()


def _rows(values: Any, formulas: Any) -> list[Row]:
    rows: list[Row] = []
    width = 0
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # some programs write a wrong size, and openpyxl would stop reading there
    pairs = zip(values.iter_rows(max_col=_MAX_COLUMNS), formulas.iter_rows(max_col=_MAX_COLUMNS), strict=True)
    for line, (row, formula_row) in enumerate(pairs, 1):
        if line > _MAX_ROWS:
            break
        cells = [_text(cell, formula) for cell, formula in zip(row, formula_row, strict=True)]
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if any(cells):
            width = width or len(cells)
            rows.append((line, cells))
    return rows


def _text(cell: Any, formula: Any) -> str:
    """A cell as a person would have typed it. A formula that has no value is given as the formula, which no column
    accepts; one whose value is the empty text (openpyxl leaves its type as "str") is an empty cell."""
    value = cell.value
    if value is None:
        if formula.data_type == "f" and cell.data_type != "str":
            return "=" + str(getattr(formula.value, "text", formula.value)).removeprefix("=")
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("_x000D_", "\r")  # the way a workbook spells a carriage return
