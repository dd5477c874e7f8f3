"""`make demo` as a new user runs it."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from auditing.evidence.findings import Finding, Verdict, Verification
from deploy.demo.report import BAD_ROWS, FEWEST_JOURNEYS, Outcome
from models.message import plain
from services.referrals.rows import BadRow

ROOT = Path(__file__).resolve().parents[2]


async def test_the_demo_ends_with_every_journey_verified_and_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.demo",
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await demo.communicate()
    assert demo.returncode == 0, errors.decode()
    assert output.decode().splitlines()[-1] == "demo: 47 journeys, 47 verified, 0 findings"
    assert list(tmp_path.iterdir()) == []


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
