"""`admin.py mails`: a reply by mail as it came, written to a file."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

import admin
from runtime.errors import UsageError
from services.queries.reads import reads
from tests.support.authority import found, keep_keys
from tests.support.errors import raises
from tests.support.kept_mails import CONTENT, keep_mail

KEPT = "a" * 64


@pytest.fixture(autouse=True)
def _kept(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found(engine)
    keep_keys(tmp_path / "keys")
    monkeypatch.setenv("HELAVAGEN_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    keep_mail(engine, KEPT)


def mails(*words: str) -> str:
    return CliRunner().invoke(admin.app, ["mails", *words, "--actor", "lena.strand"], catch_exceptions=False).output


def test_the_whole_mail_is_written_as_it_came(tmp_path: Path) -> None:
    assert "Vem <b>svarar</b>?" in mails(KEPT, "--output", str(tmp_path / "mail.eml"))
    assert (tmp_path / "mail.eml").read_bytes() == CONTENT


def test_what_cannot_be_written_opens_no_mail(engine: Engine, tmp_path: Path) -> None:
    there = tmp_path / "mail.eml"
    there.write_text("mine")
    with raises(UsageError, "file.unwritable"):
        mails(KEPT, "--output", str(there))
    for words in ((), (KEPT, "--settled", "nothing")):
        with raises(UsageError, "mails.which"):
            mails(*words, "--output", str(tmp_path / "other.eml"))
    assert (there.read_text(), (tmp_path / "other.eml").exists(), reads(engine, reader="lena.strand")) == (
        "mine",
        False,
        [],
    )
