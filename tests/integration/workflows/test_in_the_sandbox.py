"""The workflows beside the journey, in the SDK's sandbox: see conftest.py."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from temporalio.testing import WorkflowEnvironment

from activities.announce import Announcement
from models.identifiers import RESEND_NOTICES
from tests.support.office import a_corrected_way, open_office
from workflows.nightly import ARCHIVE_HISTORIES, RECONCILE


async def test_they_run_in_it_to_their_end(temporal: WorkflowEnvironment, tmp_path: Path) -> None:
    async with open_office(temporal.client, tmp_path) as office:
        journey = await a_corrected_way(office)
        again = Announcement(journey_id=journey, event_id=uuid4())
        for name, said in ((RESEND_NOTICES, [again]), (ARCHIVE_HISTORIES, []), (RECONCILE, [])):
            await office.client.execute_workflow(
                name,
                args=said,
                id=f"sandboxed-{uuid4()}",
                task_queue=office.settings.task_queue,
                execution_timeout=timedelta(seconds=30),
            )
