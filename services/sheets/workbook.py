"""An Excel workbook (.xlsx), whatever program wrote it → the rows that somebody sees who opens it."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple
from xml.etree.ElementTree import Element

from openpyxl.xml.functions import fromstring

from runtime.i18n import _, _n
from services.sheets.sheet import HEADER_WITHIN, MAX_ROWS, ImportFileError, Sheet, Size, lines_shown
from services.sheets.worksheet import WORKBOOK_LARGE, Formats, Worksheet, elements, read_worksheet, tag, text_of

MOST_UNPACKED = 200_000_000
"""A workbook is a zip file, and a small one can unpack to fill the memory. A year's referrals take a few megabytes."""

_WINDOWS, _MAC = date(1899, 12, 30), date(1904, 1, 1)
"""The day from which a workbook counts days: the first one but where it says otherwise."""

_ENOUGH = 3
"""Headings that are known in a row: by so many a list is known among other sheets."""


class _Listed(NamedTuple):
    """A sheet of the workbook, by its name."""

    name: str
    part: str
    visible: bool


MOST_BESIDE = 5_000_000
"""Bytes of each part of a workbook that is neither a sheet nor the texts of its cells."""


def read_workbook(
    data: bytes, count_known: Callable[[list[str]], int], most: int = MOST_UNPACKED, most_rows: int = MAX_ROWS
) -> Sheet:
    """The first visible sheet with headings, of which `count_known` counts those that are known in a row, where the
    workbook unpacks to at `most` so many bytes and the sheet has `most_rows` at most.

    Raises `ImportFileError` where the workbook cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > most:
                raise ImportFileError(WORKBOOK_LARGE)
            return _Workbook(archive).seen(count_known, most_rows)
    except ImportFileError:
        raise
    except Exception:
        # A damaged workbook makes its readers raise almost anything, and messages may quote cells: so all, none shown.
        raise ImportFileError(
            "import.workbook", "The file is damaged or is not an Excel workbook. Open it in Excel and save it as .xlsx."
        ) from None


class _Workbook:
    """The parts of a workbook, which point to each other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        [book] = (part for kind, part in self._related("").values() if kind == "officeDocument")
        self._parts = self._related(book)
        root = self._read(book)
        self.epoch = _epoch(root)
        self._strings = self._texts()
        styles = self._of_kind("styles")
        self._formats = Formats(self._read(styles) if styles else (), self.epoch)
        self._sheets = list({one.part: one for one in reversed(list(self._listed(root)))}.values())[::-1]

    def seen(self, count_known: Callable[[list[str]], int], most_rows: int) -> Sheet:
        """What is seen of the sheet that is meant, and notes about what is not."""
        visible = [one for one in self._sheets if one.visible]
        if not visible:
            raise ImportFileError("import.no_sheet", "The workbook has no visible sheet. Show the one with the list.")

        def is_list(sheet: _Listed) -> bool:
            top = self._worksheet(sheet, HEADER_WITHIN)
            return max((count_known(cells) for _line, cells in top.rows), default=0) >= _ENOUGH

        chosen = next(filter(is_list, visible), visible[0])
        found = self._worksheet(chosen, size=Size(most_rows))
        hidden = [one.name for one in self._sheets if not one.visible and is_list(one)]
        unread = [one for one in visible if one is not chosen]
        lists = [(one.name, len(self._worksheet(one).rows) - 1) for one in unread if is_list(one)]
        notes = [
            *_about_sheets(chosen.name, len(unread) - len(lists), hidden),
            *_about_lists(lists),
            *_about_rows(found),
        ]
        return Sheet(found.rows, notes, found.hidden_columns, self.epoch)

    def _worksheet(self, sheet: _Listed, most: int = MAX_ROWS, size: Size | None = None) -> Worksheet:
        with self._archive.open(sheet.part) as stream:
            return read_worksheet(stream, self._strings, self._formats, most, size)

    def _texts(self) -> list[str]:
        """The texts that cells name by their number."""
        part = self._of_kind("sharedStrings")
        if part is None:
            return []
        with self._archive.open(part) as stream:
            return [text_of(one) for one in elements(stream, "si") if tag(one) == "si"]

    def _listed(self, root: Element) -> Iterator[_Listed]:
        for element in root.iter():
            if tag(element) != "sheet":
                continue
            [id] = (value for name, value in element.attrib.items() if name.endswith("}id"))
            kind, part = self._parts[id]
            if kind == "worksheet":
                yield _Listed(element.attrib["name"], part, element.get("state", "visible") == "visible")

    def _of_kind(self, kind: str) -> str | None:
        return next((part for known, part in self._parts.values() if known == kind), None)

    def _read(self, part: str) -> Element:
        if self._archive.getinfo(part).file_size > MOST_BESIDE:
            raise ImportFileError(WORKBOOK_LARGE)
        root: Element = fromstring(self._archive.read(part))
        return root

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that a part points to: their kind and name by the id under which it does so."""
        folder, name = posixpath.split(part)
        relations = self._read(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for one in relations:
            target = posixpath.normpath(posixpath.join("/", folder, one.attrib["Target"])).lstrip("/")
            found[one.attrib["Id"]] = (posixpath.basename(one.attrib["Type"]), target)
        return found


def _epoch(root: Element) -> date:
    said = next((one.get("date1904", "0") for one in root if tag(one) == "workbookPr"), "0")
    return _MAC if said in ("1", "true") else _WINDOWS


def _about_sheets(chosen: str, others: int, hidden: Sequence[str]) -> list[str]:
    notes = []
    if others:
        notes.append(
            _n(
                "the workbook has {count} more visible sheet: only “{sheet}” is read",
                "the workbook has {count} more visible sheets: only “{sheet}” is read",
                others,
                sheet=chosen,
            )
        )
    return notes + [_("the hidden sheet “{sheet}” is not read", sheet=name) for name in hidden]


def _about_lists(lists: Sequence[tuple[str, int]]) -> list[str]:
    """Other lists in the workbook, each with its rows below the headings: nothing is to be lost in silence."""
    return [
        _n(
            "“{sheet}” is a list too, and its {count} row is NOT read:"
            " save that sheet as a file of its own, and import it",
            "“{sheet}” is a list too, and its {count} rows are NOT read:"
            " save that sheet as a file of its own, and import it",
            rows,
            sheet=name,
        )
        for name, rows in lists
    ]


def _about_rows(sheet: Worksheet) -> list[str]:
    notes = []
    if sheet.hidden_rows:
        notes.append(
            _n(
                "{count} hidden row is left out: line {shown}",
                "{count} hidden rows are left out: lines {shown}",
                len(sheet.hidden_rows),
                shown=lines_shown(sheet.hidden_rows),
            )
        )
    if sheet.struck_rows:
        notes.append(
            _n(
                "{count} row that is struck through is left out: line {shown}",
                "{count} rows that are struck through are left out: lines {shown}",
                len(sheet.struck_rows),
                shown=lines_shown(sheet.struck_rows),
            )
        )
    if sheet.merged_rows:
        notes.append(
            _n(
                "{count} row takes a value from the merged cell above it: line {shown}",
                "{count} rows take a value from the merged cell above them: lines {shown}",
                len(sheet.merged_rows),
                shown=lines_shown(sheet.merged_rows),
            )
        )
    return notes
