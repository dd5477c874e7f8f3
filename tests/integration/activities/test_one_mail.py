"""One notice, one mail: whatever a relay does once it has taken a mail, that mail is not sent again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

import pytest

from activities.delivery import DeliveryFailed, DeliveryPostponed, DeliveryRefused
from activities.email_channel import AGAIN_AFTER, EmailChannel
from models.partners.partner import Partner
from tests.support import notices

SENDER = "hela-vagen@region.example"
GREETING, EHLO, MAIL, RCPT, DATA, END = range(6)
ANSWERS = [b"220 relay", b"250 relay", b"250 OK", b"250 OK", b"354 go on", b"250 OK"]

Closing = Callable[[asyncio.StreamWriter], None]


class Relay:
    """Answers as it is told, each answer once it may; counts the mails whose end it has read.

    `waits` are answers that never come, and `closes` is what it does after its last answer.
    """

    def __init__(
        self, answers: dict[int, bytes] | None = None, waits: int | None = None, closes: Closing | None = None
    ):
        self.answers = [(answers or {}).get(step, usual) for step, usual in enumerate(ANSWERS)]
        self.waits, self.closes = waits, closes
        self.ends: list[bytes] = []
        self.held, self.has_read_all = asyncio.Event(), asyncio.Event()
        self.port = 0

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for step, answer in enumerate(self.answers):
            if step == END:
                self.ends.append(await reader.readuntil(b"\r\n.\r\n"))
                self.has_read_all.set()
            elif step != GREETING:
                await reader.readline()
            if step == self.waits:
                await self.held.wait()
            writer.write(answer + b"\r\n" if answer else b"")
        await writer.drain()
        if self.closes is not None:
            self.closes(writer)
        else:
            await self.held.wait()
        writer.close()


@asynccontextmanager
async def at_work(relay: Relay) -> AsyncIterator[Relay]:
    async with await asyncio.start_server(relay.connect, "127.0.0.1", 0) as server:
        relay.port = server.sockets[0].getsockname()[1]
        yield relay
        relay.held.set()


async def send(relay: Relay, each: float = 5, within: float = 5) -> None:
    by = EmailChannel("127.0.0.1", relay.port, SENDER, timeout=each, within=within)
    await by.send(notices.notice(), to())


def to() -> Partner:
    return notices.partner(channel="email", address="sektionen@kommunal.example")


AFTERWARDS: dict[str, Closing | None] = {
    "closes": lambda writer: writer.close(),
    "cuts the connection": lambda writer: writer.transport.abort(),
    "never says good-bye": None,
    "says something else": lambda writer: writer.write(b"554 go away\r\n"),
    "says rubbish": lambda writer: writer.write(b"\xff\xfe\x00" * 1_000 + b"\r\n"),
}


@pytest.mark.parametrize("closes", AFTERWARDS.values(), ids=AFTERWARDS)
async def test_what_a_relay_has_taken_is_sent_whatever_it_does_then(
    closes: Closing | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.mail_relay.FAREWELL_SECONDS", 0.05)
    async with at_work(Relay(closes=closes)) as relay:
        await send(relay)
    assert len(relay.ends) == 1


async def test_what_becomes_of_a_mail_is_waited_for_longer_than_any_other_answer() -> None:
    async with at_work(Relay(waits=END)) as relay:
        sending = asyncio.create_task(send(relay, each=0.5))
        await relay.has_read_all.wait()
        done, _ = await asyncio.wait({sending}, timeout=1.0)
        assert not done
        relay.held.set()
        await sending


@pytest.mark.parametrize("step", [GREETING, EHLO, MAIL, RCPT, DATA])
async def test_a_mail_has_so_much_time_in_all_and_failed_then(step: int) -> None:
    async with at_work(Relay(waits=step)) as relay:
        with pytest.raises(DeliveryFailed, match="did not answer in time"):
            await send(relay, each=60, within=0.1)


@pytest.mark.parametrize(("reply", "error"), [(b"451 later", DeliveryFailed), (b"554 never", DeliveryRefused)])
async def test_a_mail_that_is_refused_at_its_end_is_not_sent(reply: bytes, error: type[Exception]) -> None:
    async with at_work(Relay({END: reply}, closes=lambda writer: writer.close())) as relay:
        with pytest.raises(error):
            await send(relay)


UNANSWERED: dict[str, Callable[[], Relay]] = {
    "hangs up": lambda: Relay({END: b""}, closes=lambda writer: writer.transport.abort()),
    "says rubbish": lambda: Relay({END: b"\xff\x00ok"}, closes=lambda writer: writer.close()),
    "says nothing": lambda: Relay(waits=END),
}


@pytest.mark.parametrize("how", UNANSWERED)
async def test_a_mail_whose_end_is_not_answered_is_sent_once_more_much_later_and_then_left_to_a_person(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can tell whether it was taken: whoever has it twice knows it by its Message-ID."""
    now = 0.0
    monkeypatch.setattr("activities.email_channel.monotonic", lambda: now)
    async with at_work(UNANSWERED[how]()) as relay:
        by = EmailChannel("127.0.0.1", relay.port, SENDER, within=1.0 if how == "says nothing" else 30.0)
        sending = partial(by.send, notices.notice(), to())
        with pytest.raises(DeliveryFailed, match="did not say what became of it") as failed:
            await sending()
        assert failed.value.retry_after == AGAIN_AFTER
        with pytest.raises(DeliveryPostponed):
            await sending()
        with pytest.raises(DeliveryFailed, match="did not say what became of it"):
            await by.send(notices.notice(notice_id=UUID(int=7)), to())  # another letter is not kept back
        now = AGAIN_AFTER.total_seconds()
        with pytest.raises(DeliveryRefused, match="2 times; ask its operator"):
            await sending()
    ids = Counter(next(line for line in mail.splitlines() if line.startswith(b"Message-ID")) for mail in relay.ends)
    assert sorted(ids.values()) == [1, 2]
