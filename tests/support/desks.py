"""What an operator has before them when asking for an identity or leaving a remark."""

from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Engine

from models.events.events import Event
from models.identifiers import Actor
from models.stages import Stage
from runtime.settings import Settings
from runtime.statement_log import StatementLog
from services.application import Application
from services.identities.access import open_identity
from services.identities.register import Person, Register
from services.queries.lists import Lists
from services.recording.draft import draft, event_of
from services.recording.knowledge import known_at
from services.texts import remarks_in, texts_of
from tests.support.authority import TestKeyring
from tests.support.builders import ROUTES
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, recorder_on, rows_of
from tests.support.values import COORDINATOR, EVALUATOR, MONDAY

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NILS = Person("198505059807", "Nils Påhittad", "nils@example.se", "070-174 06 05")
WHY = "To call about the first day"
ID, OTHER_ID = UUID(int=1), UUID(int=2)


def office_of(engine: Engine, **more: Any) -> Application:
    """An office on a database, with everybody's keys."""
    keys = TestKeyring()
    authority = StatementLog(engine).register()
    known = {"book": RULES, "reading": engine, "writing": engine, "authority": authority, "keyring": keys}
    office = Application()
    vars(office).update(**known, settings=Settings(actor=None), now=lambda: NOW, **more)
    return office


class IdentityDesk:
    """A journey of Nils, and the office that asks who he is."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.register = Register(engine, Random(1), TestKeyring())
        self.number = self.register.number_of(NILS, NOW, COORDINATOR)
        self.way = RecordedWay(recorder_on(engine), self.number)
        self.lists = Lists(engine)
        self.office = office_of(engine, register=self.register, lists=self.lists)

    def opens(self, because: str | None = WHY, by: Actor = COORDINATOR, *, urgent: bool = False) -> Person:
        [line] = self.lists.journeys(candidate=self.number)
        return open_identity(self.office, line, by, because, urgent=urgent)

    def rows(self) -> list[dict[str, Any]]:
        return rows_of(self.engine, "reads")


class RemarkDesk:
    """A journey in an internship, and the office that leaves remarks on it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.way = RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.INTERNSHIP])
        self.lists = Lists(engine)
        known = {"book": RULES, "lists": self.lists, "writing": engine, "now": lambda: NOW, "today": lambda: MONDAY}
        self.office = cast(Application, SimpleNamespace(**known))

    def prepares(
        self, kind: str = "check_in_recorded", event_id: UUID = ID, **fields: Any
    ) -> tuple[Event, dict[str, str]]:
        drafted = draft(kind, fields, known_at(self.office, self.way.id, MONDAY))
        event = event_of(drafted, event_id=event_id, actor=EVALUATOR, day=MONDAY)
        return event, drafted.filled_in

    def told(self, *, struck: bool = False) -> list[tuple[int | None, bool, str]]:
        lines = remarks_in(self.lists.ledger(self.way.id), texts_of(self.engine, self.way.id), struck=struck)
        return [(line.row, line.accepted, line.text) for line in lines]
