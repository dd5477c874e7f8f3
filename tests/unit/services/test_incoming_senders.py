"""Whose message it is: told by the secret alone, also while secrets and partners change."""

import logging
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from runtime.errors import UsageError
from runtime.rulebook.kept import KeptBook
from runtime.settings import Settings
from services.incoming.senders import Senders
from tests.support.gateway import Message, secret_of

PARTNER, OTHER = "fackforbundet_st", "kommunal"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "gateway_secrets"
    folder.mkdir()
    return folder


def senders(programmes: Path, secrets: Path) -> Senders:
    return Senders(KeptBook(programmes), Settings(gateway_secrets=secrets).incoming_secrets)


def whose(senders: Senders, *signed_with: str) -> str | None:
    message = Message(b"{}")  # of now: one that is older than five minutes is nobody's
    found = senders.who(message.signed(*signed_with), message.body)
    return found.id if found else None


def test_two_secrets_count_while_one_gives_way_to_another(programmes: Path, secrets: Path) -> None:
    old, new = secret_of(PARTNER, 1), secret_of(PARTNER, 2)
    (secrets / PARTNER).write_text(old)
    known = senders(programmes, secrets)
    assert (whose(known, old), whose(known, new), whose(known, new, old)) == (PARTNER, None, PARTNER)

    (secrets / PARTNER).write_text(f"{new}\n{old}\n")
    known.look()
    assert (whose(known, old), whose(known, new)) == (PARTNER, PARTNER)

    (secrets / PARTNER).write_text(new)
    known.look()
    assert (whose(known, old), whose(known, new)) == (None, PARTNER)


def test_a_partner_that_has_left_the_file_sends_no_more(programmes: Path, secrets: Path) -> None:
    (secrets / PARTNER).write_text(secret_of(PARTNER))
    known, file = senders(programmes, secrets), programmes / "partners.toml"
    assert whose(known, secret_of(PARTNER)) == PARTNER

    before, _, rest = file.read_text().partition(f'[[partners]]\nid = "{PARTNER}"')
    file.write_text(f"{before}[[partners]]{rest.partition('[[partners]]')[2]}")
    known.look()  # it is taken up once it stands still
    known.look()
    assert whose(known, secret_of(PARTNER)) is None


def test_a_secret_of_somebody_who_is_no_partner_counts_for_nothing(programmes: Path, secrets: Path) -> None:
    (secrets / "somebody").write_text(secret_of("somebody"))
    assert whose(senders(programmes, secrets), secret_of("somebody")) is None


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({PARTNER: b"whsec_too-short"}, "webhooks.malformed_secret"),
        ({PARTNER: b"\xff\xfe"}, "gateway.secret_unreadable"),
        ({PARTNER: secret_of(OTHER).encode(), OTHER: secret_of(OTHER).encode()}, "gateway.secret_shared"),
    ],
)
def test_secrets_that_cannot_be_used_are_told_at_the_start_and_passed_over_later(
    programmes: Path, secrets: Path, caplog: pytest.LogCaptureFixture, files: dict[str, bytes], why: str
) -> None:
    (secrets / OTHER).write_text(secret_of(OTHER))
    known = senders(programmes, secrets)
    for name, content in files.items():
        (secrets / name).write_bytes(content)
    with pytest.raises(UsageError) as caught:
        senders(programmes, secrets)
    told = caught.value.message.values["why"]
    assert getattr(told, "id", None) == why

    with caplog.at_level(logging.WARNING):
        known.look()
    assert whose(known, secret_of(OTHER)) == OTHER
    assert "stay as they were" in caplog.text
    assert secret_of(OTHER) not in caplog.text


def test_without_a_folder_of_secrets_nobody_sends(programmes: Path) -> None:
    assert whose(Senders(KeptBook(programmes), Settings().incoming_secrets), secret_of(PARTNER)) is None


def test_every_secret_is_tried_whoever_has_signed(
    programmes: Path, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [PARTNER, OTHER, "kommunen"]
    for name in names:
        (secrets / name).write_text(secret_of(name))
    known = senders(programmes, secrets)
    tried: list[Webhook] = []
    verify = Webhook.verify

    def counted(signer: Webhook, *args: Any, **more: Any) -> Any:
        tried.append(signer)
        return verify(signer, *args, **more)

    monkeypatch.setattr(Webhook, "verify", counted)
    for name in (*names, "nobody"):
        tried.clear()
        whose(known, secret_of(name))
        assert len(tried) == len(names)
