"""One measurement of the audit bench, in a process of its own.

`replayer JOURNEYS`, or `verify JOURNEYS CORES CHECKPOINT`.
Prints the figures as one line of JSON. What is imported and opened before the first journey is not counted.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.worker import Replayer

from auditing.evidence.evidence import journey_ids
from auditing.evidence.findings import Verdict
from auditing.verification.parallel import verify_many
from auditing.verification.results import Results, ResultsHeader
from auditing.verification.verifier import LiveVerifier
from models.identifiers import JOURNEY_WORKFLOW
from runtime.settings import load_settings, require_database
from runtime.temporal.client import connect, data_converter
from tests.bench.memory import peaks
from tests.support.sealing import open_keyed_for_reading
from workflows.candidate_journey import CandidateJourney


async def replayer(journeys: int) -> float:
    """The SDK's replayer as its documentation shows it. Seconds."""
    client = await connect(load_settings())
    histories = client.list_workflows(f'WorkflowType = "{JOURNEY_WORKFLOW}"', limit=journeys).map_histories()
    began = time.perf_counter()
    await Replayer(workflows=[CandidateJourney], data_converter=data_converter()).replay_workflows(histories)
    return time.perf_counter() - began


def verify(journeys: int, cores: int, checkpoint: Path) -> float:
    """All that `audit.py verify --checkpoint` does. Seconds."""
    settings = load_settings()
    reading = open_keyed_for_reading(require_database(settings))
    ids = list(journey_ids(reading))[:journeys]
    with TemporaryDirectory() as folder:
        results = Results(Path(folder) / "verdicts", ResultsHeader(source="bench", build="bench"))
        began = time.perf_counter()
        verify_many(LiveVerifier(settings, checkpoint), ids, results, cores, lambda _n: None)
        seconds = time.perf_counter() - began
        assert all(one.verdict is Verdict.AGREES for one in results.read())
    return seconds


if __name__ == "__main__":
    what, count, *rest = sys.argv[1:]
    with peaks() as used:
        many = int(count)
        took = asyncio.run(replayer(many)) if what == "replayer" else verify(many, int(rest[0]), Path(rest[1]))
    print(json.dumps({"journeys": many, "journeys_per_second": many / took, "peak_mb": used.highest}))
