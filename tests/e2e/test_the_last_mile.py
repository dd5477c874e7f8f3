"""From the internship to a permanent role at the script: nothing typed twice, nobody named, and certified."""

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.import_files import made_up_number
from tests.support.processes import BY, FREE_PORTS, LOCAL, Ended, environment, run, running

CHECK = "swedish_for_safety=met,hygiene_routines=trainable,shift_work=met,kitchen_experience=met"
SCORES = "tasks=4,reliability=3,cooperation=2,hygiene_routines=4"
NAME, REMARK = "Ylva Påhittad-Ösk", "Frågar när något är oklart"
WARD = "lasarettet_ward_service"


@pytest.fixture(scope="module")
async def env(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, str]]:
    data = tmp_path_factory.mktemp("last-mile")
    env = environment(HELAVAGEN_DATA=data, HELAVAGEN_ACTOR="anna.berg", NO_COLOR=1)
    async with running(*LOCAL, *FREE_PORTS, env=env, errors=data / "worker.log"):
        yield env


async def test_from_the_internship_to_a_permanent_role(env: dict[str, str], tmp_path: Path) -> None:
    said: list[Ended] = []

    async def admin(*arguments: str, status: int = 0) -> str:
        ended = await run("admin.py", *arguments, env=env)
        assert ended.status == status, ended
        said.append(ended)
        return ended.output + ended.errors

    who = ("--identity-number", made_up_number("19850505", 984), "--name", NAME)
    referred = await admin("refer", "--programme", "service_division", *who, *BY, "--on", "2025-03-03")
    candidate = referred.split()[2]

    async def happens(kind: str, day: str, *fields: str, status: int = 0) -> str:
        return await admin("signal", candidate, kind, "--on", day, *fields, status=status)

    period = ("--starts-on", "2025-04-01", "--ends-on", "2025-05-30")
    await happens("referral_accepted", "2025-03-04")
    await happens("requirements_checked", "2025-03-10", "--profile", "hospital_service", "--findings", CHECK)
    agreed = await happens("internship_agreed", "2025-03-20", "--position", WARD, *period)
    assert "filled in from what is known: --supervisor jonas.alm, --mentor eva.sjo" in agreed
    await happens("check_in_recorded", "2025-04-30", "--remark", REMARK)
    assert json.loads(await admin("next", candidate, "--json"))["next_deadlines"][0]["name"] == "check_in_due"
    assert candidate in await admin("today", "--numbers")
    await happens("coordinator_changed", "2025-05-05", "--coordinator", "bo.lind", "--reason", "Anna is on leave")
    assert candidate in await admin("list", "--coordinator", "bo.lind", "--numbers")
    assert candidate not in await admin("list", "--coordinator", "anna.berg", "--numbers")
    await happens("internship_completed", "2025-05-30")
    certify = ("certificate", candidate, "--because", "Asked for it", "--html", str(tmp_path / "intyg.html"))
    assert "once a role is agreed" in await admin(*certify, status=1)

    evaluated = ("--favourable", "true", "--scores", SCORES, "--actor", "supervisor:jonas.alm", "--remark", REMARK)
    without = (*evaluated[:2], "--scores", SCORES.rpartition(",")[0], *evaluated[4:])
    assert "Can follow hygiene routines" in await happens("evaluation_recorded", "2025-06-02", *without, status=1)
    await happens("evaluation_recorded", "2025-06-02", *evaluated)
    await happens("self_evaluation_recorded", "2025-06-03", "--scores", SCORES)
    lena = ("--actor", "manager:lena.strand")
    summer = ("--form", "summer_temporary", "--starts-on", "2025-06-16", "--ends-on", "2025-08-15")
    assert f"--position {WARD}" in await happens("temporary_role_agreed", "2025-06-05", *summer, *lena)
    await happens("temporary_role_ended", "2025-08-15")
    await happens("evaluation_recorded", "2025-08-18", *evaluated)
    autumn = ("--form", "substitute", "--starts-on", "2025-08-25", "--ends-on", "2025-12-19")
    assert f"--position {WARD}" in await happens("temporary_role_agreed", "2025-08-20", *autumn, *lena)
    assert f"--position {WARD}" in await happens(
        "permanent_role_agreed", "2025-12-01", "--starts-on", "2026-01-01", *lena
    )

    shows = ("show", candidate, "--because", "Anna looks for the remarks")
    assert REMARK not in await admin(*shows, "--json")
    shown = json.loads(await admin(*shows, "--remarks", "--json"))
    assert [(one["row"], one["accepted"]) for one in shown["remarks"]] == [(5, True), (8, False), (9, True), (13, True)]
    assert [row["event"]["position"] for row in shown["ledger"] if row["event"].get("position")] == [WARD] * 4
    for ended in said:
        assert "hittad" not in ended.output + ended.errors

    pdf = tmp_path / "intyg.pdf"
    await admin(*certify, "--pdf", str(pdf))
    html = (tmp_path / "intyg.html").read_text("utf-8")
    for text in (NAME, "Lasarettet, vårdnära service", "Jonas Alm", "1 april 2025 till och med 30 maj 2025"):
        assert text in html
    assert ("Kan följa hygienrutiner" in html, "Samarbetar i arbetslaget" in html) == (True, False)
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    await agrees(env, candidate)


async def agrees(env: dict[str, str], candidate: str) -> None:
    """An audit finds that history, ledger and lists say the same, and knows who looked."""
    verified = await run("audit.py", "verify", candidate, env=env)
    assert (verified.status, "agrees: 1" in verified.output) == (0, True), verified
    told = await run("audit.py", "identities", candidate, "--json", env=env)
    [opening] = json.loads(told.output)
    opened = (opening["actor"], opening["because"], opening["stage"])
    assert opened == ("coordinator:anna.berg", "Asked for it", "permanent_role")
