"""Journeys that are told to a real ledger without Temporal: what the workflow does with an event, done in a test."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Engine, text

from activities.directory import Directory
from activities.record import Recorder
from models.canonical import digest_of
from models.events.events import Event
from models.identifiers import JourneyId
from models.ledger.entry import LedgerEntry
from models.ledger.receipt import Receipt
from models.programme.programme import Programme
from models.rules.decision import Proposal
from tests.support.builders import MONDAY, RULES, SERVICE, Way
from workflows.entries import entry_for
from workflows.messages import Incoming

CANDIDATE = "K7Q29FMXB"
TABLES = ("ledger", "journeys", "passages", "findings", "follow_ups", "places_taken", "notices")


def recorder_on(engine: Engine) -> Recorder:
    """A recorder that knows the partners and staff of `programmes/`."""
    return Recorder(engine, Directory(RULES.partners))


class RecordedWay(Way):
    """A way whose events are recorded, each at nine o'clock (UTC) of `day` unless said, before they are committed."""

    def __init__(
        self, recorder: Recorder, candidate: str = CANDIDATE, rules: Programme = SERVICE, day: date = MONDAY
    ) -> None:
        super().__init__(rules, day, JourneyId.of(candidate, rules.id))
        self.recorder = recorder
        self.candidate = candidate
        self.id = JourneyId.of(candidate, rules.id)

    def later(self, days: int) -> "RecordedWay":
        super().later(days)
        return self

    def entry(self, event: Event, recorded_at: datetime | None = None) -> LedgerEntry:
        """What the workflow would have recorded of an event now."""
        now = recorded_at or datetime.combine(self.day, time(9), UTC)
        message = Incoming(event.event_id, event, digest_of(event))
        return entry_for(self.id, self.candidate, self.journey, message, self.journey.propose(event, now), now)

    def records(self, event: Event, recorded_at: datetime | None = None) -> Receipt:
        """Propose, record, commit."""
        entry = self.entry(event, recorded_at)
        answer = self.journey.propose(event, entry.recorded_at)
        receipt = self.recorder.record(entry)
        if receipt.accepted and isinstance(answer, Proposal):
            self.journey.commit(answer)
        return receipt

    def tells(self, kind: str, **fields: Any) -> Receipt:
        """The event happens and is recorded; returns the receipt, whatever it says."""
        return self.records(self.event(kind, **fields))

    def comes(self, *kinds: str) -> "RecordedWay":
        """Each of these happens, as in the examples, and is accepted."""
        for kind in kinds:
            receipt = self.tells(kind)
            assert receipt.accepted, receipt
        return self


def rows_of(engine: Engine, table: str, order: str = "1") -> list[dict[str, Any]]:
    """Everything in a table, as the database keeps it."""
    with engine.connect() as connection:
        rows = connection.execute(text(f"select * from {table} order by {order}"))
        return [dict(row) for row in rows.mappings()]


def everything(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """All that a record may write."""
    return {table: rows_of(engine, table) for table in TABLES}
