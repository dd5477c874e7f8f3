"""Where webhooks may go and how they get there: registered hosts, certificates, the outgoing proxy, asked waits."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from activities.delivery import DeliveryFailed, DeliveryPostponed, DeliveryRefused
from activities.outgoing import Outgoing, Registered
from activities.tls import trusting
from activities.webhook_channel import WebhookChannel
from tests.support import notices
from tests.support.certificates_of_servers import Authority
from tests.support.connect_proxy import USER, a_proxy
from tests.support.notices import SECRET, everything_told
from tests.support.webhook_server import Server, serving

OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
HERE = ("localhost", "http://127.0.0.1")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def channel(
    authority: Authority,
    *registered: str,
    secrets: str = SECRET,
    trusted: bool = True,
    clock: Callable[[], datetime] = now,
) -> AsyncIterator[WebhookChannel]:
    tls = trusting(authority.file if trusted else None)
    async with Outgoing(Registered.of(*registered), tls) as way:
        yield WebhookChannel(way, {"af": secrets}, clock)


async def send(by: WebhookChannel, address: str) -> None:
    await by.send(notices.notice(), notices.partner(address=address))


async def test_a_notice_arrives_by_tls_at_a_registered_host(authority: Authority) -> None:
    async with serving(Server(), authority.issue()) as server, channel(authority, *HERE) as by:
        await send(by, server.address)

    assert len(server.requests) == 1


BAD: dict[str, tuple[Callable[[Authority, str], ssl.SSLContext], str]] = {
    "expired": (
        lambda own, host: own.issue(host, runs_out_in=-timedelta(days=1)),
        "has expired; ask its owner to renew it.",
    ),
    "of another host": (
        lambda own, _host: own.issue("elsewhere.example"),
        "is for another host; ask its owner for one of this host, or correct the address.",
    ),
    "made by oneself": (
        lambda own, host: own.self_made(host),
        "is of an issuer that is not known here; add the issuer to HELAVAGEN_CA_BUNDLE, "
        "or ask its owner for one of a public issuer.",
    ),
}


@pytest.mark.parametrize("through", [False, True], ids=["directly", "through a proxy"])
@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_certificate_is_told_as_one_and_worth_another_try(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, bad: str, through: bool
) -> None:
    shown, told = BAD[bad]
    context = shown(authority, "intake.example" if through else "localhost")
    async with serving(Server(), context) as server, a_proxy(("127.0.0.1", server.port)) as proxy:
        if through:
            monkeypatch.setenv("https_proxy", f"http://{USER}@127.0.0.1:{proxy.port}")
        async with channel(authority, *HERE) as by:
            with pytest.raises(DeliveryFailed) as caught:
                await send(by, ("https://intake.example" if through else server.address) + "/hemlig")

    assert str(caught.value) == f"The certificate of the webhook of partner af {told}"
    assert bool(proxy.asked) is through
    assert server.requests == []
    assert "hemlig" not in everything_told(caught.value)


async def test_a_certificate_of_an_unknown_authority_is_told_as_one(authority: Authority) -> None:
    async with serving(Server(), authority.issue()) as server, channel(authority, *HERE, trusted=False) as by:
        with pytest.raises(DeliveryFailed, match="is of an issuer that is not known here"):
            await send(by, server.address)

    assert server.requests == []


async def test_a_server_that_speaks_no_tls_is_told_as_that(authority: Authority) -> None:
    async with serving(Server()) as server, channel(authority, *HERE) as by:
        with pytest.raises(DeliveryFailed, match="No TLS could be agreed with the webhook of partner af"):
            await send(by, f"https://localhost:{server.port}/")


async def test_a_name_that_leads_inside_is_not_connected_to_and_worth_another_try(authority: Authority) -> None:
    async with serving(Server(), authority.issue()) as server, channel(authority) as by:
        with pytest.raises(DeliveryFailed, match="leads inside our own network; ask the partner to correct") as caught:
            await send(by, server.address)

    assert server.requests == []
    assert "localhost" not in everything_told(caught.value)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fd00:ec2::254]", "0.0.0.0"]
)
async def test_an_address_inside_our_network_is_refused(authority: Authority, host: str) -> None:
    async with channel(authority) as by:
        with pytest.raises(DeliveryRefused, match="is inside our own network"):
            await send(by, f"https://{host}/")


async def test_an_address_without_tls_is_refused_unless_its_host_is_registered_so(authority: Authority) -> None:
    async with serving(Server()) as server:
        async with channel(authority, "127.0.0.1") as by:
            with pytest.raises(DeliveryRefused, match="is not https"):
                await send(by, server.address)
        assert server.requests == []
        async with channel(authority, "http://127.0.0.1") as by:
            await send(by, server.address)
    assert len(server.requests) == 1


async def test_a_cookie_of_one_answer_does_not_stand_in_the_next_request(authority: Authority) -> None:
    answer = Server()
    answer.answer = (204, b"", {"Set-Cookie": "seen=1"})
    async with serving(answer, authority.issue()) as server, channel(authority, *HERE) as by:
        await send(by, server.address)
        await send(by, server.address)

    assert all("cookie" not in headers for _, headers, _ in server.requests)


async def test_a_notice_goes_through_the_proxy_of_the_environment(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = authority.issue("intake.example")
    async with serving(Server(), shown) as server, a_proxy(("127.0.0.1", server.port)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{USER}@127.0.0.1:{proxy.port}")
        async with channel(authority) as by:
            await send(by, "https://intake.example/hela-vagen")

    assert proxy.asked == ["CONNECT intake.example:443 HTTP/1.1"]
    [(path, headers, _)] = server.requests
    assert path == "/hela-vagen"
    assert "proxy-authorization" not in headers


async def test_a_proxy_with_a_name_of_our_own_network_is_permitted(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = authority.issue("intake.example")
    async with serving(Server(), shown) as server, a_proxy(("127.0.0.1", server.port)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"{USER}@localhost:{proxy.port}")
        async with channel(authority) as by:
            await send(by, "https://intake.example/")

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "user", "told"),
    [
        (200, "worker:wrong", r"The outgoing proxy demands a log-in \(407\); set user and password in its"),
        (403, USER, "The outgoing proxy answered 403 for the webhook of partner af; ask its operator to let it"),
        (503, USER, "The outgoing proxy answered 503"),
    ],
)
async def test_what_a_proxy_answers_is_told_as_its_answer_and_worth_another_try(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, status: int, user: str, told: str
) -> None:
    async with a_proxy(("127.0.0.1", 1), status) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{user}@127.0.0.1:{proxy.port}")
        async with channel(authority) as by:
            with pytest.raises(DeliveryFailed, match=told) as caught:
                await send(by, "https://intake.example/hemlig")

    assert not any(secret in everything_told(caught.value) for secret in ("hemlig", "wrong", "intake"))


async def test_a_proxy_that_is_not_there_is_told_as_that(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_proxy(("127.0.0.1", 1)) as proxy:
        pass
    monkeypatch.setenv("https_proxy", f"http://{USER}@127.0.0.1:{proxy.port}")
    async with channel(authority) as by:
        with pytest.raises(DeliveryFailed, match="The outgoing proxy could not be reached; look at HTTPS_PROXY"):
            await send(by, "https://intake.example/")


async def test_what_no_proxy_names_goes_past_the_proxy(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_proxy(("127.0.0.1", 1)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", ".internal.invalid")
        async with channel(authority) as by:
            with pytest.raises(DeliveryFailed, match="The webhook of partner af could not be reached"):
                await send(by, "https://intake.internal.invalid/")

    assert proxy.asked == []


async def test_a_proxy_that_wants_a_log_in_is_told_as_that_without_tls_too(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_proxy(("127.0.0.1", 1)) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        async with channel(authority, "http://intake.internal") as by:
            with pytest.raises(DeliveryFailed, match="The outgoing proxy demands a log-in"):
                await send(by, "http://intake.internal/")


async def test_a_partner_that_wants_a_proxys_log_in_is_no_proxy(authority: Authority) -> None:
    async with serving(Server(407)) as server, channel(authority, *HERE) as by:
        with pytest.raises(DeliveryRefused, match=r"webhook of partner af answered 407; ask the partner"):
            await send(by, server.address)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", ["120", "date"])
async def test_who_asks_for_two_minutes_is_left_in_peace_for_two_minutes(
    authority: Authority, status: int, asked: str
) -> None:
    moment = now().replace(microsecond=0)
    on_the_day = (moment + timedelta(minutes=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    server = Server()
    server.answer = (status, b"", {"Retry-After": on_the_day if asked == "date" else asked})
    async with serving(server), channel(authority, *HERE, clock=lambda: moment) as by:
        with pytest.raises(DeliveryFailed) as first:
            await send(by, server.address)
        moment += timedelta(seconds=90)
        with pytest.raises(DeliveryPostponed, match="has asked to wait") as second:
            await send(by, server.address)
        assert len(server.requests) == 1
        moment += timedelta(seconds=30)
        server.answer = (204, b"", {})
        await send(by, server.address)

    assert (first.value.retry_after, second.value.retry_after) == (timedelta(minutes=2), timedelta(seconds=30))


async def test_another_answer_asks_for_no_wait(authority: Authority) -> None:
    server = Server()
    server.answer = (502, b"", {"Retry-After": "120"})
    async with serving(server), channel(authority, *HERE) as by:
        with pytest.raises(DeliveryFailed) as caught:
            await send(by, server.address)

    assert caught.value.retry_after is None


async def test_while_a_secret_changes_the_partner_may_check_with_either(authority: Authority) -> None:
    server = Server()
    async with serving(server), channel(authority, *HERE, secrets=f"{OTHER_SECRET}\n{SECRET}") as by:
        await send(by, server.address)

    [(_, headers, body)] = server.requests
    for secret in (SECRET, OTHER_SECRET):
        Webhook(secret).verify(body, headers)
    newest, _, oldest = headers["webhook-signature"].partition(" ")
    Webhook(OTHER_SECRET).verify(body, headers | {"webhook-signature": newest})
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER_SECRET).verify(body, headers | {"webhook-signature": oldest})


def test_a_bundle_that_holds_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bundle.pem").write_text("nothing")

    with pytest.raises(ssl.SSLError):
        trusting(tmp_path / "bundle.pem")
    with pytest.raises(FileNotFoundError):
        trusting(tmp_path / "missing.pem")
