"""Mails that say no more than that a letter has come, with whatever name below."""

import re

SIGN_OFF = re.compile(
    r"(?i)\s*(?:(?:med\s+)?(?:(?:vänlig|bästa|hjärtlig|många|varma?)a?\s+)?hälsn(?:ing(?:ar)?)?"
    r"|m\.?v\.?h|(?:(?:kind|best|warm)\s+)?regards)\b[.,!]*\s*(.*)$"
)
"""A line that ends a mail, and whatever name follows on it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


THANKS = _words(
    """
    tack tackar så mycket för mottaget mottagit mottagen mottages bekräftas bekräftar kvitteras
    kvitterat brevet mejlet mailet meddelandet informationen det har vi nått oss thanks thank you for
    received we have the letter confirmed it kind regards hälsningar vänliga mvh hej hello hi
    """
)
"""Words of which a mere confirmation consists."""

IN_SIGNATURES = _words(
    """
    och på i för av vid and of the at avd avdelning avdelningen sektion sektionen ombudsman handläggare
    samordnare handledare mentor chef enhetschef
    """
)
"""Words with a small letter that a signature may have."""

MOST_SIGNED, MOST_OF_LINE = 8, 7
"""Lines of a signature, and words of one of these."""


def is_mere_thanks(text: str) -> bool:
    """Whether somebody's words say no more than that a letter has come. What is below a greeting at the end must look
    like a name: what is said there counts as much as above."""
    lines = text.split("\n")
    ends = next((number for number, line in enumerate(lines) if SIGN_OFF.match(line)), len(lines))
    below = [line for line in lines[ends + 1 :] if line.strip()]
    if ends < len(lines):
        greeting = SIGN_OFF.match(lines[ends])
        assert greeting is not None
        below.insert(0, greeting[1])
    return _words("\n".join(lines[:ends])) <= THANKS and len(below) <= MOST_SIGNED and all(map(_is_name, below))


def _is_name(line: str) -> bool:
    words = re.findall(r"\w+", line)
    if len(words) > MOST_OF_LINE or re.search(r"[?!:]", line):
        return False
    return all(word[0].isupper() or word.casefold() in IN_SIGNATURES for word in words)
