from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.years import Year, open_year


@pytest.fixture
async def year(time_skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Year]:
    async with open_year(time_skipping, tmp_path) as year:
        yield year
