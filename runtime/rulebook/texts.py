"""A file of `programmes/` as text and as data, whatever lies under its name and whatever is written in it."""

import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any, NamedTuple

from models.message import Message, msg
from runtime.errors import UsageError
from runtime.rulebook.unreadable import NOT_UTF_8, OTHER, TOO_DEEP, why_not_opened, why_not_toml

LARGEST = 1_000_000
"""Bytes. The largest programme has forty thousand; what is so much larger was put there by mistake."""

UTF_16 = msg("file.utf_16", "it is saved as UTF-16. Save the file as UTF-8")
TOO_LARGE = msg(
    "file.too_large", "it is larger than {bytes} bytes, and no such file is. Put the right one in its place"
)
NO_FILE = msg("file.no_file", "it is not a file that can be read from beginning to end")
NO_TOML = msg("file.no_toml", "it is not TOML: {why}")


class Flaw(NamedTuple):
    """What is wrong with a file as a whole, and on which line. `error` is what a script says that needs the file."""

    line: int
    what: Message
    error: UsageError


class FileText(NamedTuple):
    """A file as far as it can be read: `data` is None where it is no TOML, and where there are flaws it is not used."""

    text: str
    data: dict[str, Any] | None
    flaws: tuple[Flaw, ...]


def read_toml(file: Path) -> dict[str, Any]:
    """The data of a file. Raises UsageError where anything is wrong with the file as a whole."""
    read = read_file(file)
    for flaw in read.flaws:
        raise flaw.error
    return read.data or {}


class _Unread(Exception):
    """Why nothing of a file can be read."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(str(flaw.what))
        self.flaw = flaw


def read_file(file: Path) -> FileText:
    """Read a file, with or without a byte order mark. Raises nothing for what is wrong with it."""
    try:
        content = _content(file)
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            raise _Unread(_flaw(file, UTF_16))
        text = _decoded(file, content.removeprefix(BOM_UTF8))
    except _Unread as error:
        return FileText("", None, (error.flaw,))
    try:
        return FileText(text, _data(file, text), ())
    except _Unread as error:
        return FileText(text, None, (error.flaw,))


def _content(file: Path) -> bytes:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise _Unread(_flaw(file, NO_FILE))  # to open a pipe would wait for whoever writes into it
        if stat.S_ISREG(status.st_mode) and status.st_size > LARGEST:
            raise _Unread(_flaw(file, TOO_LARGE.filled(bytes=LARGEST)))
        return file.read_bytes()
    except OSError as error:
        why = why_not_opened(error)
        told = UsageError(
            "rules.missing",
            "{file} cannot be read: {why}. Its folder is {folder}.",
            file=file.name,
            why=why,
            folder=file.parent,
        )
        told.__cause__ = error
        raise _Unread(Flaw(1, why, told)) from error


def _decoded(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Unread(_flaw(file, NOT_UTF_8, content.count(b"\n", 0, error.start) + 1)) from error


def _data(file: Path, text: str) -> dict[str, Any]:
    try:
        return loads(text)
    except TOMLDecodeError as error:
        line, why = why_not_toml(error)
    except RecursionError:
        line, why = _deepest_line(text), TOO_DEEP
    except ValueError:  # what Python itself says of a number with thousands of digits
        line, why = 1, OTHER
    raise _Unread(
        Flaw(
            line,
            NO_TOML.filled(why=why),
            UsageError(
                "rules.not_toml", "{file} cannot be read, line {line}: {why}.", file=file.name, line=line, why=why
            ),
        )
    )


def _deepest_line(text: str) -> int:
    lines = text.split("\n")
    return 1 + max(range(len(lines)), key=lambda number: lines[number].count("[") + lines[number].count("{"))


def _flaw(file: Path, what: Message, line: int = 1) -> Flaw:
    told = UsageError("rules.unreadable", "{file} cannot be read: {why}.", file=file.name, why=what)
    return Flaw(line, what, told)
