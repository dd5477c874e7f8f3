"""A sentence that can be said in more than one language: its English text, and the values that stand in it."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from pydantic import Field

from models.fields import BothLanguages, Strict


class Translate(Protocol):
    """From a text with its places for values, and the id of what it says, to the text in another language."""

    def __call__(self, text: str, id: str = "", /) -> str: ...


def N_(text: str) -> str:
    """The text as it is: a text for the catalogues that is put into a sentence elsewhere."""
    return text


class Message(Strict):
    """What is said, by its `id`; its English `text` with places such as `{form}`; and what stands in them.

    A value is a word, a name in both languages, or a sentence of its own. The id is the key of the catalogue.
    """

    id: str = ""
    text: str
    values: "dict[str, str | BothLanguages | Message]" = Field(default_factory=dict)

    def __str__(self) -> str:
        return self.said("en", lambda text, _id="": text)

    def said(self, language: str, translate: Translate) -> str:
        """The sentence in a language, for which `translate` knows the texts."""
        return translate(self.text, self.id).format(
            **{name: _in_words(value, language, translate) for name, value in self.values.items()}
        )


def msg(id: str, text: str, /, **values: object) -> Message:
    """A message with its values. Id and text are literals, so that the catalogue's extractor finds them."""
    return Message(id=id, text=text, values={name: _keep(value) for name, value in values.items()})


def listed(sentences: Sequence[Message]) -> Message:
    """Several sentences or words as one, with commas between them."""
    names = [f"part{number}" for number in range(len(sentences))]
    text = ", ".join("{" + name + "}" for name in names)
    return Message(text=text, values=dict(zip(names, sentences, strict=True)))


@runtime_checkable
class Worded(Protocol):
    """Something with a name of its own in each language, such as a stage."""

    @property
    def in_words(self) -> Message: ...


def _keep(value: object) -> str | BothLanguages | Message:
    if isinstance(value, Worded):
        return value.in_words
    return value if isinstance(value, BothLanguages | Message) else str(value)


def _in_words(value: str | BothLanguages | Message, language: str, translate: Translate) -> str:
    if isinstance(value, Message):
        return value.said(language, translate)
    if isinstance(value, BothLanguages):
        return value.sv if language == "sv" else value.en
    return value
