"""What is attached to a mail: its name, kind and size. What stands in it is never looked at."""

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message as Mail
from pathlib import PurePosixPath

from models.fields import visible

SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
"""What programs attach, and nobody."""

LONGEST_NAME = 100


@dataclass(frozen=True)
class Attachment:
    """A file in a mail. `kind` is what its name or the mail calls it, such as `PDF`; `size` is in bytes."""

    name: str
    kind: str
    size: int

    def __str__(self) -> str:
        size = f"{max(1, round(self.size / 1_000))} kB" if self.size < 1_000_000 else f"{round(self.size / 1e6)} MB"
        return f"{self.name or '–'} ({self.kind}, {size})"


def parts_of(mail: Mail) -> Iterator[Mail]:
    """The parts of a mail itself, without those of mails that are attached to it."""
    yield mail
    if mail.get_content_maintype() == "multipart" and mail.is_multipart():
        for part in mail.get_payload():
            if isinstance(part, Mail):
                yield from parts_of(part)


def is_words(part: Mail) -> bool:
    """Whether a part is what somebody has written, and no file."""
    return part.get_content_type() in ("text/plain", "text/html") and not (
        part.get_content_disposition() == "attachment" or part.get_filename()
    )


def attachments_in(parts: Sequence[Mail], text: str) -> tuple[Attachment, ...]:
    """What is attached. Pictures that belong to the text, as in signatures, count where there is no text."""
    return tuple(_attachment(part) for part in parts if _is_attached(part, text))


def _is_attached(part: Mail, text: str) -> bool:
    if part.get_content_maintype() == "multipart" or is_words(part) or part.get_content_type() in SIGNATURES:
        return False
    is_picture_in_text = part.get_content_maintype() == "image" and part.get("Content-ID") is not None
    return not (is_picture_in_text and text and part.get_content_disposition() != "attachment")


def _attachment(part: Mail) -> Attachment:
    written = str(make_header(decode_header(part.get_filename() or "")))
    name = visible(" ".join(written.split()))[:LONGEST_NAME]
    content_type = part.get_content_type()
    suffix = PurePosixPath(name).suffix or mimetypes.guess_extension(content_type) or ""
    payloads = (one.get_payload(decode=True) for one in part.walk())
    size = sum(len(payload) for payload in payloads if isinstance(payload, bytes))
    return Attachment(name, suffix.removeprefix(".").upper() or content_type, size)
