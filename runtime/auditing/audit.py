"""What an auditor does: read the rules that were pinned, and have journeys verified."""

from collections.abc import AsyncIterator, Callable, Sequence

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from models.programme import Programme
from runtime.auditing.histories import JourneyHistory, read_histories
from runtime.auditing.listed import Listed
from runtime.auditing.verifying import Verification, verify
from runtime.converter import data_converter
from runtime.errors import Unreachable, WrongUse
from runtime.lists import Lists
from workflows.candidate_journey import CandidateJourney


class Audit:
    """Reads ledger and histories; writes nothing."""

    def __init__(self, client: Client, lists: Lists) -> None:
        self._client = client
        self._lists = lists
        # Replay in the sandbox takes three times as long and finds nothing more: the code that ran was in the sandbox.
        self._replayer = Replayer(
            workflows=[CandidateJourney],
            data_converter=data_converter(),
            namespace=client.namespace,
            workflow_runner=UnsandboxedWorkflowRunner(),
        )

    async def verify(
        self, journey_ids: Sequence[str], done: Callable[[], None] = lambda: None
    ) -> AsyncIterator[Verification]:
        """The verdict on each journey. Raises Unreachable."""
        for journey_id in journey_ids:
            history = await self._history(journey_id)
            journey = next(iter(self._lists.journeys(journey_id=journey_id)), None)
            listed = Listed(journey, self._lists.details(journey_id))
            yield await verify(history, self._lists.ledger(journey_id), listed, self._replayer)
            done()

    async def rules_of(self, journey_id: str) -> Programme:
        """The rules that the journey was started with. Raises WrongUse where its history is gone."""
        history = await self._history(journey_id)
        if history.start is None:
            raise WrongUse("Temporal no longer keeps the history of this journey, and the rules of then stand in it.")
        return history.start.rules

    async def _history(self, journey_id: str) -> JourneyHistory:
        try:
            return await read_histories(self._client, journey_id, data_converter())
        except RPCError as error:
            what = error.status.name.lower().replace("_", " ")
            raise Unreachable(
                "Temporal does not answer ({what}): try again, or ask the operator.", what=what
            ) from error
