"""What a usual event costs the database: counted, since times tell of the machine."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from temporalio.testing import ActivityEnvironment

from activities.addressees import Addressees
from activities.announce import Announcement, Announcer, Sender
from activities.outbox import Outbox
from activities.record import Recorder
from activities.sealing import sealer_on
from models.events.events import EVENT_CLASSES, Event
from models.identifiers import JourneyId
from models.partners.partner import Channel
from models.programme.programme import NoticeRule
from runtime.rulebook.names import NamesIn
from services.journeys import referral_with_id
from tests.support.office import full_way
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import CANDIDATE, RecordedWay, recorder_on
from tests.support.values import MONDAY
from tests.support.wire import counted, round_trips, transactions, wiretapped

AGENCY = "arbetsformedlingen"

STATEMENTS = {
    "referred": (7, 2),
    "referral_accepted": (7, 2),
    "requirements_checked": (9, 2),
    "internship_agreed": (13, 3),
    "internship_completed": (8, 4),
    "evaluation_recorded": (6, 2),
    "temporary_role_agreed": (8, 3),
    "permanent_role_agreed": (8, 3),
}
"""Of recording each event of a whole journey, and of announcing it."""


class Takes:
    async def send(self, *_: Any) -> None:
        """Take everything over."""


ONE_NOTICE = SERVICE.model_copy(
    update={"notices": tuple(NoticeRule(event=kind, to=(AGENCY,)) for kind in EVENT_CLASSES)}
)
"""Rules by which the referring partner alone is told, of everything."""


@pytest.fixture
def recorder(engine: Engine) -> Recorder:
    """A recorder that has read the register."""
    recorder = recorder_on(engine)
    assert RecordedWay(recorder, "A22222223", ONE_NOTICE).tells("referred").accepted
    return recorder


@pytest.fixture
def way(recorder: Recorder) -> RecordedWay:
    way = RecordedWay(recorder, CANDIDATE, ONE_NOTICE)
    sealer_on(recorder.engine).of(CANDIDATE)
    return way


def whole_way(journey_id: JourneyId) -> list[Event]:
    referral = referral_with_id(
        journey_id,
        actor="coordinator:anna.berg",
        effective_on=MONDAY,
        referring_partner=AGENCY,
        site="2480",
        coordinator="anna.berg",
    )
    return [referral, *full_way(MONDAY)]


async def announce(way: RecordedWay, said: Event) -> int:
    """Send the notices of an event; how many there were."""
    addressees = Addressees(way.recorder.directory, way.recorder.authority, NamesIn(RULES))
    senders: dict[Channel, Sender] = {Channel.WEBHOOK: Takes()}
    outbox = Outbox(way.recorder.engine)
    announcer = Announcer(outbox, way.recorder.authority, addressees, senders, lambda: datetime.now(UTC))
    announcement = Announcement(journey_id=way.id, event_id=said.event_id)
    announced = await ActivityEnvironment().run(announcer.announce, announcement)
    return len(announced.sent)


async def test_no_usual_event_needs_more_statements_than_it_did(engine: Engine, way: RecordedWay) -> None:
    needed = {}
    for said in whole_way(way.id):
        with counted(engine) as recording:
            assert way.records(said).accepted
        with counted(engine) as announcing:
            assert await announce(way, said) == 1
        needed[said.kind] = (len(recording), len(announcing))
    assert needed == STATEMENTS


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_event_is_read_in_one_round_trip_and_written_in_one(engine: Engine, way: RecordedWay) -> None:
    *before, said = whole_way(way.id)[:6]
    for one in before:
        assert way.records(one).accepted
    engine.dispose()
    with wiretapped(engine) as wires:
        assert way.records(said).accepted
        recording = [line for wire in wires for line in wire.heard()]
        assert await announce(way, said) == 1
        announcing = [line for wire in wires for line in wire.heard()]
    assert (transactions(recording), round_trips(recording)) == (1, 4)
    assert (transactions(announcing), round_trips(announcing)) == (0, 2)
