"""Who asks an activity: anybody who reaches Temporal can schedule one, so each answers its own workflow alone."""

from collections.abc import Mapping
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from models.identifiers import JOURNEY_WORKFLOW, RESEND_NOTICES, TELL_WHO_ACTS

ASKED_BY: Mapping[str, frozenset[str]] = {
    "record": frozenset({JOURNEY_WORKFLOW}),
    "look_elsewhere": frozenset({JOURNEY_WORKFLOW}),
    "announce": frozenset({JOURNEY_WORKFLOW, RESEND_NOTICES}),
    "give_up": frozenset({JOURNEY_WORKFLOW, RESEND_NOTICES}),
    "archive_histories": frozenset({"ArchiveHistories"}),
    "tell_operator": frozenset({"ArchiveHistories"}),
    "compare_journeys": frozenset({"Reconcile"}),
    "compare_workflows": frozenset({"Reconcile"}),
    "find_unsent": frozenset({"Reconcile"}),
    "look_again": frozenset({"Reconcile"}),
    "report_differences": frozenset({"Reconcile"}),
    "tell_who_acts": frozenset({TELL_WHO_ACTS}),
}
"""The types of workflow that may ask each activity. One that is not named here answers nobody."""

LOCAL = frozenset({"record", "look_elsewhere"})
"""Activities that only the journey in hand may ask, in the worker that it runs in."""


class AnswersItsOwnWorkflow(Interceptor):
    """Refuses an activity to everybody but the workflows that it was written for."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Asked(next)


class _Asked(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        asked_by_its_own = info.workflow_type in ASKED_BY.get(info.activity_type, frozenset())
        if not asked_by_its_own or (info.activity_type in LOCAL and not _is_of_the_journey(info, input)):
            raise ApplicationError(
                "This activity answers its own workflow alone. Send an event to the journey instead.",
                type="NotForYou",
                non_retryable=True,
            )
        return await super().execute_activity(input)


def _is_of_the_journey(info: activity.Info, input: ExecuteActivityInput) -> bool:
    return info.is_local and all(asked.journey_id == info.workflow_id for asked in input.args)
