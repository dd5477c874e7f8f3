"""What must hold after anything whatever: ledger, history, fold, workflow and lists say the same of a journey."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from temporalio.api.enums.v1 import WorkflowTaskFailedCause

from auditing.evidence.findings import Verdict
from auditing.evidence.runs import runs_of
from auditing.verification.verifier import live_verifier
from models.identifiers import JourneyId
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.projections.status import describe
from models.tables.journeys import PlaceRow
from services.queries.lines import LedgerLine
from tests.support.office import TestOffice
from tests.support.waiting import GIVE_UP_AFTER, LOOK_EVERY

T = TypeVar("T")

STARVED = "TMPRL1101"
"""What the SDK says where a task got no processor for two seconds: the machine is busy, and the task is tried again."""

REPEATED_BY_THE_SERVER = (
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
)
"""Tasks that the server itself gives up: a message came while the run ended, or more came than it keeps waiting."""


async def eventually(
    look: Callable[[], Awaitable[T]],
    is_right: Callable[[T], bool] = bool,
    within: float = GIVE_UP_AFTER,
    every: float = LOOK_EVERY,
) -> T:
    """As `until`, for what has to be awaited; looked at seldom where each look costs much."""
    clock = asyncio.get_running_loop().time
    until = clock() + within
    while not is_right(seen := await look()):
        if clock() > until:
            raise AssertionError(f"waited in vain; seen last: {seen}")
        await asyncio.sleep(every)
    return seen


async def assert_agreement(office: TestOffice, journey: str) -> None:
    """The ledger is gapless, and an audit and the workflow itself say what it says."""
    lines = office.ledger(journey)
    assert [line.row for line in lines] == list(range(1, len(lines) + 1))
    assert len({line.event_id for line in lines}) == len(lines)
    folded = fold_of(office, journey, lines)
    events = len(folded.entries)
    status = await office.journeys.status(journey)
    assert status == describe(status.candidate, status.programme, folded.state, events, datetime.now(UTC))
    assert place_of(office, journey) == (folded.state.place if folded.state else None)
    assert await stumbles(office, journey) == []
    # Temporal's lists, by which the auditor finds the runs, lag behind.
    audited = await eventually(lambda: verdict(office, journey), lambda said: said.startswith(Verdict.AGREES))
    assert audited == f"{Verdict.AGREES}: {len(lines)} rows, ()"


def fold_of(office: TestOffice, journey: str, lines: list[LedgerLine]) -> Journey:
    """The journey that the accepted rows amount to."""
    rules = office.book.programme(JourneyId.parse(journey).programme)
    accepted = [line for line in lines if line.receipt.accepted]
    entries = [Entry.model_validate({"event": line.event, "recorded_at": line.recorded_at}) for line in accepted]
    return Journey(rules, entries, journey_id=JourneyId.parse(journey))


def place_of(office: TestOffice, journey: str) -> str | None:
    """The position of which the journey holds a place."""
    with Session(office.engine) as session:
        return session.scalar(select(PlaceRow.position).where(PlaceRow.journey_id == journey))


async def verdict(office: TestOffice, journey: str) -> str:
    """What an audit says, with its findings."""
    [verification] = await live_verifier(office.client, office.lists.engine).verify([journey])
    return f"{verification.verdict}: {verification.rows} rows, {verification.findings}"


async def stumbles(office: TestOffice, journey: str) -> list[str]:
    """Why the workflow's own code failed a task: each time the journey would stand still until the code is mended."""
    runs = await runs_of(office.client, [journey])
    failed = [
        event.workflow_task_failed_event_attributes
        for run in runs[journey]
        for event in run.events
        if event.HasField("workflow_task_failed_event_attributes")
    ]
    causes = [str(failure) for failure in failed if failure.cause not in REPEATED_BY_THE_SERVER]
    return [cause for cause in causes if STARVED not in cause]
