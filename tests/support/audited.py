"""A journey for the auditor's commands: recorded late, refused, corrected, taken back, with rubbish and notices."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from activities.delivery import Delivery
from auditing.evidence.recorded import JourneyRecord
from models.canonical import digest_of
from models.events.parsing import Unreadable
from models.identifiers import Actor
from models.message import msg
from models.state.deadlines import reached
from models.tables.ledger import NoticeRow
from services.queries.lists import Lists
from services.texts import opened, texts_of
from tests.support.databases import migrated
from tests.support.recording import RecordedWay, recorder_on
from tests.support.values import MONDAY, at, numbered_id
from workflows.messages import Incoming, entry_for, unreadable

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)

CONFIRMED = datetime(2026, 3, 20, 8, tzinfo=UTC)
"""When the agency confirmed what it was told."""


def on(days: int) -> date:
    """The day so many days after the beginning."""
    return MONDAY + timedelta(days=days)


BO = Actor.parse("coordinator:bo.lind")
"""Evaluates, and so does not decide."""


class Story:
    """A recorded journey, with its rows by what they are called here."""

    def __init__(self, folder: Path) -> None:
        engine = migrated(f"sqlite:///{folder / 'audited.db'}", offering=True)
        self.rows: dict[str, int] = {}
        self._way = RecordedWay(recorder_on(engine))
        self._tell()
        with Session(engine) as session, session.begin():
            told = update(NoticeRow).where(NoticeRow.recipient == "arbetsformedlingen")
            session.execute(told.values(status=Delivery.SENT, sent_at=CONFIRMED, acknowledged_at=CONFIRMED))
            session.execute(update(NoticeRow).where(NoticeRow.recipient == "kommunal").values(status=Delivery.DEAD))
        lists, way = Lists(engine), self._way
        self.ledger, self.texts = lists.ledger(way.id), texts_of(engine, way.id)
        lines = opened(self.ledger, self.texts)
        self.journey = JourneyRecord(way.id, way.journey.rules, lines, lists.notices(journey_id=way.id))
        engine.dispose()

    def id_of(self, name: str) -> str:
        return self.journey.lines[self.rows[name] - 1].event_id

    def _tell(self) -> None:
        way = self._way
        self._comes("referred", "referred")
        self._comes("taken on", "referral_accepted")
        self._comes("too early", "internship_completed")
        self._rubbish()
        way.later(10)
        self._comes("checked late", "requirements_checked", effective_on=on(2))
        nowhere = {"starts_on": on(14), "effective_on": on(9)}
        self._comes("nowhere", "internship_agreed", position="no_such_ward", **nowhere)
        self._comes("agreed", "internship_agreed", position="lasarettet_ward_service", **nowhere)
        agreed = way.journey.entries[-1].event
        way.later(5)
        right = agreed.model_copy(update={"effective_on": on(11), "ends_on": on(74)})
        self._comes("corrected", "corrected", corrects=agreed.event_id, replacement=right.model_dump(), reason="A slip")
        wrong = right.model_copy(update={"ends_on": on(400)}).model_dump()
        by_anna = {"actor": "coordinator:anna.berg", "reason": "A slip"}
        self._comes("corrected wrongly", "corrected", corrects=agreed.event_id, replacement=wrong, **by_anna)
        way.later(45)
        self._comes("completed", "internship_completed")
        self._comes("evaluated", "evaluation_recorded", actor=BO)
        self._comes("by the evaluator", "temporary_role_agreed", actor=BO)
        self._comes("role", "temporary_role_agreed")
        way.later(5)
        self._comes("note", "note_added", text="=1+1 is written on the board")
        self._strikes("struck", "note")
        self._strikes("brought back", "struck")
        way.later(25)
        [moment] = [moment for moment in reached(way.state, way.day) if moment.deadline == "role_ending"]
        said = {"deadline": moment.deadline, "step": moment.step, "due_on": moment.due_on}
        self._comes("reminded", "deadline_passed", **said)

    def _comes(self, name: str, kind: str, **fields: Any) -> None:
        self.rows[name] = self._way.tells(kind, **fields).row

    def _strikes(self, name: str, struck: str) -> None:
        event = self._way.journey.entries[-1].event
        assert struck in self.rows
        self._comes(name, "corrected", corrects=event.event_id, replacement=None, reason="A slip")

    def _rubbish(self) -> None:
        way = self._way
        content = Unreadable(
            msg(
                "it_is_an_event.encoding",
                "The input is not encoded as {encoding}. Send the event as JSON.",
                encoding="json/plain",
            )
        )
        message = Incoming(numbered_id(-7), content, digest_of(b"rubbish"))
        entry = entry_for(way.id, way.candidate, way.journey, message, unreadable(content), at(way.day))
        self.rows["rubbish"] = way.recorder.record(entry).row


@cache
def the_story() -> Story:
    """The journey, told once for each process: nothing changes it."""
    with TemporaryDirectory() as folder:
        return Story(Path(folder))
