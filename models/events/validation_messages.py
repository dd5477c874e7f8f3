"""What is wrong with a value, as a person reads it: pydantic speaks to programmers. Never repeats the value."""

import re
from collections.abc import Mapping
from typing import Any

from models.message import InvalidValue, Message, msg, plain

A_DAY = msg("value.a_day", "a day is expected, written as YYYY-MM-DD")
A_DAY_OF_THE_YEAR = msg(
    "value.a_day_of_the_year", "write a month and a day of two digits each, such as 08-15 for 15 August"
)
A_GROUP = msg("value.a_group", "named fields are expected, not a single value or a list")
A_LIST = msg("value.a_list", "a list is expected")
A_NUMBER = msg("value.a_number", "a whole number is expected")
AN_ACTOR = msg("value.an_actor", "a role, a colon and a name are expected, such as coordinator:anna.berg")
AN_ID = msg("value.an_id", "an id is expected, such as 3a2bcaee-c210-5693-a2fb-c4ffa67c2e07")
ONE_OF = msg("value.one_of", "it must be {expected}")
TRUE_OR_FALSE = msg("value.true_or_false", "true or false is expected")

NOT_KNOWN = msg("value.not_known", "it is not one of the known values")

MOST_VALUES = 6
"""As many codes as somebody reads in a sentence."""

BY_TYPE = {
    "missing": msg("value.missing", "it is missing"),
    "string_type": msg("value.a_text", "a text is expected"),
    "string_too_short": msg("value.empty", "it must not be empty"),
    "string_too_long": msg("value.too_long", "Write at most {max_length} characters"),
    "greater_than_equal": msg("value.too_small", "it must be at least {ge}"),
    "less_than_equal": msg("value.too_large", "it must be at most {le}"),
    "day_out_of_reach": msg("value.day_out_of_reach", "the day must lie between {first} and {last}"),
    "control_characters": msg("value.control_characters", "Remove invisible characters from the text"),
    "actor": AN_ACTOR,
    "candidate_number": msg("value.a_candidate_number", "a candidate number is expected, such as K7Q29FMXB"),
    "journey_id": msg("value.a_journey_id", "a journey's id is expected, such as journey/K7Q29FMXB/easy_jobs"),
    "finite_number": A_NUMBER,
    "one_language": msg("value.both_languages", "Swedish and English are expected, as sv and en"),
    **dict.fromkeys(("enum", "literal_error"), ONE_OF),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), A_NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), TRUE_OR_FALSE),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), A_GROUP),
    **dict.fromkeys(("tuple_type", "list_type"), A_LIST),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), AN_ID),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), A_DAY),
}
"""By pydantic's type of error; the places are filled from its context, which holds limits and never the value."""

PATTERNS = {
    "^[a-z0-9][a-z0-9_]{0,23}$": msg(
        "value.a_duty_name", "a short name is expected: at most 24 lower case letters, digits and _, without spaces"
    ),
    "^[a-z0-9]{1,12}$": msg(
        "value.a_term_name", "a short name is expected: at most 12 lower case letters and digits, without spaces"
    ),
    "^(referral": msg(
        "value.referral_month_or_day",
        "write referral, a day such as 2027-06-01, or a month and a day of each year such as 06-01 for 1 June",
    ),
    r"^\d\d-\d\d$": A_DAY_OF_THE_YEAR,
    "^[a-z0-9]": msg(
        "value.a_short_name", "a short name is expected: lower case letters, digits, full stop, _ and -, without spaces"
    ),
    "^(coordinator": AN_ACTOR,
    "^[0-9]": msg("value.digits", "only digits are expected, at most four"),
}
"""What the patterns of texts ask for, by how they begin, the longest first."""


def _of_context(value: object) -> str | list[str]:
    """A value of pydantic's context: `'a', 'b' or 'c'` is a list in English."""
    written = str(value)
    return re.split(", | or ", written.replace("'", "")) if "'" in written else written


def in_plain_words(
    kind: str, message: str, context: Mapping[str, Any] | None = None, *, with_codes: bool = True
) -> Message:
    """The words for an error of pydantic's type `kind`; of one that nobody has met yet, its own message. Without codes
    a long list of the values that are possible is left out."""
    context = context or {}
    if not with_codes and BY_TYPE.get(kind) is ONE_OF and len(_of_context(context.get("expected", ()))) > MOST_VALUES:
        return NOT_KNOWN
    if isinstance(own := context.get("error"), InvalidValue):
        return own.message
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern", ""))
        other = msg("value.other_form", "it is written otherwise")
        return next((told for begin, told in PATTERNS.items() if pattern.startswith(begin)), other)
    if kind in BY_TYPE:
        return BY_TYPE[kind].filled(**{name: _of_context(value) for name, value in context.items()})
    return plain(message.removeprefix("Value error, ").replace("Input should be", "it must be"))
