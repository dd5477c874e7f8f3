"""`admin.py` as a coordinator uses it, against a local stack."""

import asyncio
import json
import os
import pty
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import admin
import audit
from deploy.tools.docs import command_names
from models.calendar.swedish_day import day_in_sweden
from tests.support.import_files import made_up_number
from tests.support.processes import BY, FREE_PORTS, LOCAL, Ended, Forked, environment, run, running, said_clearly

HEADER = "Personnummer;Namn;Program;Anvisande part;Kommunkod;Samordnare;Anvisad den"
FINDINGS = "swedish_for_safety=met,hygiene_routines=trainable,shift_work=waived:days only,kitchen_experience=unmet"


@pytest.fixture(scope="module")
async def env(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, str]]:
    """The environment of a local stack that runs for all tests here."""
    data = tmp_path_factory.mktemp("stack")
    env = environment(HELAVAGEN_DATA=data, HELAVAGEN_ACTOR="anna.berg", NO_COLOR=1)
    async with running(*LOCAL, *FREE_PORTS, env=env, errors=data / "errors"):
        yield env


def new_person(serial: int) -> tuple[str, ...]:
    number = made_up_number("19850505", serial)
    return ("--programme", "service_division", "--identity-number", number, "--name", "Påhittad Person")


async def refer(env: dict[str, str], serial: int, *more: str) -> str:
    """Refer somebody new; returns the candidate's number."""
    ended = await run("admin.py", "refer", *new_person(serial), *BY, *more, env=env)
    assert ended.status == 0, ended
    return ended.output.splitlines()[0].rpartition(" ")[2]


async def read(env: dict[str, str], *arguments: str) -> Any:
    ended = await run("admin.py", *arguments, "--json", env=env)
    assert ended.status == 0, ended
    return json.loads(ended.output)


SCRIPTS: dict[str, typer.Typer] = {"admin.py": admin.app, "audit.py": audit.app}


@pytest.mark.parametrize(
    ("script", "words"),
    [(script, " ".join(words)) for script, app in SCRIPTS.items() for words in command_names(app)],
)
def test_every_command_has_help(script: str, words: str) -> None:
    shown = CliRunner().invoke(SCRIPTS[script], [*words.split(), "--help"])
    assert shown.exit_code == 0
    assert words.split()[-1] in shown.output


async def test_a_coordinator_records_what_happens_and_mends_a_slip(env: dict[str, str]) -> None:
    candidate = await refer(env, 981)
    refused = await run("admin.py", "signal", candidate, "internship-completed", env=env)
    assert refused.status == 1
    assert "not possible in the stage referral" in refused.errors
    assert "possible now: referral_accepted" in refused.errors
    assert (await run("admin.py", "signal", candidate, "referral_accepted", env=env)).status == 0
    checked = ("requirements_checked", "--profile", "hospital_service", "--findings", FINDINGS)
    assert (await run("admin.py", "signal", candidate, *checked, env=env)).status == 0
    assert (await read(env, "next", candidate))["stage"] == "awaiting_placement"
    wrong = FINDINGS.replace("waived:days only", "unmet")
    mend = ("admin.py", "correct", candidate, "4", "--because", "misread", "--findings", wrong)
    alone = await run(*mend, env=env)
    assert (alone.status, "This takes two" in alone.output) == (0, True), alone
    [waiting] = await read(env, "approvals", "--actor", "bo.lind")
    mended = await run("admin.py", "approve", str(waiting["number"]), "--actor", "bo.lind", env=env)
    assert mended.status == 0, mended
    shown = await read(env, "show", candidate)
    assert shown["journey"]["stage"] == "closed"
    assert [row["kind"] for row in shown["ledger"]][-1] == "corrected"
    strike = await run("admin.py", "correct", candidate, "6", "--because", "was right", "--strike", env=env)
    assert strike.status == 0, strike
    assert (await read(env, "next", candidate))["stage"] == "awaiting_placement"


async def test_a_coordinator_sees_ahead_when_the_law_makes_a_role_permanent(env: dict[str, str]) -> None:
    day = day_in_sweden(datetime.now(UTC))
    year = f"special_fixed_term:{day - timedelta(days=350)}:{day - timedelta(days=1)}"
    candidate = await refer(env, 997, "--earlier", year)
    scores = "tasks=4,reliability=4,cooperation=4,hygiene_routines=4"
    place = ("--position", "lasarettet_ward_service", "--starts-on", str(day), "--ends-on")
    for said in (
        ("referral_accepted",),
        ("requirements_checked", "--profile", "hospital_service", "--findings", FINDINGS),
        ("internship_agreed", *place, str(day), "--supervisor", "maria.ek"),
        ("internship_completed",),
        ("evaluation_recorded", "--favourable", "true", "--scores", scores, "--actor", "supervisor:maria.ek"),
        ("temporary_role_agreed", *place, str(day + timedelta(days=60)), "--form", "special_fixed_term"),
    ):
        ended = await run("admin.py", "signal", candidate, *said, env=env)
        assert ended.status == 0, ended
    limit_on = day + timedelta(days=15)
    becomes = f"becomes permanent on {limit_on} by lagen om anställningsskydd (1982:80) 5 a §, if the role goes on"
    for command in (("show", candidate), ("next", candidate), ("today",)):
        assert becomes in (await run("admin.py", *command, env=env)).output, command
    assert (await read(env, "show", candidate))["journey"]["limit_on"] == str(limit_on)
    [limit] = (await read(env, "next", candidate))["limits"]
    assert (limit["days_used"], limit["days_allowed"]) == (351, 365)
    wrong = await run("admin.py", "refer", *new_person(998), *BY, "--earlier", "trainee:2024-01-01:2024-02-01", env=env)
    assert "Unknown employment form" in said_clearly(wrong, 2)


async def test_what_is_wrong_is_said_in_one_sentence(env: dict[str, str]) -> None:
    candidate = await refer(env, 982)
    signal = ("admin.py", "signal", candidate)
    said_clearly(await run(*signal, "no_such_event", env=env), 2)
    assert "--reason" in said_clearly(await run(*signal, "referral_declined", env=env), 2)
    assert "no field nonsense" in said_clearly(await run(*signal, "referral_accepted", "--nonsense", "1", env=env), 2)
    assert "February 2026 has 28 days" in said_clearly(
        await run(*signal, "referral_accepted", "--on", "31/2", env=env), 2
    )
    assert "--data" in said_clearly(await run(*signal, "note_added", "--data", "{", env=env), 2)
    said_clearly(await run(*signal, "note_added", "--text", "x", "--event-id", "1", env=env), 2)
    mistyped = candidate[:-1] + ("A" if candidate[-1] != "A" else "B")
    assert "not a valid candidate number" in said_clearly(await run("admin.py", "show", mistyped, env=env), 2)
    unknown = await run(*signal, "note_added", "--text", "x", "--actor", "nobody", env=env)
    assert "The key of nobody is not on this machine" in said_clearly(unknown, 2)
    lacks = said_clearly(await run("admin.py", "refer", "--programme", "service_division", env=env), 2)
    assert all(option in lacks for option in ("--identity-number", "--name", "--partner", "--town", "--coordinator"))


async def test_the_same_event_id_gets_the_first_receipt(env: dict[str, str]) -> None:
    candidate = await refer(env, 983)
    note = ("signal", candidate, "note_added", "--text", "called", "--event-id", "6f9a1c3e-58c5-4f0e-9d36-0d4d4be7a001")
    assert await read(env, *note) == await read(env, *note)


async def test_a_signal_without_waiting_is_answered_in_the_ledger(env: dict[str, str]) -> None:
    candidate = await refer(env, 984)
    sent = await run("admin.py", "signal", candidate, "note_added", "--text", "x", "--no-wait", env=env)
    assert sent.status == 0
    for _ in range(100):
        ledger = (await read(env, "show", candidate))["ledger"]
        if len(ledger) == 2:
            break
    assert ledger[-1]["kind"] == "note_added"


async def test_an_import_reports_bad_rows_and_starts_nothing_twice(env: dict[str, str], tmp_path: Path) -> None:
    rows = [
        f"{made_up_number('19900102', serial)};Åsa Övning;service_division;samhall;2480;anna.berg;2026-03-02"
        for serial in (985, 986)
    ]
    bad = [rows[0].replace("Åsa Övning", "Örjan Fel").replace("900102", "900199")]
    file = tmp_path / "list.csv"
    file.write_bytes("\r\n".join([HEADER, *rows, *bad]).encode("cp1252"))
    first = await run("admin.py", "import", str(file), env=env)
    assert (first.status, "2 started, 1 to put right" in first.output) == (1, True), first
    assert "Åsa Övning" in (tmp_path / "list-numbers.csv").read_text("utf-8-sig")
    assert "line 4, Personnummer" in first.errors
    again = await run("admin.py", "import", str(file), env=env)
    assert "2 known already, 1 to put right" in again.output
    to_mend = tmp_path / "list-to-mend.csv"
    mended = to_mend.read_text("utf-8-sig").replace(
        made_up_number("19900102", 985).replace("900102", "900199"), made_up_number("19900102", 987)
    )
    to_mend.write_text(mended, "utf-8-sig")
    last = await run("admin.py", "import", str(to_mend), env=env)
    assert (last.status, "1 started" in last.output) == (0, True), last


async def test_no_name_and_no_identity_number_is_shown(env: dict[str, str]) -> None:
    candidate = await refer(env, 988)
    number = made_up_number("19850505", 988)
    for command in (
        ["list", "--numbers"],
        ["show", candidate, "--actor", "bo.lind", "--because", "Anna is on leave"],
        ["today", "--numbers"],
        ["notices"],
        ["report", "service_division", "--actor", "lena.strand"],
        ["next", candidate],
    ):
        ended = await run("admin.py", *command, env=env)
        assert ended.status == 0, ended
        assert "Påhittad" not in ended.output + ended.errors
        assert number[2:] not in ended.output + ended.errors
    told = await run("audit.py", "timeline", candidate, env=env)
    assert "Påhittad" not in told.output


async def test_the_lists_answer(env: dict[str, str]) -> None:
    candidate = await refer(env, 989)
    await run("admin.py", "signal", candidate, "referral_accepted", env=env)
    assert candidate in {line["candidate"] for line in await read(env, "list", "--stage", "requirement_check")}
    assert candidate not in {line["candidate"] for line in await read(env, "list", "--stage", "closed")}
    assert {line["free"] <= line["places"] for line in await read(env, "positions", "--free")} == {True}
    assert (await read(env, "report", "service_division", "--actor", "lena.strand"))["referred"] >= 1
    published = (await read(env, "report", "service_division", "--publish", "--actor", "lena.strand"))["referred"]
    assert published is None or published >= 5  # how many there are depends on the order
    notices = await read(env, "notices", "--candidate", candidate)
    assert {(one["kind"], one["recipient"]) for one in notices} == {
        ("referral_accepted", "samhall"),
        ("referral_accepted", "candidate"),
        ("referred", "samhall"),
    }
    assert await read(env, "notices", "--dead") == []
    assert "Give the ids of the notices" in said_clearly(await run("admin.py", "resend", env=env), 2)
    lena = ("--actor", "manager:lena.strand")
    rules = await run("admin.py", "rules", candidate, "--because", "new deadlines", *lena, env=env)
    assert (rules.status, candidate in rules.output) == (1, True), rules  # which are those of today already


async def test_at_a_terminal_it_asks_for_what_is_missing(env: dict[str, str]) -> None:
    candidate = await refer(env, 990)
    ended = await at_a_terminal(env, ["signal", candidate, "referral_declined"], ["No supervisor is free.", "", "yes"])
    assert ended.status == 0, ended
    assert (await read(env, "show", candidate))["ledger"][-1]["event"]["reason"] == "No supervisor is free."


async def at_a_terminal(env: dict[str, str], arguments: list[str], answers: list[str]) -> Ended:
    """Run `admin.py` where a person sits: one answer for each question."""
    ours, theirs = pty.openpty()
    try:
        env = {name: value for name, value in env.items() if name != "CI"}
        process = await Forked.begun(("admin.py", *arguments), env, [theirs] * 3)
        for answer in answers:
            os.write(ours, f"{answer}\n".encode())
        return Ended(await asyncio.wait_for(process.wait(), 60), "", "")
    finally:
        os.close(theirs)
        os.close(ours)
