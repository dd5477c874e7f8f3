"""Journeys that are told to a real ledger without Temporal: what the workflow does with an event, done in a test."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from activities.free_texts import keep_texts
from activities.places import free_places
from activities.record import Recorder
from activities.recording_checks import Directory
from models.canonical import digest_of
from models.events.events import SAID_BY_THE_JOURNEY, Event
from models.identifiers import JourneyId
from models.ledger.entry import LedgerEntry
from models.ledger.receipt import Receipt
from models.programme.programme import Programme
from models.rules.decision import Proposal
from models.signatures import salt_of
from models.stages import Stage
from tests.support.authority import authority, found, put_in_force, signature_of
from tests.support.builders import ROUTES, Way
from tests.support.programmes import RULES, SERVICE, met
from tests.support.values import MONDAY
from workflows.messages import Incoming, entry_for

CANDIDATE = "K7Q29FMXB"
ANNA, BO, CHARLIE, DANA = "A22222223", "B22222226", "C2222222U", "D2222222C"
TRAY_KITCHEN, TRANSPORT, SCANNING = "lasarettet_tray_kitchen", "lasarettet_transport", "landsarkivet_scanning"
TABLES = ("ledger", "journeys", "passages", "findings", "follow_ups", "open_items", "places_taken", "notices")


def recorder_on(engine: Engine) -> Recorder:
    """A recorder that knows the partners and staff of `programmes/`."""
    found(engine, RULES)
    return Recorder(engine, Directory(RULES.partners), authority())


class RecordedWay(Way):
    """A way whose events are recorded, each at nine o'clock (UTC) of `day` unless said, before they are committed."""

    def __init__(
        self,
        recorder: Recorder,
        candidate: str = CANDIDATE,
        rules: Programme = SERVICE,
        day: date = MONDAY,
        turn: int = 1,
    ) -> None:
        self.id = JourneyId.of(candidate, rules.id, turn)
        super().__init__(rules, day, self.id)
        self.recorder = recorder
        self.candidate = candidate
        put_in_force(recorder.engine, rules)

    def later(self, days: int) -> "RecordedWay":
        super().later(days)
        return self

    def entry(self, event: Event, recorded_at: datetime | None = None) -> LedgerEntry:
        """What the workflow would have recorded of an event now."""
        now = recorded_at or datetime.combine(self.day, time(9), UTC)
        own = event.kind in SAID_BY_THE_JOURNEY
        signed = None if own else signature_of(self.id, event)
        message = Incoming(event.event_id, event, digest_of(event, salt_of(signed)), signed, own)
        return entry_for(self.id, self.candidate, self.journey, message, self.journey.propose(event, now), now)

    def keeps(self, event: Event) -> Event:
        """The event as it is sent, its texts kept apart."""
        return keep_texts(self.recorder.engine, self.id, event, datetime.combine(self.day, time(9), UTC))

    def records(self, event: Event, recorded_at: datetime | None = None) -> Receipt:
        """Keep its texts apart, propose, record, commit."""
        event = self.keeps(event)
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


def recorded_way(
    engine: Engine, candidate: str, stage: Stage = Stage.REFERRAL, day_number: int = 0, **referral: str
) -> RecordedWay:
    """A journey that has come to a stage, all on one day, so many days after the first Monday."""
    way = RecordedWay(recorder_on(engine), candidate, day=MONDAY + timedelta(days=day_number))
    assert way.tells("referred", **referral).accepted
    return way.comes(*ROUTES[stage][1:])


def taken(engine: Engine, position: str) -> int:
    """How many places of a position are taken."""
    with Session(engine) as session:
        places = next(line.places for line in RULES.positions if line.id == position)
        return places - free_places(session)[position]


def on_transport(engine: Engine, candidate: str) -> RecordedWay:
    """Somebody who waits for one of the two places of internal transports."""
    way = RecordedWay(recorder_on(engine), candidate).comes("referred", "referral_accepted")
    profile = SERVICE.profile("transport_service")
    assert profile is not None
    assert way.tells("requirements_checked", profile=profile.id, findings=met(profile)).accepted
    return way


def by_hand(engine: Engine, statement: str, **values: Any) -> None:
    """Change the ledger as somebody would who may also take its guards off."""
    on_postgresql = engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        if on_postgresql:
            connection.execute(text("alter table ledger disable trigger user"))
        else:
            for trigger in ("ledger_no_update", "ledger_no_delete", "ledger_next_row"):
                connection.execute(text(f"drop trigger if exists {trigger}"))
        assert connection.execute(text(statement), values).rowcount == 1
