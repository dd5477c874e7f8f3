"""An audit of what is kept: one journey or all of them, in this process, through one verifier."""

from collections.abc import AsyncIterator, Callable, Iterable

from temporalio.client import Client

from auditing.evidence.evidence import LiveSource, in_chunks
from auditing.evidence.findings import Verification
from auditing.evidence.reading_runs import tell
from auditing.evidence.runs import runs_of
from auditing.verification.parallel import CHUNK
from auditing.verification.replay import Replays
from auditing.verification.verifier import HeldAgainst, Verifier, nothing_outside
from models.programme.programme import Programme
from runtime.archive import Archived, nothing_archived
from runtime.errors import UsageError
from runtime.temporal.converter import data_converter
from services.queries.lists import Lists


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
        """The verdict on each journey. Raises ServiceUnavailable."""
        async for chunk in in_chunks(journey_ids, CHUNK):
            for verification in await self._verifier.verify(chunk):
                yield verification
                done()

    async def rules_of(self, journey_id: str) -> Programme:
        """The rules that the journey was started with. Raises UsageError where its history is gone."""
        runs = await runs_of(self._client, [journey_id], self._archived)
        story = await tell(runs[journey_id][:1], data_converter())
        if story.rules is not None:
            return story.rules
        raise UsageError("Temporal no longer keeps the history of this journey, and the rules of then stand in it.")
