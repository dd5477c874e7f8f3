"""Writing files for people: never half of one, and where it fails a sentence that says why."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from activities.whole_files import OWNER_ALONE, write_whole
from models.message import N_
from runtime.errors import UsageError
from runtime.i18n import _


@contextmanager
def new_file(file: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone that must not be there yet; where writing ends in an error it is gone again.

    Raises UsageError.
    """
    with writing(file), open(file, "xb", opener=lambda path, flags: os.open(path, flags, OWNER_ALONE)) as out:
        try:
            yield out
            if not out.closed:
                out.flush()  # a full disk may show itself only now
        except BaseException:
            with suppress(OSError):
                file.unlink()
            raise


def write_file(file: Path, content: bytes) -> None:
    """Write a file for its owner alone that must not be there yet; a pipe or a terminal gets it as it is.

    Raises UsageError.
    """
    with new_or_pipe(file) as out:
        out.write(content)


@contextmanager
def new_or_pipe(file: Path) -> Iterator[BinaryIO]:
    """As `new_file`; a pipe or a terminal is written to as it is. Raises UsageError."""
    opened = _as_it_is(file) if _is_pipe(file) else new_file(file)
    with opened as out:
        yield out


def require_new(*files: Path) -> None:
    """Find out before there is anything to write whether it can be written. Raises UsageError."""
    for file in files:
        if not _is_pipe(file):
            with new_file(file):
                pass
            file.unlink()


def write_anew(file: Path, content: bytes) -> None:
    """Write a file for its owner alone in the place of one that is known to be an earlier one of the same; a pipe or a
    terminal gets it as it is. Raises UsageError."""
    with writing(file):
        if _is_pipe(file):
            file.write_bytes(content)
        else:
            write_whole(file, content)


def _is_pipe(file: Path) -> bool:
    """Whether it is a pipe or a terminal."""
    with writing(file):
        return file.exists() and not file.is_file() and not file.is_dir()


@contextmanager
def _as_it_is(file: Path) -> Iterator[BinaryIO]:
    with writing(file), file.open("wb") as out:
        yield out


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Raise UsageError, with the reason, where a file cannot be written."""
    try:
        yield
    except OSError as error:
        why = _(
            OTHERWISE if error.errno == errno.ENOENT and file.parent.is_dir() else _WHY.get(error.errno or 0, OTHERWISE)
        )
        raise UsageError(
            "file.unwritable", "{file} cannot be written: {why}. Choose another file.", file=file, why=why
        ) from error


OTHERWISE = N_("the disk or the system does not take it")

_WHY = {
    errno.EEXIST: N_("it exists already, and is not written over"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOENT: N_("its folder does not exist"),
    errno.ENOTDIR: N_("its folder does not exist"),
    errno.EACCES: N_("it is not yours to write"),
    errno.EPERM: N_("it is not yours to write"),
    errno.EROFS: N_("it is not yours to write"),
    errno.ENOSPC: N_("the disk is full"),
    errno.ENAMETOOLONG: N_("its name is too long"),
}
