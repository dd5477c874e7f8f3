"""What is said in Swedish and in English, from one gettext catalogue.

A message is looked up by its id, which stands as the entry's context: its English is the entry's id, its Swedish the
entry's string. A text that is shown and never kept is looked up by itself.
"""

from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from models.fields import BothLanguages
from models.message import Message, Value

Language = Literal["sv", "en"]

Translate = Callable[[str], str]
"""From an English text with its places for values to the text in another language, the places kept."""

DOMAIN = "hela_vagen"
CATALOGUE = Path(__file__).parent / "locale" / "sv" / "LC_MESSAGES" / f"{DOMAIN}.po"

UNKNOWN = "–"
"""What stands for a value that an old message does not have."""


@cache
def catalogue() -> Catalog:
    """The catalogue as its text has it: there is no second file that could be older."""
    with CATALOGUE.open("rb") as text:
        return read_po(text, locale="sv")


@cache
def translations(language: Language) -> Translations:
    """The texts of a language; English needs none."""
    if language == "en":
        return Translations()
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def translator(language: Language) -> Translate:
    """From an English text to the same in `language`; a text that the catalogue does not have stays English."""
    texts = translations(language)

    def translate(text: str) -> str:
        return str(texts.gettext(text)) if text else text

    return translate


def counted(language: Language, one: str, many: str, count: int, /, **values: object) -> str:
    """A text about `count` things, in the form that the language has for so many; the count stands in `{count}`."""
    return translations(language).ngettext(one, many, count).format(count=count, **values)


@cache
def sentences(language: Language) -> Mapping[str, str]:
    """The text of every message in a language, by its id."""
    entries = [entry for entry in catalogue() if entry.context]
    return {str(entry.context): str(entry.string if language == "sv" else entry.id) for entry in entries}


def said(message: Message, language: Language) -> str:
    """A message in a language; one that this version does not know, by its id and values."""
    text = sentences(language).get(message.id)
    if text is None:
        return str(message)
    return text.format_map(_Values({name: _shown(value, language) for name, value in message.values.items()}))


class _Values(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return UNKNOWN


def _shown(value: Value, language: Language) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(one, language) for one in value)
    if isinstance(value, Message):
        return said(value, language)
    if isinstance(value, BothLanguages):
        return value.sv if language == "sv" else value.en
    return value
