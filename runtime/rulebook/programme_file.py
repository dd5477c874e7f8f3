"""Checking one programme file: every fault in one go, each with its line, its field and plain words."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.fields import Strict
from models.programme.programme import Programme
from runtime.errors import UsageError
from runtime.i18n import _n
from runtime.rulebook.faults import Fault, uncovered
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.programme_checks import FAULTS, REMARKS, Checked
from runtime.rulebook.reading import read_toml
from runtime.rulebook.toml_lines import line_at, lines_of

NAMES = ("id", "name", "event")
"""Keys by which an item of a list is named, where it has one that is text."""


class FaultLine(Strict):
    """A fault as it is told: the line in the file, the field, and what is wrong."""

    line: int
    field: str
    what: str


class FileVerdict(Strict):
    """What a check of a file found. `remarks` are no faults. `programme` is its name, as far as it has one."""

    programme: str | None
    faults: tuple[FaultLine, ...]
    remarks: tuple[FaultLine, ...] = ()
    summary: str = ""


def check_programme_file(file: Path, book: RuleBook) -> FileVerdict:
    """Check a file, which may lie anywhere, against the forms, partners and positions of the book.

    Raises UsageError where the file cannot be opened, or one of the book's own files has a fault.
    """
    text = _text_of(file)
    if isinstance(text, FaultLine):
        return FileVerdict(programme=None, faults=(text,))
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return FileVerdict(programme=None, faults=(_unreadable(error),))
    programme, faults = book.examine_programme(data)
    mine = tuple(book.positions_of(programme.id))
    checked = Checked(programme, data, mine)
    faults += [*_taken_id(file, book, programme), *uncovered((f for check in FAULTS for f in check(checked)), faults)]
    lines = lines_of(text)
    return FileVerdict(
        programme=programme.id,
        faults=_told(faults, data, lines),
        remarks=_told([f for check in REMARKS for f in check(checked)], data, lines),
        summary=", ".join(
            (
                _n("{count} profile", "{count} profiles", len(programme.profiles)),
                _n("{count} deadline", "{count} deadlines", len(programme.deadlines)),
                _n("{count} position", "{count} positions", len(mine)),
            )
        ),
    )


def _text_of(file: Path) -> str | FaultLine:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(
            "programme.unreadable",
            "The programme file {file} cannot be read: {why}.",
            file=file.name,
            why=error.strerror,
        ) from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return FaultLine(line=line, field="the whole", what="a letter is not UTF-8; save the file as UTF-8")


def _unreadable(error: tomllib.TOMLDecodeError) -> FaultLine:
    said, _, place = str(error).partition(" (at ")
    number = re.search(r"line (\d+)", place)
    return FaultLine(line=int(number[1]) if number else 1, field="the whole", what=f"it is no TOML: {said}")


def _taken_id(file: Path, book: RuleBook, programme: Programme) -> list[Fault]:
    others = (other for other in book.programme_files if other.resolve() != file.resolve())
    taken = programme.id and any(read_toml(other).get("id") == programme.id for other in others)
    return [Fault(path=("id",), what="another file has this programme already")] if taken else []


def _told(
    faults: Sequence[Fault], data: Mapping[str, Any], lines: Mapping[tuple[str | int, ...], int]
) -> tuple[FaultLine, ...]:
    told = {
        FaultLine(line=line_at(lines, fault.path), field=_field(fault.path, data), what=fault.what): None
        for fault in faults
    }
    return tuple(sorted(told, key=lambda fault: fault.line))


def _field(path: Sequence[str | int], data: Any) -> str:
    """`profiles[hospital_service].requirements[shift_work].why`: items by their names, where they have one."""
    written = ""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(part, int):
            names = [data[key] for key in NAMES if isinstance(data, dict) and isinstance(data.get(key), str)]
            written += f"[{names[0] if names else part + 1}]"
        else:
            written += f".{part}" if written else part
    return written or "the whole"
