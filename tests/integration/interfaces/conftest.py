"""What commands say is the same on either database: here it is SQLite."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from temporalio.testing import WorkflowEnvironment

from models.identifiers import JourneyId
from tests.support.desk_forms import TODAY, placed
from tests.support.desk_pages import Desk, Visitor, open_desk
from tests.support.office import TestOffice, open_office


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'test.db'}"


class Offices(NamedTuple):
    """An office and its desk, one for all tests that leave both as they are."""

    office: TestOffice
    desk: Desk


@pytest.fixture(scope="session")
async def both(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Offices]:
    async with open_office(temporal.client, tmp_path_factory.mktemp("desk")) as office, open_desk(office) as desk:
        yield Offices(office, desk)


@pytest.fixture
def office(both: Offices) -> TestOffice:
    return both.office


@pytest.fixture
def desk(both: Offices) -> Desk:
    return both.desk


@pytest.fixture
def anna(desk: Desk) -> Visitor:
    return desk.visitor("anna.berg")


@pytest.fixture
def bo(desk: Desk) -> Visitor:
    return desk.visitor("bo.lind")


@pytest.fixture
async def journey(office: TestOffice) -> AsyncIterator[JourneyId]:
    """Somebody in an internship that began a few days ago, whose place is free again afterwards."""
    journey = await placed(office, TODAY - timedelta(days=3))
    yield journey
    await office.send(journey, "withdrawn", end_reason="own_wish")
