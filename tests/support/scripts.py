"""`admin.py` on a real ledger: what it sends to a journey is told to the ledger, as the workflow would do it."""

from datetime import UTC, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

import admin
from interfaces.cli.hints import told
from models.events.events import Event
from models.ledger.receipt import Receipt
from services.application import Application
from tests.support.authority import found, keep_keys
from tests.support.recording import RecordedWay

ASKING = (
    *("before_sending", "prompts", "passphrases", "commands.answering"),
    *(
        "asking_corrections",
        "asking_headings",
        "asking_referrals",
        "asking_handing_over",
        "asking_people",
        "commands.working",
    ),
)
"""The modules that ask."""


def set_for_scripts(engine: Engine, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the scripts find a database and everybody's keys; Anna sits there."""
    found(engine)
    keep_keys(folder / "keys")
    monkeypatch.setenv("HELAVAGEN_KEYS", str(folder / "keys"))
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("HELAVAGEN_ACTOR", "anna.berg")


def send_to(monkeypatch: pytest.MonkeyPatch, *ways: RecordedWay) -> list[Event]:
    """Let the scripts send to these ways, on the day of the first; returns what was sent, as it comes."""
    by_id, sent = {str(way.id): way for way in ways}, list[Event]()

    async def submit(journey_id: str, event: Event) -> Receipt:
        sent.append(event)
        return by_id[str(journey_id)].records(event)

    async def journeys(_application: Application) -> Any:
        return SimpleNamespace(submit=submit)

    monkeypatch.setattr(Application, "journeys", journeys)
    monkeypatch.setattr(Application, "now", lambda _: datetime.combine(ways[0].day, time(9), UTC))
    return sent


def sit_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody can be asked, whatever asks them."""
    for name in ASKING:
        monkeypatch.setattr(f"interfaces.cli.{name}.may_ask", lambda **_: True)


def said(*words: str, by: str = "anna.berg", typed: str = "") -> str:
    """What a command says, on the screen and where it ends."""
    ended = CliRunner().invoke(admin.app, [*words, *(("--actor", by) if by else ())], input=typed)
    return ended.output + (told(ended.exception)[0] if isinstance(ended.exception, Exception) else "")
