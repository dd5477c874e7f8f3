"""Any sequence of events through a real server: the fold and the workflow say the same, and nothing wedges."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from temporalio.testing import WorkflowEnvironment

from models.journey.journey import Journey
from models.rules.decision import Proposal
from models.rules.recording import DECIDED_IN_RECORDING
from tests.support.agreeing import assert_agreement, fold_of
from tests.support.office import TestOffice, open_office
from tests.support.strategies import event_for

SEQUENCES = 8
LONGEST = 10


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    """One office for all sequences; each has a journey of its own."""
    async with open_office(temporal.client, tmp_path_factory.mktemp("sequences")) as office:
        yield office


@settings(max_examples=SEQUENCES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_any_sequence_of_events_is_answered_as_the_core_answers_it(
    office: TestOffice, data: st.DataObject
) -> None:
    journey = await office.refer()
    core = fold_of(office, journey, office.ledger(journey))
    for _ in range(data.draw(st.integers(2, LONGEST))):
        await send_one(office, journey, core, data)
    if data.draw(st.booleans()):
        await office.handle(journey).signal("event", {"kind": "nonsense"})
        await office.send(journey, "note_added", text="after the nonsense")
    await assert_agreement(office, journey)


async def send_one(office: TestOffice, journey: str, core: Journey, data: st.DataObject) -> None:
    """Send an event to the journey and to the core, and compare what they say."""
    event = data.draw(event_for(core, datetime.now(UTC)))
    known = event.event_id in core
    receipt = await office.journeys.submit(journey, event)
    if known or receipt.rule in DECIDED_IN_RECORDING:
        return
    answer = core.propose(event, receipt.recorded_at)
    assert receipt.accepted is isinstance(answer, Proposal), receipt
    if isinstance(answer, Proposal):
        core.commit(answer)
        assert receipt.stage is answer.after.stage
    else:
        assert (receipt.rule, receipt.allowed) == (answer.rule, core.allowed(receipt.recorded_at))
