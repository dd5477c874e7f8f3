"""`worker.py` as a test runs it: it kills itself, once, at the moment that a test has chosen.

A file holds the moment. It is taken away before the end, so the next worker lives. Temporal also waits less long for a
worker that is dead: it would be two minutes for a notice, and ten seconds for a journey that the worker had at hand.
"""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.worker import Worker

import worker
from activities.outbox import Outbox
from activities.record import Recorder
from interfaces.cli.process import run_command
from models.ledger.entry import LedgerEntry
from workflows import policies

MOMENT = "HELAVAGEN_TEST_DIES"
"""In the environment: the file with the moment."""

AFTER_RECORDING = "after recording "
"""With the kind of event behind it: the ledger row is written, and the workflow's task not yet completed."""

BEFORE_MARKING = "before marking a notice as sent"
"""The receiver has taken the notice."""

ANNOUNCING = timedelta(seconds=3)
AT_HAND = timedelta(seconds=1)


def die_if(moment: str) -> None:
    file = Path(os.environ[MOMENT])
    if file.exists() and file.read_text() == moment:
        file.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def _dies_after(record: Callable[[Recorder, LedgerEntry], Any]) -> Any:
    @wraps(record)
    def recorded(self: Recorder, entry: LedgerEntry) -> Any:
        answer = record(self, entry)
        die_if(AFTER_RECORDING + entry.kind)
        return answer

    del recorded.__temporal_activity_definition  # type: ignore[attr-defined]  # of what is wrapped
    return activity.defn(name="record")(recorded)


def _dies_before(mark: Callable[..., Any]) -> Any:
    @wraps(mark)
    def marked(*arguments: Any) -> Any:
        die_if(BEFORE_MARKING)
        return mark(*arguments)

    return marked


if __name__ == "__main__":
    policies.ANNOUNCING = ANNOUNCING
    worker.Worker = partial(Worker, sticky_queue_schedule_to_start_timeout=AT_HAND)  # type: ignore
    Recorder.record = _dies_after(Recorder.record)  # type: ignore[method-assign]
    Outbox.mark = _dies_before(Outbox.mark)  # type: ignore[method-assign]
    run_command(worker.main)
