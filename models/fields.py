"""Kinds of value that events and rules are made of: each refuses what could not be stored, shown or reckoned with."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

FIRST_DAY = date(1990, 1, 1)
"""No programme is older; a day before it is a slip of the pen."""

LAST_DAY = date(2199, 12, 31)
"""Far enough for every agreement, and near enough that adding months never leaves the calendar."""

LONGEST_TEXT = 2_000
"""Characters in one text."""


class Strict(BaseModel):
    """A value that cannot be changed once made, and that refuses fields nobody has defined.

    What is wrong with one is told without what was given, which may be personal: errors end in logs and histories.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


C = TypeVar("C", bound=Callable[..., Any])


def checks_together(method: C) -> C:
    """A model's check of several fields together, once each of them is right. Raises ValueError."""
    method.checks_together = True  # type: ignore[attr-defined]
    return model_validator(mode="after")(method)  # type: ignore[return-value]


def _within_reach(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise PydanticCustomError("day_out_of_reach", "the day is out of reach", {"first": FIRST_DAY, "last": LAST_DAY})
    return day


def _storable(text: str) -> str:
    """PostgreSQL takes no NUL in a text, and other control characters can hide what a page or a terminal shows.

    Lines may end as on Windows and in web forms, and spaces be of any width, as people paste them.
    """
    text = text.replace("\r\n", "\n")
    if not text.isprintable() and not all(map(_is_visible, text)):
        raise PydanticCustomError("control_characters", "the text has control characters")
    return text


def _is_visible(char: str) -> bool:
    return char.isprintable() or char in "\n\t" or category(char) == "Zs"


def visible(text: str) -> str:
    """The text with a mark in the place of each character that would steer a terminal or hide what it shows."""
    return text if text.isprintable() else "".join(char if _is_visible(char) else "\ufffd" for char in text)


STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that steer what shows them and that JSON lets pass."""


Day = Annotated[date, AfterValidator(_within_reach)]
"""A calendar day in Sweden, without a time."""

SHORT_NAME = "[a-z0-9][a-z0-9._-]{0,63}"

Name = Annotated[str, StringConstraints(pattern=f"^{SHORT_NAME}$")]
"""A short name for a programme, partner, position, profile, requirement or criterion: lower case, no spaces."""

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT), AfterValidator(_storable)
]
"""Plain words: 1 to 2,000 characters."""

WRITTEN_FREELY = "written freely"

FreeText = Annotated[Text, WRITTEN_FREELY]
"""What a person writes of another in their own words. It is kept apart from the event: see `models.events.texts`."""

OneLine = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]*$"),
    AfterValidator(_storable),
]
"""What somebody is called: 1 to 200 characters to be seen on one line, because it stands in the head of a mail."""

Score = Annotated[int, Field(ge=1, le=5)]
"""How well a criterion was met: 1 not at all, 3 as expected, 5 far better."""


Reference = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]*$")
]
"""Under what a partner keeps a matter: 1 to 60 characters on one line, because it stands in the head of a mail."""


def added(default: Any) -> Any:
    """A field of an event or of rules that is left out of what is written where it says nothing, so that what was
    recorded before there was such a field keeps its digest."""
    return Field(default=default, exclude_if=lambda value: value == default)


class BothLanguages(Strict):
    """One text in Swedish and in English."""

    sv: Text
    en: Text

    @model_validator(mode="before")
    @classmethod
    def _no_single_text(cls, given: Any) -> Any:
        if isinstance(given, str):
            raise PydanticCustomError("one_language", "both languages are expected")
        return given

    @classmethod
    def from_column(cls, kept: str) -> "BothLanguages":
        """A text as a column of the database keeps it; a plain one is the same in both languages."""
        try:
            return cls.model_validate_json(kept)
        except ValueError:
            return cls(sv=kept, en=kept)

    def as_column(self) -> str:
        """The text as a column of the database keeps it."""
        return self.model_dump_json()

    def as_name(self) -> str:
        """The same of a name, which is kept as it is where both languages have the same."""
        return self.sv if self.sv == self.en else self.as_column()


Source = str | BothLanguages
"""Where a rule is written: a programme says it in both languages, the product itself by a text of the catalogue."""


def in_english(source: Source | None) -> str | None:
    """A source as the plain columns of the ledger keep it."""
    return source.en if isinstance(source, BothLanguages) else source
