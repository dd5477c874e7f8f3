"""Where the audit bench reads: from the server, from the archive in a database of its own, or from a bundle."""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from shutil import copyfile

from sqlalchemy import Engine
from temporalio.client import Client, WorkflowHistory

from activities.archive.runs import RunKey, pack
from activities.archive.store import DatabaseArchive
from auditing.bundle.exporting import export
from auditing.bundle.histories import events_in, inflated
from auditing.bundle.layout import HISTORIES, folder_of
from auditing.bundle.reader import LARGEST, Bundle
from auditing.bundle.request import Wanted, journeys_for
from auditing.bundle.run import BundleVerifier
from auditing.evidence.evidence import journey_ids
from auditing.evidence.reading import in_chunks
from auditing.evidence.runs import runs_of
from auditing.transparency.checkpoint import read_checkpoint
from auditing.verification.parallel import VerifierFactory
from auditing.verification.verifier import LiveVerifier
from models.identifiers import JOURNEY_WORKFLOW
from runtime.archive import archived_by
from runtime.encryption.opened import opened
from runtime.encryption.sealed_client import connect_sealed
from runtime.settings import load_settings, require_database
from runtime.temporal.client import connect
from services.application import Application
from tests.support.sealing import open_keyed, open_keyed_for_reading

SERVER, ARCHIVE, BUNDLE = "server", "archive", "bundle"
SOURCES = (SERVER, ARCHIVE, BUNDLE)

AT_ONCE = 40
"""Journeys that are fetched together where they are put aside."""


def database(folder: Path, source: str = SERVER) -> Path:
    """The file of the database: that of the archive is a copy, so that the server's knows of no archive."""
    return folder / ("archived.db" if source == ARCHIVE else "ledger.db")


def bundle(folder: Path) -> Path:
    return folder / "bundle.zip"


async def put_aside(folder: Path, checkpoint: Path) -> None:
    """Write the archive and the bundle of all that the server that the settings name has, also of open journeys."""
    client = await connect(load_settings())
    reading = open_keyed_for_reading(f"sqlite:///{database(folder)}")
    for old in (database(folder, ARCHIVE), bundle(folder)):
        old.unlink(missing_ok=True)
    copyfile(database(folder), database(folder, ARCHIVE))
    archive = open_keyed(f"sqlite:///{database(folder, ARCHIVE)}")
    await _archive(client, archive, journey_ids(reading))
    archive.dispose()
    reading.dispose()
    application, wanted = Application(), Wanted(checkpoint=read_checkpoint(checkpoint), languages=("sv",))
    await export(application, wanted, journeys_for(application, wanted), bundle(folder), lambda _count: None)


async def _archive(client: Client, engine: Engine, ids: Iterable[str]) -> None:
    """As they lie on the server: sealed."""
    now, into = datetime.now(UTC), DatabaseArchive(engine)
    for chunk in in_chunks(ids, AT_ONCE):
        for journey_id, runs in (await runs_of(client, chunk)).items():
            for run in runs:
                moments = (run.events[at].event_time.ToDatetime(UTC) for at in (0, -1))
                began, ended = moments
                key = RunKey(journey_id=journey_id, run_id=run.run_id)
                into.put(pack(key, run.events, started_at=began, closed_at=ended, archived_at=now))


def verifier(folder: Path, source: str, checkpoint: Path) -> tuple[VerifierFactory, list[str]]:
    """What verifies all that the source has, as the commands do, and the journeys."""
    if source == BUNDLE:
        return BundleVerifier(bundle(folder), checkpoint), Bundle(bundle(folder)).journey_ids()
    settings = load_settings()
    reading = open_keyed_for_reading(require_database(settings))
    return LiveVerifier(settings, checkpoint), list(journey_ids(reading))


async def histories(folder: Path, source: str, journeys: int) -> AsyncIterator[WorkflowHistory]:
    """The histories that the source has of so many journeys, read and opened as an audit does."""
    settings = load_settings()
    if source == BUNDLE:
        for history in _in_bundle(Bundle(bundle(folder)), journeys):
            yield history
        return
    reading = open_keyed_for_reading(require_database(settings))
    client = await connect_sealed(settings, reading)
    if source == SERVER:
        async for history in client.list_workflows(
            f'WorkflowType = "{JOURNEY_WORKFLOW}"', limit=journeys
        ).map_histories():
            yield await opened(client, history)
        return
    archived = archived_by(settings, reading)
    for journey_id in islice(journey_ids(reading), journeys):
        for history in archived(journey_id):
            yield await opened(client, history)


def _in_bundle(file: Bundle, journeys: int) -> Iterator[WorkflowHistory]:
    for journey_id in islice(file.journey_ids(), journeys):
        for name in file.under(folder_of(journey_id) + HISTORIES):
            yield WorkflowHistory(journey_id, events_in(inflated(file.read(name), LARGEST)))
