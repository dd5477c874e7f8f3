"""A minute of faults, of every class, drawn from a seed: what the product promises holds after all of them."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.faults import MEETS
from tests.support.processes import environment, run

SEED = 12
NEEDS_MOUNTS = "fill the disk"


async def test_everything_that_was_promised_holds_when_everything_around_has_been_broken() -> None:
    with TemporaryDirectory(prefix="chaos-") as folder:  # PostgreSQL's socket wants a short path
        how = ("--seconds", "12", "--faults-a-minute", "110", "--hasty", "--folder", folder)
        ended = await run("-m", "tests.chaos", "--seed", str(SEED), *how, env=environment(), within=240)
        outcome = json.loads((Path(folder) / "outcome.json").read_text())
    assert outcome["findings"] == [], ended
    assert set(outcome["faults"]) | {NEEDS_MOUNTS} == set(MEETS)
    assert set(outcome["impossible"]) <= {NEEDS_MOUNTS}
    assert outcome["rows"] > outcome["journeys"] > 5
    assert outcome["deliveries"] >= outcome["notices"] > 0
