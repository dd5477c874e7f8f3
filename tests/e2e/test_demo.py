"""`make demo` as a new user runs it."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from auditing.evidence.findings import Finding, Verdict, Verification
from deploy.demo.__main__ import PEOPLE
from deploy.demo.report import BAD_ROWS, FEWEST_JOURNEYS, Outcome
from models.message import plain
from services.referrals.import_file import read_import_file
from services.referrals.rows import BadRow, ImportRow
from tests.support.processes import FREE_PORTS, LOCAL, environment, run, running

REFUSED = ("Okänt Program", "För Sen")
"""Whose rows can be read, and are wrong nevertheless."""

IN_THE_FILE = 46
"""Of whom a journey can begin."""

OF_EACH_PROGRAMME = {"service_division": 6}
"""How many people are shown here, where not two."""


def people_of_the_demo() -> tuple[list[ImportRow], list[BadRow]]:
    rows = read_import_file(PEOPLE, date(2026, 3, 2)).rows
    good = [row for row in rows if isinstance(row, ImportRow)]
    return good, [row for row in rows if isinstance(row, BadRow)]


def some_people(folder: Path) -> Path:
    """A file of the rows that are wrong on purpose, and of the first others of each programme: enough for each story,
    and for the row that comes twice."""
    good, bad = people_of_the_demo()
    kept, taken = {1, *(row.line for row in bad)}, Counter[str]()
    for row in good:
        taken[row.programme] += 1
        if taken[row.programme] <= OF_EACH_PROGRAMME.get(row.programme, 2) or row.name in REFUSED:
            kept.add(row.line)
    file = folder / "people.csv"
    lines = PEOPLE.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(line for number, line in enumerate(lines, start=1) if number in kept))
    return file


def test_there_are_people_for_each_story_in_the_file_and_rows_that_are_wrong_on_purpose() -> None:
    good, bad = people_of_the_demo()
    assert (len(good), len(bad)) == (IN_THE_FILE + len(REFUSED), BAD_ROWS - len(REFUSED))


async def test_the_demo_ends_with_every_journey_verified_and_leaves_nothing(tmp_path: Path) -> None:
    people, folder = some_people(tmp_path), tmp_path / "temporary"
    folder.mkdir()
    demo = await run("-m", "deploy.demo", str(people), env=environment(TMPDIR=folder))
    assert demo.status == 0, demo.errors
    assert demo.output.splitlines()[-1] == "demo: 15 journeys, 15 verified, 0 findings"
    assert list(folder.iterdir()) == []
    assert "Personnummer: The identity number's check digit is wrong." in demo.errors


async def test_what_the_demo_keeps_is_a_ledger_to_audit(tmp_path: Path) -> None:
    env = environment(HELAVAGEN_DATA=tmp_path / "kept")
    demo = await run("-m", "deploy.demo", "--keep", str(tmp_path / "kept"), str(some_people(tmp_path)), env=env)
    assert demo.status == 0, demo.errors
    async with running(*LOCAL, *FREE_PORTS, env=env, errors=tmp_path / "errors"):
        assert "agrees: 15" in (await run("audit.py", "verify", env=env)).output


async def test_the_demo_keeps_nothing_in_a_folder_that_is_there(tmp_path: Path) -> None:
    demo = await run("-m", "deploy.demo", "--keep", str(tmp_path), env=environment())
    assert (demo.status, list(tmp_path.iterdir())) == (2, [])
    assert "exists already" in demo.errors


def outcome() -> Outcome:
    verified = [Verification(journey_id=str(n), verdict=Verdict.AGREES) for n in range(FEWEST_JOURNEYS)]
    bad = [BadRow(n, {}, ()) for n in range(BAD_ROWS)]
    return Outcome([None] * FEWEST_JOURNEYS, bad, {"sent": 1}, [], [], verified, [])  # type: ignore[list-item]


def test_the_demo_fails_where_anything_differs() -> None:
    right = outcome()
    finding = Finding(what=plain("x"), where="x", expected="x", found="x")
    differing = right.verified[0].model_copy(update={"verdict": Verdict.DIFFERS, "findings": (finding,)})
    assert not right.differs
    assert replace(right, surprises=["x"]).differs
    assert replace(right, deliveries={"sent": 1, "dead": 1}).differs
    assert replace(right, bad_rows=[]).differs
    assert replace(right, journeys=[]).differs
    assert replace(right, verified=[differing, *right.verified[1:]]).differs
