"""The journey after changes of its workflow: a careless one, and the same behind a patch. For tests of upgrades."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from models.identifiers import JOURNEY_WORKFLOW
    from models.projections.status import Status
    from workflows.candidate_journey import CandidateJourney
    from workflows.messages import JourneyStart
    from workflows.starting import NO_INPUT

BREATHE_FIRST = "breathe-first"
"""The id of the patch."""


@workflow.defn(name=JOURNEY_WORKFLOW)
class HastyJourney(CandidateJourney):
    """A careless change: a journey waits a moment before it begins, also one that has begun long ago."""

    @workflow.init
    def __init__(self, given: RawValue = NO_INPUT) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> Status:
        await workflow.sleep(0.001)
        return await super().run(given)


@workflow.defn(name=JOURNEY_WORKFLOW)
class PatchedJourney(CandidateJourney):
    """The same change as it has to be made: only a run that begins under this code waits."""

    @workflow.init
    def __init__(self, given: RawValue = NO_INPUT) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> Status:
        if workflow.patched(BREATHE_FIRST):
            await workflow.sleep(0.001)
        return await super().run(given)


@workflow.defn(name=JOURNEY_WORKFLOW)
class SettledJourney(CandidateJourney):
    """Once no open run is older than the patch: the old way is gone, the patch deprecated."""

    @workflow.init
    def __init__(self, given: RawValue = NO_INPUT) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> Status:
        workflow.deprecate_patch(BREATHE_FIRST)
        await workflow.sleep(0.001)
        return await super().run(given)


@workflow.defn(name=JOURNEY_WORKFLOW)
class StumblingJourney(CandidateJourney):
    """A slip in the workflow's own code: nothing can be judged, and the task fails over and over."""

    @workflow.init
    def __init__(self, given: RawValue = NO_INPUT) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> Status:
        return await super().run(given)

    async def _work_off(self) -> None:
        if self._queue:
            raise LookupError("a person's name")
        await super()._work_off()


@workflow.defn
class PassingOn:
    """Goes on as a journey of another queue, with what it was given."""

    @workflow.run
    async def run(self, given: JourneyStart, queue: str) -> None:
        workflow.continue_as_new(
            args=[given], workflow=JOURNEY_WORKFLOW, task_queue=queue, task_timeout=timedelta(seconds=1)
        )
