"""Settings: what is wrong is told by its name, no secret is told at all, and a copied folder leads to no other."""

import asyncio
from pathlib import Path
from shutil import copytree
from traceback import format_exception

import pytest

from interfaces.cli.hints import with_hint
from runtime.errors import UsageError
from runtime.local.stack import Ports, _stack
from runtime.settings import Settings, load_settings, settings_as_far_as_they_go
from services.operations.doctor.checkup import SETTINGS, Patient, examine

SECRETS = {
    "HELAVAGEN_DATABASE_URL": "postgresql://worker:hemligt-1@db/hela_vagen",
    "HELAVAGEN_AUDIT_DATABASE_URL": "postgresql://auditor:hemligt-2@db/hela_vagen",
    "HELAVAGEN_SMTP_PASSWORD": "hemligt-3",
    "HELAVAGEN_PASSPHRASE": "hemligt-4",
}


def test_settings_that_are_shown_hold_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    settings = Settings(_env_file=None)

    assert settings.smtp_password == "hemligt-3"
    assert "hemligt" not in f"{settings!r} {settings}"


def test_a_wrong_setting_is_told_by_its_name_and_not_by_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELAVAGEN_SMTP_PORT", "hemligt-5")
    monkeypatch.setenv("HELAVAGEN_SMTP_TLS", "hemligt-6")
    with pytest.raises(UsageError) as caught:
        load_settings(of_running_stack=False)

    told = with_hint(caught.value.message)
    assert "HELAVAGEN_SMTP_PORT (a whole number from 1 to 65535), HELAVAGEN_SMTP_TLS (one of none, offered, " in told
    assert "hemligt" not in "".join(format_exception(caught.value))


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("SMTP_TLS", "always", "HELAVAGEN_SMTP_TLS (one of none, offered, starttls, implicit)"),
        ("LANG", "de", "HELAVAGEN_LANG (one of sv, en)"),
        ("DESK_PORT", "http", "HELAVAGEN_DESK_PORT (a whole number from 0 to 65535)"),
        ("DESK_PORT", "65536", "HELAVAGEN_DESK_PORT (a whole number from 0 to 65535)"),
        ("WORKER_VERSIONING", "maybe", "HELAVAGEN_WORKER_VERSIONING (true or false)"),
        ("TASK_QUEUE", "", "HELAVAGEN_TASK_QUEUE (such as hela-vagen)"),
        ("BUILD_ID", "/", "HELAVAGEN_BUILD_ID (such as 0.1.0-1)"),
        ("LINKS_URL", "svar", "HELAVAGEN_LINKS_URL (such as https://svar.employer.example)"),
    ],
)
def test_of_a_wrong_setting_is_told_what_it_may_be(
    setting: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"HELAVAGEN_{setting}", value)
    with pytest.raises(UsageError) as caught:
        load_settings(of_running_stack=False)
    monkeypatch.delenv(f"HELAVAGEN_{setting}")
    assert with_hint(caught.value.message) == f"These settings are wrong: {expected}. Correct them in the environment."


def test_a_check_up_examines_the_settings_that_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELAVAGEN_SMTP_PORT", "abc")
    monkeypatch.setenv("HELAVAGEN_SMTP_HOST", "mail.employer.example")
    settings, wrong = settings_as_far_as_they_go()
    assert (settings.smtp_port, settings.smtp_host) == (25, "mail.employer.example")
    assert wrong is not None
    found = asyncio.run(examine(Patient(settings, wrong=wrong), [SETTINGS]))
    assert [one.says.id for one in found if one.says] == ["settings.wrong"]


def test_a_copied_data_folder_leads_to_itself_and_never_to_the_original(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case security/01, and scripts that are called before a stack runs on the copy."""
    original, copied = tmp_path / "original", tmp_path / "copied"
    original.mkdir()
    monkeypatch.setenv("HELAVAGEN_DATA", str(original))
    started(original)
    assert str(original) in load_settings().database_url
    copytree(original, copied)
    (tmp_path / "linked").symlink_to(original)
    monkeypatch.setenv("HELAVAGEN_DATA", str(tmp_path / "linked"))
    assert str(original) in load_settings().database_url

    monkeypatch.setenv("HELAVAGEN_DATA", str(copied))
    with pytest.raises(UsageError) as caught:
        load_settings()
    assert caught.value.message.id == "settings.of_another_stack"
    started(copied)
    settings = load_settings()
    assert str(copied) in settings.database_url
    assert "original" not in settings.model_dump_json()


def started(data: Path) -> None:
    """What a local stack leaves in its folder for the scripts."""
    _stack(load_settings(of_running_stack=False), Ports(1, 2, 3, 4, 5), data / "webhook_secrets")


def test_a_secret_may_stand_in_a_file_of_its_name_and_the_environment_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELAVAGEN_SECRETS", str(tmp_path))
    (tmp_path / "HELAVAGEN_DATABASE_URL").write_text("postgresql://worker:hemligt-1@db/hela_vagen\n")
    (tmp_path / "helavagen_smtp_password").write_text("of the file")
    monkeypatch.setenv("HELAVAGEN_SMTP_PASSWORD", "of the environment")

    settings = load_settings(of_running_stack=False)

    assert settings.database_url == "postgresql://worker:hemligt-1@db/hela_vagen"
    assert settings.smtp_password == "of the environment"


def test_a_folder_of_secrets_that_is_not_mounted_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELAVAGEN_SECRETS", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError) as caught:
        load_settings(of_running_stack=False)
    assert caught.value.message.id == "settings.no_secrets"
