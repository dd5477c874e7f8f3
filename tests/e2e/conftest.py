from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.office import TestOffice, open_office


@pytest.fixture
async def office(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    """A whole office on the test run's Temporal server, with a database and inboxes of its own."""
    async with open_office(temporal.client, tmp_path) as office:
        yield office
