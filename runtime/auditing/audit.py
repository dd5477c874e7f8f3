"""What an auditor does: read a journey in plain words, see it as it was, and have it verified."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from models.fold import Entry
from models.journey import Journey
from models.programme import Programme
from models.status import Status, describe
from models.words import in_words
from runtime import journeys
from runtime.auditing.histories import JourneyHistory, read_histories
from runtime.auditing.listed import Listed
from runtime.auditing.verifying import Verification, verify
from runtime.converter import data_converter
from runtime.errors import Unreachable, WrongUse
from runtime.lists import LedgerLine, Lists
from runtime.wording import answer, t
from runtime.wording import in_words as said
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


def state_at(rules: Programme, lines: Sequence[LedgerLine], candidate: str, at: datetime) -> Status:
    """The status as it was recorded by the moment `at`, in UTC."""
    by_then = [line for line in lines if line.receipt.accepted and line.event and line.recorded_at <= at]
    entries = [Entry.model_validate({"event": line.event, "recorded_at": line.recorded_at}) for line in by_then]
    journey = Journey(rules, entries, journey_id=journeys.journey_id(candidate, rules.id))
    return describe(candidate, rules.id, journey.state, len(entries), at)


def timeline(lines: Sequence[LedgerLine]) -> list[dict[str, Any]]:
    """What happened, row by row, each with a sentence, its author, its day, the answer and the stage afterwards."""
    rows = {line.event_id: line.row for line in lines}
    return [
        {
            "row": line.row,
            "recorded_at": line.recorded_at,
            "effective_on": line.effective_on,
            "by": line.actor or t("unknown"),
            "what": said(in_words(line.event, rows)),
            "answer": answer(line.receipt),
            "stage": line.receipt.stage,
            "event_id": line.event_id,
        }
        for line in lines
    ]
