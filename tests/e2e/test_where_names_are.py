"""Who a candidate is, and what was written of them, stands in clear text nowhere: in no file, table, mail or answer."""

import gzip
import json
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from email.header import decode_header, make_header
from email.parser import BytesParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.import_files import made_up_number
from tests.support.personal import BORN, NAMES, NUMBERS, PERSONAL, found_in
from tests.support.processes import BY, FREE_PORTS, LOCAL, Ended, environment, run, running
from tests.support.waiting import until

HEADER = "Personnummer;Namn;Program;Anvisande part;Kommunkod;Samordnare;Anvisad den"
NOTE = "sjukskriven för utmattning sedan våren"
EVERYTHING = (*PERSONAL, "utmattning", "nils@example.se")
TO = ("--programme", "service_division", *BY)


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[dict[str, str], Path]]:
    data = tmp_path_factory.mktemp("names")
    env = environment(HELAVAGEN_DATA=data, HELAVAGEN_ACTOR="anna.berg", NO_COLOR=1)
    before = os.umask(0)  # whatever is written could be for everybody
    async with running(*LOCAL, "--debug", *FREE_PORTS, env=env, errors=data / "worker.log"):
        yield env, data
    os.umask(before)


def tables(database: Path) -> Iterator[tuple[str, bytes]]:
    """What every table holds, as text."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
    assert "candidates" in names
    for name in names:
        yield name, repr(connection.execute(f'select * from "{name}"').fetchall()).encode()
    connection.close()


def registered(database: Path) -> int:
    """How many people are registered."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute("select count(*) from candidates").fetchone()[0])


async def test_names_and_identity_numbers_stand_in_clear_text_nowhere(
    stack: tuple[dict[str, str], Path], tmp_path: Path
) -> None:
    env, data = stack
    file = tmp_path / "people.csv"
    rows = [
        f"{number};{name};service_division;samhall;2480;anna.berg;" for number, name in zip(NUMBERS, NAMES, strict=True)
    ]
    file.write_text("\r\n".join([HEADER, rows[1] + "2026-03-02", rows[2] + "someday"]), "utf-8-sig")

    said: list[Ended] = []

    async def admin(*arguments: str, status: int = 0) -> str:
        ended = await run("admin.py", *arguments, env=env)
        assert ended.status == status, ended
        said.append(ended)
        return ended.output

    who = (
        "--identity-number",
        NUMBERS[0],
        "--name",
        NAMES[0],
        "--email",
        "nils@example.se",
        "--phone",
        "070-123 45 67",
    )
    candidate = (await admin("refer", *TO, *who)).split()[2]
    await admin("refer", *TO, *who, status=1)  # refused: he has a journey already
    wrong = NUMBERS[0][:-1] + str((int(NUMBERS[0][-1]) + 1) % 10)
    await admin("refer", *TO, "--identity-number", wrong, "--name", NAMES[0], status=2)
    imported = await run("admin.py", "import", str(file), env=env)  # it tells whoever has the list the numbers
    assert (imported.status, NAMES[1] in imported.output) == (1, True), imported
    numbers = tmp_path / "people-numbers.csv"
    assert (NAMES[1] in numbers.read_text("utf-8-sig"), stat.S_IMODE(numbers.stat().st_mode)) == (True, 0o600)
    await admin("signal", candidate, "withdrawn", "--end-reason", "own_wish")
    other = ("--because", "A question", "--actor", "bo.lind")  # to whoever is in charge the name is shown
    await admin("show", candidate, "--json", *other)
    noted = (await admin("refer", *TO, "--identity-number", NUMBERS[2], "--name", NAMES[2])).split()[2]
    await admin("signal", noted, "note_added", "--text", NOTE, status=1)  # nobody has said that it shall stand
    await admin("signal", noted, "note_added", "--text", NOTE, "--sure")
    await admin("signal", noted, "paused", "--reason", NOTE, "--sure")
    await admin("signal", noted, "referral_declined", "--reason", NOTE, "--sure", status=1)  # refused while paused
    asked = ("show", candidate, "--identity", "--actor", "bo.lind", "--because", "An accident", "--urgent")
    await admin(*asked[:-1], status=1)  # refused: he was not yet qualified
    opened = await run("admin.py", *asked, env=env)
    assert (opened.status, opened.errors) == (0, "")
    assert all(text in opened.output for text in (NAMES[0], "nils@example.se", "070"))
    assert NUMBERS[0][2:] not in opened.output
    assert "An accident" in await admin("identities", candidate)
    assert await until(lambda: list((data / "inbox").glob("*.eml")))
    assert candidate in await admin("inbox")

    for ended in said:
        assert found_in((ended.output + ended.errors).encode()) == [], ended
        assert wrong[2:] not in ended.errors
    files = [path for path in data.rglob("*") if path.is_file()]
    assert {"hela-vagen.db", "hela-vagen.db-wal", "temporal.db", "worker.log"} <= {path.name for path in files}
    assert {path.name: found for path in files if (found := found_in(path.read_bytes(), EVERYTHING))} == {}
    held = dict(tables(data / "hela-vagen.db"))
    assert {name: found for name, content in held.items() if (found := found_in(content, EVERYTHING))} == {}

    # The file of rows to mend is for whoever imported them.
    to_mend = tmp_path / "people-to-mend.csv"
    assert NAMES[2] in to_mend.read_text("utf-8-sig")
    assert stat.S_IMODE(to_mend.stat().st_mode) == 0o600

    # What is looked for would have been found: the number by which everybody else knows him is everywhere.
    knowing = {path.name for path in files if found_in(path.read_bytes(), (candidate,))}
    assert "temporal.db" in {name.removesuffix("-wal") for name in knowing}
    assert any(name.endswith(".eml") for name in knowing)
    assert {name for name, content in held.items() if candidate.encode() in content} == {
        "candidate_keys",
        "candidates",
        "ledger",
        "journeys",
        "notices",
        "links",
        "identity_commitments",
        "reads",
        "passages",
        "search_tokens",
    }


SHOW, TIMELINE = ("admin.py", "show", "--json"), ("audit.py", "timeline")
SLIP = "Kvällspasset gick dåligt efter sjukbeskedet"


async def test_what_somebody_wrote_stands_in_clear_text_nowhere_and_is_gone_once_erased(
    stack: tuple[dict[str, str], Path], tmp_path: Path
) -> None:
    env, data = stack

    async def said(script: str, *arguments: str) -> str:
        ended = await run(script, *arguments, env=env)
        assert (ended.status, found_in(ended.errors.encode(), (SLIP,))) == (0, []), ended
        return ended.output

    def sealed_texts() -> list[bytes]:
        with closing(sqlite3.connect(f"file:{data / 'hela-vagen.db'}?mode=ro", uri=True)) as connection:
            return [one for (one,) in connection.execute("select contents from texts where contents is not null")]

    async def looked_for(name: str) -> dict[str, list[str]]:
        """The files of the product, and of a bundle made now, in which a text is found."""
        await said("audit.py", "export", candidate, "--output", str(tmp_path / f"{name}.zip"))
        files = {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file()}
        with ZipFile(tmp_path / f"{name}.zip") as bundle:
            files |= {inner: bundle.read(inner) for inner in bundle.namelist()}
        files |= {inner: gzip.decompress(content) for inner, content in files.items() if content[:2] == b"\x1f\x8b"}
        return {name: found for name, content in files.items() if (found := found_in(content, (SLIP,)))}

    person = ("--identity-number", made_up_number(BORN, 996), "--name", "Åsa Uppdiktad")
    candidate = (await said("admin.py", "refer", *TO, *person)).split()[2]
    await said("admin.py", "signal", candidate, "note_added", "--text", SLIP)
    await said("admin.py", "signal", candidate, "paused", "--reason", SLIP)
    assert [SLIP in await said(*command) for command in ((*SHOW, candidate), (*TIMELINE, candidate))] == [True, False]
    assert await looked_for("before") == {}

    await said("admin.py", "correct", candidate, "3", "--strike", "--because", "Another journey")
    assert (await said(*SHOW, candidate)).count(SLIP) == 1
    assert (await run(*SHOW, candidate, "--struck", env=env)).status == 2  # a reason is missing
    assert (await said(*SHOW, candidate, "--struck", "--because", "Whose was it?")).count(SLIP) == 2

    before = sealed_texts()
    await said("admin.py", "erase-note", candidate, "2", "--decision", "KS 2026/117")
    await said("admin.py", "erase-note", candidate, "3", "--field", "reason", "--decision", "KS 2026/117")
    shown = await said(*SHOW, candidate)
    assert (SLIP in shown, shown.count("KS 2026/117")) == (False, 2)
    assert await looked_for("after") == {}
    gone = [one for one in before if one not in sealed_texts()]
    assert len(gone) == 2
    files = [path.read_bytes() for path in data.glob("hela-vagen.db*")]
    assert not any(one in content for one in gone for content in files)
    await said("audit.py", "verify", candidate)
    await said("audit.py", "verify", "--bundle", str(tmp_path / "after.zip"))


BY_ITS_MANAGER = ("--actor", "lena.strand")


async def test_what_the_product_writes_is_for_its_owner_alone(
    stack: tuple[dict[str, str], Path], tmp_path: Path
) -> None:
    env, data = stack
    out = tmp_path / "out"
    out.mkdir()
    person = ("--identity-number", made_up_number(BORN, 985), "--name", "Påhittad Person")
    candidate = (await run("admin.py", "refer", *TO, *person, env=env)).output.split()[2]
    (out / "people.csv").write_text(f"{HEADER}\r\n{made_up_number(BORN, 986)};Fel;;;;;", "utf-8-sig")
    commands = (
        ("admin.py", "import", str(out / "people.csv")),
        (
            "admin.py",
            "report",
            "service_division",
            *BY_ITS_MANAGER,
            "--csv",
            str(out / "report.csv"),
            "--html",
            str(out / "report.html"),
        ),
        ("audit.py", "timeline", candidate, "--output", str(out / "timeline.txt")),
        ("audit.py", "checkpoint-key", str(out / "auditor.pem")),
        ("audit.py", "checkpoint", "--key", str(out / "auditor.pem"), "--output", str(out / "checkpoint.json")),
        ("audit.py", "prove", "--checkpoint", str(out / "checkpoint.json"), candidate, "--output", str(out / "p.json")),
        ("audit.py", "verify", "--html", str(out / "verify.html"), "--results", str(out / "verdicts.jsonl")),
        ("audit.py", "export", "--output", str(out / "bundle.zip")),
    )
    for command in commands:
        ended = await run(*command, env=env)
        assert ended.status in (0, 1), (command, ended)
    (out / "people.csv").unlink()
    assert len(list(out.iterdir())) == 10
    written = [*out.iterdir(), *data.rglob("*")]
    others = {str(path): oct(path.stat().st_mode) for path in written if path.name != "worker.log"}
    assert {path: mode for path, mode in others.items() if int(mode, 8) & 0o077} == {}


async def test_a_file_says_who_is_protected(stack: tuple[dict[str, str], Path], tmp_path: Path) -> None:
    env, data = stack
    people, before = registered(data / "hela-vagen.db"), await run("admin.py", "list", "--json", env=env)
    file = tmp_path / "protected.csv"
    row = ";Påhittad Person;service_division;samhall;2480;anna.berg;2026-03-02;"
    lines = (
        f"{HEADER};Skyddad för",
        f"{made_up_number(BORN, 988)}{row}anna.berg",
        f"{made_up_number(BORN, 989)}{row}eve",
    )
    file.write_text("\r\n".join(lines), "utf-8-sig")
    ended = await run("admin.py", "import", str(file), env=env)
    assert (ended.status, "eve" in ended.errors) == (1, True)
    assert registered(data / "hela-vagen.db") == people + 1  # of a row that is refused nobody is entered
    after = await run("admin.py", "list", "--json", env=env)
    assert after.output.count('"protected"') == before.output.count('"protected"') + 1


async def test_a_protected_person_is_open_to_the_named_staff_alone_put_right_and_told_all_that_is_held(
    stack: tuple[dict[str, str], Path], tmp_path: Path
) -> None:
    env, data = stack

    async def admin(*arguments: str, status: int = 0) -> str:
        ended = await run("admin.py", *arguments, env=env)
        assert ended.status == status, ended
        return ended.output + ended.errors

    number, mails = made_up_number(BORN, 992), set((data / "inbox").glob("*.eml"))
    who = ("--identity-number", number, "--name", "Stig Skyddad", "--protected-for", "anna.berg")
    candidate = (await admin("refer", *TO, *who)).split()[2]

    remark = "Bor hos sin syster"
    await admin("signal", candidate, "note_added", "--text", remark)
    await admin("signal", candidate, "withdrawn", "--end-reason", "own_wish")
    letters = await until(lambda: set((data / "inbox").glob("*.eml")) - mails, lambda found: len(found) == 2)
    for mail in letters:  # of the referral, and of its end
        assert "skydd" not in mail.read_text("utf-8").casefold()
        head = BytesParser().parsebytes(mail.read_bytes())
        assert "något att läsa" in str(make_header(decode_header(head["Subject"])))
    listed = json.loads(await admin("list", "--json"))
    assert [(one["site"], one["referring_partner"]) for one in listed if one["candidate"] == candidate] == [
        ("protected", None)
    ]
    assert candidate not in await admin("list", "--town", "2480", "--json")
    lena = ("--actor", "manager:lena.strand")
    for command in (("show", candidate, "--identity", "--urgent"), ("next", candidate)):
        assert "protected" in await admin(*command, "--because", "An accident", *lena, status=1)
    assert "protected" in await admin("signal", candidate, "note_added", "--text", "x", *lena, status=1)
    assert (await run("audit.py", "timeline", candidate, env=env)).status == 1

    right = ("--name", "Stig Rättad", "--because", "A slip")
    await admin("rectify", candidate, *right)
    page, told = tmp_path / "all.html", tmp_path / "all.json"
    files = ("--html", str(page), "--json-file", str(told))
    assert "role" in await admin("disclose", candidate, "--because", "His request", *files, status=1)
    assert "protected" in await admin("disclose", candidate, "--because", "His request", *files, *lena, status=1)
    named = ("--staff", "anna.berg", "--staff", "lena.strand", "--because", "Lena answers him")
    await admin("protect", candidate, *named)
    await admin("disclose", candidate, "--because", "His request", *files, *lena)
    held = json.loads(told.read_text("utf-8"))
    assert held["identity"]["name"] == "Stig Rättad"
    assert (len(held["identity_rows"]), len(held["protection"])) == (2, 2)
    [way] = held["journeys"]
    assert [one["kind"] for one in way["happened"] if one["row"]] == ["referred", "note_added", "withdrawn"]
    assert [one["rules"] != [] for one in way["decisions"]] == [True, True]
    assert {one["because"] for one in way["readings"]} >= {"A slip", "An accident", "His request"}
    assert sum(one["refused"] for one in way["readings"]) == 4
    assert way["kept_until"] > way["since"]
    assert way["kept_until"] in page.read_text("utf-8")
    assert [one["told"]["kind"] for one in way["notices"]] == ["referred", "withdrawn"]
    text = page.read_text("utf-8")
    for said in ("Stig Rättad", number, candidate, remark, "Vilka som har läst om dig", "lena.strand", "His request"):
        assert said in text, said
    assert all(path.stat().st_mode & 0o077 == 0 for path in (page, told))
