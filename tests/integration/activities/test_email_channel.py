"""Notices by e-mail, against a real mail server on this machine."""

import asyncio
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.delivery import DeliveryFailed, DeliveryRefused
from activities.email_channel import EmailChannel
from activities.messages import render
from models.events.events import EVENT_CLASSES
from models.message import InvalidValue
from models.partners.notice import Notice
from models.partners.partner import Partner
from tests.support import notices
from tests.support.mail_server import MailServer, serving
from tests.support.notices import everything_told

DETAILS = {"starts_on": "2026-03-09", "ends_on": "2026-08-31"}
SENDER = "Hela vägen <hela-vagen@region.example>"
ADDRESS = "sektionen@kommunal.example"
HEADERS = [
    *("Subject", "From", "To", "Date", "Message-ID", "In-Reply-To", "References"),
    *("Auto-Submitted", "MIME-Version", "Content-Type", "Content-Language"),
]


def read(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def notice(**changes: Any) -> Notice:
    return notices.notice(**{"recipient": "kommunal", "details": DETAILS} | changes)


def partner(**changes: Any) -> Partner:
    union = {"id": "kommunal", "name": "Kommunal, Gävle", "kind": "union", "channel": "email", "address": ADDRESS}
    return notices.partner(**union | changes)


def channel(server: MailServer | None = None, **changes: Any) -> EmailChannel:
    settings: dict[str, Any] = {"host": "127.0.0.1", "port": server.port if server else 25, "sender": SENDER}
    return EmailChannel(**(settings | changes))


def answering(replies: dict[str, str]) -> MailServer:
    server = MailServer()
    server.replies = replies
    return server


async def send_to(server: MailServer, **changes: Any) -> None:
    async with serving(server):
        await channel(server, **changes).send(notice(), partner())


async def test_a_mail_arrives_with_every_header_it_should_have() -> None:
    server = MailServer()
    await send_to(server)

    [mail] = map(read, server.mails())
    assert mail.keys() == HEADERS
    assert mail["Subject"] == "En praktik är överenskommen – kandidat K7Q29FMXB"
    assert mail["From"] == SENDER
    assert mail["To"] == f'"Kommunal, Gävle" <{ADDRESS}>'
    assert mail["Date"].datetime == datetime(2026, 3, 5, 9, 30, 15, tzinfo=UTC)
    assert mail["Message-ID"] == f"<{UUID(int=0xABC)}@region.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "sv"
    assert mail.get_content_type() == "multipart/alternative"


async def test_a_mail_goes_to_the_partners_address_alone() -> None:
    server = MailServer()
    await send_to(server)

    assert server.taken[0].mail_from == "hela-vagen@region.example"
    assert server.taken[0].rcpt_tos == [ADDRESS]


async def test_a_mail_can_be_read_as_plain_text_and_as_a_page() -> None:
    server = MailServer()
    await send_to(server)

    plain, page = read(server.mails()[0]).iter_parts()
    assert isinstance(plain, EmailMessage)
    assert isinstance(page, EmailMessage)
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert "Det är klart med en praktik" in plain.get_content()
    assert "Det är klart med en praktik" in page.get_content()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_mail_passes_through_servers_that_know_ascii_only(language: str) -> None:
    content = channel().compose(notice(), partner(language=language)).as_bytes()

    assert content.isascii()
    assert max(len(line) for line in content.splitlines()) <= 78


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", EVENT_CLASSES)
def test_the_subject_arrives_as_it_was_written(kind: str, language: Literal["sv", "en"]) -> None:
    details = {"deadline": "role_ending", "due_on": "2026-09-30", "step": "reminder"}
    sent = notice(kind=kind, details=details)

    content = channel().compose(sent, partner(language=language)).as_bytes()

    assert str(make_header(decode_header(message_from_bytes(content)["Subject"]))) == render(sent, language).subject


def test_names_in_ascii_stay_readable_and_may_be_absent() -> None:
    mail = channel(sender="hela-vagen@region.example").compose(notice(), partner(name="Fackforbundet, ST"))

    assert b"\r\nFrom: hela-vagen@region.example\r\n" in mail.as_bytes()
    assert f'\r\nTo: "Fackforbundet, ST" <{ADDRESS}>\r\n'.encode() in mail.as_bytes()


NAME_PARTS = ["Kommunal", "sektionen", "i", "Gävle", "Örebro,", "Åsa", "(Bo)", '"x"', "<y>", "–", ",", "arbetsmarknad"]


@given(st.lists(st.sampled_from(NAME_PARTS), min_size=1, max_size=14).map(" ".join))
@example("Kommunal " * 20)
@example("Kommunal Kommunal Kommunal Gävle sektionen Örebro, Gävle")
def test_the_name_of_a_partner_arrives_as_it_was_written(name: str) -> None:
    content = channel().compose(notice(), partner(name=name)).as_bytes()

    phrase, address = parseaddr(message_from_bytes(content)["To"])
    assert address == ADDRESS
    assert str(make_header(decode_header(phrase))) == name.strip()


def test_a_partner_who_asks_for_english_gets_english() -> None:
    mail = channel().compose(notice(), partner(language="en"))

    assert mail["Subject"] == "An internship is agreed – candidate K7Q29FMXB"
    assert mail["Content-Language"] == "en"


@pytest.mark.parametrize("domain", ["region.example", f"{'long-subdomain.' * 8}region.example"])
def test_the_mails_of_one_journey_form_a_thread_however_long_the_domain(domain: str) -> None:
    by_mail = channel(sender=f"hela-vagen@{domain}")
    mails = [
        by_mail.compose(notice(notice_id=UUID(int=number), journey_id=journey), partner()).as_bytes()
        for number, journey in [(1, "journey/K7Q29FMXB/a"), (2, "journey/K7Q29FMXB/a"), (3, "journey/C4ZEYN7RB/a")]
    ]

    first, second, other = map(read, mails)
    assert first["References"] == first["In-Reply-To"] == second["References"] != other["References"]
    assert first["References"].endswith(f"@{domain}>")
    assert first["Message-ID"] != second["Message-ID"]
    assert f"References: {first['References']}\r\n".encode() in mails[0], "not as one word, which many readers need"
    assert "K-1" not in first["References"]


async def test_a_repeated_mail_is_known_by_its_message_id() -> None:
    async with serving(MailServer()) as server:
        for _ in range(2):
            await channel(server).send(notice(), partner())

    first, second = map(read, server.mails())
    assert first["Message-ID"] == second["Message-ID"]


@given(st.text(), st.text())
def test_nothing_in_a_notice_can_add_a_header(deadline: str, due_on: str) -> None:
    details = {
        "deadline": f"x\r\nBcc: evil@evil.example\r\n\r\n{deadline}",
        "due_on": f"\n{due_on}",
        "step": "reminder",
    }

    mail = channel().compose(notice(kind="deadline_passed", details=details), partner())

    assert read(mail.as_bytes()).keys() == HEADERS


@given(st.text(min_size=1, max_size=200))
def test_no_name_of_a_partner_can_add_a_header_or_a_recipient(name: str) -> None:
    unchecked = partner().model_copy(update={"name": name})
    try:
        mail = read(channel().compose(notice(), unchecked).as_bytes())
    except ValueError:
        return

    assert mail.keys() == HEADERS
    assert [address.addr_spec for address in mail["To"].addresses] == [ADDRESS]


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        ({"rcpt": "550 5.1.1 no such user"}, DeliveryRefused),
        ({"rcpt": "553 5.1.3 bad address"}, DeliveryRefused),
        ({"data": "554 5.7.1 this is spam"}, DeliveryRefused),
        ({"rcpt": "450 4.2.1 greylisted"}, DeliveryFailed),
        ({"data": "451 4.3.0 disk full"}, DeliveryFailed),
        ({"mail": "451 4.3.0 busy"}, DeliveryFailed),
        ({"mail": "550 5.7.1 you may not send"}, DeliveryFailed),
        ({"data": "999 what"}, DeliveryFailed),
    ],
)
async def test_only_what_the_recipients_side_refuses_for_good_is_refused(
    replies: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await send_to(answering(replies))


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("code", ["450", "550"])
async def test_what_the_server_says_does_not_travel_with_the_error(step: str, code: str) -> None:
    with pytest.raises((DeliveryFailed, DeliveryRefused)) as caught:
        await send_to(answering({step: f"{code} go away {ADDRESS}"}))

    assert "kommunal.example" not in everything_told(caught.value)
    assert "go away" not in everything_told(caught.value)
    assert str(caught.value).endswith((".", ")."))


async def test_a_server_that_is_not_there_is_worth_another_try() -> None:
    async with serving(MailServer()) as server:
        pass

    with pytest.raises(DeliveryFailed, match="could not be reached"):
        await channel(server).send(notice(), partner())


async def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    released = asyncio.Event()

    async def stall(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await released.wait()
        writer.close()

    async with await asyncio.start_server(stall, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        with pytest.raises(DeliveryFailed, match="did not answer in time"):
            await channel(port=port, timeout=0.05).send(notice(), partner())
        released.set()


async def test_a_server_that_hangs_up_is_worth_another_try() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as rude:
        with pytest.raises(DeliveryFailed):
            await channel(port=rude.sockets[0].getsockname()[1]).send(notice(), partner())


async def test_a_kind_of_event_without_words_waits_for_a_version_that_has_them() -> None:
    with pytest.raises(DeliveryFailed, match="no wording for events of kind hovered"):
        await channel().send(notice(kind="hovered"), partner())


@pytest.mark.parametrize("sender", ["", "Hela vägen", "a@b@c", "a b@c.se", "a@b.se\nBcc: c@d.se"])
def test_a_sender_that_is_no_address_is_refused_at_once(sender: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        channel(sender=sender)

    assert caught.value.message.id == "mail.no_sender"
