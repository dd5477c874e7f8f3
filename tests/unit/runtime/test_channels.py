"""The ways out as the settings name them: what is wrong is told by the setting to correct."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.tls import trusting
from models.message import Message
from models.partners.partner import Channel
from runtime.channels import mail_of, outgoing_of, senders_of, tls_of
from runtime.errors import UsageError
from runtime.settings import Settings
from tests.support.notices import SECRET


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)


def now() -> datetime:
    return datetime.now(UTC)


def reason(error: UsageError) -> str:
    why = error.message.values["why"]
    assert isinstance(why, Message)
    return why.id


@pytest.mark.parametrize("tls", ["none", "offered"])
def test_a_password_in_clear_is_a_wrong_setting(tls: str) -> None:
    with pytest.raises(UsageError) as caught:
        mail_of(settings(smtp_user="worker", smtp_password="x", smtp_tls=tls))

    assert (caught.value.message.id, reason(caught.value)) == ("settings.mail", "mail.password_in_clear")


def test_a_bundle_of_authorities_that_is_missing_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        tls_of(settings(ca_bundle=tmp_path / "missing.pem"))

    assert caught.value.message.id == "settings.ca_bundle"


@pytest.mark.parametrize("hosts", ["http://", "ftp://intake", "intake,[::1"])
def test_a_registered_host_that_is_none_is_a_wrong_setting(hosts: str) -> None:
    with pytest.raises(UsageError) as caught:
        outgoing_of(settings(internal_hosts=hosts), trusting())

    assert (caught.value.message.id, reason(caught.value)) == ("settings.webhooks", "outgoing.no_host")


@pytest.mark.parametrize("proxy", ["socks5://proxy.internal:1080", "http://", "http://proxy.internal:many", "[::1"])
def test_a_proxy_that_does_not_speak_http_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(UsageError) as caught:
        outgoing_of(settings(), trusting())

    assert reason(caught.value) == "outgoing.no_proxy_address"


def test_a_partners_file_holds_its_secrets_one_a_line(tmp_path: Path) -> None:
    (tmp_path / "af").write_bytes(f"\r\n  {SECRET} \r\n\r\n{SECRET}".encode())
    named = settings(webhook_secrets=tmp_path)

    assert named.secrets() == {"af": f"{SECRET}\n{SECRET}"}
    assert set(senders_of(named, mail_of(named), outgoing_of(named, trusting()), now)) == set(Channel)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"whsec_too-short", "malformed_secret"), (b"", "malformed_secret"), (b"\xff\xfe", "secret_unreadable")],
)
def test_a_secret_that_cannot_be_used_is_a_wrong_setting_and_is_not_told(
    tmp_path: Path, content: bytes, why: str
) -> None:
    (tmp_path / "af").write_bytes(content)
    named = settings(webhook_secrets=tmp_path)
    with pytest.raises(UsageError) as caught:
        senders_of(named, mail_of(named), outgoing_of(named, trusting()), now)

    assert reason(caught.value) == f"webhooks.{why}"
    assert "too-short" not in str(caught.value)
