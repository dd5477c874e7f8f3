"""What the scripts say, in the language of whoever runs them: `HELAVAGEN_LANG`, or English."""

import os
from typing import get_args

from activities.language import Language, said, translator
from models.answers import Receipt
from models.sentence import Sentence
from runtime.errors import WrongUse

LANG = "HELAVAGEN_LANG"


def language() -> Language:
    """The language of whoever runs the script."""
    chosen = os.environ.get(LANG, "en").strip().lower() or "en"
    for known in get_args(Language):
        if chosen == known:
            return known  # type: ignore[no-any-return]
    raise WrongUse(f"{LANG} must be one of {', '.join(get_args(Language))}; mend it in the environment.")


def t(text: str, **values: object) -> str:
    """A text in that language. The text is a literal, so that the catalogue's extractor finds it."""
    translated = translator(language())(text)
    return translated.format(**values) if values else translated


def in_words(sentence: Sentence) -> str:
    """A sentence in that language."""
    return said(sentence, language())


def why_not(receipt: Receipt) -> str:
    """Why an event was refused; in English alone where the ledger's row is older than its sentence."""
    return in_words(receipt.sentence) if receipt.sentence else receipt.message


def answer(receipt: Receipt) -> str:
    """The answer to an event, in a word or a sentence."""
    return t("accepted") if receipt.accepted else t("refused: {why}", why=why_not(receipt))
