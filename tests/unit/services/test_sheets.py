"""Tables as programs write them: old encodings, what a workbook hides or merges, and files that are none."""

import unicodedata
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.utils.datetime import MAC_EPOCH

from services.referrals.import_file import read_import_file, rows_in
from services.referrals.list_import import with_cells
from services.referrals.rows import COLUMNS, BadRow, ImportRow
from services.sheets.encodings import decoded
from services.sheets.headings import HeadingsUnsure
from services.sheets.sheet import ImportFileError
from services.sheets.table import read_table
from tests.support.import_files import ENGLISH, TODAY, cells, csv_text, made_up_number, problems, read_rows, read_text

OTHER = made_up_number("19910101")


def names(read: Any) -> list[str]:
    return [row.name for row in read.rows if isinstance(row, ImportRow)]


def written_in(tmp_path: Path, *rows: list[Any], change: Callable[[Any], None]) -> Any:
    book: Any = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book)
    book.save(tmp_path / "list.xlsx")
    return read_import_file(tmp_path / "list.xlsx", TODAY)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1252", "mac_roman", "cp850", "cp437", "iso8859-15"])
@pytest.mark.parametrize(
    "name",
    ["Björn Påhittsson", "ÅKE ÖBERG", "Märta Ängström", "André Ek", "Zoë Åkerlind", "Göran Müller", "Renée Söder"],
)
def test_names_are_read_in_the_encoding_that_they_were_written_in(tmp_path: Path, encoding: str, name: str) -> None:
    read = read_text(tmp_path, csv_text([ENGLISH, cells(name=name)]), encoding)
    assert names(read) == [name]
    is_rare = encoding not in ("utf-16-le", "utf-16-be", "cp1252", "iso8859-15")
    assert [note for note in read.notes if "the letters are read as" in note] == (list(read.notes) if is_rare else [])
    assert bool(read.notes) == is_rare


@pytest.mark.parametrize("name", ["Íris García".upper(), "Šejla"])
def test_letters_that_may_be_others_are_read_right_or_refused(name: str) -> None:
    for encoding in ("cp1252", "mac_roman", "cp850", "iso8859-15"):
        with suppress(UnicodeEncodeError):
            data = f"Namn;Ort\r\n{name};Umeå\r\n".encode(encoding)
            try:
                text = decoded(data)[0]
            except ImportFileError:
                continue
            assert name in text, encoding


def test_hidden_rows_are_left_out_and_told_and_hidden_columns_are_read(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True
        book.active.row_dimensions[4].height = 0.1
        book.active.column_dimensions["C"].hidden = True

    rows = [cells(), cells(identity_number=OTHER, name="Dold Rad"), cells(name="Dold Också")]
    read = written_in(tmp_path, ENGLISH, *rows, change=hide)
    assert names(read) == ["Åsa Öberg"]
    assert read.notes == ("2 hidden rows are left out: lines 3, 4", "column “email” is hidden, and is read")
    assert read.rows[0].email == "asa@example.se"


def test_rows_that_are_struck_through_are_left_out_and_told(tmp_path: Path) -> None:
    def strike(book: Any) -> None:
        for cell in [*book.active[2], book.active["B3"]]:
            cell.font = Font(strike=True)

    gone, half = cells(name="Struken Rad"), cells(name="Halv Rad", identity_number=OTHER)
    read = written_in(tmp_path, ENGLISH, gone, half, change=strike)
    assert names(read) == ["Halv Rad"]
    assert "1 row that is struck through is left out: line 2" in read.notes


def test_the_sheet_with_the_headings_is_read_and_lists_on_hidden_sheets_are_told(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        book.active.title = "Mars"
        book.create_sheet("Om", 0).append(["Listan gäller mars"])
        book.create_sheet("Februari").append(ENGLISH)
        book["Februari"].sheet_state = "hidden"
        book.create_sheet("Val").append(["ja"])
        book["Val"].sheet_state = "veryHidden"

    read = written_in(tmp_path, ENGLISH, cells(), change=add)
    assert names(read) == ["Åsa Öberg"]
    assert read.notes == (
        "the workbook has 1 more visible sheet: only “Mars” is read",
        "the hidden sheet “Februari” is not read",
    )


def test_another_list_in_the_workbook_is_told_with_its_rows_and_what_to_do(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        book.active.title = "Umeå"
        for row in (ENGLISH, cells(name="Björn Ek"), cells(name="Pål Ek")):
            (book["Lycksele"] if "Lycksele" in book.sheetnames else book.create_sheet("Lycksele")).append(row)
        book.create_sheet("Om").append(["Listor från mars"])

    read = written_in(tmp_path, ENGLISH, cells(), change=add)
    assert names(read) == ["Åsa Öberg"]
    assert read.notes == (
        "the workbook has 1 more visible sheet: only “Umeå” is read",
        "“Lycksele” is a list too, and its 2 rows are NOT read: save that sheet as a file of its own, and import it",
    )


def test_a_cell_merged_downwards_holds_for_each_of_its_rows(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        book.active.merge_cells("A1:I1")
        book.active.merge_cells("H3:H4")

    rows = [["Lista"], ENGLISH, cells(), cells(identity_number=OTHER, coordinator=None)]
    read = written_in(tmp_path, *rows, change=merge)
    assert [row.coordinator for row in read.rows] == ["anna.b", "anna.b"]
    assert read.notes == (
        "1 row takes a value from the merged cell above it: line 4",
        "1 row above the headings is not read: line 1",
    )


@pytest.mark.parametrize("epoch", [date(1899, 12, 30), date(1904, 1, 1)])
def test_a_count_of_days_is_a_day_by_the_epoch_of_its_workbook(tmp_path: Path, epoch: date) -> None:
    def count(book: Any) -> None:
        if epoch.year == 1904:
            book.epoch = MAC_EPOCH
        book.active["I2"] = (date(2026, 3, 1) - epoch).days
        book.active["I2"].number_format = "General"

    assert written_in(tmp_path, ENGLISH, cells(), change=count).rows[0].referred_on == date(2026, 3, 1)


def test_zeros_that_only_the_format_shows_are_read(tmp_path: Path) -> None:
    def shape(book: Any) -> None:
        book.active["A2"], book.active["G2"] = int(made_up_number("000101")), 180
        book.active["A2"].number_format, book.active["G2"].number_format = r"000000\-0000", "0000"

    [row] = written_in(tmp_path, ENGLISH, cells(), change=shape).rows
    assert (row.identity_number, row.site) == (made_up_number("20000101"), "0180")


@pytest.mark.parametrize(
    ("written", "id"),
    [
        (1234567890123456789, "cell.digits_lost"),
        ("1,23E+12", "cell.digits_lost"),
        (date(2026, 3, 2), "cell.made_a_date"),  # 2/3 was typed
        (made_up_number(), "cell.reference_identity"),
    ],
)
def test_a_reference_that_a_spreadsheet_has_spoilt_is_refused(tmp_path: Path, written: object, id: str) -> None:
    read = written_in(tmp_path, [*ENGLISH, "Er referens"], [*cells(), written], change=lambda _book: None)
    assert isinstance(read.rows[0], BadRow)
    assert [(one.column, one.message.id) for one in read.rows[0].problems] == [("Er referens", id)]


def test_references_that_may_have_lost_their_zeros_are_told(tmp_path: Path) -> None:
    rows = [[*cells(), "0117"], [*cells(identity_number=OTHER), "17"]]
    read = read_rows(tmp_path, *rows, header=[*ENGLISH, "Er referens"])
    assert read.notes == ("references may have lost their first zeros to a spreadsheet: check line 3",)
    rows[1][-1] = "0017"
    assert read_rows(tmp_path, *rows, header=[*ENGLISH, "Er referens"]).notes == ()


def test_rows_that_are_nobody_are_told_and_a_nearly_empty_one_once(tmp_path: Path) -> None:
    read = read_rows(tmp_path, cells(), ENGLISH, ["", "Kontakta Anna"], ["Summa", "1 "], ["Totalt: 1"])
    assert [type(row) for row in read.rows] == [ImportRow, BadRow]
    [(column, told)] = problems(read.rows[1])
    assert (column, told.startswith("The row is nearly empty. Fill in identity_number")) == ("", True)
    assert read.notes == ("the headings stand again, and are left out: line 3", "totals are left out: line 5, 6")


FOREIGN = {
    "import.pdf": b"%PDF-1.7",
    "import.web_page": b"\r\n<html><table><tr><td>Namn",
    "import.xml": b"\xef\xbb\xbf<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>",
    "import.text_document": b"{\\rtf1",
}
PARTS = {
    "import.open_document": "content.xml",
    "import.numbers": "Index/Document.iwa",
    "import.binary_workbook": "xl/workbook.bin",
    "import.text_document": "word/document.xml",
}


@pytest.mark.parametrize("id", FOREIGN)
def test_a_file_of_another_kind_is_refused_with_what_to_do(tmp_path: Path, id: str) -> None:
    (tmp_path / "list").write_bytes(FOREIGN[id])
    with pytest.raises(ImportFileError) as refused:
        read_import_file(tmp_path / "list", TODAY)
    assert refused.value.message.id == id


@pytest.mark.parametrize("id", PARTS)
def test_an_archive_of_another_kind_is_refused_with_what_to_do(tmp_path: Path, id: str) -> None:
    with zipfile.ZipFile(tmp_path / "list", "w") as out:
        out.writestr(PARTS[id], "x")
    with pytest.raises(ImportFileError) as refused:
        read_import_file(tmp_path / "list", TODAY)
    assert refused.value.message.id == id


# Headings


def test_a_person_may_stand_in_several_columns(tmp_path: Path) -> None:
    number = made_up_number("20050607")
    header = [
        "Födelsedatum",
        "De fyra sista",
        "Förnamn",
        "Efternamn",
        "Adress",
        "Postnr",
        "Postort",
        "Mobil",
        "Telefon",
    ]
    header += ENGLISH[4:]
    person = ["2005-06-07", number[-4:], "Åsa", "Öberg", "Gatan 1", "90326.0", "Umeå", "", "070-123 45 67"]
    [row] = read_rows(tmp_path, person + cells()[4:], header=header).rows
    assert isinstance(row, ImportRow), row
    assert (row.identity_number, row.name, row.phone) == (number, "Åsa Öberg", "070-123 45 67")
    assert row.address == "Gatan 1, 903 26 Umeå"
    bad = read_rows(tmp_path, ["2005-06-07", "", *person[2:], *cells()[4:]], header=header)
    assert problems(bad.rows[0])[0][0] == "Födelsedatum + De fyra sista"
    assert isinstance(bad.rows[0], BadRow)
    assert bad.rows[0].cells["Efternamn"] == "Öberg"
    assert bad.notes == ("column “Telefon” is read where “Mobil” is empty",)


def test_parts_are_not_read_beside_the_whole(tmp_path: Path) -> None:
    read = read_rows(tmp_path, [*cells(), "1990-01-01"], header=[*ENGLISH, "Födelsedatum"])
    assert names(read) == ["Åsa Öberg"]
    assert read.notes == ("column “Födelsedatum”: not read",)


def test_a_heading_that_is_written_almost_right_is_asked_about_with_what_stands_below(tmp_path: Path) -> None:
    header = ["Pesronnummer", *ENGLISH[1:3], "Telefom", *ENGLISH[4:]]
    with pytest.raises(HeadingsUnsure) as unsure:
        read_rows(tmp_path, cells(), header=header)
    [question] = unsure.value.questions
    assert (question.column, len(question.candidates)) == ("identity_number", 2)
    assert question.candidates[0].examples == (made_up_number(),)
    said = {"pesronnummer": "identity_number", "telefom": ""}
    (tmp_path / "list.csv").write_text(csv_text([header, cells()]))
    [row] = read_import_file(tmp_path / "list.csv", TODAY, said=said).rows
    assert isinstance(row, ImportRow)
    assert (row.identity_number, row.phone) == (made_up_number(), None)
    with pytest.raises(HeadingsUnsure) as near:
        read_import_file(tmp_path / "list.csv", TODAY, said={"pesronnummer": "identity_number"})
    assert near.value.message.id == "import.heading_near"


def test_health_is_never_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError) as missing:
        read_rows(tmp_path, [*cells()[1:], "x"], header=[*ENGLISH[1:], "Diagnos"])
    assert missing.value.message.id == "import.columns_missing"


def read_of(tmp_path: Path, data: bytes, name: str = "list.csv") -> tuple[list[str], list[str]]:
    """The names that are read from the bytes of a file, and the ids of what is refused."""
    (tmp_path / name).write_bytes(data)
    try:
        read = read_import_file(tmp_path / name, TODAY)
    except ImportFileError as error:
        return [], [error.message.id]
    refused = [one.message.id for row in read.rows if isinstance(row, BadRow) for one in row.problems]
    return names(read), refused


def listed(name: str = "Åsa Söderberg", **changed: Any) -> str:
    return csv_text([ENGLISH, cells(name=name, **changed)])


RARE = ("cp1250", "cp1254", "cp1257", "mac_latin2", "mac_turkish", "iso8859-2", "iso8859-9", "iso8859-13", "cp852")
SWEDISH = ("Åsa Söderberg", "Björn Påhl", "Märta Ängström", "Renée Söder", "Jørgen Bæk", "Adèle Muñoz", "François Noël")
ABROAD = ("Jiří Dvořák", "Łukasz Żółć", "Željko Đorđević", "Şükrü Çağlar", "İbrahim Öztürk", "Žydrūnas Šimkus")


@pytest.mark.parametrize("name", [*SWEDISH, *ABROAD, "Jānis Bērziņš", "Þórður Ægisson"])
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "utf-8", "utf-16-le", *RARE])
def test_a_name_in_a_rare_encoding_is_read_right_or_refused(tmp_path: Path, encoding: str, name: str) -> None:
    try:
        read, refused = read_of(tmp_path, listed(name).encode(encoding))
    except UnicodeEncodeError:
        return
    assert (read, bool(refused)) in (([name], False), ([], True))
    if encoding.startswith("utf") or (encoding == "cp1252" and name in SWEDISH):
        assert read == [name]


AS_READ_WRONG = [("mac_roman", "cp1252"), ("cp1252", "mac_roman"), ("utf-8", "cp1252"), ("utf-8", "mac_roman")]


@pytest.mark.parametrize("name", ["Söderberg", "Åsa Malmström", "Björn Sjögren", "Erik Lindén", "Göran Löfdahl"])
@pytest.mark.parametrize(("written", "read"), [*AS_READ_WRONG, ("utf-8", "cp850"), ("cp1252", "cp850")])
def test_letters_that_another_program_has_read_wrong_before_are_refused(
    tmp_path: Path, written: str, read: str, name: str
) -> None:
    spoilt = name.encode(written).decode(read, "replace")
    beside = listed(spoilt).replace("af-kiruna", "Östersund")  # what is right in the same file
    assert "cell.name_garbled" in read_of(tmp_path, beside.encode())[1]


@pytest.mark.parametrize(
    "name",
    [
        "Duško Krška",
        "Hašek",
        "Tõnu Kõiv",
        "Gëzim Besë",
        "Bêrîvan Rûken",
        "Nguyễn Thị Ánh",
        "Ægir Þórsson",
        "Mª Luz",
        "Ñusta",
    ],
)
def test_names_that_only_look_so_are_taken_where_the_encoding_is_known(tmp_path: Path, name: str) -> None:
    assert read_of(tmp_path, listed(name).encode()) == ([name], [])


KINDS: list[tuple[str, bytes, list[str], list[str]]] = [
    ("decomposed", unicodedata.normalize("NFD", listed()).encode(), ["Åsa Söderberg"], []),
    ("sep", f"sep=;\r\n{listed()}".encode("cp1252"), ["Åsa Söderberg"], []),
    ("sep, UTF-16", f"sep=;\r\n{listed()}".encode("utf-16"), ["Åsa Söderberg"], []),
    ("tabs", csv_text([ENGLISH, cells(name="Bo Ek")], "\t").encode("utf-8-sig"), ["Bo Ek"], []),
    ("two marks", b"\xef\xbb\xbf" + listed().encode("utf-8-sig"), ["Åsa Söderberg"], []),
    (
        "spaces",
        listed("Åsa\u00a0\u2003Söderberg", phone="070\u00a0123\u200945\u202f67").encode(),
        ["Åsa Söderberg"],
        [],
    ),
    ("hyphens", listed("Anna\u2011Karin Ek", identity_number="900101\u20119802").encode(), ["Anna-Karin Ek"], []),
    ("end of DOS", (listed() + "\x1a").encode("cp850"), ["Åsa Söderberg"], []),
    ("columns at the end", listed().replace("\r\n", "; ;\u00a0;\r\n").encode(), ["Åsa Söderberg"], []),
    ("a count of days", listed(referred_on="46082").encode(), [], ["cell.counted_day"]),
    ("two digits", listed(referred_on="01/03/26").encode(), [], ["cell.date_ambiguous"]),
    ("twice UTF-8", listed("Åsa Söderberg").encode().decode("latin-1").encode(), ["Åsa Söderberg"], []),
    ("twice, by Windows", listed("Märta Åke Sjö").encode().decode("cp1252").encode(), ["Märta Åke Sjö"], []),
    ("UTF-32", listed().encode("utf-32"), [], ["import.not_text"]),
    ("letters by their names", listed("S&ouml;derberg").encode(), [], ["cell.name_garbled"]),
    ("two scripts", listed("Jiޒ Dvoއk").encode(), [], ["cell.name_garbled"]),
]


@pytest.mark.parametrize(("data", "read", "refused"), [one[1:] for one in KINDS], ids=[one[0] for one in KINDS])
def test_what_programs_put_around_names_is_read_or_refused(
    tmp_path: Path, data: bytes, read: list[str], refused: list[str]
) -> None:
    assert read_of(tmp_path, data) == (read, refused)


def test_a_heading_that_is_merged_over_a_person_is_nobodys_name(tmp_path: Path) -> None:
    read = written_in(tmp_path, ENGLISH, cells(), change=lambda book: book.active.merge_cells("B1:B2"))
    assert [one.message.id for one in read.rows[0].problems] == ["cell.heading"]


def test_what_somebody_types_instead_is_taken(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(listed("Þóra Ek").encode("cp1252"))
    table = read_table(tmp_path / "list.csv", COLUMNS, {})
    [bad] = rows_in(table, TODAY, None, {}).rows
    assert isinstance(bad, BadRow)
    assert [one.message.id for one in bad.problems] == ["cell.letters_unsure"]
    [row] = rows_in(with_cells(table, bad.line, {"name": "Þóra Ek"}), TODAY, None, {}).rows
    assert isinstance(row, ImportRow)
