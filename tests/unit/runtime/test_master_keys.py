"""The master key in a file: taken up as it changes, by whoever runs already."""

import logging
import os
from base64 import b64encode
from pathlib import Path

import pytest

from activities.sealing import MasterKey, MasterKeyFailed
from runtime.encryption.master_keys import LocalMasterKey, MasterKeyInFile, master_key, name_of, waits_for_restart
from runtime.errors import UsageError
from runtime.settings import Settings
from tests.support.errors import raises
from tests.support.sealing import MASTER_KEY

OLD, NEW = b"o" * 32, b"n" * 32
KEY = b"of somebody"


def write(file: Path, *keys: bytes) -> None:
    file.write_text("\n".join(b64encode(key).decode() for key in keys))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write(tmp_path / "master.key", OLD)
    return tmp_path / "master.key"


@pytest.fixture
def running(file: Path) -> MasterKey:
    """The master key of a process that began before the file is changed."""
    return master_key(Settings(master_key=None, master_key_file=file))


def test_a_running_process_goes_through_a_rotation_without_a_restart(running: MasterKey, file: Path) -> None:
    of_before = running.wrap(KEY)
    write(file, NEW, OLD)
    assert running.current() == name_of(NEW)
    assert running.version_of(running.wrap(KEY)) == name_of(NEW)
    assert running.unwrap(of_before) == KEY
    write(file, NEW)
    assert running.unwrap(LocalMasterKey((NEW,)).wrap(KEY)) == KEY
    with pytest.raises(MasterKeyFailed):
        running.unwrap(of_before)


def test_what_an_unknown_key_has_wrapped_has_the_file_read_though_it_looks_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MasterKeyInFile, "_state", lambda _self: None)
    running = master_key(Settings(master_key=None, master_key_file=file))
    write(file, NEW)
    assert running.current() == name_of(OLD)
    assert running.unwrap(LocalMasterKey((NEW,)).wrap(KEY)) == KEY


def test_another_file_of_the_same_age_and_size_in_its_place_is_taken_up(running: MasterKey, file: Path) -> None:
    write(other := file.with_name("other"), NEW)
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    other.replace(file)
    assert running.current() == name_of(NEW)


@pytest.mark.parametrize("written", ["", "half a ke", None])
def test_a_file_that_holds_no_key_just_now_changes_nothing(
    running: MasterKey,
    file: Path,
    written: str | None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logger = logging.getLogger("runtime.encryption.master_keys")  # whatever a test before has told logs to be
    monkeypatch.setattr(logger, "disabled", False)
    caplog.set_level(logging.WARNING, logger=logger.name)
    of_before = running.wrap(KEY)
    file.write_text(written) if written is not None else file.unlink()
    assert running.unwrap(of_before) == KEY
    assert running.current() == name_of(OLD)
    assert len(caplog.records) == 1
    write(file, NEW, OLD)
    assert running.current() == name_of(NEW)


def test_a_process_does_not_begin_with_a_file_that_holds_no_key(file: Path) -> None:
    file.write_text("")
    with raises(UsageError, "master_key.format"):
        master_key(Settings(master_key=None, master_key_file=file))


def test_only_a_key_in_the_environment_waits_for_a_restart(file: Path) -> None:
    assert waits_for_restart(Settings(master_key=MASTER_KEY))
    assert not waits_for_restart(Settings(master_key=None, master_key_file=file))
    assert not waits_for_restart(Settings(master_key=MASTER_KEY, vault_transit_key="hela-vagen"))
