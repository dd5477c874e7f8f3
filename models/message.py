"""Messages: what is said to people and kept, by an id and the values that stand in it.

The English default of an id stands beside it in the code, its Swedish in the catalogue. What is kept is the id: a
sentence that is reworded shows its new words for old rows too.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from models.fields import BothLanguages, Strict


def N_(text: str) -> str:
    """The text as it is: a text for the catalogue that is shown elsewhere and never kept."""
    return text


DEEPEST = 16
"""Messages within messages. Ours are not half as deep, and one that is deeper was made to use up memory."""


class Message(Strict):
    """The id of a sentence, and what stands in its places.

    A value is a word, a name in both languages, a message of its own, or several of these, shown with commas between.
    """

    id: str
    values: "dict[str, str | BothLanguages | Message | tuple[str | BothLanguages | Message, ...]]" = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _is_not_deep(self) -> Self:
        if _depth(self) > DEEPEST:
            raise ValueError("too many messages within one another")
        return self

    def __hash__(self) -> int:
        return hash((self.id, *sorted(self.values)))

    def __str__(self) -> str:
        """For whoever debugs; people are shown the text of the catalogue."""
        return f"{self.id} {' '.join(f'{name}={_plain(value)}' for name, value in self.values.items())}".strip()

    def filled(self, **values: object) -> "Message":
        """The same message with values in its places."""
        return Message(id=self.id, values={name: _keep(value) for name, value in values.items()})


Value = str | BothLanguages | Message | tuple[str | BothLanguages | Message, ...]


def msg(id: str, _text: str, /, **values: object) -> Message:
    """A message, by its id and its English text, both literals, so that the catalogue's extractor finds them.

    An id is never dropped or given to another sentence: old rows are shown by it.
    """
    return Message(id=id, values={name: _keep(value) for name, value in values.items()})


def plain(text: str) -> Message:
    """A text that is the same in every language: a name, a code, somebody else's words."""
    return msg("plain", "{text}", text=text)


class InvalidValue(ValueError):
    """What a model refuses, by its message. Of several fields together, `field` is the one to correct."""

    def __init__(self, message: Message, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class Worded(StrEnum):
    """Codes with a name of their own in each language, such as stages: each member is its code and its message."""

    in_words: Message

    def __new__(cls, code: str, *words: Message) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        [member.in_words] = words
        return member


def _depth(message: Message) -> int:
    deepest = 0
    for value in message.values.values():
        if isinstance(value, str):
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Message):
                deepest = max(deepest, _depth(one))
    return 1 + deepest


def _keep(value: object) -> Value:
    if not isinstance(value, str) and isinstance(value, Sequence):
        return tuple(_keep_one(one) for one in value)
    return _keep_one(value)


def _keep_one(value: object) -> str | BothLanguages | Message:
    if isinstance(value, Worded):
        return value.in_words
    return value if isinstance(value, BothLanguages | Message) else str(value)


def _plain(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_plain, value))
    return f"({value})" if isinstance(value, Message) else value.en if isinstance(value, BothLanguages) else value
