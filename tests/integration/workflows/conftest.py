from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from tests.support.years import Year, open_year


@pytest.fixture(autouse=True)
def sandboxed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a worker runs its workflows in the SDK's sandbox, which refuses what another day would answer differently.
    In production it does not: see record 0107."""
    monkeypatch.setattr("worker.LetsGoOfFirstTasks", SandboxedWorkflowRunner)


@pytest.fixture
async def year(time_skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Year]:
    async with open_year(time_skipping, tmp_path) as year:
        yield year
