"""An audit of what is kept: one journey or all of them, in this process, through one verifier."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from temporalio.client import Client

from models.fold import Entry
from models.journey import Journey
from models.programme import Programme
from models.status import Status, describe
from models.words import in_words
from runtime import journeys
from runtime.auditing.evidence import Archived, LiveSource, in_chunks, nothing_archived
from runtime.auditing.findings import Verification
from runtime.auditing.replays import Replays
from runtime.auditing.runs import runs_of
from runtime.auditing.story import Began, tell
from runtime.auditing.verifying import HeldAgainst, Verifier, nothing_outside
from runtime.converter import data_converter
from runtime.errors import WrongUse
from runtime.lists import LedgerLine, Lists
from runtime.wording import answer, t
from runtime.wording import in_words as said

CHUNK = 20
"""Journeys that are read and replayed together: enough that no query is for one, few enough to be held in memory."""


class Audit:
    """Reads ledger and histories; writes nothing."""

    def __init__(
        self,
        client: Client,
        lists: Lists,
        archived: Archived = nothing_archived,
        outside: HeldAgainst = nothing_outside,
    ) -> None:
        self._client = client
        self._archived = archived
        self.source = LiveSource(lists.engine, client, archived)
        self._verifier = Verifier(self.source, Replays(client.namespace, data_converter()), data_converter(), outside)

    async def verify(
        self, journey_ids: Iterable[str], done: Callable[[], None] = lambda: None
    ) -> AsyncIterator[Verification]:
        """The verdict on each journey. Raises Unreachable."""
        async for chunk in in_chunks(journey_ids, CHUNK):
            for verification in await self._verifier.verify(chunk):
                yield verification
                done()

    async def rules_of(self, journey_id: str) -> Programme:
        """The rules that the journey was started with. Raises WrongUse where its history is gone."""
        runs = await runs_of(self._client, [journey_id], self._archived)
        story = await tell(runs[journey_id][:1], data_converter())
        for chapter in story.chapters:
            if isinstance(chapter, Began):
                return chapter.start.rules
        raise WrongUse("Temporal no longer keeps the history of this journey, and the rules of then stand in it.")


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
