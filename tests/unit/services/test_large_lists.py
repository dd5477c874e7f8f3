"""Small files that claim to be large: reading stops early, with one sentence, and takes little memory."""

import io
import zipfile
from collections.abc import Sequence

import pytest

from services.referrals.rows import COLUMNS
from services.sheets import sheet, workbook, worksheet
from services.sheets.sheet import HEADER_WITHIN, ImportFileError
from services.sheets.table import Table, read_table
from services.sheets.worksheet import Formats, read_worksheet
from tests.support.errors import raises
from tests.support.import_files import TODAY

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADINGS = ("Personnummer", "Namn", "Program", "Anvisande part", "Kommunkod", "Samordnare", "Anvisad den")
PERSON = ("199001029801", "Anna Ek", "service_division", "kommunen", "2480", "anna.berg", "2025-03-10")


def related(**parts: str) -> str:
    inside = "".join(
        f'<Relationship Id="r{number}" Type="{KINDS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts.items())
    )
    return f'<Relationships xmlns="{RELATIONS}">{inside}</Relationships>'


def cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def row(texts: Sequence[str]) -> str:
    return f"<row>{''.join(map(cell, texts))}</row>"


LIST = row(HEADINGS) + row(PERSON)


def book(
    rows: str,
    *,
    before: str = "",
    after: str = "",
    texts: str = "",
    styles: str = "",
    listed: Sequence[str] = ("List",),
) -> bytes:
    """A workbook of one sheet, which is listed under some names."""
    sheets = "".join(f'<sheet name="{name}" sheetId="1" k:id="r0"/>' for name in listed)
    parts = {
        "_rels/.rels": related(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:k="{KINDS}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": related(worksheet="list.xml", sharedStrings="texts.xml", styles="styles.xml"),
        "xl/list.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>',
        "xl/texts.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def table(data: bytes | str, most_rows: int = 20_000) -> Table:
    return read_table(data.encode() if isinstance(data, str) else data, COLUMNS, {}, most_rows=most_rows)


def test_a_list_of_as_many_rows_as_it_may_have_is_read() -> None:
    assert len(table(book(row(HEADINGS) + row(PERSON) * 50), 50).rows) == 50


def test_a_workbook_is_read_no_further_than_to_the_first_row_that_is_too_many() -> None:
    rows = row(HEADINGS) + row(PERSON) * (50 + HEADER_WITHIN)
    with raises(ImportFileError, "import.too_many_rows"):
        table(book(f"{rows}<row>and then nothing that could be read"), 50)


def test_a_text_is_read_no_further_than_to_the_first_row_that_is_too_many() -> None:
    with raises(ImportFileError, "import.too_many_rows"):
        table(";".join(HEADINGS) + "\n" + "a\n" * (50 + HEADER_WITHIN) + '"open', 50)


LARGE: dict[str, bytes | str] = {
    "many cells in few rows": book(LIST + '<row><c r="IV9"><v>1</v></c></row>' * 10),
    "one long text named by many cells": book(
        LIST + '<row><c t="s"><v>0</v></c></row>' * 10, texts=f"<si><t> {'x' * 500}</t></si>"
    ),
    "one long text merged over many rows": book(
        LIST + row(("x" * 500, "y")) + row(("", "y")) * 20, after='<mergeCells><mergeCell ref="A3:A23"/></mergeCells>'
    ),
    "a text of many cells in few rows": ";".join(HEADINGS) + "\n" + (";" * 300 + "x\n1" + ";x" * 255 + "\n") * 10,
}


@pytest.mark.parametrize("kind", LARGE)
def test_rows_that_take_more_than_a_list_does_are_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert table(LARGE[kind]).rows
    monkeypatch.setattr(sheet, "LARGEST", 4_000)
    with raises(ImportFileError, "import.too_large"):
        table(LARGE[kind])


def test_a_text_without_end_is_refused_as_too_large() -> None:
    with raises(ImportFileError, "import.too_large"):
        table("x" * 200_000)


def test_blank_lines_and_columns_beyond_any_list_are_passed_over() -> None:
    [(line, cells)] = table(";".join(HEADINGS) + "\n" * 500 + ";".join(PERSON) + ";" * 500 + "x").rows
    assert (line, len(cells)) == (501, sheet.MAX_COLUMNS)


MERGED = '<mergeCell ref="A2:A3"/>'
COLUMN = '<col min="1" max="2"/>'
ZEROS = "0" * 300
FORMAT = '<numFmt numFmtId="200" formatCode="0"/>'

APART = {
    "cells in one row": book(LIST + f"<row>{'<c/>' * 100}</row>"),
    "merged cells": book(LIST, after=f"<mergeCells>{MERGED * 100}</mergeCells>"),
    "columns": book(LIST, before=f"<cols>{COLUMN * 100}</cols>"),
    "pieces of a text": book(LIST, texts=f"<si>{'<r/>' * 100}</si>"),
}


@pytest.mark.parametrize("kind", APART)
def test_a_sheet_with_more_in_one_place_than_anybody_writes_is_refused(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert table(APART[kind]).rows
    monkeypatch.setattr(worksheet, "_MOST_APART", 90)
    with raises(ImportFileError, "import.workbook_large"):
        table(APART[kind])


def test_a_tag_without_end_is_refused() -> None:
    attributes = " ".join(f'a{number}=""' for number in range(80_000))
    with raises(ImportFileError, "import.workbook_large"):
        table(book(f"{LIST}<row {attributes}/>"))


def test_a_part_beside_the_sheets_is_refused_where_it_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    data = book(LIST, styles=f"<numFmts>{FORMAT * 100}</numFmts>")
    assert table(data).rows
    monkeypatch.setattr(workbook, "MOST_BESIDE", 3_000)
    with raises(ImportFileError, "import.workbook_large"):
        table(data)


def test_a_sheet_that_is_listed_often_is_read_once() -> None:
    found = table(book(LIST, listed=[f"List {number}" for number in range(100)]))
    assert (len(found.rows), found.notes) == (1, ())


def test_of_merged_cells_that_lie_over_one_another_the_first_is_taken() -> None:
    rows = "".join(row((f"{number}", "y")) for number in range(3, 9))
    merged = "".join(f'<mergeCell ref="A{first}:A{last}"/>' for first, last in ((6, 7), (3, 6), (5, 8)))
    found = table(book(LIST + rows, after=f"<mergeCells>{merged}</mergeCells>"))
    assert [cells[0] for _line, cells in found.rows[1:]] == ["3", "3", "3", "3", "7", "8"]


def test_a_format_longer_than_any_is_none() -> None:
    long = FORMAT.replace('"0"', f'"{ZEROS}"')
    styles = f'<numFmts>{long}</numFmts><cellXfs><xf numFmtId="200"/></cellXfs>'
    data = book(LIST + '<row><c s="0"><v>7</v></c></row>', styles=styles)
    assert table(data).rows[-1][1][0] == "7"


def test_columns_before_the_first_are_none() -> None:
    columns = '<worksheet><cols><col min="-9" max="2" hidden="1"/></cols></worksheet>'
    found = read_worksheet(io.BytesIO(columns.encode()), (), Formats((), TODAY))
    assert found.hidden_columns == {0, 1}


def test_brackets_that_stay_open_in_a_heading_are_no_part_of_it() -> None:
    titles = ("Personnummer (ÅÅÅÅ (MM))", "Namn (((" + "(" * 100_000, *HEADINGS[2:])
    assert len(table(";".join(titles) + "\n" + ";".join(PERSON)).rows) == 1
