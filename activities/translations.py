"""The catalogue as its file has it, read without a library: a help page in Swedish waits for nothing else.

The file is written by `deploy.tools.catalogue` in one form: each entry ends with an empty line.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).parent / "locale" / "sv" / "LC_MESSAGES" / "hela_vagen.po"


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
    name = ""
    for line in (*file.read_text("utf-8").splitlines(), ""):
        if line.startswith('"'):
            entry[name] += json.loads(line)
        elif line.startswith("msg"):
            name, _, text = line.partition(" ")
            entry[name] = json.loads(text)
        elif not line and entry:
            yield entry
            entry = {}
