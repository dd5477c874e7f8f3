"""What is said in Swedish and in English, by gettext catalogues. The English text is the key, so English needs none."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from models.message import Message, Translate

Language = Literal["sv", "en"]

DOMAIN = "hela_vagen"
LOCALE = Path(__file__).parent / "locale"


def catalogue_file(language: Language) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def translations(language: Language) -> Translations:
    """The catalogue of a language, compiled in memory from its text: there is no second file that could be older."""
    file = catalogue_file(language)
    if not file.exists():
        return Translations()
    compiled = BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text, locale=language))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def translator(language: Language) -> Translate:
    """From an English text to the same in `language`; a text that the catalogue does not have stays English."""
    catalogue = translations(language)

    def translate(text: str, id: str = "", /) -> str:
        if not text:
            return text
        return str(catalogue.pgettext(id, text) if id else catalogue.gettext(text))

    return translate


def said(sentence: Message, language: Language) -> str:
    """A sentence in a language."""
    return sentence.said(language, translator(language))
