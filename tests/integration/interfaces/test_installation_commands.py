"""`admin.py` setup and doctor, as an operator and as monitoring reads them."""

import asyncio
import json
import re
import shlex
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

import admin
import worker
from runtime import logs
from runtime.errors import Refused
from runtime.observation import tracing
from services.operations.doctor.every import checks_of
from tests.support.databases import migrated
from tests.support.processes import ROOT
from tests.support.sound_setup import Sound


async def says(sound: Sound, *arguments: str, **more: str) -> Result:
    """Call `admin.py` on the set-up."""
    return await called(admin.app, sound, *arguments, **more)


async def called(app: Typer, sound: Sound, *arguments: str, **more: str) -> Result:
    """Call a script on the set-up."""
    names = (
        "data",
        "database_url",
        "task_queue",
        "smtp_host",
        "smtp_port",
        "webhook_secrets",
        "webhook_catch_all",
        "keys",
    )
    settings = {f"HELAVAGEN_{name.upper()}": str(getattr(sound.settings, name)) for name in names}
    runner = CliRunner(env={**settings, "NO_COLOR": "1", **more})
    return await asyncio.to_thread(runner.invoke, app, arguments, standalone_mode=False)


async def test_a_new_installation_becomes_sound_by_what_the_deployment_guide_says(sound: Sound, tmp_path: Path) -> None:
    own = {"HELAVAGEN_DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}", "HELAVAGEN_KEYS": str(tmp_path / "keys")}
    migrated(own["HELAVAGEN_DATABASE_URL"]).dispose()
    before = await says(sound, "doctor", **own)
    assert "Run: admin.py staff found." in before.output
    guide = (ROOT / "deploy" / "README.md").read_text().partition("## The first operator")[2]
    steps = re.findall(r"^python admin.py (staff .+?)(?:  +#.*)?$", guide, re.MULTILINE)
    assert steps[0].startswith("staff found kim.dahl")
    everywhere = ["staff add mats.ny --name Mats --role manager --email mats.ny@employer.example", "staff rules"]
    for step in (*steps, *everywhere):
        done = await says(sound, *shlex.split(step), HELAVAGEN_ACTOR="kim.dahl", **own)
        assert done.exception is None, (step, done.exception)
    after = await says(sound, "doctor", **own)
    assert after.return_value == 0
    assert re.fullmatch(r"\d+ checks, all is sound\.", after.output.splitlines()[-1])
    again = await says(sound, "staff", "found", "eva.ny", "--name", "Eva Ny", **own)
    assert isinstance(again.exception, Refused)
    assert not (tmp_path / "keys" / "eva.ny.pem").exists()


async def test_a_sound_set_up_is_told_line_by_line(sound: Sound) -> None:
    told = await says(sound, "doctor")
    assert told.return_value == 0
    lines = told.output.splitlines()
    assert lines[-1] == f"{len(lines) - 3} checks, all is sound."
    assert all("  sound" in line for line in lines[2:-1])
    assert re.search(
        r"^workers \(workers\) +sound +1 on test-\S+, the latest heard \d+ seconds ago, "
        r"of the build (\S+) \(this one is \1\)$",
        told.output,
        re.MULTILINE,
    )


async def test_monitoring_reads_what_is_wrong_and_what_to_type(sound: Sound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nowhere")
    told = await says(sound, "doctor", "--json")
    assert told.return_value == 1
    found = json.loads(told.output)
    checks = {one["check"]: (one["verdict"], one["says"]) for one in found["checks"]}
    assert found["sound"] is False
    assert checks["namespace"] == (
        "wrong",
        "Temporal has no namespace nowhere. Have it made, or correct TEMPORAL_NAMESPACE. Run: admin.py setup.",
    )
    assert checks["schedules"] == ("unasked", "It depends on what is not sound: namespace.")
    assert checks["database_form"] == ("sound", None)


async def test_a_worker_says_for_machines_whether_it_could_work(sound: Sound, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (logs, tracing):  # which would take over the log of the tests
        monkeypatch.setattr(module, "begin", lambda *_: None)
    script = Typer()
    script.command()(worker.main)
    told = await called(script, sound, "--check", "--json")
    found = json.loads(told.stdout)
    assert (told.return_value, found["sound"]) == (0, True)
    checks = [one.name for one in checks_of(sound.settings, worker=True)]
    assert [(one["check"], one["verdict"]) for one in found["checks"]] == [(name, "sound") for name in checks]
    assert "workers" not in checks
    told = await called(script, sound, "--check", "--json", HELAVAGEN_SMTP_PORT="1")
    found = json.loads(told.stdout)
    assert (told.return_value, found["sound"]) == (1, False)
    assert [one["check"] for one in found["checks"] if one["verdict"] == "wrong"] == ["mail"]


async def test_an_operator_reads_it_in_swedish(sound: Sound) -> None:
    told = await says(sound, "doctor", HELAVAGEN_LANG="sv", HELAVAGEN_SMTP_TLS="starttls")
    assert told.return_value == 1
    assert "e-postserver (mail)  " in told.output
    assert "Ingen TLS kunde avtalas med e-postservern. Sätt HELAVAGEN_SMTP_TLS till det som den har." in told.output
    assert told.output.endswith("1 fel, 0 gick inte att fråga.\n")


async def test_no_secret_and_no_person_stands_in_what_is_said(sound: Sound) -> None:
    told = await says(sound, "doctor", "--json", HELAVAGEN_DATABASE_URL="postgresql://kim:hemligt@127.0.0.1:1/x")
    assert told.return_value == 1
    assert not re.search("hemligt|kim|anna|berg", told.output)


async def test_what_is_there_is_not_made_anew(sound: Sound) -> None:
    assert (await says(sound, "setup")).output == "Nothing was missing.\n"
    assert json.loads((await says(sound, "setup", "--json")).output) == {"made": []}
