"""Cells for a spreadsheet, which must neither compute with what somebody wrote nor take a code for a number."""

import re

COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, which may be an attack."""

POWER = re.compile(r"[0-9]+[Ee][0-9]+")
"""What it takes for a number in powers of ten: a candidate number can look so."""


def harmless(value: object) -> str:
    """A cell with an apostrophe before what a spreadsheet would compute with or rewrite, also behind spaces."""
    text = "" if value is None else str(value)
    spoilt = text.lstrip(" \u00a0").startswith(COMPUTED) or POWER.fullmatch(text)
    return f"'{text}" if spoilt else text
