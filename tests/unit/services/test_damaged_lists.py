"""A hundred lists, damaged at random as programs and people do it: nothing stored wrong, nothing lost in silence."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import MAC_EPOCH

from services.referrals.import_file import read_import_file
from services.referrals.names import Names
from services.referrals.rows import BadRow, ImportRow
from tests.support.authority import register_of_tests
from tests.support.import_files import made_up_number
from tests.support.programmes import RULES

TODAY = date(2026, 4, 1)
NAMES = Names(RULES, register_of_tests, closed=True)
REFERRED = date(2026, 3, 1)
NAMES_OF_PEOPLE = (
    *("Åsa Öberg", "Björn Påhittsson", "Märta Ängström", "Örjan Sjöö", "Jörgen Håkansson", "Anna-Karin Åström"),
    *("Zoë Lindqvist", "André Björk", "Göran Nyström", "Pål Järvinen", "Sören Österlund", "Åke Ek"),
)
HEADINGS: dict[str, tuple[str, ...]] = {
    "identity_number": ("Personnummer", "Pers.nr", "Personnummer (ÅÅÅÅMMDD-XXXX)", "identity_number"),
    "name": ("Namn", "NAMN", "Name", "För- och efternamn"),
    "email": ("E-post", "Email", "E-postadress"),
    "phone": ("Telefon", "Tel", "Tfn.", "Mobil"),
    "programme": ("Program", "programme"),
    "referring_partner": ("Anvisande part", "Anvisad av", "referring_partner"),
    "site": ("Kommun", "Ort", "Kommunkod"),
    "coordinator": ("Samordnare", "Coordinator"),
    "referred_on": ("Anvisad den", "Anvisningsdatum", "Datum", "effective_on"),
}
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "mac_roman",
    "cp850",
    "cp437",
    "iso8859-15",
)

Truth = dict[str, Any]


@dataclass
class Sheet:
    """A list as it is written: rows of values, and what must come of each line. `told` is the id of the problem and the
    column that it is in; a line that is `left_out` must be named in a note."""

    form: str
    rows: list[list[Any]] = field(default_factory=list)
    right: dict[int, Truth] = field(default_factory=dict)
    told: dict[int, tuple[str, str]] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    @property
    def next_line(self) -> int:
        return len(self.rows) + 1


def somebody(random: Random, index: int) -> Truth:
    born = (date(2000, 1, 1) + timedelta(days=random.randrange(3000))).strftime("%Y%m%d")
    return {
        "identity_number": made_up_number(born, 980 + index),
        "name": random.choice(NAMES_OF_PEOPLE),
        "email": f"nobody{index}@example.se",
        "phone": f"07012345{index:02}",
        "programme": "service_division",
        "referring_partner": "arbetsformedlingen",
        "site": "2480",
        "coordinator": "anna.berg",
        "referred_on": REFERRED,
    }


# What is put right: a column, and how its value may be written.
WRITTEN: dict[str, list[Callable[[Any], Any]]] = {
    "identity_number": [
        lambda number: f"{number[2:8]}-{number[8:]}",
        lambda number: f"{number[:8]}–{number[8:]}",
        lambda number: int(number[2:]),  # its first zeros are gone
        lambda number: float(number),
        lambda number: f"{number[0]},{number[1:]}E+11",
        lambda number: f"\u200b{number}\u00a0",
    ],
    "name": [lambda name: name.replace(" ", "\u00a0 "), lambda name: f"  {name}\u00a0"],
    "phone": [
        lambda phone: int(phone),  # its first zero is gone
        lambda phone: f"{phone[1]},{phone[2:]}E+8",
        lambda phone: f"{phone}\u00a0",
    ],
    "programme": [lambda _code: "Servicedivisionens väg in", lambda code: code.upper()],
    "referring_partner": [lambda _code: "Arbetsförmedlingen"],
    "site": [lambda _code: "Umeå kommun", lambda _code: "UMEÅ", lambda code: int(code), lambda code: f"{code}.0"],
    "coordinator": [lambda _code: "Anna Berg", lambda _code: "berg, anna"],
    "referred_on": [
        lambda _day: "1/3 2026",
        lambda _day: "20260301",
        lambda _day: "1 mars 2026",
        lambda _day: "2026-03-01 08:30",
        lambda day: day,
        lambda day: datetime.combine(day, time(9, 15)),
    ],
}
# What is refused: a column, what stands in it, and the id of what is told.
WRONG: dict[str, list[tuple[Any, str]]] = {
    "identity_number": [
        ("1,99E+11", "cell.digits_lost"),
        ("900101-T980", "cell.identity_interim"),
        ("19900101", "cell.identity_digits"),
        (date(1990, 1, 1), "cell.identity_date"),
    ],
    "name": [
        ("#REF!", "cell.excel_error"),
        ("Bj|rn P}hlsson", "cell.name_garbled"),
        ("Ã…sa Ã–berg", "cell.name_garbled"),
        ("4711", "cell.name_letters"),
        ("", "cell.empty"),
    ],
    "phone": [
        ("7,01E+08", "cell.digits_lost"),
        (901234567, "cell.phone_start"),
        (date(2026, 3, 2), "cell.made_a_date"),
        ("########", "cell.excel_error"),
    ],
    "email": [("asa(a)example.se", "cell.email")],
    "site": [("Umea", "naming.near"), ("Atlantis", "naming.unknown"), (date(2026, 3, 2), "cell.made_a_date")],
    "referring_partner": [("Arbetsformedlingn", "naming.near"), (date(2026, 3, 2), "cell.made_a_date")],
    "coordinator": [("Karl Okänd", "naming.unknown"), (True, "cell.formula")],
    "programme": [("Qxz", "naming.unknown")],
    "referred_on": [
        ("1/3 26", "cell.date_ambiguous"),
        ("2026-02-30", "cell.month_length"),
        ("snart", "cell.listed_date_format"),
    ],
}


def a_list(random: Random) -> Sheet:
    """A list with people in good order and damaged ones, and with rows that are no people."""
    sheet = Sheet(random.choice(("csv", "xlsx", "other")))
    for _ in range(random.randrange(3)):
        sheet.left_out.append(sheet.next_line)
        sheet.rows.append([random.choice(("Lista från Arbetsförmedlingen", "Utskriven 2026-03-02"))])
    if random.random() < 0.3:
        sheet.rows.append([])
    columns = list(HEADINGS)
    random.shuffle(columns)
    headings = [random.choice(HEADINGS[column]) for column in columns]
    sheet.rows.append(headings)
    titles = dict(zip(columns, headings, strict=True))
    for index in range(8):
        add_somebody(random, sheet, columns, titles, index)
        if random.random() < 0.2:
            sheet.rows.append([])
    if random.random() < 0.2:
        sheet.left_out.append(sheet.next_line)
        sheet.rows.append(headings)
    if random.random() < 0.5:
        sheet.left_out.append(sheet.next_line)
        sheet.rows.append(random.choice((["Totalt", 8], ["Summa: 8 "], ["", "Antal", "8"])))
    return sheet


def add_somebody(random: Random, sheet: Sheet, columns: Sequence[str], titles: dict[str, str], index: int) -> None:
    truth = somebody(random, index)
    written, line, damage = dict(truth), sheet.next_line, random.random()
    if damage < 0.55:
        for column in random.sample(list(WRITTEN), 3):
            written[column] = random.choice(WRITTEN[column])(truth[column])
        sheet.right[line] = truth
    elif damage < 0.9:
        column = random.choice(list(WRONG))
        written[column], id = random.choice(WRONG[column])
        sheet.told[line] = (id, titles[column])
        if written[column] is True and sheet.form == "csv":
            sheet.told[line] = ("naming.unknown", titles[column])
    elif sheet.form == "csv":
        sheet.right[line] = truth
    else:
        sheet.left_out.append(line)
        sheet.hidden.append(line)
    sheet.rows.append([written[column] for column in columns])


def as_csv(random: Random, sheet: Sheet) -> bytes:
    newline = random.choice(("\r\n", "\n", "\r"))
    stream = io.StringIO(newline="")
    plain = random.random() < 0.6  # without the signs that old encodings lack
    delimiter = random.choice(";,\t|")
    quoting: Any = random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(stream, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(sheet.rows)
    text = stream.getvalue()
    if plain:
        text = text.replace("\u200b", "").replace("–", "-")
    encoding = random.choice([encoding for encoding in ENCODINGS if can_write(text, encoding)])
    if encoding.startswith("utf") and random.random() < 0.3:
        text = unicodedata.normalize("NFD", text)
    return text.encode(encoding)


def can_write(text: str, encoding: str) -> bool:
    try:
        return bool(text.encode(encoding))
    except UnicodeEncodeError:
        return False


def as_workbook(random: Random, sheet: Sheet, file: Path) -> None:
    """As openpyxl writes it, with other sheets around it and what nobody sees."""
    book: Any = openpyxl.Workbook()
    if random.random() < 0.3:
        book.epoch = MAC_EPOCH
    page = book.active
    for row in sheet.rows:
        page.append([cell if cell != "" else None for cell in row])
    for line in sheet.hidden:
        page.row_dimensions[line].hidden = True
    if random.random() < 0.4:
        page.column_dimensions[get_column_letter(random.randrange(1, 10))].hidden = True
    if random.random() < 0.4:
        book.create_sheet("Val", 0).append(["ja", "nej"])
        book["Val"].sheet_state = "hidden"
    if random.random() < 0.4:
        book.create_sheet("Om listan", random.randrange(2)).append(["Listan gäller mars"])
    book.save(file)


def as_other_program(sheet: Sheet, file: Path) -> None:
    """As another program writes it: text in the cells themselves, no places, no size, another namespace prefix."""
    rows = []
    for line, row in enumerate(sheet.rows, 1):
        hidden = ' hidden="true"' if line in sheet.hidden else ""
        rows.append(f'<x:row r="{line}"{hidden}>{"".join(map(other_cell, row))}</x:row>')
    main = 'xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{rel}/officeDocument" Target="/book.xml"/>'
            "</Relationships>",
        )
        out.writestr(
            "_rels/book.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="b" Type="{rel}/worksheet" Target="one.xml"/>'
            "</Relationships>",
        )
        out.writestr(
            "book.xml",
            f'<x:workbook {main} xmlns:r="{rel}"><x:sheets><x:sheet name="Blad1" sheetId="1" r:id="b"/></x:sheets>'
            "</x:workbook>",
        )
        out.writestr("one.xml", f"<x:worksheet {main}><x:sheetData>{''.join(rows)}</x:sheetData></x:worksheet>")


def other_cell(value: Any) -> str:
    if value is True:
        return '<x:c t="b"><x:v>1</x:v></x:c>'
    if isinstance(value, datetime | date):
        return f'<x:c t="d"><x:v>{value.isoformat()}</x:v></x:c>'
    if isinstance(value, int | float):
        return f"<x:c><x:v>{value!r}</x:v></x:c>"
    return f'<x:c t="inlineStr"><x:is><x:t xml:space="preserve">{escape(value)}</x:t></x:is></x:c>'


def written(random: Random, sheet: Sheet, folder: Path) -> Path:
    file = folder / ("list.csv" if sheet.form == "csv" else "list.xlsx")
    if sheet.form == "csv":
        file.write_bytes(as_csv(random, sheet))
    elif sheet.form == "xlsx":
        as_workbook(random, sheet, file)
    else:
        as_other_program(sheet, file)
    return file


@pytest.mark.parametrize("seed", range(100))
def test_of_a_damaged_list_nothing_is_stored_wrong_or_lost_in_silence(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    sheet = a_list(random)
    read = read_import_file(written(random, sheet, tmp_path), TODAY, NAMES)
    assert {row.line for row in read.rows} == sheet.right.keys() | sheet.told.keys()
    for row in read.rows:
        if row.line in sheet.right:
            assert isinstance(row, ImportRow), (row, sheet.form)
            assert {name: getattr(row, name) for name in HEADINGS} == sheet.right[row.line]
        else:
            assert isinstance(row, BadRow), row
            assert [(one.message.id, one.column) for one in row.problems] == [sheet.told[row.line]]
    notes = " ".join(read.notes)
    assert [line for line in sheet.left_out if str(line) not in notes] == []
