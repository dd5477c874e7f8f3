"""Names that are nearly what somebody wrote: a letter or two wrong, left out, put in or swapped."""

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher

CLOSE = 0.75
"""Of two words, by the letters that they share in their order: amnia is amina to 0.8, ana is anna to 0.86."""

BEGINNING = 3
"""Letters by which those are looked for whose name may begin so."""


def likeness(sought: Iterable[str], held: Collection[str], town: Collection[str]) -> float:
    """How like the words of a name are to those that somebody wrote, from 0 to 1; 0 where one of them is like none.
    The town may stand among them. All are folded."""
    named = [word for word in sought if word not in town]
    nearest = [max((_ratio(word, one) for one in held), default=0.0) for word in named]
    return sum(nearest) / len(nearest) if nearest and min(nearest) >= CLOSE else 0.0


def nearly_alike(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two names, by their folded words in any order, are nearly the same: two words of the shorter one, or its
    only one, are each like one of the other. A surname changes, and a middle name is left out."""
    shorter, longer = sorted((one, other), key=len)
    found = sum(max(SequenceMatcher(None, word, held).ratio() for held in longer) >= CLOSE for word in shorter)
    return bool(found) and found >= min(2, len(shorter))


def _ratio(word: str, held: str) -> float:
    """Of the whole word or of its beginning."""
    return max(SequenceMatcher(None, word, one).ratio() for one in (held, held[: len(word)]))


def beginnings(word: str) -> set[str]:
    """How a word may begin that was written so, by one slip in its first letters other than a wrong first one."""
    first, second, third = word[:1], word[1:2], word[2:3]
    slips = (
        word,
        second + first + third,
        first + third + second,
        word[1:],
        first + word[2:],
        first + second + word[3:],
    )
    return {one[:BEGINNING] for one in slips if len(one) >= BEGINNING}
