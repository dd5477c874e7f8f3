"""What the local stack's inboxes have received: one file each, readable whether or not the stack runs."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path
from typing import Any
from uuid import UUID

from activities.links import PATH
from activities.whole_files import write_whole
from models.partners.partner import Channel

MAIL, WEBHOOK = ".eml", ".json"

UNKNOWN = "unknown"
"""Stands in a file's name for the id of a notice, where what was received has none."""

_LINK = re.compile(rf'href="(https?://[!-~]+{PATH}[\w-]+)"'.encode())

_MOMENT = "%Y%m%dT%H%M%S.%fZ"
_NAME = re.compile(rf"(\d{{8}}T\d{{6}}\.\d{{6}}Z)-([0-9a-f-]{{36}}|{UNKNOWN})({MAIL}|{WEBHOOK})")


@dataclass(frozen=True)
class InboxItem:
    """One delivery. Of a notice that was delivered twice there are two.

    `received_at` is in UTC, `recipient` an address with its name or a partner's id, `verified` whether the signature of
    a webhook held; None for a mail. `link` leads to the page of a mail's letter.
    """

    channel: Channel
    notice_id: UUID | None
    received_at: datetime
    recipient: str
    subject: str
    path: Path
    verified: bool | None = None
    link: str | None = None


class Shelf:
    """Keeps deliveries of one kind in a directory, in files whose names sort by the moment of receipt."""

    def __init__(self, directory: Path, suffix: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._directory = directory
        self._suffix = suffix
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)

    def open(self) -> None:
        """Make the directory, for its owner alone. Raises OSError."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, notice_id: UUID | None, content: bytes) -> Path:
        """Write one file, whole or not at all. Raises OSError."""
        # Two deliveries in the same microsecond, or a clock that is set back, must not change the order.
        self._last = max(self._clock().astimezone(UTC), self._last + timedelta(microseconds=1))
        path = self._directory / f"{self._last:{_MOMENT}}-{notice_id or UNKNOWN}{self._suffix}"
        write_whole(path, content)
        return path


def read_inbox(directory: Path) -> list[InboxItem]:
    """What the inboxes, which may share a directory, keep in it, by the moment of receipt. Passes over all else."""
    if not directory.is_dir():
        return []
    return [item for path in sorted(directory.iterdir()) if (item := _read(path)) is not None]


def as_notice_id(text: str) -> UUID | None:
    """The id of a notice in a `webhook-id` or in a `Message-ID` such as `<id@example.se>`."""
    try:
        return UUID(text.strip().removeprefix("<").partition("@")[0])
    except ValueError:
        return None


def mail_headers(content: bytes) -> dict[str, str]:
    """`message-id`, `to` and `subject` of a mail, decoded; empty where absent or beyond reading."""
    try:
        # The newer policies put blanks into long names between the words they were encoded in.
        head = BytesHeaderParser(policy=compat32).parsebytes(content)
        texts = {name: make_header(decode_header(head.get(name, ""))) for name in ("message-id", "to", "subject")}
        return {name: " ".join(str(text).split()) for name, text in texts.items()}
    # The standard library's header parsers are known to raise almost anything on headers written to confuse them.
    except Exception:
        return dict.fromkeys(("message-id", "to", "subject"), "")


def _read(path: Path) -> InboxItem | None:
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    moment, notice_id, suffix = match.groups()
    try:
        received_at = datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)
        content = path.read_bytes()
        read = _read_mail if suffix == MAIL else _read_webhook
        return read(content, as_notice_id(notice_id), received_at, path)
    except (OSError, ValueError, RecursionError):
        return None


def _read_mail(content: bytes, notice_id: UUID | None, received_at: datetime, path: Path) -> InboxItem:
    head = mail_headers(content)
    return InboxItem(Channel.EMAIL, notice_id, received_at, head["to"], head["subject"], path, link=_link(content))


def _link(content: bytes) -> str | None:
    """The link to a letter's page, from its HTML, where no relay breaks a line in it."""
    found = _LINK.search(content.replace(b"=\r\n", b"").replace(b"=\n", b"").replace(b"=3D", b"="))
    return found[1].decode() if found else None


def _read_webhook(content: bytes, notice_id: UUID | None, received_at: datetime, path: Path) -> InboxItem:
    kept = _object(json.loads(content))
    event = _object(kept.get("event"))
    subject = " ".join(str(event[name]) for name in ("type", "subject") if name in event)
    recipient, verified = str(kept.get("partner", "")), kept.get("verified") is True
    return InboxItem(Channel.WEBHOOK, notice_id, received_at, recipient, subject, path, verified)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
