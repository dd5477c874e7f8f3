"""The auditor's section of the README, typed as it stands there, from the first line of a visit to the last."""

import asyncio
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

import audit
from auditing.evidence.runs import runs_of
from tests.support.agreeing import eventually
from tests.support.office import TestOffice, a_corrected_way
from tests.support.processes import ROOT, of_office

SECTION = re.compile(r"^## How an auditor checks$.*?^Before the visit(.*?)^## ", re.DOTALL | re.MULTILINE)
"""What follows once there is a ledger, and an auditor who may read it."""
OURS = (".venv/bin/python", "audit.py")


def typed() -> list[str]:
    """The section's lines of commands, without what is said of each."""
    found = SECTION.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    lines = [line.strip() for line in found[1].splitlines() if line.startswith("    ")]
    return [line.partition("  # ")[0].partition(" # ")[0].strip() for line in lines]


def test_every_command_of_the_auditors_stands_in_the_readme() -> None:
    words = [shlex.split(line) for line in typed()]
    named = {one[2] for one in words if tuple(one[:2]) == OURS}
    assert named == {name for names in audit.COMMANDS.values() for name in names}


async def test_a_visit_goes_as_the_readme_says(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    journey = await a_corrected_way(office)
    await eventually(lambda: runs_of(office.client, [journey]), lambda runs: bool(runs[journey]))
    folder = tmp_path / "visit"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name, value in of_office(office, NO_COLOR="1").items():
        monkeypatch.setenv(name, value)
    for line in typed():
        words = [journey.split("/")[1] if word == "CANDIDATE" else word for word in shlex.split(line)]
        if words[0] == "export":
            monkeypatch.setenv(*words[1].split("="))
        elif tuple(words[:2]) == OURS:
            ended = await asyncio.to_thread(CliRunner().invoke, audit.app, words[2:], standalone_mode=False)
            status = 1 if words[2] == "lottery" else 0  # nobody has drawn any here
            assert (ended.exception, ended.return_value or 0) == (None, status), (line, ended.output)
        else:
            done = await asyncio.to_thread(
                subprocess.run, ["bash", "-ec", line], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (line, done.stdout, done.stderr)
    written = {
        "sample.json",
        "why.html",
        "refusals.csv",
        "log.xes",
        "way.pnml",
        "verdicts.html",
        "report.pdf",
        "bundle.zip",
        "proof.json",
    }
    assert written <= {one.name for one in folder.iterdir()}
