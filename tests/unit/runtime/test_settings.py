"""Settings: what is wrong is told by its name, and no secret is told at all."""

from traceback import format_exception

import pytest

from runtime.errors import UsageError
from runtime.settings import Settings, load_settings

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

    assert caught.value.message.values["wrong"] == "HELAVAGEN_SMTP_PORT, HELAVAGEN_SMTP_TLS"
    assert "hemligt" not in "".join(format_exception(caught.value))
