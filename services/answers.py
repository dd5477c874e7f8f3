"""The answer of a journey that was sent something: what can go wrong on the way there and back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from temporalio.client import (
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError, RPCStatusCode

from models.ledger.receipt import Receipt
from models.message import msg
from runtime.errors import Refused, ServiceUnavailable
from runtime.temporal.client import temporal_errors

ANSWER_WITHIN = 30.0
"""Seconds. A receipt takes a tenth of one; whoever waits this long has no worker, or no database."""

ASK_AGAIN_AFTER = 0.2
"""Seconds. The task that was in vain is repeated at once."""


NO_WORKER = msg("worker.none_answers", "No worker answers. Try again later, or ask the operator.")
EVENT_KEPT = msg(
    "worker.event_kept",
    "No worker answers. The event is kept in Temporal and recorded once a worker is back, so do not send it again.",
)
PARTNERS_UNREAD = msg(
    "worker.partners_unread",
    "The event waits, as the list of partners has a fault and nobody knows what they may be told. Correct the list, and"
    " the event is recorded.",
)
LEDGER_LACKS = msg(
    "journey.ledger_lacks",
    "The ledger lacks earlier events of this journey, as after a restore of the database. The event is recorded once"
    " the operator has restored them.",
)
LOST = msg(
    "journey.lost",
    "Nothing was recorded: this journey is open, but Temporal no longer runs it. Ask the operator to repair it, then"
    " send the event again.",
)
NO_RUN = msg("journey.not_running", "The journey has ended or never began, so it does not take this event.")


UNANSWERED = frozenset({"worker.event_kept", "worker.event_not_kept", "temporal.event_not_kept"})
"""The ids of what is told of an event that was sent and that nobody has answered."""


def not_kept(event_id: object) -> ServiceUnavailable:
    """That an event was sent, and nobody knows whether it will be recorded."""
    return ServiceUnavailable(
        "worker.event_not_kept",
        "No worker answers. The event may be recorded later. Check the journey, or send it again with its id {event}.",
        event=event_id,
    )


@contextmanager
def one_of_several() -> Iterator[None]:
    """Around sending one of several events whose ids follow from what is said: to say it again sends the rest, and does
    nothing twice, so nobody is told not to."""
    try:
        yield
    except ServiceUnavailable as error:
        if error.message.id not in UNANSWERED:
            raise
        raise ServiceUnavailable(
            "worker.not_all_sent",
            "No answer comes, so not all was sent. Do the same again in a while: it goes on from there.",
        ) from error


async def asked_again(ask: Callable[[], Awaitable[Receipt]]) -> Receipt:
    """The receipt of an event, sent again where the server dropped it: a signal came just as the run was ending, or
    continuing as new, and the workflow task that would have brought the event to the journey was in vain.

    The event's id makes that safe. Whoever waits sets the limit.
    """
    while True:
        try:
            return await ask()
        except RPCError as error:
            if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                raise
        await asyncio.sleep(ASK_AGAIN_AFTER)


@asynccontextmanager
async def an_answer() -> AsyncIterator[None]:
    """Turn everything that can go wrong on the way to a journey and back into a sentence."""
    try:
        with temporal_errors(not_found=NO_RUN):
            async with asyncio.timeout(ANSWER_WITHIN):
                yield
    except TimeoutError as error:
        raise ServiceUnavailable(NO_WORKER) from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise asyncio.CancelledError from error  # by whoever waits, with Ctrl-C; the SDK hides which it was
        raise ServiceUnavailable(NO_WORKER) from error
    except (WorkflowUpdateFailedError, WorkflowQueryFailedError) as error:
        raise Refused("journey.no_answer", "The journey did not answer: {why}.", why=error) from error


@asynccontextmanager
async def an_answer_to(event_id: object) -> AsyncIterator[None]:
    """As `an_answer`, to an event. Temporal may have it, though it went away before it said so: without its id the same
    said again would be another event."""
    try:
        async with an_answer():
            yield
    except ServiceUnavailable as error:
        if error.message.id != "temporal.no_answer":
            raise
        raise ServiceUnavailable(
            "temporal.event_not_kept",
            "Temporal does not answer. The event may be recorded later. Check the journey, or send it again with its id"
            " {event}.",
            event=event_id,
        ) from error
