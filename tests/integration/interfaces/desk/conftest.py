"""A desk in this process, for the tests of a module that change nothing of each other's."""

from collections.abc import AsyncIterator

import pytest

from tests.support.desk import TestDesk, desk_settings, open_desk


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestDesk]:
    """A desk on a database with the people of the tests and no journeys, without Temporal."""
    async with open_desk(desk_settings(tmp_path_factory.mktemp("desk"))) as desk:
        yield desk
