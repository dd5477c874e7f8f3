"""Reading one file of `programmes/`: as TOML, or as a list of things that are checked one by one."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from runtime.errors import UsageError
from runtime.rulebook.faults import examine

M = TypeVar("M", bound=BaseModel)


def read_toml(file: Path) -> dict[str, Any]:
    """The data of a file. Raises UsageError where it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            "rules.missing",
            "{file} cannot be read: {why}. Its folder is {folder}.",
            file=file.name,
            why=error.strerror,
            folder=file.parent,
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("rules.unreadable", "{file} cannot be read: {why}.", file=file.name, why=error) from error


def read_list(file: Path, key: str, model: type[M], *, unique: bool = True) -> tuple[M, ...]:
    """The tables under the one key of a file. Raises UsageError for the first fault."""
    data = read_toml(file)
    for other in data:
        if other != key:
            raise file_fault(file.name, None, other, f"nothing of that name is read; write [[{key}]]")
    items = data.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise file_fault(file.name, None, key, f"a list of tables is expected; write [[{key}]] above each")
    for name, times in Counter([str(item.get("id")) for item in items]).items():
        if unique and times > 1 and name != "None":
            raise file_fault(file.name, name, "id", f"{times} of the {key} have this id")
    return tuple(_item(model, item, file) for item in items)


def _item(model: type[M], data: dict[str, Any], file: Path) -> M:
    read, faults = examine(model, data)
    for fault in faults:
        raise file_fault(file.name, data.get("id"), fault.where, fault.what)
    return read


def file_fault(file: str, name: Any, where: str, what: str) -> UsageError:
    """What is wrong, and where: file, programme or partner or whatever it is, field."""
    return UsageError(
        "rules.fault",
        "{file}, {name}, {where}: {what}.",
        file=file,
        name=name or "the whole",
        where=where or "the whole",
        what=what,
    )
