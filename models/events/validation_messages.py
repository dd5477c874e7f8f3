"""What is wrong with a value, as a person reads it: pydantic speaks to programmers. Never repeats the value."""

from collections.abc import Mapping
from typing import Any

A_DAY = "a day is expected, written as YYYY-MM-DD"
A_GROUP = "named fields are expected, not a single value or a list"
A_LIST = "a list is expected"
A_NUMBER = "a whole number is expected"
AN_ID = "an id is expected, such as 3a2bcaee-c210-5693-a2fb-c4ffa67c2e07"
TRUE_OR_FALSE = "true or false is expected"

SAID = {
    "missing": "it is missing",
    "string_type": "a text is expected",
    "string_too_short": "it must not be empty",
    "string_too_long": "it must have at most {max_length} characters",
    "greater_than_equal": "it must be at least {ge}",
    "less_than_equal": "it must be at most {le}",
    "finite_number": A_NUMBER,
    **dict.fromkeys(("enum", "literal_error"), "it must be {expected}"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), A_NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), TRUE_OR_FALSE),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), A_GROUP),
    **dict.fromkeys(("tuple_type", "list_type"), A_LIST),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), AN_ID),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        A_DAY,
    ),
}
"""By pydantic's type of error; the places are filled from its context, which holds limits and never the value."""

PATTERNS = {
    "^[a-z0-9]": "a short name is expected: lower case letters, digits, full stop, _ and -, without spaces",
    "^[0-9]": "only digits are expected, at most four",
}
"""What the patterns of texts ask for, by how they begin."""


def in_plain_words(kind: str, message: str, context: Mapping[str, Any] | None = None) -> str:
    """The words for an error of pydantic's type `kind`; of one that nobody has met yet, its own message."""
    context = context or {}
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern", ""))
        return next((said for begin, said in PATTERNS.items() if pattern.startswith(begin)), "it is written otherwise")
    if kind in SAID:
        return SAID[kind].format(**{name: str(value).replace("'", "") for name, value in context.items()})
    return message.removeprefix("Value error, ").replace("Input should be", "it must be")
