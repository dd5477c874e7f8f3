"""English words in what a Swedish reader is shown."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from typing import Any

from deploy.tools.catalogue import known
from models.events.events import EVENT_CLASSES
from models.identifiers import Role
from models.stages import EndReason, Stage
from runtime.settings import PROGRAMMES

WORD = re.compile(r"[^\W\d_]+(?:[_\d-]+[^\W\d_]+)*[\w-]*")
"""A word; names of events and fields are one word with what is around `_`."""

CODES = re.compile(
    r"<style>.*?</style>|<[^>]*>|https?://\S+|(?<!\S)(?:/[\w.+-]+){2,}|(?<!\w)--\S+|`[^`]*`|HELAVAGEN_\w+"
    r"|\b(admin|audit|worker)\.py( [a-z][\w-]+)*|\S+\.(?:py|csv|html|pdf|json|xlsx|toml|db|pem|zip)\b"
    r"|\{\"[^}]*\}|\{[\w, ]*\}|\[[a-z]+\]|^  [a-z-]+(?=\s{2,})|^  \w+ (?=<)|^  \w+\.\.\.|förval: \w+|Argumentet \w+"
    r"|Menade du [\w, -]+\?"
    r"|(?:Välj bland:|något av|kolumnerna)"
    r" (?:\w+, )*\w+(?: och \w+)?|till exempel\s+\S+|json/plain|journey/\w+/\w+|se\.helavagen\.\w+"
    r"|\b[a-z]+(?:\.[a-z_]+)+\b",
    re.DOTALL | re.MULTILINE,
)
"""What is typed or looked up, and not read: options, commands, the words that one chooses among, names of files,
arguments, settings and keys of programme files, ids of journeys and CloudEvents, and rows as JSON."""

NAMES = frozenset({"Temporal", "Excel", "JSON", "CSV", "XLSX", "HTML", "PDF", "UTC", "TOML", "ZIP", "SDK", "webhook"})

AND_CODES = frozenset({*EVENT_CLASSES, *Stage, *EndReason, *Role, "event", "on"} - {Role.MENTOR})
"""Codes are for typing: what is read calls things by their names. A mentor is one in both languages."""


def english_in(told: str, typed: Iterable[str] = ()) -> list[str]:
    """Each English word with what stands around it. `typed` are codes that the reader must type."""
    bare = unescape(told)
    for text in programme_texts():
        bare = bare.replace(text, " ")
    bare = CODES.sub(" ", bare)
    fine = {*map(str.lower, NAMES), *map(str.lower, typed), *programme_ids()}
    return [
        f"{found.group()}: {' '.join(bare[max(0, found.start() - 40) : found.end() + 40].split())}"
        for found in WORD.finditer(bare)
        if found.group().lower() in only_english() - fine
    ]


@cache
def only_english() -> frozenset[str]:
    """The words of our English texts that none of the Swedish ones has."""
    english, swedish = set[str](), set[str]()
    for entry in known():
        if entry.id:
            english |= _words(_forms(entry.id))
            swedish |= _words(_forms(entry.string))
    return frozenset(english - swedish | set(map(str, AND_CODES)))


def _forms(text: Any) -> Iterable[str]:
    return (text,) if isinstance(text, str) else text


def _words(texts: Iterable[str]) -> set[str]:
    return {word.lower() for text in texts for word in WORD.findall(CODES.sub(" ", text))}


@cache
def programme_texts() -> tuple[str, ...]:
    """What the programme files say in the words of whoever wrote them, the longest first."""
    found = {text for file in PROGRAMMES.glob("*.toml") for text in _texts(tomllib.loads(file.read_text("utf-8")))}
    return tuple(sorted((text for text in found if " " in text), key=len, reverse=True))


@cache
def programme_ids() -> frozenset[str]:
    """What the programme files name: requirements, criteria, partners."""
    return frozenset(
        one for file in PROGRAMMES.glob("*.toml") for one in re.findall(r'^id = "(\w+)"', file.read_text("utf-8"), re.M)
    )


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _texts(one)
