"""A key with a passphrase at a terminal: made and used by what somebody types unseen, in their own language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime.keyring import Keyring
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from services.staff import Staff
from tests.support.authority import TestKeyring, found, key_of
from tests.support.databases import migrated
from tests.support.processes import environment, run
from tests.support.recording import CANDIDATE, RecordedWay, recorder_on
from tests.support.sealing import MASTER_KEY
from tests.support.terminals import at_terminal

SHOW = ("admin.py", "show", CANDIDATE, "--remarks", "--actor", "anna.berg")
ENROL = ("admin.py", "enrol", "bo.lind", "--code")
NEW, AGAIN = "lösenfras för din nyckel (tom för ingen)", "samma lösenfras en gång till"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The folder with Anna Berg's key, under a passphrase."""
    Keyring(tmp_path / "keys").add("anna.berg", key_of("anna.berg"), "hemligt ord")
    return tmp_path / "keys"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'office.db'}"


@pytest.fixture
def code(url: str) -> str:
    """An invitation of Bo Lind, in a database that has a candidate too."""
    engine = migrated(url, offering=True)
    found(engine)
    RecordedWay(recorder_on(engine)).comes("referred")
    log = StatementLog(engine)
    said, _until = Staff(log, TestKeyring(), OPERATOR, datetime.now(UTC)).invite("bo.lind")
    engine.dispose()
    return said


@pytest.fixture
def settings(url: str, keys: Path, code: str) -> dict[str, str]:
    assert code
    master_key = MASTER_KEY.get_secret_value()
    return environment(
        HELAVAGEN_DATABASE_URL=url, HELAVAGEN_KEYS=keys, HELAVAGEN_MASTER_KEY=master_key, HELAVAGEN_LANG="sv"
    )


def test_it_is_asked_for_once_a_process_and_not_shown(settings: dict[str, str]) -> None:
    shown = at_terminal(*SHOW, env=settings, typed=[("lösenfras för nyckeln för anna.berg", "hemligt ord")])
    assert (shown.status, "hemligt" in shown.screen) == (0, False), shown.screen
    assert CANDIDATE in shown.screen


async def test_where_nobody_can_be_asked_the_setting_is_named(settings: dict[str, str]) -> None:
    ended = await run(*SHOW, env=settings)
    assert (ended.status, ended.errors.strip().rpartition(". ")[2]) == (2, "Ange HELAVAGEN_PASSPHRASE.")


def test_a_new_one_is_asked_for_until_it_is_long_enough_and_said_twice(
    settings: dict[str, str], keys: Path, code: str
) -> None:
    typed = [(NEW, "hemlig"), (NEW, "hemligt ord"), (AGAIN, "hemligt odr"), (NEW, "annat ord"), (AGAIN, "annat ord")]
    shown = at_terminal(*ENROL, code, env=settings, typed=typed)
    assert shown.status == 0, shown.screen
    assert "minst 8 tecken" in shown.screen
    assert "Lösenfraserna är olika." in shown.screen
    assert Keyring(keys, lambda _name: "annat ord").key("bo.lind")


def test_a_code_that_invites_nobody_is_refused_before_a_passphrase_is_asked_for(settings: dict[str, str]) -> None:
    shown = at_terminal(*ENROL, "wrong-code", env=settings, typed=[])
    assert (shown.status, NEW in shown.screen) == (1, False), shown.screen
