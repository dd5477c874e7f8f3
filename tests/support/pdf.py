"""Reading the text of a PDF as a reader of it would, without the library that wrote it."""

import zlib
from re import DOTALL, findall


def text_of(pdf: bytes) -> str:
    """The text that a reader of the PDF finds: glyphs of its streams, looked up in the maps from glyphs to letters."""
    streams, maps = streams_of(pdf), maps_of(pdf)
    assert len(maps) == 2, "a regular and a bold font"
    pages = [stream for stream in streams if b"BT /F" in stream]
    names = sorted({name for page in pages for name in findall(rb"/(F\d+) ", page)})
    fonts = dict(zip(names, maps, strict=True))
    font, text = names[0], ""
    for stream in pages:
        for name, shown in findall(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) ?Tj", stream, DOTALL):
            font = name or font
            text += "" if name else read(shown, fonts[font])
    return text


def streams_of(pdf: bytes) -> list[bytes]:
    return [inflated(stream) for stream in findall(rb"stream\r?\n(.*?)\nendstream", pdf, DOTALL)]


def maps_of(pdf: bytes) -> list[dict[int, str]]:
    """Of each font, the letters that its glyphs stand for."""
    return [to_letters(one) for one in streams_of(pdf) if b"beginbfchar" in one or b"beginbfrange" in one]


def glyphs_for(pdf: bytes, letter: str) -> int:
    """How many shapes of a letter the PDF has."""
    return sum(letters == letter for one in maps_of(pdf) for letters in one.values())


def inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream


def read(shown: bytes, letters: dict[int, str]) -> str:
    plain = b""
    at = 0
    escapes = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    while at < len(shown):
        step = 2 if shown[at : at + 1] == b"\\" else 1
        char = shown[at : at + step]
        plain += escapes.get(char[1:], char[1:]) if step == 2 else char
        at += step
    return "".join(letters[int.from_bytes(plain[at : at + 2], "big")] for at in range(0, len(plain), 2))


def to_letters(stream: bytes) -> dict[int, str]:
    pairs = findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", stream)
    return {int(glyph, 16): bytes.fromhex(letters.decode()).decode("utf-16-be") for glyph, letters in pairs}
