"""Reading a list of referrals as offices send it: encodings, delimiters, Excel's habits, and people's slips."""

import csv
import io
import os
import stat
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.message import msg
from runtime.errors import UsageError
from services.referrals.bad_value import BadValue
from services.referrals.files_beside import write_bad_rows
from services.referrals.identity_numbers import identity_number
from services.referrals.import_file import read_import_file
from services.referrals.rows import BadRow, ImportFile, ImportRow
from services.sheets.encodings import undoubled
from services.sheets.mistakes import Problem
from services.sheets.sheet import ImportFileError
from tests.support.errors import raises
from tests.support.import_files import ENGLISH, TODAY, cells, csv_text, made_up_number, problems, read_rows, read_text

SWEDISH = ["Personnummer", "Namn", "E-post", "Telefon", "Program", "Anvisande part", "Ort", "Samordnare", "Anvisad den"]


def read_xlsx(tmp_path: Path, *rows: Sequence[Any], change: Callable[[Any], None] | None = None) -> ImportFile:
    book: Any = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    book.save(tmp_path / "list.xlsx")
    return read_import_file(tmp_path / "list.xlsx", TODAY)


def good(row: ImportRow | BadRow) -> ImportRow:
    assert isinstance(row, ImportRow), row
    return row


def refusal(path: Path) -> str:
    """The id and the values of what is said of a file."""
    with pytest.raises(ImportFileError) as caught:
        read_import_file(path, TODAY)
    return str(caught.value)


EXPECTED = ImportRow(
    *(2, "199001019802", "Åsa Öberg", "asa@example.se", "070-123 45 67", "talent", "af-kiruna", "0180", "anna.b"),
    referred_on=date(2026, 3, 1),
)


# Encodings, delimiters, lines


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("header", [SWEDISH, ENGLISH])
def test_reads_every_encoding_delimiter_and_language(
    tmp_path: Path, delimiter: str, encoding: str, header: list[str]
) -> None:
    read = read_text(tmp_path, csv_text([header, cells()], delimiter), encoding)
    assert read == ImportFile(tuple(header), (EXPECTED,), ())


def test_reads_big_endian_unicode_text(tmp_path: Path) -> None:
    assert read_text(tmp_path, "\ufeff" + csv_text([SWEDISH, cells()]), "utf-16-be").rows == (EXPECTED,)


def test_a_byte_order_mark_before_quoted_cells_is_no_part_of_the_header(tmp_path: Path) -> None:
    quoted = "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in (ENGLISH, cells()))
    assert read_text(tmp_path, quoted, "utf-8-sig").rows == (EXPECTED,)


def test_letters_that_only_windows_has_are_read(tmp_path: Path) -> None:
    read = read_text(tmp_path, csv_text([ENGLISH, cells(name="Šejla O’Žižek")]), "cp1252")
    assert good(read.rows[0]).name == "Šejla O’Žižek"


def test_the_delimiter_is_found_below_blank_lines(tmp_path: Path) -> None:
    assert [good(row).line for row in read_text(tmp_path, "\r\n\r\n" + csv_text([ENGLISH, cells()], ",")).rows] == [4]


def test_header_names_are_read_whatever_their_case_spaces_and_hyphens(tmp_path: Path) -> None:
    header = [
        "PERSONNUMMER",
        " namn ",
        "epost",
        "Tele-fon",
        "Program",
        "anvisad_av",
        "Kommunkod",
        "samordnare",
        "DATUM",
    ]
    assert read_rows(tmp_path, cells(), header=header).rows == (EXPECTED,)


def test_columns_may_stand_in_any_order_and_the_optional_ones_may_be_missing(tmp_path: Path) -> None:
    order = [8, 0, 7, 1, 6, 4, 5]
    read = read_rows(tmp_path, [cells()[i] for i in order], header=[ENGLISH[i] for i in order])
    assert good(read.rows[0]).email is None
    assert good(read.rows[0]).phone is None
    assert good(read.rows[0]).referred_on == date(2026, 3, 1)


def test_optional_cells_may_be_empty(tmp_path: Path) -> None:
    row = good(read_rows(tmp_path, cells(email="", phone=" ")).rows[0])
    assert (row.email, row.phone) == (None, None)


def why_refused(read: ImportFile) -> list[str]:
    [row] = read.rows
    assert isinstance(row, BadRow)
    return [problem.message.id for problem in row.problems]


@pytest.mark.parametrize("title", ["reference", "Er referens", "ärendenr", "DNR"])
def test_the_partners_own_reference_is_read(tmp_path: Path, title: str) -> None:
    read = read_rows(tmp_path, [*cells(), "AF  2026/17"], header=[*ENGLISH, title])
    assert good(read.rows[0]).reference == "AF 2026/17"


@pytest.mark.parametrize(
    ("reference", "why"),
    [("19900101-9802", "cell.reference_identity"), ("Anna 900101-9802", "cell.reference_identity")],
)
def test_a_reference_that_is_an_identity_number_is_refused(tmp_path: Path, reference: str, why: str) -> None:
    read = read_rows(tmp_path, [*cells(), reference], header=[*ENGLISH, "reference"])
    assert why_refused(read) == [why]


@pytest.mark.parametrize("reference", ["Dnr 12, ADHD", "Sjukskriven 4711"])
def test_a_reference_that_tells_of_health_is_refused(tmp_path: Path, reference: str) -> None:
    [row] = read_rows(tmp_path, [*cells(), reference], header=[*ENGLISH, "reference"]).rows
    [(column, why)] = problems(row)
    assert column == "reference"
    assert why.startswith("The partner's reference seems to tell of somebody's health.")


def test_a_reference_is_short(tmp_path: Path) -> None:
    read = read_rows(tmp_path, [*cells(), "x" * 61], header=[*ENGLISH, "reference"])
    assert why_refused(read) == ["cell.reference_long"]


def test_a_line_that_names_the_delimiter_for_excel_is_no_header(tmp_path: Path) -> None:
    read = read_text(tmp_path, "sep=,\r\n" + csv_text([ENGLISH, cells()], ","))
    assert [row.line for row in read.rows] == [3]


def test_blank_lines_are_skipped_and_lines_are_counted_as_an_editor_shows_them(tmp_path: Path) -> None:
    header = [*ENGLISH, "Kommentar"]
    rows = [[*cells(), "first\r\nsecond\nthird"], [], [""] * 10, [*cells(programme="easy"), "; quoted"]]
    read = read_text(tmp_path, "\r\n" + csv_text([header, *rows]))
    assert [row.line for row in read.rows] == [3, 8]
    assert all(isinstance(row, ImportRow) for row in read.rows)


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_any_line_ending_will_do(tmp_path: Path, newline: str) -> None:
    read = read_text(tmp_path, csv_text([ENGLISH, cells()], newline=newline))
    assert read.rows == (EXPECTED,)


def test_stray_spaces_around_cells_are_dropped(tmp_path: Path) -> None:
    padded = [f"\u00a0 {cell}\u202f\u200b " for cell in cells(name="Åsa\u00a0 Öberg")]
    assert read_rows(tmp_path, padded).rows == (EXPECTED,)


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    assert read_rows(tmp_path).rows == ()


# Columns that are not read


def test_unknown_columns_are_named_and_health_data_is_never_taken_along(tmp_path: Path) -> None:
    header = [*ENGLISH, "Diagnos", "Skostorlek", "", "Funktionsnedsättning", "Ha\u0308lsa", "Fel", "", ""]
    read = read_rows(tmp_path, [*cells(name=""), "secret", "43", "secret", "secret", "secret", "old"], header=header)
    assert read.notes == (
        "column “Diagnos”: not read: health data is not collected",
        "column “Skostorlek”: not read",
        "column 12 has no name: not read",
        "column “Funktionsnedsättning”: not read: health data is not collected",
        "column “Ha\u0308lsa”: not read: health data is not collected",
    )
    assert isinstance(read.rows[0], BadRow)
    assert list(read.rows[0].cells) == ENGLISH
    assert read.header == tuple(header[:-3])
    write_bad_rows(tmp_path / "bad.csv", read.header, [read.rows[0]])
    assert "secret" not in (tmp_path / "bad.csv").read_text()


# Identity numbers


RIGHT: dict[str, list[tuple[str, object]]] = {
    "identity_number": [
        (made_up_number("900101"), made_up_number("19900101")),
        (made_up_number("900101", sign="-"), made_up_number("19900101")),
        (made_up_number("19900101", sign="-"), made_up_number("19900101")),
        (made_up_number("19900101", sign="–"), made_up_number("19900101")),
        (made_up_number("900101", sign=" "), made_up_number("19900101")),
        (made_up_number("050607"), made_up_number("20050607")),
        (made_up_number("130401", sign="-"), made_up_number("20130401")),
        (made_up_number("260401", sign="+"), made_up_number("19260401")),
        (made_up_number("270101"), made_up_number("19270101")),
        (made_up_number("19260301", sign="+"), made_up_number("19260301")),
        (made_up_number("900161", sign="-"), made_up_number("19900161")),
        (made_up_number("900160", sign="-"), made_up_number("19900160")),
        (made_up_number("19900060"), made_up_number("19900060")),
        (made_up_number() + ",0", made_up_number()),
        ("1,99001019802E+11", made_up_number()),
        (made_up_number("20000289", serial=999), made_up_number("20000289", serial=999)),
        (made_up_number("000101").lstrip("0"), made_up_number("20000101")),
        (made_up_number("050607").lstrip("0"), made_up_number("20050607")),
    ],
    "referred_on": [
        (written, date(2026, 3, 1))
        for written in (
            "2026-03-01",
            "20260301",
            "2026/03/01",
            "1/3 2026",
            "01.03.2026",
            "1/3/2026",
            "2026-03-01 08:30",
            "2026-03-01 00:00:00.000",
            "1-mars-2026",
            "1/3",
            "1 mars",
            "söndag 1 mars 2026",
        )
    ],
    "site": [("0180", "0180"), ("180", "0180"), ("2584", "2584")],
    "phone": [
        ("+46 70-123 45 67", "+46 70-123 45 67"),
        ("0701234567", "0701234567"),
        ("701234567", "0701234567"),
        ("701234567.0", "0701234567"),
        ("46701234567", "+46701234567"),
        ("+46 (0)70-123 45 67", "+46 70-123 45 67"),
        ("08–12\u00a034 56", "08-12 34 56"),
    ],
    "programme": [("Talent", "talent")],
    "referring_partner": [("AF-Kiruna", "af-kiruna")],
    "coordinator": [("Anna.B", "anna.b")],
    "name": [
        ("Öberg, Åsa", "Åsa Öberg"),
        ("von Öberg,Åsa  Maria", "Åsa Maria von Öberg"),
        ("Åsa Öberg, Jr", "Åsa Öberg, Jr"),
        ("Öberg, Åsa, ring henne", "Öberg, Åsa, ring henne"),
        ("A\u030asa O\u0308berg", "Åsa Öberg"),  # as typed on a Mac
    ],
}
"""What is read of a cell, however it is written."""


@pytest.mark.parametrize(
    ("column", "written", "value"), [(column, *case) for column, cases in RIGHT.items() for case in cases]
)
def test_a_cell_is_read_as_people_write_it(tmp_path: Path, column: str, written: str, value: object) -> None:
    assert getattr(good(read_rows(tmp_path, cells(**{column: written})).rows[0]), column) == value


SHORT_NAMES = ["två ord", "-first", "a" * 65, "a/b", "é"]
WRONG: dict[str, dict[str, list[str]]] = {
    "identity_number": {
        "cell.identity_check": [str(int(made_up_number()) + 1), "199001010002"],
        "cell.identity_birth": [
            made_up_number("19900230"),
            made_up_number("19900199"),
            made_up_number("19901301"),
            made_up_number("19900001"),
        ],
        "cell.identity_future": [made_up_number("20260402"), made_up_number("260402")],
        "cell.identity_plus": [made_up_number("19900101", sign="+")],
        "cell.identity_interim": ["900101-T802", "19900101T802", "900101-r802"],
        "cell.identity_date": ["1990-01-01"],
        "cell.digits_lost": ["1,99E+11", "1.990010198E+11"],
        "cell.identity_digits": [*(made_up_number("19900101")[:-1], "19900101", "123456", "٩٠٠١٠١٩٨٠٢")],
    },
    "referred_on": {
        "cell.counted_day": ["46082", "46082,5"],
        "cell.listed_date_format": ["mars 2026", "2026-03/01", "٢٠٢٦-٠٣-٠١"],
        "cell.date_ambiguous": ["1/3 26", "260301"],
        "cell.relative_day": ["igår", "I dag", "onsdag", "i måndags", "yesterday"],
        "cell.no_such_month": ["03/25/2026"],
        "cell.month_length": ["2026-02-30", "31 april 2026", "30/2"],
        "cell.other_weekday": ["söndag 2 mars 2026"],
        "cell.year": ["1926-03-01", "2062-03-01"],
    },
    "programme": {"cell.short_name": SHORT_NAMES},
    "referring_partner": {"cell.short_name": SHORT_NAMES},
    "coordinator": {"cell.short_name": SHORT_NAMES},
    "site": {"cell.town": ["Kiruna", "80", "12345", "-180", "01 80", "٠١٨٠"]},
    "email": {"cell.email": ["asa", "asa@example", "a@b@example.se", "a@example.se, b@example.se", "a@.se"]},
    "phone": {
        "cell.phone": ["ring Anna", "070 123+45", "1234", "0" * 16],
        "cell.phone_start": ["901234567", "123456", "4712345678"],
        "cell.digits_lost": ["7,01E+08"],
        "cell.made_a_date": ["2026-03-02"],
    },
    "name": {
        "cell.empty": [""],
        "cell.long": ["a" * 201],
        "cell.unseen": ["Åsa\nÖberg", "Åsa\x07", "Åsa\u202eÖberg", "\u3164 Ek", "Åsa\ufe0f Ek"],
        "cell.name_garbled": [
            *("Ã…sa Öberg", "\ufffdsa", "Bj|rn", "PŒhittsson", "S„ra", "¤sa", "Bj”rn Ek", "Bj\u02c6rn"),
            *("H\u03c3kan Ek", "H\u0435kan", "Bj\u0446rn", "A" + 20 * "\u0301" + "sa"),
        ],
        "cell.name_letters": ["4711"],
        "cell.excel_error": ["#N/A", "#VÄRDEFEL!"],
        "cell.formula": ["=A1"],
    },
}
"""What cannot be right in a cell, by column and the id of what is told of it."""


@pytest.mark.parametrize(
    ("column", "id", "written"),
    [(column, id, cell) for column, told in WRONG.items() for id, written in told.items() for cell in written],
)
def test_a_cell_that_cannot_be_right_is_told_without_repeating_it(
    tmp_path: Path, column: str, id: str, written: str
) -> None:
    row = read_rows(tmp_path, cells(**{column: written})).rows[0]
    assert isinstance(row, BadRow), row
    [problem] = row.problems
    assert (problem.column, problem.message.id) == (column, id)
    assert written not in problem.message.values.values()


@pytest.mark.parametrize(
    "name",
    [
        *("Anna ”Annie” Berg", "Nguyễn Thị Hằng", "Șerban Țîțeică", "Łukasz Żak", "Özgür Şahin", "Kāʻeo Hawaiʻi"),
        *("محمد علي", "Ольга Петрова", "Γιώργος Παππάς", "山田 太郎", "Rene\u0301 D’Angelo-O'Brien"),
    ],
)
def test_names_of_every_language_are_taken(tmp_path: Path, name: str) -> None:
    row = read_rows(tmp_path, cells(name=name)).rows[0]
    assert not isinstance(row, BadRow), row.problems


def test_the_century_follows_the_day_that_is_passed_in(tmp_path: Path) -> None:
    read = read_rows(tmp_path, cells(identity_number=made_up_number("300101")), today=date(2044, 1, 1))
    assert good(read.rows[0]).identity_number == made_up_number("20300101")


def test_no_problem_repeats_what_stood_in_a_cell(tmp_path: Path) -> None:
    row = ["19900101-9803", "7777777", "qqqq", "wwww", "xx yy", "zz zz", "vvvv", "uu uu", "32 mars 1999"]
    found = problems(read_rows(tmp_path, row).rows[0])
    assert [column for column, _ in found] == ENGLISH
    assert not [text for text in row for _, message in found if text in message]


def test_no_row_shows_a_person_when_it_is_printed(tmp_path: Path) -> None:
    read = read_rows(tmp_path, cells(), cells(programme="easy", site=""))
    assert not [text for text in cells()[:4] if text in repr(read)]


# Rows as wholes


def test_all_problems_of_a_row_are_told_under_the_headers_of_the_file(tmp_path: Path) -> None:
    row = read_rows(tmp_path, cells(name="", site="Kiruna", referred_on="nyss"), header=SWEDISH).rows[0]
    assert [column for column, _ in problems(row)] == ["Namn", "Ort", "Anvisad den"]
    assert isinstance(row, BadRow)
    assert row.cells["Ort"] == "Kiruna"
    assert {problem.line for problem in row.problems} == {2}


def test_a_bad_row_keeps_its_cells_as_they_were_read(tmp_path: Path) -> None:
    row = read_rows(tmp_path, cells(name="Åsa\r\nÖberg", programme=" Två Ord ")).rows[0]
    assert isinstance(row, BadRow)
    assert row.cells == dict(zip(ENGLISH, cells(name="Åsa\r\nÖberg", programme="Två Ord"), strict=True))


def test_one_bad_row_does_not_stop_the_others(tmp_path: Path) -> None:
    rows = read_rows(tmp_path, cells(name=""), cells(programme="easy")).rows
    assert [type(row) for row in rows] == [BadRow, ImportRow]


def test_a_row_with_too_many_cells_is_refused_and_keeps_them(tmp_path: Path) -> None:
    row = read_rows(tmp_path, [*cells(), "", "moved", ""]).rows[0]
    assert problems(row) == [("", "The row has 11 cells under 9 headers. Move each value to its column.")]
    assert isinstance(row, BadRow)
    assert list(row.cells.values())[-2:] == ["", "moved"]


def test_a_row_with_too_few_cells_is_refused(tmp_path: Path) -> None:
    row = read_rows(tmp_path, cells()[:8]).rows[0]
    assert problems(row)[0] == ("", "The row has 8 cells under 9 headers. Move each value to its column.")
    assert problems(row)[1:] == [("referred_on", "The cell is empty. Fill it in.")]


def test_empty_last_cells_that_excel_leaves_out_are_noted_and_not_refused(tmp_path: Path) -> None:
    order = [0, 1, 4, 5, 6, 7, 8, 2, 3]
    header, row = [ENGLISH[i] for i in order], [cells()[i] for i in order]
    read = read_rows(tmp_path, row[:7], [made_up_number("19910101"), *row[1:]], header=header)
    assert [good(row).phone for row in read.rows] == [None, "070-123 45 67"]
    assert read.notes == ("1 row ends early, its last cells are read as empty: line 2",)


def test_the_same_person_counts_once_in_a_programme(tmp_path: Path) -> None:
    again = cells(identity_number=made_up_number("900101", sign="-"), name="A. Öberg")
    read = read_rows(tmp_path, cells(), cells(programme="easy"), again, again)
    assert [type(row) for row in read.rows] == [ImportRow, ImportRow, BadRow, BadRow]
    message = "The same person is on line 2 in the same programme. Keep one of the rows."
    assert problems(read.rows[2]) == problems(read.rows[3]) == [("identity_number", message)]


COORDINATION = made_up_number("19900161")


def test_somebody_with_both_numbers_in_one_list_begins_one_journey_and_the_other_row_is_told(tmp_path: Path) -> None:
    read = read_rows(tmp_path, cells(identity_number=COORDINATION), cells(name="ÖBERG Åsa"))
    assert problems(read.rows[0]) == [
        (
            "identity_number",
            "Somebody of nearly the same name and the same date of birth is on line 3 with a personal number. Keep that"
            " row alone. If they are two people, refer this one by itself.",
        )
    ]
    assert isinstance(read.rows[1], ImportRow)


@pytest.mark.parametrize(
    ("coordination", "personal"),
    [
        ({}, {"name": "Maja Öberg"}),
        ({"identity_number": made_up_number("19900162")}, {}),
        ({}, {"identity_number": made_up_number("19900161", 981)}),
    ],
)
def test_somebody_else_with_a_coordination_number_is_not_taken_for_the_same(
    tmp_path: Path, coordination: dict[str, str], personal: dict[str, str]
) -> None:
    read = read_rows(tmp_path, cells(**{"identity_number": COORDINATION, **coordination}), cells(**personal))
    assert all(isinstance(row, ImportRow) for row in read.rows)


@pytest.mark.parametrize("name", ["Åsa Maria Öberg", "Åsa Öbergh", "Öberg Berg, Åsa"])
def test_whoever_is_called_nearly_so_in_another_programme_is_told_too(tmp_path: Path, name: str) -> None:
    read = read_rows(tmp_path, cells(identity_number=COORDINATION, programme="easy"), cells(name=name))
    [bad] = [row for row in read.rows if isinstance(row, BadRow)]
    assert [one.message.id for one in bad.problems] == ["row.both_numbers_elsewhere"]


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("990101980012", "cell.identity_reserve"),
        ("220101-980", "cell.identity_digits"),
        ("19900101-A98B", "cell.identity_reserve"),
        ("900101-98P1", "cell.identity_reserve"),
        ("19900101-T980", "cell.identity_interim"),
        (made_up_number("260301", sign="-"), "cell.identity_child"),
        (made_up_number("20130402"), "cell.identity_child"),
    ],
)
def test_a_number_that_no_agency_gives_is_refused_by_its_kind(written: str, id: str) -> None:
    with pytest.raises(BadValue) as refused:
        identity_number(written, TODAY)
    assert refused.value.message.id == id


@pytest.mark.parametrize("written", ["19260301{}", "19260301+{}", "260301+{}", "1926 03 01 {}"])
def test_of_somebody_of_a_hundred_years_the_century_follows_from_year_or_sign(written: str) -> None:
    last = made_up_number("19260301")[-4:]
    assert identity_number(written.format(last), date(2026, 12, 1)) == f"19260301{last}"


def test_a_day_of_birth_that_the_coordination_number_leaves_open_may_be_the_same(tmp_path: Path) -> None:
    read = read_rows(tmp_path, cells(), cells(identity_number=made_up_number("19900160")))
    [row] = [row for row in read.rows if isinstance(row, BadRow)]
    assert (row.line, [problem.message.id for problem in row.problems]) == (3, ["row.both_numbers"])


def test_the_same_person_counts_once_also_after_a_row_with_faults(tmp_path: Path) -> None:
    read = read_rows(tmp_path, cells(name=""), cells())
    assert [type(row) for row in read.rows] == [BadRow, BadRow]


def test_two_rows_without_a_right_identity_number_are_not_the_same_person(tmp_path: Path) -> None:
    read = read_rows(tmp_path, cells(identity_number=""), cells(identity_number=""))
    assert [problems(row) for row in read.rows] == [[("identity_number", "The cell is empty. Fill it in.")]] * 2


# Excel workbooks


def test_a_workbook_is_read_with_its_own_dates_and_numbers(tmp_path: Path) -> None:
    rows = [
        cells(referred_on=datetime.combine(date(2026, 3, 1), time())),
        cells(identity_number=int(made_up_number("900101")), site=180, programme="easy", referred_on=date(2026, 3, 1)),
        cells(
            identity_number=float(made_up_number("19910101")), referred_on=datetime.combine(date(2026, 3, 1), time(9))
        ),
        cells(identity_number=int(made_up_number("050607")), referred_on=20260301),
    ]
    read = read_xlsx(tmp_path, SWEDISH, *rows)
    assert read.rows[0] == EXPECTED
    numbers = [
        made_up_number("19900101"),
        made_up_number("19900101"),
        made_up_number("19910101"),
        made_up_number("20050607"),
    ]
    assert [good(row).identity_number for row in read.rows] == numbers
    assert {(good(row).site, good(row).referred_on) for row in read.rows} == {("0180", date(2026, 3, 1))}


def test_a_number_may_be_stored_in_scientific_notation(tmp_path: Path) -> None:
    read_xlsx(tmp_path, ENGLISH, cells(identity_number=int(made_up_number())))
    rewrite_sheet(tmp_path / "list.xlsx", "<v>199001019802</v>", "<v>1.99001019802E+11</v>")
    assert read_import_file(tmp_path / "list.xlsx", TODAY).rows == (EXPECTED,)


def test_dates_of_a_bad_row_are_kept_as_a_person_would_write_them(tmp_path: Path) -> None:
    row = read_xlsx(tmp_path, ENGLISH, cells(name="", referred_on=datetime.combine(date(2026, 3, 1), time()))).rows[0]
    assert isinstance(row, BadRow)
    assert row.cells["referred_on"] == "2026-03-01"


def test_lines_of_a_workbook_are_its_rows_and_trailing_cells_may_be_missing(tmp_path: Path) -> None:
    order = [0, 1, 4, 5, 6, 7, 8, 2, 3]
    row = [cells(email=None, phone=None)[i] for i in order]
    read = read_xlsx(tmp_path, [], [ENGLISH[i] for i in order], [], row)
    assert [good(row).line for row in read.rows] == [4]
    assert read.notes == ()


def test_only_the_first_visible_sheet_is_read_and_the_others_are_noted(tmp_path: Path) -> None:
    def add_sheets(book: Any) -> None:
        book.create_sheet("Hidden", 0).sheet_state = "hidden"
        book.create_sheet("Old").append(["x"])

    read = read_xlsx(tmp_path, ENGLISH, cells(), change=add_sheets)
    assert read.rows == (EXPECTED,)
    assert read.notes == ("the workbook has 1 more visible sheet: only “Sheet” is read",)


def test_a_wrong_size_written_in_a_workbook_hides_no_rows(tmp_path: Path) -> None:
    read_xlsx(tmp_path, ENGLISH, cells())
    rewrite_sheet(tmp_path / "list.xlsx", '<dimension ref="A1:I2"', '<dimension ref="A1:A1"')
    assert read_import_file(tmp_path / "list.xlsx", TODAY).rows == (EXPECTED,)


def rewrite_sheet(path: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**parts, sheet: parts[sheet].replace(old, new)}.items():
            archive.writestr(name, text)


def test_error_cells_and_formulas_without_a_value_are_refused(tmp_path: Path) -> None:
    read = read_xlsx(tmp_path, ENGLISH, cells(name="#N/A", email="=A1&B1", site=True))
    assert [column for column, _ in problems(read.rows[0])] == ["name", "email", "site"]


def test_a_formula_counts_by_the_value_that_excel_worked_out(tmp_path: Path) -> None:
    read_xlsx(tmp_path, ENGLISH, cells(email="=1", phone="=2"))
    path = tmp_path / "list.xlsx"
    rewrite_sheet(path, '<c r="C2"><f>1</f><v', '<c r="C2" t="str"><f>1</f><v>asa@example.se</v><v')
    rewrite_sheet(path, '<c r="D2"><f>2</f><v', '<c r="D2" t="str"><f>2</f><v')
    row = good(read_import_file(path, TODAY).rows[0])
    assert (row.email, row.phone) == ("asa@example.se", None)


# Files that cannot be read


def sheet_bytes() -> bytes:
    book: Any = openpyxl.Workbook()
    stream = io.BytesIO()
    for row in (ENGLISH, cells()):
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def archive_bytes(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "content")
    return stream.getvalue()


OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "import.empty"),
        (b"\xef\xbb\xbf\r\n ; ;\r\n", "import.empty"),
        (b"\x00\x01\x02\x03" * 50, "import.not_text"),
        (b"\xff\xfeabc", "import.not_text"),
        (OLD_OFFICE + bytes(500), "import.old_format"),
        (OLD_OFFICE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "import.password"),
        (sheet_bytes()[:-200], "import.workbook"),
        (archive_bytes("other.xml"), "import.workbook"),
        (b"hello there\r\nno list", "import.no_header"),
        (csv_text([cells()]).encode(), "import.no_header"),
        (csv_text([[*ENGLISH, "namn"], [*cells(), "x"]]).encode(), "import.column_twice"),
        (csv_text([ENGLISH]).encode() + b'1;"Anna', "import.quotation line=1"),
        (b"x" * 20_000_001, "import.too_large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "list.any"
    path.write_bytes(content)
    assert expected in refusal(path)


def test_missing_columns_are_named_together(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(csv_text([["Namn", "Program", "Datum", "Samordnare", "Ort"], cells()]))
    named = "identity_number (personnummer), referring_partner (anvisande part)"
    assert named in refusal(path)


def test_a_file_that_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    assert "import.not_found" in refusal(tmp_path / "nowhere.csv")
    assert "import.not_a_file" in refusal(tmp_path)
    assert "import.not_found" in refusal(Path("a\0b"))
    assert "import.unreadable" in refusal(tmp_path / ("a" * 5000))


def test_a_workbook_that_unpacks_to_fill_the_memory_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(200_000_001))
    assert "import.workbook_large" in refusal(tmp_path / "list.xlsx")


@given(
    content=st.one_of(
        st.binary(),
        st.builds(
            bytes.__add__, st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", OLD_OFFICE]), st.binary()
        ),
        st.builds(
            lambda at, byte: sheet_bytes()[:at] + byte + sheet_bytes()[at + 1 :], st.integers(0, 6000), st.binary()
        ),
    )
)
def test_no_bytes_raise_anything_but_the_one_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes"
    path.write_bytes(content)
    with suppress(ImportFileError):
        read_import_file(path, TODAY)


# The file of bad rows


def bad_rows(read: ImportFile) -> list[BadRow]:
    return [row for row in read.rows if isinstance(row, BadRow)]


def test_bad_rows_are_mended_in_their_file_and_imported_again(tmp_path: Path) -> None:
    read = read_rows(tmp_path, cells(), cells(programme="easy", site="Kiruna"), header=SWEDISH)
    write_bad_rows(tmp_path / "bad.csv", read.header, bad_rows(read))
    written = (tmp_path / "bad.csv").read_bytes().decode()
    assert written.startswith("\ufeffPersonnummer;")
    assert written.splitlines()[0].endswith(";problem")
    assert "Ort: The town must be given" in written
    (tmp_path / "bad.csv").write_bytes(written.replace(";Kiruna;", ";2584;").encode())
    again = read_import_file(tmp_path / "bad.csv", TODAY)
    assert good(again.rows[0]).site == "2584"
    assert again.header == tuple(SWEDISH)
    assert again.notes == ()


def test_excel_finds_nothing_to_compute_or_to_shorten_in_the_file_of_bad_rows(tmp_path: Path) -> None:
    risky = cells(phone="+46701234567", email="-2+3", name="=HYPERLINK(A1)", coordinator="@x", referred_on="")
    read = read_rows(tmp_path, [*risky, "", "=beyond"], header=[*ENGLISH, "=1+2"])
    write_bad_rows(tmp_path / "bad.csv", read.header, bad_rows(read))
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, written = csv.reader(stream, delimiter=";")
    assert header == [*ENGLISH, "'=1+2", "problem"]
    for expected in ("'+46701234567", "'-2+3", "'=HYPERLINK(A1)", "'@x", "'0180", "'199001019802", "'=beyond"):
        assert expected in written
    assert bad_rows(read_import_file(tmp_path / "bad.csv", TODAY))[0].cells == bad_rows(read)[0].cells


def test_only_its_owner_may_read_the_file_of_bad_rows_and_it_replaces_no_older_one(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    write_bad_rows(path, ENGLISH, [])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("older")
    with raises(UsageError, "file.unwritable", why="it exists already, and is not written over"):
        write_bad_rows(path, ENGLISH, [])
    assert path.read_text() == "older"
    assert os.listdir(tmp_path) == ["bad.csv"]


def test_a_folder_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with raises(UsageError, "file.unwritable", why="its folder does not exist"):
        write_bad_rows(tmp_path / "nowhere" / "bad.csv", ENGLISH, [])
    with raises(UsageError, "file.unwritable", why="its name is too long"):
        write_bad_rows(tmp_path / ("a" * 300), ENGLISH, [])


def test_nothing_is_left_behind_where_the_file_cannot_take_its_place(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").mkdir()
    with raises(UsageError, "file.unwritable", why="it exists already, and is not written over"):
        write_bad_rows(tmp_path / "bad.csv", ENGLISH, [])
    assert os.listdir(tmp_path) == ["bad.csv"]


DOUBLED = "the letters were converted twice, and are read as before"

awkward = st.text(st.sampled_from("aÅ0'\"=+-@;,\t\r\n \u00a0\\1234567890")) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0")
)


@given(table=st.lists(st.lists(awkward, min_size=8, max_size=12), max_size=4))
@example(table=[["''=1", "''0", "0180", "'", "1234567890", "'1", "+", "-\r", "@", "", "'=x"]])
@example(table=[["", "Ã¶", *[""] * 6]])
@example(table=[["", "Â\x80", *[""] * 6]])
def test_bad_rows_written_and_read_again_are_equal(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    first, second = tmp_path_factory.getbasetemp() / "first.csv", tmp_path_factory.getbasetemp() / "second.csv"
    first.write_bytes(csv_text([[*SWEDISH, "=note"], *table]).encode("utf-8-sig"))
    read = read_import_file(first, TODAY)
    second.unlink(missing_ok=True)
    write_bad_rows(second, read.header, bad_rows(read))
    again = read_import_file(second, TODAY)
    assert again.header == read.header
    assert [note for note in again.notes if note != DOUBLED] == [note for note in read.notes if note != DOUBLED]
    assert [row.cells for row in bad_rows(again)] == [row.cells for row in bad_rows(read)]


@pytest.mark.parametrize(
    ("text", "once"), [("BjÃ¶rk", "Björk"), ("aÂ\u00a0b", "a\u00a0b"), ("Â\x80", "Â\x80"), ("Åsa", "Åsa")]
)
def test_letters_that_were_converted_twice_are_read_where_something_is_seen_then(text: str, once: str) -> None:
    assert undoubled(text) == once


def test_a_problem_knows_its_line_and_column(tmp_path: Path) -> None:
    row = read_rows(tmp_path, cells(), cells(name="", programme="easy")).rows[1]
    assert isinstance(row, BadRow)
    assert row.problems == (Problem(3, "name", msg("cell.empty", "The cell is empty. Fill it in.")),)
