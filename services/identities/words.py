"""What a candidate is found by, and the tokens that stand for it in the database.

A token is a keyed hash, under the key of `Sealer.index`, cut so short that many words fall under the same: whoever has
the database alone cannot tell a name from it, and whoever finds by it opens the identities and looks.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.sealing import Sealer
from services.referrals.bad_value import BadValue
from services.referrals.identity_numbers import identity_number

BEGINNINGS = (2, 3, 4, 6)
"""So many letters of a name's word have a token: a search takes the longest that it has the letters for."""

NAME_BITS = 12
"""4,096 tokens for beginnings of names: among 100,000 people two or three hundred fall under the same by chance."""

EXACT_BITS = 16
"""For what is nobody else's anyway: telephone numbers, addresses and identity numbers."""

LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that have no accent to take off."""

_PHONE = re.compile(r"\+?[0-9() /-]+")
LEAST_DIGITS = 5


@dataclass(frozen=True)
class Sought:
    """One thing that a searched text may mean: `kind` is "name", "phone", "email" or "identity_number"; `values` are
    its words, folded, or the one value."""

    kind: str
    values: tuple[str, ...]

    def fits(self, identity: Mapping[str, Any]) -> bool:
        """Whether an opened identity is one that is sought, as it is or was."""
        held = set(_values(self.kind, identity))
        if self.kind != "name":
            return held >= set(self.values)
        return all(any(word.startswith(value) for word in held) for value in self.values)

    def tokens(self, sealer: Sealer) -> frozenset[int]:
        """The tokens that everybody has who fits; none where so little is sought that there is no token for it."""
        if self.kind != "name":
            return frozenset(_exact(sealer, self.kind, value) for value in self.values)
        long_enough = (value for value in self.values if len(value) >= BEGINNINGS[0])
        return frozenset(_beginning(sealer, _cut(value)) for value in long_enough)


def sought_by(text: str, today: date) -> tuple[Sought, ...]:
    """All that a searched text may mean: ten digits can be a telephone number and an identity number."""
    if "@" in text:
        return (Sought("email", (text.strip().casefold(),)),)
    found = []
    with suppress(BadValue):
        found.append(Sought("identity_number", (identity_number(text, today),)))
    if (phone := phone_key(text)) is not None:
        found.append(Sought("phone", (phone,)))
    if any(letter.isalpha() for letter in text):
        found.append(Sought("name", tuple(sorted(words_of(text, joined=False)))))
    return tuple(found)


def beginning_tokens(sealer: Sealer, beginnings: Iterable[str]) -> set[int]:
    """The tokens of everybody with a name that begins in one of these ways, each of as many letters as have a token."""
    return {_beginning(sealer, one) for one in beginnings}


def name_tokens(sealer: Sealer, words: Iterable[str], letters: int) -> set[int]:
    """The tokens of words of a name by so many of their first letters, or as many as have a token."""
    return {_beginning(sealer, _cut(word[:letters])) for word in words if len(word) >= BEGINNINGS[0]}


def names_of(identity: Mapping[str, Any]) -> set[str]:
    """The words of an opened identity's name, folded, as it is and was."""
    return set(_values("name", identity))


def tokens_of(sealer: Sealer, identity: Mapping[str, Any]) -> set[int]:
    """The tokens by which an identity is found, also by what it was before."""
    exact = ("phone", "email", "identity_number")
    tokens = {_exact(sealer, kind, value) for kind in exact for value in _values(kind, identity)}
    for word in _values("name", identity):
        tokens |= {_beginning(sealer, word[:length]) for length in BEGINNINGS if length <= len(word)}
    return tokens


def folded(text: str) -> str:
    """A text without regard to case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(LETTERS)


def words_of(name: str, *, joined: bool = True) -> set[str]:
    """The words of a name, folded; one with a hyphen or an apostrophe in its parts and, `joined`, whole as well."""
    words: set[str] = set()
    for chunk in folded(name).split():
        parts = re.findall(r"[^\W_]+", chunk)
        words |= {*parts, "".join(parts)} if joined and parts else set(parts)
    return words


def phone_key(text: str) -> str | None:
    """A telephone number as it is compared, with the country's number before it; None where the text is none."""
    if not _PHONE.fullmatch(text.strip()):
        return None
    written = text.strip().replace("(0)", "")
    digits = re.sub(r"[^0-9]", "", written)
    if len(digits) < LEAST_DIGITS:
        return None
    if written.startswith("+"):
        return digits
    return digits[2:] if digits.startswith("00") else f"46{digits.removeprefix('0')}"


def _values(kind: str, identity: Mapping[str, Any]) -> Iterator[str]:
    """What an identity is found by of a kind, as it is and as it was."""
    earlier: Iterable[Mapping[str, str]] = identity["earlier"] or ()
    texts = [identity[kind], *(one["value"] for one in earlier if one["field"] == kind)]
    for text in filter(None, texts):
        if kind == "name":
            yield from words_of(text)
        elif kind == "phone":
            yield phone_key(text) or text
        else:
            yield text.casefold()


def _cut(word: str) -> str:
    return word[: max(length for length in BEGINNINGS if length <= len(word))]


def _beginning(sealer: Sealer, letters: str) -> int:
    return _token(sealer, f"name {letters}", NAME_BITS)


def _exact(sealer: Sealer, kind: str, value: str) -> int:
    return (1 << NAME_BITS) + _token(sealer, f"{kind} {value}", EXACT_BITS)


def _token(sealer: Sealer, said: str, bits: int) -> int:
    return int(sealer.index(f"search {said}")[:8], 16) >> (32 - bits)
