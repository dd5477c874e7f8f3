"""`worker.py` that waits seconds where the product waits minutes, so that a minute of faults shows what hours do."""

from datetime import timedelta
from functools import partial

from temporalio.common import RetryPolicy
from temporalio.worker import Worker

import worker
from activities import email_channel
from interfaces.cli.process import run_command
from runtime import channels
from workflows import policies

SOON, AT_ONCE = timedelta(seconds=2), timedelta(milliseconds=200)

if __name__ == "__main__":
    policies.ANNOUNCING = timedelta(seconds=5)
    channels.EmailChannel = partial(email_channel.EmailChannel, timeout=2, within=4)  # type: ignore
    # Answers are lost every few seconds here, and each letter is to arrive.
    email_channel.AGAIN_AFTER, email_channel.MOST_UNANSWERED = SOON, 100
    policies.ANNOUNCE_RETRY = policies.RECORD_RETRY = RetryPolicy(initial_interval=AT_ONCE, maximum_interval=SOON)
    worker.Worker = partial(Worker, sticky_queue_schedule_to_start_timeout=timedelta(seconds=1))  # type: ignore
    run_command(worker.main)
