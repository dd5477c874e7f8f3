"""Mail relays as organisations have them: every way of TLS, log-ins, certificates, greylisting."""

import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from activities.delivery import DeliveryFailed
from activities.email_channel import EmailChannel, usual_tls
from activities.tls import MailTls, trusting
from models.message import InvalidValue
from tests.support import notices
from tests.support.certificates_of_servers import Authority
from tests.support.mail_server import PASSWORD, USER, WRONG_PASSWORD, MailServer, serving
from tests.support.notices import everything_told

SENDER = "Hela vägen <hela-vagen@region.example>"
ADDRESS = "sektionen@kommunal.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def channel(authority: Authority, port: int = 25, **settings: Any) -> EmailChannel:
    return EmailChannel("localhost", port, SENDER, context=trusting(authority.file), **settings)


async def send(by: EmailChannel) -> None:
    await by.send(notices.notice(), notices.partner(channel="email", address=ADDRESS))


async def send_to(server: MailServer, authority: Authority, **settings: Any) -> None:
    async with serving(server):
        await send(channel(authority, server.port, **settings))


def server_for(authority: Authority, mode: MailTls, **options: Any) -> MailServer:
    """A relay that takes what is sent in a mode."""
    match mode:
        case MailTls.NONE:
            return MailServer(**options)
        case MailTls.IMPLICIT:
            return MailServer(speaks=authority.issue(), **options)
        case _:
            return MailServer(offers=authority.issue(), strict=mode is MailTls.STARTTLS, **options)


@pytest.mark.parametrize("mode", MailTls)
async def test_a_mail_arrives_by_every_way_of_tls(authority: Authority, mode: MailTls) -> None:
    server = server_for(authority, mode)
    await send_to(server, authority, tls=mode)

    assert len(server.taken) == 1
    assert server.over_tls == [mode is not MailTls.NONE]


async def test_tls_is_used_where_it_is_offered_and_done_without_where_not(authority: Authority) -> None:
    for server in (MailServer(offers=authority.issue()), MailServer()):
        await send_to(server, authority)

        assert server.over_tls == [server.offers is not None]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("mode", [MailTls.STARTTLS, MailTls.IMPLICIT])
async def test_it_logs_in_as_the_relay_has_it(authority: Authority, mode: MailTls, mechanism: str) -> None:
    server = server_for(authority, mode, mechanisms=frozenset({mechanism}))
    await send_to(server, authority, tls=mode, username=USER, password=PASSWORD)

    assert server.logins == [(mechanism, USER.encode(), PASSWORD.encode())]
    assert len(server.taken) == 1


async def test_with_a_user_name_starttls_is_demanded_without_being_asked_for(authority: Authority) -> None:
    server = MailServer(offers=authority.issue())
    await send_to(server, authority, username=USER, password=PASSWORD)

    assert server.over_tls == [True]


def test_on_its_own_port_tls_is_spoken_at_once() -> None:
    assert usual_tls(465, None) is usual_tls(465, USER) is MailTls.IMPLICIT
    assert (usual_tls(587, None), usual_tls(587, USER)) == (MailTls.OFFERED, MailTls.STARTTLS)


async def test_a_wrong_password_is_worth_another_try_once_it_is_mended(authority: Authority) -> None:
    server = MailServer(offers=authority.issue())
    with pytest.raises(DeliveryFailed, match="check user name and password") as caught:
        await send_to(server, authority, username=USER, password=WRONG_PASSWORD)

    assert WRONG_PASSWORD not in everything_told(caught.value)


@pytest.mark.parametrize("mode", [MailTls.NONE, MailTls.OFFERED])
def test_a_password_in_clear_is_refused_at_once(authority: Authority, mode: MailTls) -> None:
    with pytest.raises(InvalidValue) as caught:
        channel(authority, tls=mode, username=USER, password=PASSWORD)

    assert caught.value.message.id == "mail.password_in_clear"


async def test_a_password_is_not_given_to_a_relay_whose_tls_was_stripped(authority: Authority) -> None:
    server = MailServer()
    with pytest.raises(DeliveryFailed, match="offers no STARTTLS; set HELAVAGEN_SMTP_TLS to what it has"):
        await send_to(server, authority, username=USER, password=PASSWORD)

    assert server.logins == []
    assert server.taken == []


async def test_a_relay_that_takes_no_log_in_is_told_as_that(authority: Authority) -> None:
    server = MailServer(speaks=authority.issue(), mechanisms=frozenset())
    with pytest.raises(DeliveryFailed, match="takes no log-in that we have"):
        await send_to(server, authority, tls=MailTls.IMPLICIT, username=USER, password=PASSWORD)


async def test_a_relay_that_wants_tls_first_is_told_as_that(authority: Authority) -> None:
    server = MailServer(offers=authority.issue(), strict=True)
    with pytest.raises(DeliveryFailed, match=r"wants a log-in or TLS first \(reply 530\)"):
        await send_to(server, authority, tls=MailTls.NONE)


async def test_a_relay_that_wants_a_log_in_is_no_reason_to_blame_the_address(authority: Authority) -> None:
    with pytest.raises(DeliveryFailed, match="wants a log-in or TLS first"):
        await send_to(MailServer(rcpt="530 5.7.0 Authentication required"), authority)


async def test_tls_with_a_relay_that_speaks_none_is_told_as_that(authority: Authority) -> None:
    with pytest.raises(DeliveryFailed, match="No TLS could be agreed with the mail server; set HELAVAGEN_SMTP_TLS"):
        await send_to(MailServer(), authority, tls=MailTls.IMPLICIT)


BAD: dict[str, tuple[Callable[[Authority], ssl.SSLContext], str]] = {
    "expired": (lambda own: own.issue(runs_out_in=-timedelta(days=1)), "has expired; ask its owner to renew it."),
    "of another host": (lambda own: own.issue("elsewhere.example"), "is for another host; ask its owner"),
    "made by oneself": (lambda own: own.self_made(), "is of an issuer that is not known here; add the issuer"),
}


@pytest.mark.parametrize("mode", [MailTls.OFFERED, MailTls.STARTTLS, MailTls.IMPLICIT])
@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_certificate_is_told_as_one_and_worth_another_try(
    authority: Authority, bad: str, mode: MailTls
) -> None:
    shown, told = BAD[bad]
    context = shown(authority)
    server = MailServer(speaks=context) if mode is MailTls.IMPLICIT else MailServer(offers=context)
    with pytest.raises(DeliveryFailed) as caught:
        await send_to(server, authority, tls=mode)

    assert str(caught.value).startswith(f"The certificate of the mail server {told}")
    assert server.taken == []


async def test_a_certificate_of_an_unknown_authority_is_told_as_one(authority: Authority) -> None:
    async with serving(MailServer(speaks=authority.issue())) as server:
        by = EmailChannel("localhost", server.port, SENDER, tls=MailTls.IMPLICIT)
        with pytest.raises(DeliveryFailed, match="is of an issuer that is not known here"):
            await send(by)


async def test_a_greylisted_mail_is_taken_the_next_time(authority: Authority) -> None:
    server = MailServer(rcpt="451 4.7.1 Greylisted, try again later")
    async with serving(server):
        by = channel(authority, server.port)
        with pytest.raises(DeliveryFailed, match=r"did not take the mail to partner af yet \(reply 451\)"):
            await send(by)
        server.replies = {}
        await send(by)

    assert len(server.taken) == 1
