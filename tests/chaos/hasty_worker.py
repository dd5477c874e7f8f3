"""`worker.py` that waits seconds where the product waits minutes, so that a minute of faults shows what hours do."""

from datetime import timedelta
from functools import partial

from temporalio.common import RetryPolicy
from temporalio.worker import Worker

import worker
from interfaces.cli.process import run_command
from workflows import policies

SOON, AT_ONCE = timedelta(seconds=2), timedelta(milliseconds=200)

if __name__ == "__main__":
    policies.ANNOUNCING = timedelta(seconds=5)
    policies.ANNOUNCE_RETRY = policies.RECORD_RETRY = RetryPolicy(initial_interval=AT_ONCE, maximum_interval=SOON)
    worker.Worker = partial(Worker, sticky_queue_schedule_to_start_timeout=timedelta(seconds=1))  # type: ignore
    run_command(worker.main)
