"""The catalogue as its file has it, read without a library: a help page in Swedish waits for nothing else.

The file is written by `deploy.tools.catalogue` in one form: each entry ends with an empty line.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).parent / "locale" / "sv" / "LC_MESSAGES" / "hela_vagen.po"

FIELD = re.compile(r'^(msg\S+) (".*")$', re.MULTILINE)

LAST = ("msgstr", "msgstr[1]")
"""Fields with which an entry ends."""


@dataclass(frozen=True)
class Texts:
    """English texts with their Swedish; messages by their ids, in both languages; forms for one and for several."""

    swedish: dict[str, str] = field(default_factory=dict)
    messages: dict[str, tuple[str, str]] = field(default_factory=dict)
    counted: dict[str, tuple[str, str]] = field(default_factory=dict)


@cache
def read(file: Path) -> Texts:
    """The texts of a catalogue."""
    texts = Texts()
    for entry in _entries(file):
        english = entry["msgid"]
        if "msgctxt" in entry:
            texts.messages[entry["msgctxt"]] = (english, entry["msgstr"])
        elif "msgid_plural" in entry:
            texts.counted[english] = (entry["msgstr[0]"], entry["msgstr[1]"])
        elif english:
            texts.swedish[english] = entry["msgstr"]
    return texts


def _entries(file: Path) -> Iterator[Mapping[str, str]]:
    entry: dict[str, str] = {}
    names, quoted = zip(*FIELD.findall(file.read_text("utf-8").replace('"\n"', "")), strict=True)
    for name, text in zip(names, json.loads(f"[{','.join(quoted)}]"), strict=True):  # each alone takes thrice as long
        entry[name] = text
        if name in LAST:
            yield entry
            entry = {}
