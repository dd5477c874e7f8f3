"""The master key in Vault, by the library that its clients use, against a server that speaks its protocol."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine

from activities.sealing import KeyUnusable, MasterKeyFailed, Sealer, keyed, sealer_on
from activities.seals import CannotOpen
from runtime.encryption.master_keys import master_key
from runtime.settings import Settings
from services.privacy.rotation import count_keys, rotate
from tests.support.vault import TOKEN, Vault, running_vault

ANNA = "A22222223"
SETTINGS = Settings(vault_transit_key="hela-vagen")


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    with running_vault("hela-vagen") as (vault, address):
        monkeypatch.setenv("VAULT_ADDR", address)
        monkeypatch.setenv("VAULT_TOKEN", TOKEN)
        yield vault


def test_a_key_is_wrapped_by_vault_and_unwrapped_once_a_process(vault: Vault, engine: Engine) -> None:
    sealed = Sealer(engine, lambda: master_key(SETTINGS)).of(ANNA).seal("here", b"a secret")
    other = Sealer(engine, lambda: master_key(SETTINGS))
    assert [other.known(ANNA).open("here", sealed) for _ in range(3)] == [b"a secret"] * 3
    assert vault.asked == ["/v1/transit/encrypt/hela-vagen", "/v1/transit/decrypt/hela-vagen"]


def test_what_an_older_version_wrapped_goes_on_opening_and_is_known_as_old(vault: Vault) -> None:
    master = master_key(SETTINGS)
    wrapped = master.wrap(b"a key")
    assert master.version_of(wrapped) == master.current() == "vault:v1"
    vault.rotate()
    assert (master.unwrap(wrapped), master.version_of(wrapped)) == (b"a key", "vault:v1")
    assert master.version_of(master.wrap(b"a key")) == master.current() == "vault:v2"


@pytest.mark.usefixtures("vault")
def test_a_wrapped_key_that_was_changed_does_not_open() -> None:
    master = master_key(SETTINGS)
    with pytest.raises(CannotOpen):
        master.unwrap(master.wrap(b"a key")[:-4] + "AAAA")


@pytest.mark.usefixtures("vault")
def test_a_token_that_is_refused_is_told_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "another-token")
    with pytest.raises(MasterKeyFailed) as failed:
        master_key(SETTINGS).wrap(b"a key")
    assert failed.value.sentence.id == "master_key.refused"
    assert "another-token" not in str(failed.value)


def test_a_vault_that_is_sealed_or_away_is_told_and_helps_when_it_is_back(vault: Vault, engine: Engine) -> None:
    sealer = Sealer(engine, lambda: master_key(SETTINGS), kept_seconds=0)
    sealed = sealer.of(ANNA).seal("here", b"a secret")
    vault.sealed = True
    with pytest.raises(MasterKeyFailed):
        sealer.known(ANNA)
    vault.sealed = False
    assert sealer.known(ANNA).open("here", sealed) == b"a secret"


def test_a_vault_that_nobody_runs_is_told_as_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:1")
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    with pytest.raises(MasterKeyFailed) as failed:
        master_key(SETTINGS).wrap(b"a key")
    assert failed.value.sentence.id == "master_key.unreachable"


@pytest.mark.usefixtures("vault")
def test_a_key_of_another_master_is_damaged_here_and_no_reason_to_stop(engine: Engine) -> None:
    Sealer(engine, lambda: master_key(Settings())).of(ANNA)  # by the master key in the environment
    with pytest.raises(KeyUnusable):
        Sealer(engine, lambda: master_key(SETTINGS)).known(ANNA)


def test_a_rotation_wraps_every_key_anew_by_vaults_latest_version(vault: Vault, engine: Engine) -> None:
    engine = keyed(engine, lambda: master_key(SETTINGS))
    sealed = sealer_on(engine).of(ANNA).seal("here", b"a secret")
    vault.rotate()
    assert [(one.version, one.keys) for one in count_keys(engine).versions] == [("vault:v2", 0), ("vault:v1", 1)]
    assert rotate(engine).rewrapped == 1
    vault.versions[0] = Fernet(Fernet.generate_key())  # the first version opens nothing any more
    assert Sealer(engine, lambda: master_key(SETTINGS)).known(ANNA).open("here", sealed) == b"a secret"
