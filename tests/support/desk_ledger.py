"""A desk in front of a recorded ledger: what it sends to a journey is told to the ledger, as the workflow would do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from models.access.statements import Assignment
from models.events.events import Event
from models.ledger.receipt import Receipt
from models.projections.status import Status, describe
from models.stages import Stage
from runtime.errors import ServiceUnavailable
from runtime.keyring import keyring_of
from runtime.settings import Settings
from services.application import Application
from services.identities.register import Person, Register
from tests.support.authority import TestKeyring, enter, found, keep_keys, key_of
from tests.support.builders import ROUTES
from tests.support.desk import ADDRESS, TestDesk, Visitor, open_desk
from tests.support.desks import NOW
from tests.support.import_files import made_up_number
from tests.support.recording import RecordedWay, recorder_on
from tests.support.sealing import MASTER_KEY
from tests.support.values import COORDINATOR


@dataclass
class DeskOnALedger:
    """The desk, and what it has sent; once it is `away`, no journey answers."""

    desk: TestDesk
    engine: Engine
    sent: list[Event] = field(default_factory=list)
    away: bool = False

    def visitor(self, person: str = "anna.berg", language: str = "en") -> Visitor:
        """Somebody's browser."""
        return self.desk.visitor(person, language)


@asynccontextmanager
async def desk_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, folder: Path, *ways: RecordedWay, address: str = ADDRESS
) -> AsyncIterator[DeskOnALedger]:
    """A desk on the database of these ways, on the day of the first."""
    found(engine)
    keep_keys(folder / "keys")
    url = engine.url.render_as_string(hide_password=False)
    settings = Settings(data=folder, database_url=url, keys=folder / "keys", master_key=MASTER_KEY)
    by_id = {str(way.id): way for way in ways}
    monkeypatch.setattr(Application, "now", lambda _: datetime.combine(ways[0].day, time(9), UTC))
    async with open_desk(settings, address=address) as desk:
        on_it = DeskOnALedger(desk, engine)

        async def submit(journey_id: str, event: Event) -> Receipt:
            on_it.sent.append(event)
            return by_id[str(journey_id)].records(event)

        async def status(journey_id: str) -> Status:
            way = by_id[str(journey_id)]
            events = len(way.journey.entries)
            return describe(way.candidate, way.rules.id, way.journey.state, events, Application().now())

        async def journeys(_application: Application) -> Any:
            if on_it.away:
                raise ServiceUnavailable("temporal.no_answer", "Temporal does not answer ({what}).", what="a test")
            return SimpleNamespace(submit=submit, status=status)

        monkeypatch.setattr(Application, "journeys", journeys)
        yield on_it


def somebody(
    engine: Engine, name: str, stage: Stage, *, coordinator: str = "anna.berg", phone: str | None = None
) -> RecordedWay:
    """Somebody with a name, who has come to a stage on the first Monday."""
    recorder, register = recorder_on(engine), Register(engine, Random(name), TestKeyring())
    person = Person(made_up_number(f"1990{1 + len(name) % 12:02}{1 + sum(map(ord, name)) % 28:02}"), name, phone=phone)
    number = register.number_of(person, NOW, COORDINATOR)
    way = RecordedWay(recorder, number)
    assert way.tells("referred", coordinator=coordinator).accepted
    return way.comes(*ROUTES[stage][1:])


def joins(desk: DeskOnALedger, engine: Engine, name: str, /, *roles: Assignment, **more: str) -> None:
    """Somebody works here from now on, and has a key where the desk signs."""
    enter(engine, name, *roles, **more)
    keyring_of(desk.desk.office.settings).add(name, key_of(name))
