"""A file on disk, CSV or an Excel workbook, as rows of trimmed text, whatever program saved it."""

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from models.message import Message, msg
from runtime.i18n import _n
from services.referrals.rows import ImportFileError, count_known
from services.referrals.values import STRIPPED

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
            "import.workbook", "The file is damaged or is not an Excel workbook. Open it in Excel and save it as .xlsx."
        ) from None


def _read(data: bytes) -> tuple[list[Row], list[str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MAX_UNPACKED:
            raise ImportFileError(
                "import.workbook_large", "The workbook is too large. Save the rows to import as a CSV file."
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
            [
                _n(
                    "the workbook has {count} more visible sheet: only the first is read",
                    "the workbook has {count} more visible sheets: only the first is read",
                    others,
                )
            ]
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


_MAX_BYTES = 20_000_000  # some hundred thousand referrals; more is another file by mistake
_DELIMITERS = (";", ",", "\t")
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

# What Excel would compute with or rewrite on opening a file of bad rows: a formula (which may be an attack), a phone
# number's plus sign, the first zero of 0180, a number of ten digits or more. An apostrophe before it keeps it text,
# also when Excel saves it again; `clean` takes exactly one away, so text that had one already gets another.
_SPOILT_BY_EXCEL = re.compile(r"'*[=+\-@]|'+[0-9]|0[0-9]|[0-9]{10}")
_GUARDED = re.compile(r"'+[=+\-@0-9]")


def guard(text: str) -> str:
    """Cleaned text as it is written to a CSV file: `clean(guard(text)) == text`."""
    return f"'{text}" if _SPOILT_BY_EXCEL.match(text) else text


def clean(text: str) -> str:
    """A cell without stray spaces around it and without the guard."""
    text = text.strip(STRIPPED)
    return text[1:] if _GUARDED.match(text) else text


def read_cells(path: Path) -> tuple[list[Row], list[str]]:
    """The file as (line, cells) without blank rows, the header first, and notes about the file. Raises
    `ImportFileError` where the file cannot be read or holds nothing."""
    data = _read_bytes(path)
    if data.startswith(_OLD_OFFICE):
        raise ImportFileError(_old_office(data))
    notes: list[str] = []
    if data.startswith(b"PK\x03\x04"):
        rows, notes = read_workbook(data)
    else:
        rows = _read_csv(_decode(data))
    cleaned = [(line, [clean(cell) for cell in cells]) for line, cells in rows]
    filled = [(line, cells) for line, cells in cleaned if any(cells)]
    if not filled:
        raise ImportFileError(
            "import.empty", "The file is empty. Check that it is the right one and that it was saved."
        )
    return filled, notes


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.exists():
            raise ImportFileError("import.not_found", "The file does not exist. Check its name and folder.")
        if not path.is_file():
            raise ImportFileError("import.not_a_file", "This is not a file. Choose a CSV or .xlsx file.")
        if path.stat().st_size > _MAX_BYTES:
            raise ImportFileError(
                "import.too_large", "The file is too large for a list of referrals. Check it or split it."
            )
        return path.read_bytes()
    except OSError:
        raise ImportFileError("import.unreadable", "The file cannot be opened. Check that you may read it.") from None


def _old_office(data: bytes) -> Message:
    if _ENCRYPTED in data:
        return msg("import.password", "The workbook is protected by a password. Save a copy without one.")
    return msg(
        "import.old_format", "The file has the old .xls format or is not a list. Save it in Excel as .xlsx or CSV."
    )


def _decode(data: bytes) -> str:
    """Bytes → text: a byte order mark decides; else UTF-8 if it fits, which Windows-1252 with å, ä or ö hardly ever
    does."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ImportFileError("import.not_text", "The file is not readable text. Save it in Excel as “CSV UTF-8” or .xlsx.")


def _read_csv(text: str) -> list[Row]:
    hinted = text[:4].lower() == "sep="  # a first line for Excel only, which names the delimiter
    delimiter = text[4:5] if hinted and text[4:5] in _DELIMITERS else _likeliest_delimiter(text)
    rows: list[Row] = []
    line = 1
    try:
        for line, cells in _records(text, delimiter):
            rows.append((line, cells))
    except csv.Error:
        # An open quotation mark would swallow the rows after it: better no import than one that lost people unseen.
        raise ImportFileError(
            "import.quotation",
            "A quotation mark in line {line} or soon after is unpaired or misplaced. Correct it.",
            line=line,
        ) from None
    return rows[1:] if hinted else rows


def _records(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1  # a quoted cell may run over several lines; the row begins on its first


def _likeliest_delimiter(text: str) -> str:
    """The one by which the first row names most columns; the Swedish semicolon where none does better."""
    return max(_DELIMITERS, key=lambda delimiter: count_known(_first_row(text, delimiter)))


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next((cells for _, cells in _records(text, delimiter) if any(map(clean, cells))), [])
    except csv.Error:
        return []
