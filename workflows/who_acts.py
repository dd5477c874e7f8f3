"""Telling somebody by mail that they act for a colleague, once for each statement, however long mail is away."""

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from activities.acting_mail import ActingMail, Told, WhoActs
    from models.identifiers import TELL_WHO_ACTS
    from workflows import policies
    from workflows.starting import NO_INPUT, read_input, refused_start

SAY_IT_AGAIN = "Say anew who stands in, and it is told."


@workflow.defn(name=TELL_WHO_ACTS)
class TellWhoActs:
    """Sends one mail. It runs under the id of the statement alone, which Temporal takes once."""

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> Told:
        asked = read_input(given, WhoActs, SAY_IT_AGAIN)
        if workflow.info().workflow_id != asked.id:
            raise refused_start(f"The workflow id must be that of the statement. {SAY_IT_AGAIN}")
        return await workflow.execute_activity_method(
            ActingMail.tell_who_acts,
            asked,
            start_to_close_timeout=policies.ANNOUNCING,
            heartbeat_timeout=policies.ANNOUNCING_IS_ALIVE,
            schedule_to_close_timeout=policies.GIVE_UP_AFTER,
            retry_policy=policies.ANNOUNCE_RETRY,
        )
