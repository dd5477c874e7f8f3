"""The database rows of a bundle, read with the distrust that a file from elsewhere deserves."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.types import TypeEngine

from activities.writing import table_of
from auditing.evidence.evidence import TABLES, JsonRow
from models.message import N_

Problem = Callable[[str, str], None]
"""Told which row of a file cannot be taken, and why."""


def read_rows(content: bytes, table: str, journey_id: str, problem: Problem) -> Iterator[JsonRow]:
    """The rows of a table that are such rows, and are of this journey; the others are told of."""
    for number, line in enumerate(content.splitlines(), 1):
        row = _json(line)
        if row is None or not _fits(row, table):
            problem(f"{number}", N_("it is no row of this table"))
        elif row["journey_id"] != journey_id:
            problem(f"{number}", N_("it is of another journey"))
        else:
            yield row


def _json(line: bytes) -> Any:
    try:
        value = json.loads(line)
        if b"\\ud" in line.lower():
            str(value).encode()  # half a character, which no output could write
    except (ValueError, RecursionError):
        return None
    return value


def _fits(row: Any, table: str) -> bool:
    columns = _columns(table)
    if not isinstance(row, dict) or row.keys() != columns.keys():
        return False
    return all(
        nullable if row[name] is None else type(row[name]) is type_ for name, (type_, nullable) in columns.items()
    )


@cache
def _columns(table: str) -> dict[str, tuple[type, bool]]:
    """The type that each column's values have as JSON, and whether there may be none."""
    columns = table_of(TABLES[table][0]).columns
    return {column.name: (_as_json(column.type), bool(column.nullable)) for column in columns}


def _as_json(type_: TypeEngine[Any]) -> type:
    if isinstance(type_, JSON):
        return dict
    return type_.python_type if type_.python_type in (bool, int) else str
