"""The nightly work: closed histories go to the archive, everything is held against the ledger, the operator is told."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.archive.archiver import Archiver
    from activities.archive.runs import ArchiveOutcome
    from activities.operator_mail import Alarm, OperatorMail, Report
    from activities.reconciling.reconciler import MOST, Found, Look, Reconciler, SecondLook
    from models.calendar.swedish_day import day_in_sweden
    from models.discrepancy import Difference
    from models.fields import Strict
    from models.identifiers import JOURNEY_WORKFLOW
    from workflows import policies
    from workflows.clock import day_at
    from workflows.starting import NO_INPUT, read_optional

ARCHIVE_HISTORIES = "ArchiveHistories"
"""The workflow's name, by which its schedule starts it."""


class ArchiveRequest(Strict):
    """How to archive. Whoever does it by hand sees what came of it, and no mail need say so."""

    tell_operator: bool = True


@workflow.defn(name=ARCHIVE_HISTORIES)
class ArchiveHistories:
    """Archives all that has closed, and raises the alarm where something is about to be lost."""

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> ArchiveOutcome:
        request = read_optional(given, ArchiveRequest)
        try:
            outcome = await workflow.execute_activity_method(
                Archiver.archive_histories,
                JOURNEY_WORKFLOW,
                heartbeat_timeout=policies.ARCHIVING_IS_ALIVE,
                start_to_close_timeout=policies.ARCHIVING,
                schedule_to_close_timeout=policies.ARCHIVING,
                retry_policy=policies.ARCHIVE_RETRY,
            )
        except ActivityError:
            workflow.logger.error("the histories could not be archived")
            if request.tell_operator:
                await self._tell(None)
            raise
        warned_on = last_warned_on()
        if outcome.about_to_go:
            workflow.logger.error("%d closed histories are about to go unarchived", outcome.about_to_go)
            today = day_in_sweden(workflow.now())
            if request.tell_operator and warned_on != today and await self._tell(outcome):
                warned_on = today
        return outcome.model_copy(update={"warned_on": warned_on})

    async def _tell(self, outcome: ArchiveOutcome | None) -> bool:
        """Whether the operator was told. That a mail cannot be sent must not hide what it would have said."""
        try:
            return await workflow.execute_activity_method(
                OperatorMail.tell_operator,
                Alarm(run_id=workflow.info().run_id, outcome=outcome),
                start_to_close_timeout=policies.ANNOUNCING,
                schedule_to_close_timeout=policies.TELLING_THE_OPERATOR,
                retry_policy=policies.ANNOUNCE_RETRY,
            )
        except ActivityError:
            workflow.logger.error("the operator could not be told")
            return False


def last_warned_on() -> date | None:
    """The day on which a run before this one told the operator: once a night is enough, also where it is run again."""
    if not workflow.has_last_completion_result():
        return None
    last = workflow.get_last_completion_result(ArchiveOutcome)
    return last.warned_on if last else None


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
                OperatorMail.report,
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
