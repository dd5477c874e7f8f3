"""Writing a file that must not be there yet: what is handed to others is never written over, and never left half."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, TextIO, cast

from models.message import N_
from runtime.errors import UsageError
from runtime.i18n import _

AS_USUAL = 0o666
"""Whoever the umask lets."""

OWNER_ALONE = 0o600


@contextmanager
def new_file(file: Path, mode: int = AS_USUAL) -> Iterator[TextIO]:
    """A new text file in UTF-8; where writing ends in an error it is gone again. Raises UsageError."""
    handle = _made(file, mode)
    with _whole(file, os.fdopen(handle, "w", encoding="utf-8", newline="\n")) as out:
        yield cast(TextIO, out)


@contextmanager
def new_binary_file(file: Path, mode: int = AS_USUAL) -> Iterator[BinaryIO]:
    """As `new_file`, for bytes."""
    handle = _made(file, mode)
    with _whole(file, os.fdopen(handle, "wb")) as out:
        yield cast(BinaryIO, out)


def _made(file: Path, mode: int) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise UsageError(
            "{file} exists already and is not written over; choose another name.", file=file.name
        ) from None
    except (OSError, ValueError):  # ValueError: a name that the file system cannot hold
        raise _not_written(file) from None


@contextmanager
def _whole(file: Path, out: IO[Any]) -> Iterator[IO[Any]]:
    """The file, and nothing of it where writing ends in an error."""
    try:
        with out:
            yield out
    except BaseException as error:
        with suppress(OSError):
            file.unlink()
        if isinstance(error, OSError):
            raise _not_written(file) from error
        raise


def _not_written(file: Path) -> UsageError:
    return UsageError("{file} cannot be written; check that the folder exists, is yours and has room.", file=file.name)


def unwritable(file: Path, error: OSError) -> UsageError:
    """The sentence for a file that cannot be written, with the reason, in the language of whoever reads it."""
    why = _WHY.get(error.errno or 0)
    told = _(why) if why else error.strerror
    return UsageError("{file} cannot be written: {why}; name another file.", file=file, why=told)


_WHY = {
    errno.EISDIR: N_("it is a folder"),
    errno.ENOENT: N_("its folder does not exist"),
    errno.ENOTDIR: N_("its folder does not exist"),
    errno.EACCES: N_("it is not yours to write"),
    errno.EPERM: N_("it is not yours to write"),
    errno.EROFS: N_("it is not yours to write"),
    errno.ENOSPC: N_("there is no room left"),
}
