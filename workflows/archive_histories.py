"""Copying closed histories into the archive, every night, before Temporal drops them."""

from datetime import date

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.archive.alarm import Alarm, OperatorMail
    from activities.archive.archiver import Archiver
    from activities.archive.runs import ArchiveOutcome
    from models.fields import Strict
    from models.identifiers import JOURNEY_WORKFLOW
    from workflows import policies
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
            today = workflow.now().date()
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
