"""What signing and sealing cost: whole journeys and verifying them, with and without, in turn in one run.

`python -m tests.bench.cost signing|sealing [JOURNEYS]`. Without signing, clients put in the place of a signature what
is none, the worker asks nobody's and signs no row, and an audit looks at none. Without sealing, payloads and contents
stand as they are, in the same places. Everything else is the same.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from rich.console import Console
from temporalio.api.common.v1 import Payload

from activities.authority import Authority
from auditing.evidence.evidence import journey_ids
from auditing.evidence.findings import Verdict
from auditing.verification import verifier as auditing
from models.signatures import EventSignature
from runtime.encryption.payload_codec import SealedPayloads
from runtime.local.dev_server import start_dev_server
from tests.bench.figures import Figures, beside
from tests.bench.journeys import whole
from tests.bench.kept import keep
from tests.bench.rates import AT_ONCE, WARM_UP, take
from tests.bench.servers import receiver
from tests.support.authority import authority
from tests.support.sealing import open_keyed_for_reading, sealed

NOBODYS = EventSignature(key="0" * 64, value="0" * 128, salt="0" * 32)
"""Stands in the place of a signature, so that what is sent is as long."""

JOURNEYS = 32
ROUNDS = 3
"""How often each is measured, in turn, so that neither has the quieter machine."""


class Trusting(Authority):
    """Takes everybody's word, and signs nothing."""

    def why_not(self, *_: Any) -> None:
        return None

    def signature_of(self, _row_hash: str) -> dict[str, Any]:
        return {"worker": None, "worker_signature": None}

    def genuine(self, _session: Any, rows: Any) -> list[Any]:
        return list(rows)


@contextmanager
def unsealed() -> Iterator[None]:
    """Nothing is encrypted, and no payload is wrapped."""
    with ExitStack() as patched:
        patched.enter_context(patch("activities.seals.aes_seal", lambda _key, _place, content: content))
        patched.enter_context(patch("activities.seals.aes_open", lambda _key, _place, content: content))
        patched.enter_context(patch.object(SealedPayloads, "encode", _as_they_are))
        yield


async def _as_they_are(_codec: SealedPayloads, payloads: Sequence[Payload]) -> list[Payload]:
    return list(payloads)


@contextmanager
def unsigned() -> Iterator[None]:
    """Nothing is signed or checked."""
    with ExitStack() as patched:
        trusting = Trusting(authority()._worker_key)
        patched.enter_context(patch("worker._authority", lambda *_: trusting))
        patched.enter_context(patch("tests.bench.journeys.signature_of", lambda *_: NOBODYS))
        for check in ("row_findings", "author_findings"):
            patched.enter_context(patch.object(auditing, check, lambda *_: ()))
        yield


async def measured(folder: Path, journeys: int) -> Figures:
    """Journeys a second, taken and verified, and bytes of history a journey."""
    folder.mkdir()
    database = f"sqlite:///{folder / 'ledger.db'}"
    async with receiver() as address, await start_dev_server(file=folder / "temporal.db") as temporal:
        async with whole(temporal.client, database, address, folder) as subject:
            await take(subject, WARM_UP, AT_ONCE)
            began = time.perf_counter()
            await take(subject, journeys, AT_ONCE)
            taken = journeys / (time.perf_counter() - began)
        reading = open_keyed_for_reading(database)
        ids = list(journey_ids(reading))
        client = sealed(temporal.client, reading)
        sizes = [(await client.get_workflow_handle(one).describe()).raw_description for one in ids]
        size = sum(one.workflow_execution_info.history_size_bytes for one in sizes) / len(ids)
        verifier = auditing.live_verifier(client, reading)
        await verifier.verify(ids[:WARM_UP])
        began = time.perf_counter()
        found = await verifier.verify(ids)
        verified = len(ids) / (time.perf_counter() - began)
        wrong = [one for one in found if one.verdict is not Verdict.AGREES]
        assert not wrong, wrong[0]
        reading.dispose()
    return {"taken_per_second": taken, "verified_per_second": verified, "history_bytes": size}


WITHOUT = {"signing": unsigned, "sealing": unsealed}
AS_IT_IS, BARED = "with", "without"


async def bench(folder: Path, what: str, journeys: int) -> list[dict[str, Figures]]:
    """Some rounds with and without it, in turn."""
    rounds = []
    for number in range(ROUNDS):
        of_whole = await measured(folder / f"with-{number}", journeys)
        with WITHOUT[what]():
            rounds.append({BARED: await measured(folder / f"without-{number}", journeys), AS_IT_IS: of_whole})
    return rounds


def main(arguments: list[str]) -> int:
    """Measure, keep, show."""
    what, journeys = arguments[0], int(arguments[1]) if arguments[1:] else JOURNEYS
    with TemporaryDirectory() as folder:
        rounds = asyncio.run(bench(Path(folder), what, journeys))
    figures = beside(rounds, BARED)
    keep(what, {"rounds": rounds, "figures": figures}, figures)
    Console().print(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
