"""Histories in a bundle: as Temporal had them, gzip-compressed protobuf, the form of the archive."""

import zlib
from collections.abc import Sequence

from google.protobuf.message import DecodeError
from temporalio.api.history.v1 import History, HistoryEvent

from activities.archive.entries import GZIP, LARGEST, LEVEL, serialized
from models.message import N_


def packed(events: Sequence[HistoryEvent]) -> bytes:
    """The same bytes for the same events."""
    packer = zlib.compressobj(LEVEL, wbits=GZIP)
    return packer.compress(serialized(events)) + packer.flush()


def unpacked(content: bytes) -> list[HistoryEvent]:
    """The events of a history. Raises ValueError, with what is wrong, where it is none."""
    unpacker = zlib.decompressobj(wbits=GZIP)
    try:
        history = unpacker.decompress(content, LARGEST)
    except zlib.error as error:
        raise ValueError(N_("it cannot be unpacked")) from error
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError(N_("it cannot be unpacked"))
    try:
        events = list(History.FromString(history).events)
    except DecodeError as error:
        raise ValueError(N_("it is no history")) from error
    if not events:
        raise ValueError(N_("it is no history"))
    return events
