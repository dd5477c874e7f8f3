"""The rows of a bundle: JSON, one a line, of the tables of a journey. What is no row of ours is none."""

import json
from functools import cache
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlalchemy.types import TypeEngine

from activities.contents import candidate_in
from auditing.evidence.evidence import TABLES, JsonRow
from auditing.evidence.logs import LOGS
from auditing.transparency.signing import LARGEST as LARGEST_NUMBER
from models.tables.base import table_of

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes of one row: twice what Temporal lets anybody send."""

DEEPEST = 100
"""Lists and objects within one another: what is deeper could not be gone through."""


def read_row(line: bytes, table: str) -> JsonRow | None:
    """A row of a table; None where it is none."""
    row = read_json(line)
    return row if _fits(row, table) else None


def is_of(row: JsonRow, journey_id: str) -> bool:
    """Whether a row is of a journey, or of its candidate."""
    if "journey_id" in row:
        return bool(row["journey_id"] == journey_id)
    return bool(row["candidate"] == candidate_in(journey_id))


def read_json(line: bytes) -> Any:
    """What a line says; None where it is nothing that could be gone through and written again."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        value = json.loads(line)
        if b"\\ud" in line.lower():
            json.dumps(value, ensure_ascii=False).encode()  # half a character, which no output could write
    except (ValueError, RecursionError):
        return None
    return value if _is_storable(value) else None


def _is_storable(value: Any, depth: int = 0) -> bool:
    """Whether a value can be kept and written again: not too deep, and its numbers no larger than JSON's."""
    if isinstance(value, dict | list):
        within = value.values() if isinstance(value, dict) else value
        return depth < DEEPEST and all(_is_storable(one, depth + 1) for one in within if type(one) is not str)
    return not isinstance(value, int) or abs(value) <= LARGEST_NUMBER


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
    columns = [one for one in table_of(({**TABLES, **LOGS}[table])[0]).columns if not isinstance(one.type, LargeBinary)]
    return {one.name: (_as_json(one.type), bool(one.nullable)) for one in columns} | OPENED.get(table, {})


OPENED: dict[str, dict[str, tuple[type, bool]]] = {
    "ledger": {
        "event": (dict, True),
        "event_salt": (str, True),
        "receipt": (dict, True),
        "receipt_salt": (str, True),
    },
    "notices": {"notice": (dict, True)},
    "reads": {"because": (str, True), "salt": (str, True), "damaged": (bool, False)},
}
"""What stands in a row in the place of what is sealed in the database."""


def _as_json(type_: TypeEngine[Any]) -> type:
    if isinstance(type_, JSON):
        return dict
    return type_.python_type if type_.python_type in (bool, int) else str
