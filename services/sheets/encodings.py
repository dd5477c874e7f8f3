"""The bytes of a text file → its text, in the encoding that the program which wrote it used.

A byte order mark decides; else UTF-8 where it fits, which other encodings with å, ä or ö hardly ever do. Of the older
encodings each makes other letters of the same bytes: the one whose text looks most like Swedish names is taken, and
where two look alike the file is refused.
"""

import codecs
import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

from runtime.i18n import _
from services.sheets.sheet import ImportFileError

NAMED = {
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
    "cp850": "DOS 850",
    "cp437": "DOS 437",
    "iso8859-15": "ISO 8859-15",
}
"""What offices' programs have written before UTF-8, the likeliest first, by what people call it."""

DOS_END = b"\x1a"
"""What programs of DOS write at the end of a file."""

_PRIOR = {"cp1252": 1}
"""What Windows writes needs less evidence than the others."""

_MARGIN = 2
"""By less than so much no encoding is better than another one."""

_SWEDISH = frozenset("åäöÅÄÖ")
_COMMON = frozenset("éÉèüÜøØæÆáíóúñçëïôêîûŠšŽžß")
_SIGNS = frozenset("’‘“”–—…°§€´·«»\u00a0")
_IMPOSSIBLE = -10
_LAST_LATIN = 0x24F
_VOWELS = frozenset("aeiouy")
_INNER = "’´·–—"
_WORDS = re.compile(rf"[^\W\d_](?:[^\W\d_]|[^\w\s\x00-\x7f{_INNER}](?=[^\W\d_]))*|[^\w\s\x00-\x7f]")
"""Words, with a sign beyond ASCII inside that no word has; and such signs by themselves."""


class Decoded(NamedTuple):
    """A text, and a note where it is not in one of the usual encodings. `is_guessed` says that it is in one of those
    that do not say which they are."""

    text: str
    notes: list[str]
    is_guessed: bool = False


def decoded(data: bytes) -> Decoded:
    """The text of a file. Raises ImportFileError."""
    data = data.removesuffix(DOS_END)
    wide = _of_two_bytes(data)
    try:
        text = data.decode(wide or "utf-8-sig")
        if "\0" not in text:
            once = undoubled(text)
            return Decoded(
                once, [] if once == text else [_("the letters were converted twice, and are read as before")]
            )
    except UnicodeDecodeError:
        pass
    if wide or b"\0" in data:
        raise ImportFileError(
            "import.not_text", "The file is not readable text. Save it in Excel as “CSV UTF-8” or .xlsx."
        )
    encoding, text = _likeliest(data)
    note = _("the letters are read as {encoding}: check å, ä and ö in the names", encoding=NAMED[encoding])
    return Decoded(text, [note] if encoding != "cp1252" else [], is_guessed=True)


def undoubled(text: str) -> str:
    """A text of which every letter beyond ASCII was converted to UTF-8 twice (Ã¶ for ö), as it was before; any other as
    it is, and so is one that would hold what nobody sees."""
    if text.isascii():
        return text
    try:
        once = b"".join(map(_byte, text)).decode()
    except UnicodeError:
        return text
    is_seen = all(letter.isascii() or letter.isprintable() or letter.isspace() for letter in once)
    return once if is_seen else text


def _byte(letter: str) -> bytes:
    """What a letter was before Windows' letters were taken for it, which leave five bytes as they are."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def _of_two_bytes(data: bytes) -> str | None:
    """UTF-16, by its mark; without one, most letters of a Latin text have a zero byte after them, or before them."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    most = len(data) * 0.4
    if data[1::2].count(0) > most:
        return "utf-16-le"
    return "utf-16-be" if data[::2].count(0) > most else None


def _likeliest(data: bytes) -> tuple[str, str]:
    """The encoding and the text that looks most like Swedish."""
    found = []
    for encoding in NAMED:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        found.append((_PRIOR.get(encoding, 0) + plausibility(text), encoding, text))
    best = max(found, key=lambda one: one[0])
    if any(score > best[0] - _MARGIN and text != best[2] for score, _encoding, text in found):
        raise ImportFileError(
            "import.encoding",
            "It cannot be told in which encoding the file's letters are. Save it in Excel as “CSV UTF-8” or .xlsx.",
        )
    return best[1], best[2]


def plausibility(text: str) -> int:
    """How much the letters beyond ASCII look like those of Swedish names: the higher, the more."""
    return sum(map(_word, {found[0] for found in _WORDS.finditer(text) if not found[0].isascii()}))


_MAY_BE_OTHERS = re.compile(
    "[ðþýêûãõÐÞÝÊÛÃÕ]"  # ğ ş ı, ę ű ă ő, ū ć in Turkish, Central European and Baltic letters
    "|[òùìàÒÙÌÀ](?=[^\\W\\d_])"  # Nicolò, but ņ ł ķ ą elsewhere
    "|(?<![aeoAEO])[ïÏ]"
    "|[ñÑ](?![aeiouáéíóAEIOU])"
    "|[çÇ](?![aeiouöüâAEIOUÖÜ]|\\b)"
    "|(?:\\b|(?<=[aeiouyáéíóúAEIOUY]))[èÈ]|[èÈ](?:[aeiouyáéíóú]|\\b)"
    "|(?<=[aeiouyáéíóúAEIOUY])[æøÆØ]|[øØ](?=[aiouáíóúAIOU])|æ\\b"
)
"""Letters of Windows-1252 that are as likely others, where they stand: of ř, č, ć and ş the bytes are those of ø, è, æ
and þ. Those of Swedish are the same letters in all encodings of Windows, or hardly ever others."""


def may_be_others(text: str) -> bool:
    """Whether a text whose encoding was guessed has letters that may be others in an encoding that is as likely."""
    return _MAY_BE_OTHERS.search(text) is not None


def _word(word: str) -> int:
    """Of a word with a letter beyond ASCII, or of a sign: good letters count, and impossible ones far more."""
    if not word[0].isalpha():
        return 0 if word in _SIGNS else _IMPOSSIBLE
    score = sum(3 if letter in _SWEDISH else letter in _COMMON for letter in word)
    score -= 2 * (not word[0].isascii() and word[0].islower())  # a name begins with a capital
    score += _IMPOSSIBLE * sum(ord(letter) > _LAST_LATIN for letter in word)
    pairs = [(left, right) for left, right in pairwise(word) if not (left + right).isascii()]
    score -= sum(_VOWELS.issuperset(folded) for left, right in pairs if (folded := _plain(left) + _plain(right)))
    return score + _IMPOSSIBLE * (sum(map(_is_odd, pairs)) + _has_inner_capital(word))


def _is_odd(pair: tuple[str, str]) -> bool:
    """A capital after a small letter, or a sign after any: AndrÚ, üKE, Bj”rn."""
    left, right = pair
    return (left.islower() and right.isupper()) or not (left.isalpha() and right.isalpha())


def _has_inner_capital(word: str) -> bool:
    """Two capitals and a small letter, the second one beyond ASCII: PŒhl."""
    return not word[1:2].isascii() and word[:2].isupper() and word[2:3].islower()


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFD", letter.casefold())[0]
