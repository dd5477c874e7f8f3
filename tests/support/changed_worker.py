"""`worker.py` of a later build: its journeys have changed, behind a patch."""

from functools import partial

import worker
from interfaces.cli.process import run_command
from tests.support.changed_journeys import PatchedJourney

if __name__ == "__main__":
    worker.running_worker = partial(worker.running_worker, journey=PatchedJourney)
    run_command(worker.main)
