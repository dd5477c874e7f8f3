"""What Temporal keeps of a journey is sealed; a key that is wrong or missing stops that journey alone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.contents import candidate_in
from activities.sealing import sealer_on
from models.tables.people import CandidateKeyRow
from runtime.encryption.opened import payloads_in
from runtime.encryption.payload_codec import ENCODING, is_sealed
from runtime.errors import ServiceUnavailable
from runtime.local.dev_server import start_dev_server
from tests.support.office import TestOffice, event, open_office
from tests.support.waiting import until

NOTE = "sjukskriven för utmattning"


@pytest.fixture(scope="module")
async def kept(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[TestOffice, WorkflowEnvironment, Path]]:
    """An office whose Temporal keeps a file."""
    folder = tmp_path_factory.mktemp("sealed")
    async with (
        await start_dev_server(file=folder / "temporal.db") as temporal,
        open_office(temporal.client, folder) as office,
    ):
        yield office, temporal, folder


async def test_nothing_that_was_said_stands_in_temporals_file(
    kept: tuple[TestOffice, WorkflowEnvironment, Path],
) -> None:
    office, temporal, folder = kept
    journey = await office.refer()
    await office.send(journey, "note_added", text=NOTE)
    await office.send(journey, "internship_completed")  # refused, with a reason
    await office.handle(journey).signal("event", {"kind": "note_added", "text": NOTE})  # is no event: answered with why
    await until(lambda: office.ledger(journey), lambda rows: len(rows) == 4)
    history = await temporal.client.get_workflow_handle(journey).fetch_history()
    sealed = [one for entry in history.events for one in payloads_in(entry)]
    assert not any(NOTE.encode() in one.SerializeToString() for one in history.events)
    assert sum(map(is_sealed, sealed)) > 10
    for file in folder.glob("temporal.db*"):
        assert NOTE.encode() not in file.read_bytes()
    assert any(
        journey.encode() in file.read_bytes() for file in folder.glob("temporal.db*")
    )  # what is looked for is found


async def test_a_client_without_keys_is_answered_sealed(kept: tuple[TestOffice, WorkflowEnvironment, Path]) -> None:
    office, temporal, _ = kept
    journey = await office.refer()
    with pytest.raises(KeyError, match=ENCODING.decode()):
        await Client(**temporal.client.config()).get_workflow_handle(journey).query("status")


@pytest.mark.parametrize("what", ["missing", "another's", "changed"])
async def test_a_key_that_cannot_be_used_stops_its_journey_alone_until_it_is_back(
    kept: tuple[TestOffice, WorkflowEnvironment, Path], what: str
) -> None:
    office, _, _ = kept
    broken, other = await office.refer(), await office.refer()
    candidate, sealer = candidate_in(broken), sealer_on(office.engine)
    with office.engine.begin() as connection:
        row = connection.execute(select(CandidateKeyRow).filter_by(candidate=candidate)).one()
        theirs = connection.execute(
            select(CandidateKeyRow.wrapped).filter_by(candidate=candidate_in(other))
        ).scalar_one()
        wrong = {"another's": theirs, "changed": f"{row.wrapped[:-8]}AAAAAAA="}
        own = CandidateKeyRow.candidate == candidate
        connection.execute(
            update(CandidateKeyRow).where(own).values(wrapped=wrong[what])
            if what in wrong
            else delete(CandidateKeyRow).where(own)
        )
    sealer.forget(candidate)
    with pytest.raises(Exception, match="no_key") as failed:
        await office.send(broken, "note_added", text="Not now.")
    assert not isinstance(failed.value, ServiceUnavailable)
    assert (await office.send(other, "note_added", text="Goes on.")).accepted
    with office.engine.begin() as connection:
        connection.execute(delete(CandidateKeyRow).where(own))
        connection.execute(insert(CandidateKeyRow).values(row._asdict()))
    sealer.forget(candidate)
    said = event("note_added", text="Now.")
    assert (await asyncio.wait_for(office.journeys.submit(broken, said), 20)).accepted
