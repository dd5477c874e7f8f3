"""Announcing: what is tried again, when, and what counts as an attempt."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.announce import Announcement, Announcer, Sender
from activities.delivery import DeliveryFailed, DeliveryPostponed
from activities.letterhead import NO_HEAD, Letterhead
from activities.outbox import Due, Outbox, Outcome
from models.partners.notice import Notice
from models.partners.partner import Channel, Recipient
from tests.support import notices
from tests.support.authority import authority
from workflows.policies import ANNOUNCE_RETRY

ANNOUNCEMENT = Announcement(journey_id="journey/K7Q29FMXB/easy_jobs", event_id=UUID(int=2))


class OneNotice:
    """An outbox with one notice pending, which counts what becomes of it."""

    def __init__(self) -> None:
        self.marked: Counter[str] = Counter()

    def with_due(self, *asked: Any) -> Any:
        return asked[-1](None, Due([notices.notice()]))

    def mark(self, *outcomes: Outcome) -> bool:
        self.marked.update("failed" for one in outcomes if set(one.columns) == {"last_error"})
        return True


class OnePartner:
    """Whatever is to be sent reaches the same partner."""

    def find(self, *_: object) -> tuple[Recipient]:
        return (notices.partner(),)

    def head(self, *_: object) -> Letterhead:
        return NO_HEAD

    def with_link(self, *_: object) -> Letterhead:
        return NO_HEAD


class Failing:
    """A channel that fails in a given way."""

    def __init__(self, failure: DeliveryFailed) -> None:
        self.failure = failure

    async def send(self, notice: Notice, to: Recipient, head: Letterhead) -> None:  # noqa: ARG002
        raise self.failure


async def announce(failure: DeliveryFailed, attempt: int, policy: RetryPolicy | None = ANNOUNCE_RETRY) -> Any:
    """What is raised to Temporal, and what stands in the outbox."""
    outbox = OneNotice()
    senders: dict[Channel, Sender] = {Channel.WEBHOOK: Failing(failure)}
    announcer = Announcer(cast(Outbox, outbox), authority(), OnePartner(), senders, lambda: datetime.now(UTC))
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt, retry_policy=policy)
    with pytest.raises(ApplicationError) as caught:
        await environment.run(announcer.announce, ANNOUNCEMENT)
    return caught.value, outbox.marked


@pytest.mark.parametrize(
    ("asked", "attempt", "delay"),
    [(120, 1, 120), (120, 7, 120), (1, 7, 64), (1, 400, 15 * 60), (None, 7, None)],
    ids=["at first", "as long as asked", "no shorter than ever", "no shorter at the end", "not asked"],
)
async def test_the_next_attempt_comes_when_the_partner_has_asked_for_it(
    asked: int | None, attempt: int, delay: int | None
) -> None:
    wait = None if asked is None else timedelta(seconds=asked)
    error, marked = await announce(DeliveryFailed("The webhook of partner af answered 429.", wait), attempt)

    assert error.next_retry_delay == (None if delay is None else timedelta(seconds=delay))
    assert marked == {"failed": 1}


async def test_what_was_not_even_tried_counts_as_no_attempt() -> None:
    wait = timedelta(seconds=90)
    error, marked = await announce(DeliveryPostponed("The webhook of partner af has asked to wait.", wait), 2)

    assert error.next_retry_delay == wait
    assert marked == {}


async def test_a_policy_that_says_nothing_leaves_the_wait_as_asked() -> None:
    error, _ = await announce(DeliveryFailed("answered 503", timedelta(seconds=5)), 3, policy=None)

    assert error.next_retry_delay == timedelta(seconds=5)
