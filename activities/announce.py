"""Announce: send all notices of an event. The ordinary activity after commit; it holds up no later event.

No message here names a person, an address or a secret: it ends in logs and in Temporal's history. That is what
`says_nothing_personal` promises to whoever writes the logs.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from pydantic import AwareDatetime
from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.authority import Authority
from activities.delivery import Delivery, DeliveryFailed, DeliveryPostponed, DeliveryRefused, NobodyWritten
from activities.handed_over import KIND as HANDED_OVER
from activities.handed_over import Letter
from activities.letterhead import Letterhead
from activities.outbox import Due, Outbox, Outcome, Settled
from activities.retry_after import LONGEST_WAIT
from models.fields import Strict, added
from models.partners.notice import Notice
from models.partners.partner import Channel, Recipient

TRIED_FOR = timedelta(days=3)
"""A partner's server that stood still over a weekend still gets its notices; then a person must look."""

GIVEN_UP_AFTER = TRIED_FOR - LONGEST_WAIT - timedelta(hours=1)
"""The server gives up before an attempt that would come too late: as much earlier as the longest wait between two."""

SIGN_OF_LIFE_SECONDS = 15.0
"""Four in the time within which one is waited for."""

WITH_THE_OTHERS = timedelta(seconds=2)
"""After this it is asked again whether all are there who were handed over together."""


class NotDelivered(ApplicationError):
    """Some of an event's notices are to be tried again: how many, and each reason once."""

    says_nothing_personal = True

    told_elsewhere = True
    """Each attempt has its line in the log: see `activities.deliveries`."""


class Sender(Protocol):
    """A way of reaching somebody."""

    async def send(self, notice: Notice, to: Recipient, head: Letterhead) -> None:
        """Deliver `notice` to somebody, with what stands beside it; returns when the other side has taken it over.

        Safe to repeat: each repeat carries the same `notice_id`, by which the other side knows it again. Raises
        `DeliveryFailed` or `DeliveryRefused`, and nothing else, whatever the other side does.
        """
        ...


class Addressing(Protocol):
    """Tells whom a notice reaches."""

    def find(self, session: Session, notice: Notice, at: datetime) -> Sequence[Recipient]:
        """Who gets the notice at a moment, by each way in which they are told. Raises DeliveryRefused where that is
        nobody, and NobodyWritten where it is somebody to call."""
        ...

    def head(self, session: Session, notice: Notice, to: Recipient, at: datetime) -> Letterhead:
        """What stands in a letter to somebody beside its notice at a moment."""
        ...

    def with_link(self, head: Letterhead, notice: Notice, to: Recipient, at: datetime) -> Letterhead:
        """The same with the link by which the letter may be answered, where it may: that is written down."""
        ...


class Addressed(NamedTuple):
    """A notice and each way in which it is told, with what stands beside it; or why it cannot be told now."""

    notice: Notice
    ways: Sequence[tuple[Recipient, Letterhead]] = ()
    why_not: Exception | None = None


class Outstanding(NamedTuple):
    """What of an event's notices is to be sent, and what came of the others."""

    pending: Sequence[Addressed]
    settled: Mapping[UUID, Settled]


class Tried(NamedTuple):
    """What came of trying to send a notice: what is to be remembered, and why it must be tried again."""

    outcome: Outcome | None = None
    failure: DeliveryFailed | None = None


class Announcement(Strict):
    """The event whose notices are to be sent."""

    journey_id: str
    event_id: UUID


class Announced(Strict):
    """What became of an event's notices, by their ids. It stands in the history, so that no delivery can be made up.

    `to_call` are those of whom there is no address to write to. `sent_at` are the moments at which those that were sent
    were sent, in their order and in UTC, so that none can be moved.
    """

    sent: tuple[UUID, ...] = ()
    dead: tuple[UUID, ...] = ()
    to_call: tuple[UUID, ...] = added(())
    sent_at: tuple[AwareDatetime, ...] = added(())

    @property
    def moments(self) -> dict[UUID, datetime]:
        """When each was sent; of none in what was written before it was told."""
        return dict(zip(self.sent, self.sent_at, strict=False))


class Announcer:
    """Sends notices to whomever they reach when they are sent, through the channel that reaches them."""

    def __init__(
        self,
        outbox: Outbox,
        authority: Authority,
        addressees: Addressing,
        senders: Mapping[Channel, Sender],
        now: Callable[[], datetime],
    ) -> None:
        self._outbox = outbox
        self._authority = authority
        self._addressees = addressees
        self._senders = senders
        self._now = now

    @activity.defn(name="announce")
    async def announce(self, announcement: Announcement) -> Announced:
        """Send what is pending, side by side. Safe to repeat by the notice's id, by which receivers tell repeats.

        Raises NotDelivered while something may still arrive by trying again. What cannot be delivered is marked
        dead and raises nothing.
        """
        found = await asyncio.to_thread(self._addressed, announcement)
        async with alive():
            settled, failures = await self._send_all(announcement, found)
        if failures:
            reasons = " ".join(dict.fromkeys(map(str, failures)))
            told = f"{len(failures)} of {len(found.pending)} notices not delivered yet: {reasons}"
            raise NotDelivered(told, next_retry_delay=delay_asked(failures, _ordinary_delay()))
        return _announced(settled)

    @activity.defn(name="give_up")
    async def give_up(self, announcement: Announcement) -> Announced:
        """Mark what is still pending as dead letters. Safe to repeat by the event's id.

        Only once it is time, by the server's clock: a workflow of somebody's own can ask for it, and must not keep from
        a partner what they may yet be told. What is left pending, the nightly reconciliation names.
        """
        why = "given up after trying for as long as the retry policy allows"
        long_enough = activity.info().scheduled_time - GIVEN_UP_AFTER
        event = (announcement.journey_id, announcement.event_id)
        due = await asyncio.to_thread(self._outbox.due, self._authority, *event, since_before=long_enough)
        outcome = Outcome.dead([notice.notice_id for notice in due], why)
        return _announced(await asyncio.to_thread(self._outbox.settled, *event, outcome))

    def _addressed(self, announcement: Announcement) -> Outstanding:
        """What is pending, and whom it reaches now: read in one transaction."""

        def addressed(session: Session, due: Due) -> Outstanding:
            return Outstanding([self._address(session, notice) for notice in due.notices], due.settled)

        event = (announcement.journey_id, announcement.event_id)
        return self._outbox.with_due(self._authority, *event, addressed)

    def _address(self, session: Session, notice: Notice) -> Addressed:
        now = self._now()
        try:
            ways = self._addressees.find(session, notice, now)
            return Addressed(notice, [(to, self._addressees.head(session, notice, to, now)) for to in ways])
        except (DeliveryFailed, DeliveryRefused, NobodyWritten) as why_not:
            return Addressed(notice, why_not=why_not)

    async def _send_all(
        self, announcement: Announcement, found: Outstanding
    ) -> tuple[Mapping[UUID, Settled], Sequence[DeliveryFailed]]:
        """Send side by side; what has come to its end is remembered at once, together where it has at the same time."""
        event = (announcement.journey_id, announcement.event_id)
        if not found.pending:
            return await asyncio.to_thread(self._outbox.settled, *event), ()
        failures: list[DeliveryFailed] = []
        settled, are_marked = dict(found.settled), True
        its_own = {one.notice.notice_id for one in found.pending}
        under_way = {asyncio.create_task(self._send(one)) for one in found.pending}
        try:
            while under_way:
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                tried = [task.result() for task in done]
                outcomes = [one.outcome for one in tried if one.outcome is not None]
                are_marked &= not outcomes or await asyncio.to_thread(self._outbox.mark, *outcomes)
                settled |= {id_: how for one in outcomes for id_, how in one.settled.items() if id_ in its_own}
                failures += [one.failure for one in tried if one.failure is not None]
        finally:
            for task in under_way:
                task.cancel()
        if not (are_marked or failures):  # another attempt has come before this one
            settled = await asyncio.to_thread(self._outbox.settled, *event)
        return settled, failures

    async def _send(self, pending: Addressed) -> Tried:
        notice, ways = pending.notice, pending.ways
        try:
            if pending.why_not is not None:
                raise pending.why_not
            told = await self._by(notice, *ways[0]) if len(ways) == 1 else await self._by_each(notice, ways)
        except DeliveryRefused as refusal:
            return Tried(Outcome.dead([notice.notice_id], str(refusal)))
        except NobodyWritten as unwritten:
            return Tried(Outcome.to_call(notice.notice_id, str(unwritten)))
        except DeliveryPostponed as postponed:
            return Tried(failure=postponed)
        except DeliveryFailed as failure:
            return Tried(Outcome.failed(notice.notice_id, str(failure)), failure)
        return Tried(Outcome.sent(told, self._now(), ways[0][0].id))

    async def _by(self, notice: Notice, to: Recipient, head: Letterhead) -> Sequence[UUID]:
        """Send by one way; the ids of the notices that are told of with it. Raises as a sender does."""
        letter = await self._letter(notice, to)
        if to.channel is Channel.EMAIL:
            head = await asyncio.to_thread(self._addressees.with_link, head, notice, to, self._now())
        await self._senders[to.channel].send(letter.notice, to, head)
        return letter.instead_of

    async def _by_each(self, notice: Notice, ways: Sequence[tuple[Recipient, Letterhead]]) -> Sequence[UUID]:
        """Send by every way that is left, side by side: what one has delivered or refused is not tried again because of
        another. Raises what is to be tried again, and once nothing is, what was refused."""
        settled = await asyncio.to_thread(self._outbox.ways, notice.notice_id)
        left = [(to, head) for to, head in ways if to.channel not in settled]
        tried = await asyncio.gather(*(self._settle(notice, *way) for way in left))
        again = sorted((one for one in tried if isinstance(one, DeliveryFailed)), key=_was_not_tried)
        if again:
            raise again[0]
        refused = [one for one in tried if isinstance(one, DeliveryRefused)]
        if refused or Delivery.DEAD in settled.values():
            raise refused[0] if refused else DeliveryRefused("One of the ways to the partner had been refused before.")
        return (notice.notice_id,)

    async def _settle(self, notice: Notice, to: Recipient, head: Letterhead) -> DeliveryFailed | DeliveryRefused | None:
        """Try one way of several, and remember it where it has come to its end."""
        failed: DeliveryFailed | DeliveryRefused | None = None
        try:
            await self._by(notice, to, head)
        except DeliveryFailed as failure:
            return failure
        except DeliveryRefused as refusal:
            failed = refusal
        how = Delivery.SENT if failed is None else Delivery.DEAD
        await asyncio.to_thread(self._outbox.settle_way, notice.notice_id, to.channel, how)
        return failed

    async def _letter(self, notice: Notice, to: Recipient) -> Letter:
        """What is sent, and for which notices. Raises DeliveryPostponed where another one is to tell of this one."""
        if notice.kind != HANDED_OVER or to.channel is not Channel.EMAIL:
            return Letter(notice, (notice.notice_id,))
        letter = await asyncio.to_thread(self._outbox.letter, self._authority, notice, self._now())
        if letter is None:
            raise DeliveryPostponed("told with the others who were handed over", WITH_THE_OTHERS)
        return letter


def _announced(settled: Mapping[UUID, Settled]) -> Announced:
    by_delivery = {how: tuple(id_ for id_, was in sorted(settled.items()) if was.how is how) for how in Delivery}
    sent, dead, to_call = (by_delivery[how] for how in (Delivery.SENT, Delivery.DEAD, Delivery.TO_CALL))
    sent_at = tuple(at for id_ in sent if (at := settled[id_].sent_at) is not None)
    return Announced(sent=sent, dead=dead, to_call=to_call, sent_at=sent_at)


@asynccontextmanager
async def alive() -> AsyncIterator[None]:
    """Give signs of life meanwhile, so that a worker that has died is not waited for."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(SIGN_OF_LIFE_SECONDS)  # first: most are done by then, and a sign costs a call
            activity.heartbeat()

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()


def _was_not_tried(failure: DeliveryFailed) -> bool:
    return isinstance(failure, DeliveryPostponed)


def delay_asked(failures: Sequence[DeliveryFailed], ordinary: timedelta) -> timedelta | None:
    """How long to wait before the next attempt, where all who failed ask for it; None for the ordinary delay.

    Never shorter than the ordinary one, or whoever asks for a second would be asked every second for days. The shortest
    will do: a channel asks nobody before their time.
    """
    waits = [failure.retry_after for failure in failures if failure.retry_after is not None]
    return max(min(waits), ordinary) if len(waits) == len(failures) else None


def _ordinary_delay() -> timedelta:
    """What the retry policy would wait after this attempt."""
    info = activity.info()
    policy = info.retry_policy
    if policy is None:
        return timedelta()
    longest = policy.maximum_interval or policy.initial_interval * 100  # as Temporal has it where none is set
    doublings = min(info.attempt - 1, 30)
    return min(policy.initial_interval * policy.backoff_coefficient**doublings, longest)
