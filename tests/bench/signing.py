"""What signing and checking cost: whole journeys and verifying them, with and without, in turn in one run.

`python -m tests.bench.signing [JOURNEYS]`. Without, clients put in the place of a signature what is none, the worker
asks nobody's and signs no row, and an audit looks at none; everything else is the same.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from aiohttp import web

from activities.authority import Authority
from auditing.evidence.evidence import journey_ids
from auditing.evidence.findings import Verdict
from auditing.verification import verifier as auditing
from models.signatures import Signature
from runtime.local.dev_server import HOST, start_dev_server
from tests.bench.__main__ import AT_ONCE, JOURNEYS, WARM_UP, receiving, take
from tests.bench.journeys import whole
from tests.support.authority import authority
from tests.support.sealing import open_keyed_for_reading

NOBODYS = Signature(key="0" * 64, value="0" * 128)
"""Stands in the place of a signature, so that what is sent is as long."""

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
def without() -> Iterator[None]:
    """Nothing is signed or checked."""
    with ExitStack() as patched:
        trusting = Trusting(authority()._worker_key)
        patched.enter_context(patch("worker._authority", lambda *_: trusting))
        patched.enter_context(patch("tests.bench.journeys.signature_of", lambda *_: NOBODYS))
        for check in ("row_findings", "author_findings"):
            patched.enter_context(patch.object(auditing, check, lambda *_: ()))
        yield


async def measured(folder: Path, journeys: int) -> tuple[float, float]:
    """Journeys a second, taken and verified."""
    folder.mkdir()
    receiver = web.AppRunner(receiving())
    await receiver.setup()
    await web.TCPSite(receiver, HOST, 0).start()
    database, address = f"sqlite:///{folder / 'ledger.db'}", f"http://{HOST}:{receiver.addresses[0][1]}"
    async with await start_dev_server(file=folder / "temporal.db") as temporal:
        async with whole(temporal.client, database, address, folder) as subject:
            await take(subject, WARM_UP, AT_ONCE)
            began = time.perf_counter()
            await take(subject, journeys, AT_ONCE)
            taken = journeys / (time.perf_counter() - began)
        reading = open_keyed_for_reading(database)
        ids = list(journey_ids(reading))
        verifier = auditing.live_verifier(temporal.client, reading)
        await verifier.verify(ids[:WARM_UP])
        began = time.perf_counter()
        found = await verifier.verify(ids)
        verified = len(ids) / (time.perf_counter() - began)
        wrong = [one for one in found if one.verdict is not Verdict.AGREES]
        assert not wrong, wrong[0]
        reading.dispose()
    await receiver.cleanup()
    return taken, verified


async def bench(journeys: int) -> None:
    """Print the rates and their ratio."""
    figures: dict[str, list[tuple[float, float]]] = {"with": [], "without": []}
    with TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            figures["with"].append(await measured(Path(folder) / f"with-{number}", journeys))
            with without():
                figures["without"].append(await measured(Path(folder) / f"without-{number}", journeys))
    for place, what in enumerate(("journeys a second", "verified a second")):
        signed, bare = (sum(one[place] for one in figures[name]) / ROUNDS for name in ("with", "without"))
        print(f"{what}: {signed:.1f} with signing and checking, {bare:.1f} without, ratio {signed / bare:.2f}")


if __name__ == "__main__":
    asyncio.run(bench(int(sys.argv[1]) if sys.argv[1:] else JOURNEYS))
