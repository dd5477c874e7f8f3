"""Files for people: one that is there is never written over, and a pipe is written to as it is."""

import os
from pathlib import Path

import pytest

from runtime.errors import UsageError
from runtime.files import OTHERWISE, new_or_pipe, require_new, write_anew, write_file
from tests.support.errors import raises


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (file := tmp_path / "letter").write_text("hej")
    with raises(UsageError, "file.unwritable"):
        write_file(file, b"x")
    with raises(UsageError, "file.unwritable"):
        require_new(tmp_path / "none", file)
    with raises(UsageError, "file.unwritable"), new_or_pipe(file):
        pytest.fail("it was opened")
    assert (file.read_text(), os.listdir(tmp_path)) == ("hej", ["letter"])
    write_anew(file, b"x")
    assert file.read_bytes() == b"x"


def test_a_file_that_is_not_there_is_its_owners_alone(tmp_path: Path) -> None:
    require_new(file := tmp_path / "letter")
    assert not file.exists()
    write_file(file, b"x")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"x", 0o600)


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    require_new(pipe)
    write_file(pipe, b"x")
    assert os.read(reading, 9) == b"x"
    os.close(reading)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with raises(UsageError, "file.unwritable"):
        require_new(tmp_path / "none" / "letter")


def test_a_folder_that_is_there_is_not_said_to_be_missing() -> None:
    with raises(UsageError, "file.unwritable", why=OTHERWISE):
        write_file(Path("/proc/letter"), b"x")
