"""The people of a local stack: enrolled once, with keys that stay beside the database that knows them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.signatures import public_key_of
from runtime.errors import UsageError
from runtime.keyring import WORKER, Keyring
from runtime.local.people import OPERATOR, settle
from runtime.statement_log import StatementLog
from tests.support.databases import migrated
from tests.support.errors import raises
from tests.support.programmes import RULES

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[StatementLog]:
    engine = migrated(f"sqlite:///{tmp_path / 'people.db'}")
    yield StatementLog(engine)
    engine.dispose()


def test_whoever_settles_again_states_nothing_more(log: StatementLog, tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "keys")
    settle(log, keyring, RULES, NOW)
    stated = len(log.statements())
    settle(log, Keyring(copytree(tmp_path / "keys", tmp_path / "copied")), RULES, NOW)
    assert len(log.statements()) == stated
    assert log.register().is_a_workers(public_key_of(keyring.key(WORKER)), NOW)


def test_a_database_that_was_copied_without_its_keys_is_refused_and_none_is_made(
    log: StatementLog, tmp_path: Path
) -> None:
    settle(log, Keyring(tmp_path / "keys"), RULES, NOW)
    stated = len(log.statements())
    other = Keyring(tmp_path / "another")
    with raises(UsageError, "stack.keys_of_another"):
        settle(log, other, RULES, NOW)
    assert other.names() == []
    other.add(OPERATOR, Ed25519PrivateKey.generate())
    with raises(UsageError, "stack.keys_of_another"):
        settle(log, other, RULES, NOW)
    assert (other.names(), len(log.statements())) == ([OPERATOR], stated)
