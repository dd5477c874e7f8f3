"""Notices to a partner's system, against a real web server on this machine."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from standardwebhooks import Webhook

from activities.delivery import DeliveryFailed, DeliveryRefused
from activities.outgoing import Outgoing, Registered
from activities.tls import trusting
from activities.webhook_channel import WebhookChannel
from models.message import InvalidValue
from models.partners.notice import Notice
from models.partners.partner import Partner
from tests.support import notices
from tests.support.notices import SECRET, everything_told
from tests.support.webhook_server import Server, serving

TRUSTING = trusting()
SOON, PLENTY = aiohttp.ClientTimeout(total=0.05), aiohttp.ClientTimeout(total=30)
HERE = Registered.of("http://127.0.0.1", "localhost")
"""The servers of these tests: without TLS by their number, with it by their name."""


def outgoing(tls: ssl.SSLContext = TRUSTING, within: aiohttp.ClientTimeout = PLENTY) -> Outgoing:
    return Outgoing(HERE, tls, within)


def now() -> datetime:
    return datetime.now(UTC)


def notice() -> Notice:
    in_an_eastern_zone = datetime(2026, 3, 5, 10, 30, 15, tzinfo=timezone(timedelta(hours=1)))
    return notices.notice(recorded_at=in_an_eastern_zone)


def partner(address: str = "https://intake.example/") -> Partner:
    return notices.partner(address=address)


async def send_to(server: Server, path: str = "/hela-vagen?key=hemlig", **options: Any) -> None:
    settings: dict[str, Any] = {"secrets": {"af": SECRET}, "clock": now} | options
    async with serving(server), outgoing() as way:
        await WebhookChannel(way, **settings).send(notice(), partner(server.address + path))


async def test_a_notice_arrives_as_a_cloudevent() -> None:
    server = Server()
    await send_to(server)

    [(path, headers, body)] = server.requests
    assert path == "/hela-vagen?key=hemlig"
    assert headers["content-type"] == "application/cloudevents+json"
    event = json.loads(body)
    assert event.pop("data") == notice().model_dump(mode="json")
    assert event == {
        "specversion": "1.0",
        "id": str(UUID(int=0xABC)),
        "source": "/helavagen/journey/K7Q29FMXB/easy_jobs",
        "type": "se.helavagen.internship_agreed",
        "subject": "K7Q29FMXB",
        "time": "2026-03-05T09:30:15Z",
        "datacontenttype": "application/json",
    }


async def test_the_receiver_can_read_it_with_the_cloudevents_library() -> None:
    server = Server()
    await send_to(server)

    _, headers, body = server.requests[0]
    event = from_http_event(HTTPMessage({"content-type": headers["content-type"]}, body))
    assert event.get_id() == str(UUID(int=0xABC))
    assert event.get_time() == notice().recorded_at


async def test_the_receiver_can_verify_it_with_the_standard_webhooks_library() -> None:
    server = Server()
    await send_to(server)

    _, headers, body = server.requests[0]
    assert headers["webhook-id"] == str(UUID(int=0xABC))
    assert Webhook(SECRET).verify(body, headers)["id"] == headers["webhook-id"]


@pytest.mark.parametrize("hours", [-8, 0, 2])
async def test_the_signature_holds_whatever_the_time_zone_of_the_clock(hours: int) -> None:
    server = Server()
    moment = now()
    await send_to(server, clock=lambda: moment.astimezone(timezone(timedelta(hours=hours))))

    _, headers, body = server.requests[0]
    assert headers["webhook-timestamp"] == str(int(moment.timestamp()))
    Webhook(SECRET).verify(body, headers)


async def test_a_repeated_notice_has_the_same_id_and_a_new_moment() -> None:
    moments = iter([now(), now() + timedelta(minutes=1)])
    async with serving(Server()) as server, outgoing() as way:
        channel = WebhookChannel(way, {"af": SECRET}, lambda: next(moments))
        for _ in range(2):
            await channel.send(notice(), partner(server.address))

    (_, first, first_body), (_, second, second_body) = server.requests
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert first_body == second_body


@pytest.mark.parametrize("slash", ["", "/"])
async def test_with_a_catch_all_nothing_goes_to_the_partners_own_address(slash: str) -> None:
    async with serving(Server()) as own, serving(Server()) as inbox, outgoing() as way:
        channel = WebhookChannel(way, {"af": SECRET}, now, catch_all=inbox.address + slash)
        await channel.send(notice(), partner(own.address))

    assert own.requests == []
    assert [path for path, _, _ in inbox.requests] == ["/af"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_answer_of_success_will_do(status: int) -> None:
    await send_to(Server(status))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
async def test_an_answer_about_the_moment_is_worth_another_try(status: int) -> None:
    with pytest.raises(DeliveryFailed, match=str(status)):
        await send_to(Server(status))


@pytest.mark.parametrize("status", [300, 304, 400, 401, 403, 404, 405, 410, 413, 415, 422, 451])
async def test_an_answer_about_the_notice_or_the_address_is_final(status: int) -> None:
    with pytest.raises(DeliveryRefused, match=str(status)):
        await send_to(Server(status))


@pytest.mark.parametrize("off", [timedelta(minutes=-7), timedelta(minutes=7), timedelta(days=365)])
async def test_a_refusal_is_tried_again_where_the_clocks_are_so_far_apart_that_the_signature_cannot_hold(
    off: timedelta,
) -> None:
    with pytest.raises(DeliveryFailed, match=r"answered 401; its clock is \d+ seconds from ours"):
        await send_to(Server(401), clock=lambda: now() + off)
    with pytest.raises(DeliveryRefused, match="gone"):
        await send_to(Server(410), clock=lambda: now() + off)


@pytest.mark.parametrize("date", ["", "yesterday"])
async def test_a_refusal_is_final_where_the_partner_does_not_tell_the_time(date: str) -> None:
    with pytest.raises(DeliveryRefused, match="ask the partner"):
        await send_to(Server(401, Date=date), clock=lambda: now() + timedelta(days=365))


async def test_a_partner_whose_webhook_is_gone_is_to_be_asked_for_its_new_address() -> None:
    with pytest.raises(DeliveryRefused, match=r"is gone \(410\); ask the partner for its new address"):
        await send_to(Server(410))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with serving(Server()) as elsewhere:
        with pytest.raises(DeliveryRefused, match="redirects are not followed"):
            await send_to(Server(status, Location=elsewhere.address))

    assert elsewhere.requests == []


async def test_a_partner_without_a_secret_is_refused_with_what_to_do() -> None:
    server = Server()
    with pytest.raises(DeliveryRefused, match=r"^Partner af has no webhook secret; agree on one and add it"):
        await send_to(server, secrets={"someone_else": SECRET})

    assert server.requests == []


@pytest.mark.parametrize(
    "secret",
    [
        *("", "whsec_", SECRET.removeprefix("whsec_"), "whsec_c2hvcnQ=", "whsec_" + "A" * 100, "whsec_å" + "A" * 40),
        *(f"whsec_{'A' * 40}!", f" {SECRET}", f"WHSEC_{'A' * 40}", f"{SECRET}\nwhsec_c2hvcnQ="),
    ],
)
async def test_a_malformed_secret_is_refused_at_once_and_not_repeated(secret: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        WebhookChannel(outgoing(), {"af": secret}, now)

    assert caught.value.message.id == "webhooks.malformed_secret"
    assert caught.value.message.values["partner"] == "af"

    assert secret in ("", "whsec_") or secret not in everything_told(caught.value)


@asynccontextmanager
async def answering(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]],
) -> AsyncIterator[str]:
    """The address of a system that answers as no web server does."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer(reader, writer)
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as odd:
        yield f"http://127.0.0.1:{odd.sockets[0].getsockname()[1]}"


async def send_on(address: str, within: aiohttp.ClientTimeout = PLENTY) -> None:
    async with outgoing(within=within) as way:
        await WebhookChannel(way, {"af": SECRET}, now).send(notice(), partner(address))


async def test_a_partner_that_never_answers_is_given_up_in_time() -> None:
    released = asyncio.Event()
    async with answering(lambda _reader, _writer: released.wait()) as address:
        with pytest.raises(DeliveryFailed, match="did not answer in time"):
            await send_on(address, SOON)
        released.set()


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 99_999])
async def test_an_answer_that_is_no_http_is_worth_another_try(greeting: bytes) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)

    async with answering(greet) as address:
        with pytest.raises(DeliveryFailed):
            await send_on(address)


async def test_the_body_of_an_answer_is_not_waited_for() -> None:
    released = asyncio.Event()

    async def half_an_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\nhalf")
        await released.wait()

    async with answering(half_an_answer) as address:
        await send_on(address)
        released.set()


@pytest.mark.parametrize("status", [302, 404, 503])
async def test_no_part_of_the_address_travels_with_the_error(status: int) -> None:
    with pytest.raises((DeliveryFailed, DeliveryRefused)) as caught:
        await send_to(Server(status, b"go away", Location="/x"))

    told = everything_told(caught.value)
    assert "hemlig" not in told
    assert "127.0.0.1" not in told
    assert "go away" not in told


async def test_a_partner_that_is_not_there_is_worth_another_try_and_its_address_stays_here() -> None:
    async with serving(Server()) as server:
        pass

    with pytest.raises(DeliveryFailed, match="could not be reached") as caught:
        await send_on(server.address + "/hemlig")

    told = everything_told(caught.value)
    assert "hemlig" not in told
    assert "127.0.0.1" not in told


@pytest.mark.parametrize("address", ["https://exa..mple/", f"https://{'a' * 64}.example/", "https://:0x/", "here", ""])
async def test_an_address_that_slipped_through_is_refused(address: str) -> None:
    unchecked = partner().model_copy(update={"address": address})

    async with outgoing() as way:
        with pytest.raises(DeliveryRefused, match="malformed"):
            await WebhookChannel(way, {"af": SECRET}, now).send(notice(), unchecked)
