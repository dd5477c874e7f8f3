"""Whatever is asked of a large database goes by an index: what grows with the journeys is never read as a whole."""

from collections.abc import Iterator

import pytest

from tests.support.crowd import ASKED, BIG, fill, plans
from tests.support.databases import migrated, migrated_postgres
from tests.support.recording import RecordedWay

JOURNEYS = 3_000


@pytest.fixture(scope="module")
def way(postgres_server: str) -> Iterator[RecordedWay]:
    """A journey in a crowd."""
    engine = migrated(migrated_postgres(postgres_server, "crowd", offering=True))
    yield fill(engine, JOURNEYS)
    engine.dispose()


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_asked_goes_by_an_index(way: RecordedWay, asked: str) -> None:
    found = plans(way.recorder.engine, ASKED[asked], way)
    assert found
    whole = [plan for plan in found for table in BIG if f"Seq Scan on {table} " in plan]
    assert not whole, "\n\n".join(whole)
