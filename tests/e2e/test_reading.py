"""Reading at a terminal: a name of one's own, a reason where one is due, a row before anything is shown, and who is
told of it."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models.access.statements import Assignment
from models.calendar.swedish_day import day_in_sweden
from models.fields import FIRST_DAY
from models.identifiers import Role
from runtime.keyring import Keyring
from tests.support.authority import enter, key_of
from tests.support.import_files import made_up_number
from tests.support.office import TestOffice
from tests.support.processes import BY, Ended, of_office, run, said_clearly
from tests.support.recording import rows_of

Script = Callable[..., Awaitable[Ended]]
NUMBER = made_up_number("19850505", 984)
HEADER = "Personnummer;Namn;Program;Anvisande part;Kommunkod;Samordnare;Anvisad den"
PERSON = ("--programme", "service_division", "--identity-number", NUMBER, "--name", "Påhittad Person", *BY)


@pytest.fixture
def says(office: TestOffice) -> Script:
    """A script in somebody's name."""

    async def says(by: str, script: str, *arguments: str) -> Ended:
        more = {"HELAVAGEN_ACTOR": by} if by else {}
        return await run(script, *arguments, env=of_office(office, **more, NO_COLOR="1"))

    return says


@pytest.fixture
async def candidate(office: TestOffice, says: Script) -> str:
    """Somebody whom Anna Berg has referred, and people who want to know of them."""
    assert office.settings.keys is not None
    keyring = Keyring(office.settings.keys)
    elsewhere = Assignment(role=Role.COORDINATOR, programme="service_division", town="2482", from_day=FIRST_DAY)
    other = Assignment(role=Role.COORDINATOR, programme="easy_jobs", from_day=FIRST_DAY)
    for name, role in (("eva.ort", elsewhere), ("olle.lund", other)):
        enter(office.engine, name, role)
        keyring.add(name, key_of(name))
    referred = await says("anna.berg", "admin.py", "refer", *PERSON)
    assert referred.status == 0, referred
    return referred.output.splitlines()[0].rpartition(" ")[2]


def rows(office: TestOffice) -> list[dict[str, Any]]:
    return rows_of(office.engine, "reads", "id")


async def test_nothing_is_listed_or_shown_to_somebody_without_a_name_or_a_key(
    office: TestOffice, says: Script, candidate: str
) -> None:
    commands = [("today",), ("list",), ("positions",), ("positions", "--queue"), ("notices",), ("inbox",), ("reads",)]
    commands += [("show", candidate), ("next", candidate), ("identities", candidate)]
    for command in commands:
        assert "State who you are" in said_clearly(await says("", "admin.py", *command), 2), command
        assert "The key of finns.inte is not on this machine" in said_clearly(
            await says("finns.inte", "admin.py", *command), 2
        ), command
    assert rows(office) == []


async def test_a_list_has_the_programmes_of_ones_role_alone(says: Script, candidate: str) -> None:
    assert (await says("anna.berg", "admin.py", "signal", candidate, "referral_accepted")).status == 0
    for by, seen in (("anna.berg", True), ("eva.ort", True), ("olle.lund", False), ("kim.dahl", True)):
        for command in (("list",), ("notices",)):
            told = await says(by, "admin.py", *command, "--json")
            assert (told.status, candidate in told.output) == (0, seen), (by, command, told)
    refused = await says("olle.lund", "admin.py", "list", "--programme", "service_division")
    assert "candidates in their own programme only" in said_clearly(refused, 1)
    assert "reading lists of journeys" in said_clearly(await says("maria.ek", "admin.py", "list"), 1)


async def test_a_reading_by_another_is_written_down_and_told_to_the_one_in_charge(
    office: TestOffice, says: Script, candidate: str
) -> None:
    assert (await says("anna.berg", "admin.py", "show", candidate)).status == 0
    assert "State why you read this" in said_clearly(await says("bo.lind", "admin.py", "show", candidate), 2)
    said_clearly(await says("eva.ort", "admin.py", "show", candidate, "--because", "Curious"), 1)
    shown = await says("bo.lind", "admin.py", "show", candidate, "--because", "Anna is on leave", "--remarks")
    assert shown.status == 0, shown
    told = [(row["actor"], row["what"], row["relation"], row["commitment"] is not None) for row in rows(office)]
    assert told == [
        ("coordinator:anna.berg", "journey", "own", False),
        ("coordinator:anna.berg", "name", "own", False),
        ("coordinator:bo.lind", "journey", "town", True),
        ("coordinator:bo.lind", "remarks", "town", True),
    ]
    today = (await says("anna.berg", "admin.py", "today")).output
    assert "Since yesterday others have read of your candidates 2 times. See: admin.py reads." in today
    assert "others have read" not in (await says("bo.lind", "admin.py", "today")).output
    mine = json.loads((await says("anna.berg", "admin.py", "reads", "--json")).output)
    assert [(one["actor"], one["what"], one["because"]) for one in mine] == [
        ("coordinator:bo.lind", "remarks", "Anna is on leave"),
        ("coordinator:bo.lind", "journey", "Anna is on leave"),
    ]
    tomorrow = day_in_sweden(datetime.now(UTC)).replace(year=2190)
    assert json.loads((await says("anna.berg", "admin.py", "reads", "--since", str(tomorrow), "--json")).output) == []

    by_bo = json.loads((await says("", "audit.py", "reads", "--reader", "bo.lind", "--json")).output)
    assert len(by_bo) == 2
    drawn = [
        json.loads((await says("", "audit.py", "reads", "--sample", "2", "--seed", "5", "--json")).output) for _ in "12"
    ]
    assert (drawn[0], drawn[0]["seed"], drawn[0]["of"], len(drawn[0]["reads"])) == (drawn[1], 5, 4, 2)
    assert "drawn with the seed" in (await says("", "audit.py", "reads", "--sample", "1")).output


async def test_verify_finds_a_reading_that_was_changed(office: TestOffice, says: Script, candidate: str) -> None:
    for because in ("one", "two"):
        assert (await says("bo.lind", "admin.py", "show", candidate, "--because", because)).status == 0
    verified = await says("", "audit.py", "verify", candidate)
    assert (verified.status, "agrees: 1" in verified.output) == (0, True), verified
    with office.engine.begin() as connection:
        connection.execute(text("drop trigger reads_no_delete"))
        connection.execute(text("delete from reads where number = 1"))
    verified = await says("", "audit.py", "verify", candidate)
    assert (verified.status, "the chain of readings is broken" in verified.output) == (1, True), verified


async def test_an_identity_number_tells_the_candidate_to_nobody_who_may_not_read(
    office: TestOffice, says: Script, candidate: str, tmp_path: Path
) -> None:
    """Case security/14."""
    refused = said_clearly(await says("anna.berg", "admin.py", "refer", *PERSON), 1)
    assert candidate in refused
    assert "in the stage referral" in refused
    [row] = rows(office)
    assert (row["actor"], row["what"], row["candidate"]) == ("coordinator:anna.berg", "journey", candidate)

    for by, status in (("finns.inte", 2), ("olle.lund", 1), ("maria.ek", 1)):
        told = said_clearly(await says(by, "admin.py", "refer", *PERSON), status)
        assert candidate not in told
        assert "already" not in told, by
    elsewhere = [*PERSON[: PERSON.index("--town")], "--town", "2482", *PERSON[PERSON.index("--town") + 2 :]]
    told = said_clearly(await says("eva.ort", "admin.py", "refer", *elsewhere), 1)
    assert (candidate in told, "stage" in told, "already has a journey" in told) == (False, False, True)
    file = tmp_path / "people.csv"
    file.write_text(f"{HEADER}\n{NUMBER};Påhittad Person;service_division;samhall;2482;anna.berg;2026-03-02\n")
    imported = await says("eva.ort", "admin.py", "import", str(file))
    assert "1 to put right" in imported.output
    assert candidate not in imported.output
    tried = [(row["actor"], row["candidate"], bool(row["refused"])) for row in rows(office)[1:]]
    assert tried == [("coordinator:eva.ort", candidate, True)] * 2  # and Anna is told of both
    assert "others have read of your candidates 2 times" in (await says("anna.berg", "admin.py", "today")).output
    again = await says("anna.berg", "admin.py", "import", str(file))
    assert ("1 to put right" in again.output, len(rows(office))) == (True, 3), again  # of her own nothing is written
    assert len(rows_of(office.engine, "candidates")) == 1
    stranger = made_up_number("19850505", 985)
    new = [stranger if one == NUMBER else one for one in PERSON]
    said_clearly(await says("maria.ek", "admin.py", "refer", *new), 1)
    assert len(rows_of(office.engine, "candidates")) == 1
