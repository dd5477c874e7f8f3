"""Why a file cannot be read, in our own words: Python and the operating system speak English."""

import re
from errno import ELOOP
from tomllib import TOMLDecodeError

from models.message import Message, msg, plain

NOT_UTF_8 = msg("file.not_utf_8", "a character is not UTF-8. Save the file as UTF-8")

BY_ERROR = {
    FileNotFoundError: msg("file.missing", "the file does not exist"),
    PermissionError: msg("file.forbidden", "you may not read the file"),
    IsADirectoryError: msg("file.a_folder", "it is a folder"),
    NotADirectoryError: msg("file.no_folder", "a folder in its path is a file"),
}

IN_A_CIRCLE = msg("file.in_a_circle", "it is a link that leads back to itself")

NO_VALUE = msg("toml.no_value", "a value is missing or has an unknown form")
NO_DAY = msg("toml.no_day", "the day or the time does not exist")
NO_EQUALS = msg("toml.no_equals", "= is missing after a key")
NO_KEY = msg("toml.no_key", "a key is missing or has an unknown form")
NOT_CLOSED = msg("toml.not_closed", "a bracket or quotation mark is not closed")
SOMETHING_MORE = msg("toml.something_more", "something stands after the end of a value")
TWICE = msg("toml.twice", "a key or a table stands twice")
CHARACTER = msg("toml.character", "a character may not stand in a text or a comment")
TOO_DEEP = msg("toml.too_deep", "lists or tables are nested too deeply")
OTHER = msg("toml.other", "it is written otherwise than TOML is")

TOML = {
    "Invalid value": NO_VALUE,
    "Invalid date or datetime": NO_DAY,
    "Expected '=' after": NO_EQUALS,
    "Invalid initial character for a key part": NO_KEY,
    "Expected newline or end of document": SOMETHING_MORE,
    "Expected ": NOT_CLOSED,
    "Unclosed ": NOT_CLOSED,
    "Unterminated string": NOT_CLOSED,
    "Illegal character '\\n'": NOT_CLOSED,
    "Illegal character": CHARACTER,
    "Found invalid character": CHARACTER,
    "Unescaped '\\' in a string": CHARACTER,
    "Cannot ": TWICE,
    "Duplicate ": TWICE,
}
"""By how what `tomllib` says begins; the first that fits."""


def why_not_opened(error: OSError) -> Message:
    """Why a file could not be opened; where it is seldom, in the words of the operating system."""
    if error.errno == ELOOP:
        return IN_A_CIRCLE
    return BY_ERROR.get(type(error)) or plain(error.strerror or type(error).__name__)


def why_not_toml(error: TOMLDecodeError) -> tuple[int, Message]:
    """The line on which a file is not TOML, and why."""
    said, _, place = str(error).partition(" (at ")
    number = re.search(r"line (\d+)", place)
    why = next((why for begin, why in TOML.items() if said.startswith(begin)), OTHER)
    return int(number[1]) if number else 1, why
