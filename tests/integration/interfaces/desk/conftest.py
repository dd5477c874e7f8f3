"""A desk in this process, for the tests of a module that change nothing of each other's; and one of a whole office."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from temporalio.testing import WorkflowEnvironment

from models.identifiers import JourneyId
from tests.support.desk import TestDesk, desk_settings, open_desk
from tests.support.desk_forms import TODAY, placed
from tests.support.desk_pages import Browsing
from tests.support.office import TestOffice, open_office


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestDesk]:
    """A desk on a database with the people of the tests and no journeys, without Temporal."""
    async with open_desk(desk_settings(tmp_path_factory.mktemp("desk"))) as desk:
        yield desk


class OfficeWithDesk(NamedTuple):
    """An office and its desk."""

    office: TestOffice
    desk: TestDesk


@pytest.fixture(scope="session")
async def office_with_desk(
    temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OfficeWithDesk]:
    """One for all tests that leave both as they are, on a real Temporal server."""
    async with (
        open_office(temporal.client, tmp_path_factory.mktemp("office")) as office,
        open_desk(office.settings, office.client) as desk,
    ):
        yield OfficeWithDesk(office, desk)


@pytest.fixture
def office(office_with_desk: OfficeWithDesk) -> TestOffice:
    return office_with_desk.office


BrowserOf = Callable[[str], Browsing]


@pytest.fixture
def browser_of(office_with_desk: OfficeWithDesk) -> BrowserOf:
    """Somebody who is signed in at the desk of the office, in Swedish."""
    return lambda person: Browsing(office_with_desk.desk.visitor(person, "sv"))


@pytest.fixture
def anna(browser_of: BrowserOf) -> Browsing:
    return browser_of("anna.berg")


@pytest.fixture
def bo(browser_of: BrowserOf) -> Browsing:
    return browser_of("bo.lind")


@pytest.fixture
async def journey(office: TestOffice) -> AsyncIterator[JourneyId]:
    """Somebody in an internship that began a few days ago, whose place is free again afterwards."""
    journey = await placed(office, TODAY - timedelta(days=3))
    yield journey
    await office.send(journey, "withdrawn", end_reason="own_wish")
