"""A recording that the database ends since others were in the way: nothing of it is kept, and a repeat records it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from models.stages import Stage
from tests.support.builders import ROUTES
from tests.support.databases import migrated, migrated_postgres
from tests.support.recording import RecordedWay, everything, recorder_on

WAITING = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")


@pytest.fixture
def engines(postgres_server: str, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """A database as a worker sees it, which looks for deadlocks soon, and as another does, which looks late."""
    url = migrated_postgres(postgres_server, tmp_path.name, offering=True)
    worker, other = (migrated(f"{url}&options=-c%20deadlock_timeout%3D{wait}") for wait in ("300ms", "1min"))
    yield worker, other
    worker.dispose()
    other.dispose()


def test_the_victim_of_a_deadlock_is_recorded_at_the_next_try(engines: tuple[Engine, Engine]) -> None:
    worker, other = engines
    way = RecordedWay(recorder_on(worker)).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    agreed = way.event("internship_agreed")
    entry, before = way.entry(way.keeps(agreed)), everything(worker)
    with ThreadPoolExecutor(1) as thread, other.connect() as holding:
        holding.execute(text("select 1 from journeys for update"))
        recording = thread.submit(way.recorder.record, entry)  # which locks the position first
        with other.connect() as looking:
            while not looking.scalar(WAITING):
                looking.rollback()
        holding.execute(text("select 1 from positions for update"))
        with pytest.raises(OperationalError) as ended:
            recording.result()
    assert ended.value.orig is not None
    assert ended.value.orig.sqlstate == "40P01"  # type: ignore[attr-defined]
    assert everything(worker) == before
    receipt = way.recorder.record(entry)
    assert receipt.accepted
    assert receipt.row == 4
