"""The fields of an event as they are typed at a command line: options of any name, and one object of JSON."""

import json
from typing import Any

from runtime.errors import UsageError

OPTION = {"referring_partner": "partner", "site": "town"}
"""Options that are named otherwise than the field: what an option means has one name in every command."""

FIELD = {option: field for field, option in OPTION.items()}


def read_fields(arguments: list[str]) -> dict[str, str]:
    """`--starts-on 2026-01-01 --position=ward` → {"starts_on": "2026-01-01", "position": "ward"}. Raises UsageError."""
    fields: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        option = rest.pop(0)
        if not option.startswith("--"):
            raise UsageError(
                "field.stray",
                "{option} belongs to no field. Put quotation marks around values with spaces.",
                option=option,
            )
        name, equals, value = option.removeprefix("--").partition("=")
        if not equals:
            if not rest or rest[0].startswith("--"):
                raise UsageError("field.no_value", "The field {name} has no value.", name=name)
            value = rest.pop(0)
        typed = name.replace("-", "_")
        fields[FIELD.get(typed, typed)] = value
    return fields


def read_json(text: str | None) -> dict[str, Any]:
    """The object given with --data. Raises UsageError."""
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise UsageError("data.json", "The data are not JSON.") from error
    if not isinstance(data, dict):
        raise UsageError("data.object", "The data must be a JSON object.")
    return data
