from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.sound_setup import Sound, sound_set_up


@pytest.fixture(scope="session")
async def whole_set_up(
    temporal: WorkflowEnvironment, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Sound]:
    """One for all tests that break nothing for good."""
    async with sound_set_up(temporal.client, postgres_server, tmp_path_factory.mktemp("sound")) as sound:
        yield sound


@pytest.fixture
def sound(whole_set_up: Sound, monkeypatch: pytest.MonkeyPatch) -> Sound:
    """A set-up in which everything is as it is to be; the environment leads to its Temporal."""
    for name, value in whole_set_up.environment.items():
        monkeypatch.setenv(name, value)
    return whole_set_up
