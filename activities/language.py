"""What is said in Swedish and in English, from one gettext catalogue.

A message is looked up by its id, which stands as the entry's context: its English is the entry's id, its Swedish the
entry's string. A text that is shown and never kept is looked up by itself.
"""

from collections.abc import Callable, Iterable
from typing import Literal

from activities import translations as kept
from activities.translations import Texts
from models.fields import BothLanguages
from models.message import Message, Value

Language = Literal["sv", "en"]

Translate = Callable[[str], str]
"""From an English text with its places for values to the text in another language, the places kept."""

LONGEST = 100_000
"""Characters of a message. Longer than any page shows; what somebody has put into a row or a bundle can be endless."""

UNKNOWN = "–"
"""What stands for a value that an old message does not have."""


def texts() -> Texts:
    """The texts of the catalogue: there is no second file that could be older."""
    return kept.read(kept.CATALOGUE)


def translator(language: Language) -> Translate:
    """From an English text to the same in `language`; a text that the catalogue does not have stays English."""
    if language == "en":
        return str
    swedish = texts().swedish
    return lambda text: swedish.get(text, text)


def counted(language: Language, one: str, many: str, count: int, /, **values: object) -> str:
    """A text about `count` things, in the form for one or for several, which is the same choice in both languages."""
    forms = texts().counted.get(one, (one, many)) if language == "sv" else (one, many)
    return forms[count != 1].format(count=count, **values)


def sentence(id: str, language: Language) -> str | None:
    """The text of a message in a language; None for one that this version does not know."""
    found = texts().messages.get(id)
    return None if found is None else found[language == "sv"]


def said(message: Message, language: Language) -> str:
    """A message in a language; one that this version does not know, by its id and values."""
    text = sentence(message.id, language)
    if text is None:
        return cut(str(message))
    values = _Values({name: cut(_shown(value, language)) for name, value in message.values.items()})
    return cut(text.format_map(values))


def cut(text: str, longest: int = LONGEST) -> str:
    """The text, or as much of it as is shown."""
    return text if len(text) <= longest else f"{text[:longest]}…"


class _Values(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return UNKNOWN


def _shown(value: Value, language: Language) -> str:
    if isinstance(value, tuple):
        return _listed(_shown(one, language) for one in value)
    if isinstance(value, Message):
        return said(value, language)
    if isinstance(value, BothLanguages):
        return value.sv if language == "sv" else value.en
    return value


def _listed(shown: Iterable[str]) -> str:
    """As many of them as are shown, with commas between."""
    several, room = [], LONGEST
    for one in shown:
        several.append(cut(one, room))
        room -= len(one)
        if room <= 0:
            break
    return ", ".join(several)
