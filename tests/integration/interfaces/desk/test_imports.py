"""Importing a list at the desk: from the file to the receipt, rows put right on the page, and files that are none."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import httpx2
import pytest
from temporalio.testing import WorkflowEnvironment

from models.calendar.swedish_day import day_in_sweden
from runtime.errors import ServiceUnavailable
from services.days import in_full
from services.referrals.importer import Importer
from tests.support.begun import at_rest
from tests.support.desk import TestDesk, Visitor, open_desk, text_of
from tests.support.import_files import csv_text, made_up_number
from tests.support.office import TestOffice, open_office

HEADINGS = ["Personnummer", "Namn", "Program", "Anvisad av", "Kommun", "Samordnare", "Anvisningsdatum"]
TODAY = day_in_sweden(datetime.now(UTC)).isoformat()
REST = ("service_division", "Samhall", "Umeå", "Anna Berg", TODAY)

numbers = iter(range(980, 1000))


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    async with open_office(temporal.client, tmp_path_factory.mktemp("importing")) as office:
        yield office


@pytest.fixture(scope="module")
async def desk(office: TestOffice) -> AsyncIterator[TestDesk]:
    async with open_desk(office.settings, office.client) as desk:
        yield desk


@pytest.fixture
def anna(desk: TestDesk) -> Visitor:
    return desk.visitor("anna.berg")


def somebody(*rest: str, name: str = "Påhittad Person") -> list[str]:
    return [made_up_number("19910304", next(numbers)), name, *(rest or REST)]


def a_list(*rows: list[str], headings: list[str] = HEADINGS) -> bytes:
    return csv_text([headings, *rows]).encode()


async def hands_in(visitor: Visitor, content: bytes, name: str = "lista.csv") -> httpx2.Response:
    return await visitor.send("/import", {"file": (name, content)})


async def looked_through(visitor: Visitor, content: bytes) -> str:
    """The address of a list that has been looked through."""
    answer = await hands_in(visitor, content)
    assert answer.status_code == 303, text_of(answer)
    return await at_rest(answer.headers["location"])


async def test_three_bad_rows_are_put_right_on_the_page_and_twice_is_once(office: TestOffice, anna: Visitor) -> None:
    good = [somebody(name=f"Påhittad {index}ström") for index in range(2)]
    short, unknown = somebody(), somebody("service_division", "Samhall", "Nirgendstad", "Anna Berg", TODAY)
    short[0], nameless = short[0][:-1], somebody(name="")
    content = a_list(*good, short, unknown, nameless)
    path = await looked_through(anna, content)
    page = await anna.get(path)
    assert "If you import the list: 2 start, 3 to put right" in text_of(page)
    day = in_full(date.fromisoformat(TODAY))
    assert f"referred on {day}, coordinator Anna Berg, town Umeå, referring partner Samhall" in text_of(page)
    assert not office.lists.journeys()

    answer = await anna.send(f"{path}/rad", line="4", **{"r4-identity_number": "nonsense"})
    assert answer.status_code == 422
    assert 'href="#r4-identity_number"' in answer.text
    assert (
        await anna.send(f"{path}/rad", line="4", **{"r4-identity_number": made_up_number("19910304", 998)})
    ).status_code == 303
    assert "3 start, 2 to put right" in text_of(await anna.get(path))

    assert (await anna.send(f"{path}/starta")).status_code == 303
    await at_rest(path)
    assert "The list is imported: 3 started, 2 to put right" in text_of(await anna.get(path))
    for line, column, value in ((5, "site", "Umeå"), (6, "name", "Påhittad Namnsson")):
        sent = await anna.send(f"{path}/rad", line=str(line), **{f"r{line}-{column}": value})
        assert sent.headers["location"] == f"{path}?rad={line}", text_of(sent)
    page = await anna.get(path, rad="6")
    assert "5 started" in text_of(page)
    assert "Row 6 is in order now" in text_of(page)
    assert len(office.lists.journeys()) == 5

    again = await anna.get(await looked_through(anna, content))
    assert "Nothing new" in text_of(again)
    assert "3 rows are read as you corrected them before" in text_of(again)
    assert "/starta" not in again.text
    assert (await anna.send(f"{path}/rad", line="6", **{"r6-name": "Någon Annan"})).status_code == 422

    file = await anna.get(f"{path}/nummer.csv")
    assert "attachment" in file.headers["content-disposition"]
    assert file.text.count("started") == 5


async def test_a_bad_row_of_somebody_referred_is_known_and_others_say_what_is_wrong(anna: Visitor) -> None:
    person, wrong = somebody(), somebody("service_division", "metall", "Umeå", "Anna Berg", "2027-02-29")
    path = await looked_through(anna, a_list(person))
    await anna.send(f"{path}/starta")
    await at_rest(path)
    nameless = [person[0], "", *person[2:]]
    page = await anna.get(await looked_through(anna, a_list(nameless, wrong)))
    said = text_of(page)
    assert "1 known already, 1 to put right" in said
    assert "Påhittad Person to put right: Anvisad av, Anvisningsdatum" in said
    assert "February 2027 has 28 days. Correct the date." in said
    assert "Check row 3" in said
    partners = page.text.split('name="r3-referring_partner"')[1].split("</select>")[0]
    assert "Samhall" in partners
    assert "IF Metall" not in partners
    assert "Available:" not in said
    assert "/starta" not in page.text


async def test_an_empty_list_has_the_headings_that_are_read(anna: Visitor) -> None:
    for name in ("csv", "xlsx"):
        file = await anna.get(f"/importmall.{name}")
        page = await anna.get(await looked_through(anna, file.content))
        assert "The list has no rows" in text_of(page), text_of(page)


async def test_what_headings_mean_is_asked_and_remembered(office: TestOffice, anna: Visitor) -> None:
    headings = [*HEADINGS[:5], "Vem tar hand om", HEADINGS[6]]
    path = await looked_through(anna, a_list(somebody(), headings=headings))
    page = await anna.get(path)
    assert "“Vem tar hand om”: Anna Berg" in text_of(page)
    unsaid = await anna.send(f"{path}/kolumner")
    assert unsaid.status_code == 422
    assert 'href="#heading-coordinator"' in unsaid.text
    wrong = await anna.send(f"{path}/kolumner", **{"heading-coordinator": "ingen", "all-coordinator": "nobody.here"})
    assert wrong.status_code == 422
    assert (await anna.send(f"{path}/kolumner", **{"heading-coordinator": "vemtarhandom"})).status_code == 303
    await at_rest(path)
    assert "1 starts" in text_of(await anna.get(path))
    assert "vemtarhandom" in (office.settings.data / "headings.json").read_text()
    after = await looked_through(anna, a_list(somebody(), headings=headings))
    assert "1 starts" in text_of(await anna.get(after))


async def test_a_heading_almost_as_written_is_suggested_and_one_is_chosen_once(anna: Visitor) -> None:
    headings = [HEADINGS[0], "Namm", "Insatsen", *HEADINGS[3:5], "Vem", HEADINGS[6]]
    path = await looked_through(anna, a_list(somebody(), headings=headings))
    page = await anna.get(path)
    names = page.text.split('id="heading-name"')[1].split("</fieldset>")[0]
    assert re.search(r'value="namm" +checked', names), names
    chosen = {"heading-name": "namm", "heading-programme": "insatsen", "heading-coordinator": "insatsen"}
    twice = await anna.send(f"{path}/kolumner", **chosen)
    assert twice.status_code == 422
    assert "“Insatsen” is chosen as programme (program) already." in text_of(twice)
    assert 'href="#heading-coordinator"' in twice.text
    assert (await anna.send(f"{path}/kolumner", **{**chosen, "heading-coordinator": "vem"})).status_code == 303


async def test_an_import_that_stops_on_the_way_goes_on(anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await looked_through(anna, a_list(somebody(), somebody()))
    whole = Importer.run

    async def away(*_: object) -> None:
        raise ServiceUnavailable("temporal.no_answer", "Temporal does not answer ({what}).", what="x")

    monkeypatch.setattr(Importer, "run", away)
    await anna.send(f"{path}/starta")
    assert "has stopped on the way. Temporal does not answer" in text_of(await anna.get(path))
    monkeypatch.setattr(Importer, "run", whole)
    await anna.send(f"{path}/starta")
    await at_rest(path)
    assert "The list is imported: 2 started" in text_of(await anna.get(path))
    assert (await anna.send(f"{path}/bort")).status_code == 303
    assert (await anna.get(path)).status_code == 422


async def test_nobody_finds_the_lists_of_others(desk: TestDesk, anna: Visitor) -> None:
    path = await looked_through(anna, a_list(somebody()))
    bo = desk.visitor("bo.lind")
    for answer in (await bo.get(path), await bo.send(f"{path}/starta"), await bo.get(f"{path}/nummer.csv")):
        assert answer.status_code == 422
        assert "Påhittad" not in answer.text
    assert "lista.csv" not in (await bo.get("/import")).text
    assert "lista.csv" in (await anna.get("/import")).text


def _workbook(part: str, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, bytes(size))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (_workbook("xl/worksheets/sheet1.xml", 21_000_000), "bomb.xlsx", "too large"),
        (_workbook("xl/workbook.bin", 10), "macro.xlsb", "The workbook has the format .xlsb"),
        (b"MZ" + bytes(1000), "list.csv.exe", "cannot be"),
        (b"%PDF-1.7", "../../etc/passwd.csv", "The file is a PDF"),
        (b"", "empty.csv", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "picture.csv", "be"),
    ],
)
async def test_files_that_are_no_list_are_refused_in_words(anna: Visitor, content: bytes, name: str, why: str) -> None:
    answer = await hands_in(anna, content, name)
    path = await at_rest(answer.headers["location"])
    page = await anna.get(path)
    assert why in text_of(page)
    assert "/etc/" not in page.text
    assert (await anna.send(f"{path}/starta")).status_code == 303
    await anna.send(f"{path}/bort")


async def test_what_is_too_large_or_missing_is_told_at_the_field(anna: Visitor) -> None:
    for sent in (await anna.send("/import"), await hands_in(anna, b"x" * 5_000_001)):
        assert sent.status_code == 422
        assert 'href="#file"' in sent.text
    assert (await hands_in(anna, b"x" * 50_000_000)).status_code == 413


async def test_a_formula_stays_text(anna: Visitor) -> None:
    path = await looked_through(anna, a_list(somebody(name="=HYPERLINK(1)"), somebody(name="")))
    await anna.send(f"{path}/starta")
    await at_rest(path)
    for file in ("nummer.csv", "att-ratta.csv"):
        content = (await anna.get(f"{path}/{file}")).text
        assert not [line for line in content.splitlines() if any(cell.startswith("=") for cell in line.split(";"))]


async def test_the_oldest_list_makes_room_for_a_new_one(anna: Visitor) -> None:
    await looked_through(anna, a_list(somebody()))
    for _more in range(3):
        await looked_through(anna, a_list())
    assert (await anna.get("/import")).text.count("/import/") == 3
