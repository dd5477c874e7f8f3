"""The local stack's inboxes: what they keep, and what can be read of it afterwards."""

import asyncio
import json
import logging
import os
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import aiosmtplib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.delivery import DeliveryFailed, DeliveryRefused
from activities.email_channel import EmailChannel
from activities.outgoing import Outgoing, Registered
from activities.tls import trusting
from activities.webhook_channel import WebhookChannel
from models.partners.notice import Notice
from models.partners.partner import Channel, Partner
from models.stages import Stage
from runtime.local.inbox import InboxItem, Shelf, as_notice_id, mail_headers, read_inbox
from runtime.local.inboxes import LARGEST_MAIL, LARGEST_WEBHOOK, MailInbox, WebhookInbox
from tests.support import notices
from tests.support.notices import SECRET

OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
FIRST, SECOND = UUID(int=0xA), UUID(int=0xB)


def now() -> datetime:
    return datetime.now(UTC)


def partner(channel: Channel = Channel.EMAIL) -> Partner:
    address = {Channel.EMAIL: "post@af.example", Channel.WEBHOOK: "https://intake.af.example/"}[channel]
    return notices.partner(name="Förmedlingen", channel=channel, address=address)


def notice(notice_id: UUID = FIRST) -> Notice:
    return notices.notice(notice_id=notice_id, kind="permanent_role_agreed", stage=Stage.PERMANENT_ROLE)


@asynccontextmanager
async def mail_inbox(directory: Path) -> AsyncIterator[tuple[MailInbox, EmailChannel]]:
    inbox = MailInbox(directory)
    await inbox.start()
    try:
        yield inbox, EmailChannel("127.0.0.1", inbox.port, "hela-vagen@region.example")
    finally:
        await inbox.stop()


@asynccontextmanager
async def webhook_inbox(
    directory: Path, secret: str = SECRET, clock: Callable[[], datetime] = now
) -> AsyncIterator[tuple[str, WebhookChannel, aiohttp.ClientSession]]:
    inbox = WebhookInbox(directory, "127.0.0.1", 0, {"af": SECRET})
    await inbox.start()
    address = f"http://127.0.0.1:{inbox.port}"
    try:
        async with Outgoing(Registered.of(address), trusting()) as way, aiohttp.ClientSession() as session:
            yield address, WebhookChannel(way, {"af": secret}, clock, catch_all=address), session
    finally:
        await inbox.stop()


async def receive_two_mails(directory: Path) -> list[InboxItem]:
    async with mail_inbox(directory) as (_, channel):
        await channel.send(notice(FIRST), partner())
        await channel.send(notice(SECOND), partner())
    return read_inbox(directory)


async def receive_webhook(directory: Path, *, refused: type[Exception] = DeliveryRefused, **options: Any) -> InboxItem:
    async with webhook_inbox(directory, **options) as (_, channel, _session):
        with pytest.raises(refused, match="answered 401") if options else nullcontext():
            await channel.send(notice(), partner(Channel.WEBHOOK))
    [item] = read_inbox(directory)
    return item


def names_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def kept(item: InboxItem) -> dict[str, Any]:
    content = json.loads(item.path.read_bytes())
    assert isinstance(content, dict)
    return content


async def test_a_mail_is_kept_as_it_was_sent(tmp_path: Path) -> None:
    before = now()
    items = await receive_two_mails(tmp_path)

    assert [item.notice_id for item in items] == [FIRST, SECOND]
    assert items[0].channel is Channel.EMAIL
    assert items[0].recipient == "Förmedlingen <post@af.example>"
    assert items[0].subject == "En tillsvidareanställning är överenskommen – kandidat K7Q29FMXB"
    assert items[0].verified is None
    assert before <= items[0].received_at < items[1].received_at <= now()
    assert items[0].path.suffix == ".eml"
    channel = EmailChannel("127.0.0.1", 25, "hela-vagen@region.example")
    head = bytes(channel.compose(notice(), partner())).partition(b"Content-Type")[0]
    assert items[0].path.read_bytes().startswith(head)


async def test_what_comes_twice_is_seen_twice(tmp_path: Path) -> None:
    async with webhook_inbox(tmp_path) as (_, by_webhook, _session), mail_inbox(tmp_path) as (_, by_mail):
        for _ in range(2):
            await by_webhook.send(notice(), partner(Channel.WEBHOOK))
            await by_mail.send(notice(), partner())

    found = [(item.notice_id, item.verified) for item in read_inbox(tmp_path)]
    assert found == [(FIRST, True), (FIRST, None)] * 2


async def test_many_mails_at_once_are_all_kept(tmp_path: Path) -> None:
    ids = {UUID(int=number) for number in range(1, 41)}
    async with mail_inbox(tmp_path) as (_, channel):
        await asyncio.gather(*(channel.send(notice(each), partner()) for each in ids))

    assert {item.notice_id for item in read_inbox(tmp_path)} == ids


async def test_a_webhook_is_kept_with_its_headers_and_its_exact_body(tmp_path: Path) -> None:
    item = await receive_webhook(tmp_path)

    assert item.channel is Channel.WEBHOOK
    assert (item.notice_id, item.recipient, item.verified) == (FIRST, "af", True)
    assert item.subject == "se.helavagen.permanent_role_agreed K7Q29FMXB"
    content = kept(item)
    assert content["headers"]["webhook-id"] == str(FIRST)
    assert content["event"] == json.loads(content["body"])
    assert content["event"]["data"] == notice().model_dump(mode="json")
    assert content["verified"] is True


async def test_a_webhook_signed_with_another_secret_is_kept_as_not_verified(tmp_path: Path) -> None:
    item = await receive_webhook(tmp_path, secret=OTHER_SECRET)

    assert item.verified is False
    assert kept(item)["verified"] is False


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_webhook_from_another_time_is_kept_as_not_verified(tmp_path: Path, minutes: int) -> None:
    item = await receive_webhook(tmp_path, refused=DeliveryFailed, clock=lambda: now() + timedelta(minutes=minutes))

    assert item.verified is False


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("af", {}, b"{}"),
        ("af", {"webhook-id": "../../x", "webhook-timestamp": "now", "webhook-signature": "v1"}, b"no json"),
        ("af", {"webhook-id": "1", "webhook-timestamp": "0", "webhook-signature": "v1,x"}, b"\xff\xfe"),
        ("af", {"webhook-id": "\udcff"}, b'{"type": "\\ud800"}'),
        ("af", {}, b"[" * 50_000),
        ("unknown", {"webhook-id": str(FIRST)}, b"{}"),
        ("%2e%2e%2fx", {}, b""),
    ],
)
async def test_what_nobody_signed_is_answered_with_401_and_kept(
    tmp_path: Path, path: str, headers: dict[str, str], body: bytes
) -> None:
    async with (
        webhook_inbox(tmp_path / "inbox") as (address, _, session),
        session.post(f"{address}/{path}", data=body, headers=headers) as response,
    ):
        assert response.status == 401

    [item] = read_inbox(tmp_path / "inbox")
    assert item.verified is False
    assert names_in(tmp_path) == ["inbox"]


async def test_a_signature_that_cannot_be_decoded_is_answered_with_401(tmp_path: Path) -> None:
    moment = str(int(now().timestamp()))
    async with webhook_inbox(tmp_path) as (address, _, session):
        for signature in ("v1", "v1,%%%", "v1,å", "v1,AAA", ",", "v2,AAAA", " "):
            headers = {"webhook-id": "1", "webhook-timestamp": moment, "webhook-signature": signature}
            async with session.post(f"{address}/af", data=b"{}", headers=headers) as response:
                assert response.status == 401, signature


async def test_what_is_too_large_is_refused_and_not_kept(tmp_path: Path) -> None:
    async with (
        webhook_inbox(tmp_path) as (address, _, session),
        session.post(f"{address}/af", data=b"x" * (LARGEST_WEBHOOK + 1)) as response,
    ):
        assert response.status == 413
    async with mail_inbox(tmp_path) as (inbox, _channel):
        with pytest.raises(aiosmtplib.SMTPResponseException, match="552"):
            await hand_over(inbox, b"Subject: x\r\n\r\n" + b"x\r\n" * (LARGEST_MAIL // 3))

    assert read_inbox(tmp_path) == []


async def hand_over(inbox: MailInbox, content: bytes) -> None:
    await aiosmtplib.send(
        content,
        sender="a@b.example",
        recipients=["c@d.example"],
        hostname="127.0.0.1",
        port=inbox.port,
        local_hostname="localhost",
    )


@pytest.mark.parametrize(
    "content", [b"", b"no head at all", b"\xff\xfe\r\n\r\n\x00", b"Message-ID: <../../x@y>\r\n\r\n", b"To: <\r\n\r\n"]
)
async def test_a_mail_that_is_no_notice_is_kept_too(tmp_path: Path, content: bytes) -> None:
    async with mail_inbox(tmp_path / "inbox") as (inbox, _):
        await hand_over(inbox, content)

    [item] = read_inbox(tmp_path / "inbox")
    assert item.notice_id is None
    assert item.path.name.endswith("-unknown.eml")
    assert names_in(tmp_path) == ["inbox"]


async def test_a_delivery_that_cannot_be_kept_stays_with_its_sender(tmp_path: Path) -> None:
    directory = tmp_path / "inbox"
    async with mail_inbox(directory) as (_, by_mail), webhook_inbox(directory) as (_, by_webhook, _session):
        directory.rmdir()
        with pytest.raises(DeliveryFailed):
            await by_mail.send(notice(), partner())
        with pytest.raises(DeliveryFailed):
            await by_webhook.send(notice(), partner(Channel.WEBHOOK))


async def test_the_inboxes_may_share_a_directory(tmp_path: Path) -> None:
    async with mail_inbox(tmp_path) as (_, by_mail), webhook_inbox(tmp_path) as (_, by_webhook, _session):
        await by_webhook.send(notice(), partner(Channel.WEBHOOK))
        await by_mail.send(notice(), partner())
        await by_webhook.send(notice(), partner(Channel.WEBHOOK))

    assert [item.channel for item in read_inbox(tmp_path)] == [Channel.WEBHOOK, Channel.EMAIL, Channel.WEBHOOK]


async def test_after_a_restart_the_order_goes_on(tmp_path: Path) -> None:
    earlier = await receive_two_mails(tmp_path)
    later = await receive_two_mails(tmp_path)

    assert later[:2] == earlier
    assert len(later) == 4


@pytest.mark.parametrize("kind", ["mail", "webhook"])
async def test_an_inbox_can_be_stopped_twice_and_started_again(tmp_path: Path, kind: str) -> None:
    inbox = MailInbox(tmp_path) if kind == "mail" else WebhookInbox(tmp_path, "127.0.0.1", 0, {})
    await inbox.stop()
    for _ in range(2):
        await inbox.start()
        assert inbox.port > 0
        await inbox.stop()
        await inbox.stop()

    with pytest.raises(RuntimeError, match="is not started"):
        _ = inbox.port


@pytest.mark.parametrize("kind", ["mail", "webhook"])
async def test_an_inbox_says_so_when_its_port_is_taken(tmp_path: Path, kind: str) -> None:
    async with mail_inbox(tmp_path) as (taken, _):
        port = taken.port
        second = MailInbox(tmp_path, port=port) if kind == "mail" else WebhookInbox(tmp_path, "127.0.0.1", port, {})
        with pytest.raises(OSError, match="address already in use"):
            await second.start()


async def test_stopping_cuts_off_who_is_still_connected(tmp_path: Path) -> None:
    async with mail_inbox(tmp_path) as (inbox, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", inbox.port)
        assert (await reader.readline()).startswith(b"220 ")
        await inbox.stop()
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_no_address_ends_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await receive_two_mails(tmp_path)

    assert "af.example" not in caplog.text


def test_names_sort_by_receipt_even_when_the_clock_stands_still_or_is_set_back(tmp_path: Path) -> None:
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
    moments = iter([noon, noon, noon - timedelta(hours=1), noon + timedelta(seconds=1)])
    shelf = Shelf(tmp_path, ".eml", lambda: next(moments))

    paths = [shelf.keep(notice_id, b"") for notice_id in (SECOND, FIRST, FIRST, None)]

    assert paths == sorted(tmp_path.iterdir())
    assert paths[0].name == f"20260304T120000.000000Z-{SECOND}.eml"
    assert [item.received_at for item in read_inbox(tmp_path)] == [
        noon + timedelta(microseconds=late) for late in (0, 1, 2, 1_000_000)
    ]


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks_off(_handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", breaks_off)
    with pytest.raises(OSError, match="no space left"):
        Shelf(tmp_path, ".eml").keep(FIRST, b"Subject: x")

    assert list(tmp_path.iterdir()) == []


def test_the_directory_is_for_its_owner_alone(tmp_path: Path) -> None:
    Shelf(tmp_path / "a" / "b", ".eml").open()

    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_a_directory_that_is_not_there_is_an_empty_inbox(tmp_path: Path) -> None:
    assert read_inbox(tmp_path / "nowhere") == []
    (tmp_path / "file").touch()
    assert read_inbox(tmp_path / "file") == []


async def test_rubbish_among_the_files_is_passed_over(tmp_path: Path) -> None:
    items = await receive_two_mails(tmp_path)
    name = items[0].path.stem
    for rubbish, content in [
        ("notes.txt", b"x"),
        ("x.eml", b"Subject: x\r\n\r\n"),
        (f".{name}.eml.tmp", b"half"),
        (f"{name}.eml.bak", b"x"),
        (name.replace(name[:8], "20261399") + ".eml", b"x"),
        (f"{name}.json", b"{half"),
        (f"1{name[1:]}.json", b"[" * 100_000),
        (f"3{name[1:]}.json", b"\xff"),
    ]:
        (tmp_path / rubbish).write_bytes(content)
    (tmp_path / f"4{name[1:]}.eml").mkdir()
    (tmp_path / f"5{name[1:]}.eml").symlink_to(tmp_path / "nowhere")

    assert read_inbox(tmp_path) == items


@pytest.mark.parametrize("content", [b"[]", b"7", b"null", b'{"event": []}', b'{"event": {"type": {}}, "partner": 1}'])
def test_a_webhook_file_with_little_in_it_is_still_shown(tmp_path: Path, content: bytes) -> None:
    Shelf(tmp_path, ".json").keep(FIRST, content)

    [item] = read_inbox(tmp_path)
    assert item.notice_id == FIRST
    assert item.verified is False


@given(st.binary())
@example(b"=?nonsense?q?x?=")
def test_reading_the_head_of_a_mail_never_fails(content: bytes) -> None:
    assert set(mail_headers(b"To: " + content)) == {"message-id", "to", "subject"}


@given(st.text())
def test_asking_for_a_notice_id_never_fails(text: str) -> None:
    assert as_notice_id(text) is None or isinstance(as_notice_id(text), UUID)


def test_a_notice_id_is_found_with_and_without_a_domain() -> None:
    assert as_notice_id(f" <{FIRST}@region.example>\r\n") == FIRST
    assert as_notice_id(str(FIRST)) == FIRST
