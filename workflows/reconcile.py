"""The nightly reconciliation: Temporal, lists, places and notices held against the ledger, and the operator told."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.reconciling.reconciler import MOST, Found, Look, Reconciler, SecondLook
    from activities.reconciling.reporting import Report, Reporter
    from models.discrepancy import Difference
    from models.fields import Strict
    from models.identifiers import JOURNEY_WORKFLOW
    from workflows import policies
    from workflows.clock import day_at
    from workflows.starting import NO_INPUT, read_optional

RECONCILE = "Reconcile"


class ReconcileRequest(Strict):
    """How to reconcile. `settle` is what things under way are given; `mail` whether the operator is written to."""

    settle: timedelta = policies.SETTLE
    mail: bool = True


class Reconciliation(Strict):
    """What was looked at, and what differs: one by one, and how many more that were not looked at again."""

    journeys: int
    workflows: int
    differences: tuple[Difference, ...]
    more: int = 0


@workflow.defn(name=RECONCILE)
class Reconcile:
    """Look, let things settle, look again, report."""

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> Reconciliation:
        request = read_optional(given, ReconcileRequest)
        journeys = await self._compare(Reconciler.compare_journeys)
        running = await self._compare(Reconciler.compare_workflows)
        unsent = await self._compare(Reconciler.find_unsent)
        parts = (journeys, running, unsent)
        if request.settle and any(part.in_flight for part in parts):
            await workflow.sleep(request.settle, summary="until what is under way is done")
        suspected = tuple(one for part in parts for one in part.differences)
        result = Reconciliation(
            journeys=journeys.looked_at,
            workflows=running.looked_at,
            differences=(await self._look_again(suspected))[:MOST] if suspected else (),
            more=sum(part.more for part in parts) + max(0, len(suspected) - MOST),
        )
        await self._report(
            Report(at=workflow.now(), differences=result.differences, more=result.more, mail=request.mail)
        )
        return result

    async def _compare(self, part: Callable[[Reconciler, Look], Awaitable[Found]]) -> Found:
        return await workflow.execute_activity_method(
            part,
            look_at(workflow.now()),
            start_to_close_timeout=policies.COMPARING,
            heartbeat_timeout=policies.COMPARING_GOES_ON,
        )

    async def _look_again(self, suspected: tuple[Difference, ...]) -> tuple[Difference, ...]:
        return await workflow.execute_activity_method(
            Reconciler.look_again,
            SecondLook(look=look_at(workflow.now()), differences=suspected[:MOST]),
            start_to_close_timeout=policies.COMPARING,
            heartbeat_timeout=policies.COMPARING_GOES_ON,
        )

    async def _report(self, report: Report) -> None:
        try:
            await workflow.execute_activity_method(
                Reporter.report,
                report,
                start_to_close_timeout=policies.REPORTING,
                schedule_to_close_timeout=policies.REPORT_WITHIN,
                retry_policy=policies.ANNOUNCE_RETRY,
            )
        except ActivityError:
            workflow.logger.exception("the operator could not be told; the result of this workflow says what differs")


def look_at(now: datetime) -> Look:
    """What is looked at, and by which calendar, at a moment in UTC."""
    return Look(workflow=JOURNEY_WORKFLOW, now=now, today=day_at(now), unsent_before=now - policies.GIVE_UP_AFTER)
