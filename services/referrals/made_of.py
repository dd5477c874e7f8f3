"""A column that an office keeps in several, such as first and last names: its parts → what one cell would say."""

import re
from collections.abc import Callable, Mapping

Parts = Mapping[str, str]

_POSTAL_CODE = re.compile(r"(?:SE?[- ]?)?([1-9][0-9]{2}) ?([0-9]{2})(?:[.,]0+)?", re.IGNORECASE)


def joined(column: str, parts: Parts) -> str:
    """What the parts of a column say together; empty where none says anything."""
    return _JOINED[column](parts)


def _name(parts: Parts) -> str:
    return " ".join(filter(None, (parts["first_name"], parts["last_name"])))


def _identity_number(parts: Parts) -> str:
    """The date of birth, which a spreadsheet may have made a date, and the last four, of which it drops zeros."""
    born, last = parts["birth_date"], parts["last_four"].lstrip("-")
    if not last:
        return born
    return f"{born.removesuffix(' 00:00:00').replace('-', '')}-{last.zfill(4) if last.isdigit() else last}"


def _phone(parts: Parts) -> str:
    return parts["mobile"] or parts["phone"]


def _address(parts: Parts) -> str:
    code = parts["postal_code"]
    if match := _POSTAL_CODE.fullmatch(code):
        code = f"{match[1]} {match[2]}"
    town = " ".join(filter(None, (code, parts["postal_town"])))
    return ", ".join(filter(None, (parts["address"], town)))


_JOINED: dict[str, Callable[[Parts], str]] = {
    "name": _name,
    "identity_number": _identity_number,
    "phone": _phone,
    "address": _address,
}
