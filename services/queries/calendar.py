"""What is due as a calendar by RFC 5545, for whoever keeps their days in a calendar of their own. Without names."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from icalendar import Calendar, Event

from models.calendar.swedish_day import day_in_sweden
from models.message import msg
from models.projections.item_words import item_in_words
from runtime.errors import UsageError
from runtime.i18n import translate
from services.queries.lines import WorkLine

DUE_DAYS = UUID("5b1f3c0a-7d0e-5c1e-9a55-2f6f0d0c8e41")
"""The namespace of the events' ids."""

PRODUCT = "-//hela-vagen//due//SV"
"""Who has written the file."""

CANCELLED, KEPT_FOR = "CANCELLED", timedelta(days=30)
"""What is done stays so long as cancelled, until every calendar that reads the file has heard of it."""


def uid_of(line: WorkLine) -> str:
    """The id of an event: the same whatever day it is moved to. What comes again, as check-ins do, is another one."""
    return f"{uuid5(DUE_DAYS, f'{line.journey_id} {line.item.item} {line.since}')}@hela-vagen"


def calendar_of(lines: Iterable[WorkLine], now: datetime, before: bytes | None = None) -> bytes:
    """What is due as all-day events, in the reader's language; what stood in the calendar `before` and is due no more
    as cancelled. Raises UsageError where that is no calendar of ours."""
    earlier = {str(one["UID"]): one for one in _events_in(before)} if before else {}
    calendar = Calendar()
    for name, value in (
        *(("PRODID", PRODUCT), ("VERSION", "2.0"), ("METHOD", "PUBLISH")),
        *(("X-WR-CALNAME", translate(msg("calendar.name", "what is due"))), ("X-WR-TIMEZONE", "Europe/Stockholm")),
    ):
        calendar.add(name, value)
    for line in lines:
        calendar.add_component(_event(line, now, earlier.pop(uid_of(line), None)))
    for left in earlier.values():
        if (done := _cancelled(left, now)) is not None:
            calendar.add_component(done)
    return bytes(calendar.to_ical())


def _events_in(before: bytes) -> list[Event]:
    try:
        calendar = Calendar.from_ical(before)
    except (ValueError, KeyError, IndexError) as error:
        raise UsageError(_NOT_OURS) from error
    if not isinstance(calendar, Calendar) or calendar.get("PRODID") != PRODUCT:
        raise UsageError(_NOT_OURS)
    return calendar.events


_NOT_OURS = msg(
    "calendar.not_ours", "The file is there and is not a calendar written here. Name another file, or remove it first."
)


def _event(line: WorkLine, now: datetime, before: Event | None) -> Event:
    """What is due, on its day; what is late lies on today, with the day that it was due in the text."""
    day = max(line.due_on, day_in_sweden(now))
    what = {"candidate": line.candidate, "what": translate(item_in_words(line.item))}
    summary = msg("calendar.summary", "{candidate}: {what}", **what)
    if day > line.due_on:
        summary = msg("calendar.late", "{candidate}: {what}, due {due}", due=line.due_on, **what)
    event = Event()
    event.add("UID", uid_of(line))
    event.add("SUMMARY", translate(summary))
    event.add("DTSTART", day)
    event.add("DTEND", day + timedelta(days=1))
    event.add("TRANSP", "TRANSPARENT")
    event.add("STATUS", "CONFIRMED")
    same = before is not None and all(before.get(name) == event.get(name) for name in ("SUMMARY", "DTSTART", "STATUS"))
    event.add("SEQUENCE", _sequence(before) + (before is not None and not same))
    event.add("DTSTAMP", before.decoded("DTSTAMP") if same and before is not None else _in_utc(now))
    return event


def _cancelled(before: Event, now: datetime) -> Event | None:
    """The same event as cancelled; None once it has been so for long enough."""
    if before.get("STATUS") == CANCELLED:
        return before if before.decoded("DTSTAMP") > now - KEPT_FOR else None
    event = Event()
    for name in ("UID", "SUMMARY", "DTSTART", "DTEND", "TRANSP"):
        event.add(name, before.decoded(name) if name.startswith("DT") else before[name])
    event.add("STATUS", CANCELLED)
    event.add("SEQUENCE", _sequence(before) + 1)
    event.add("DTSTAMP", _in_utc(now))
    return event


def _sequence(before: Event | None) -> int:
    return int(before.get("SEQUENCE", 0)) if before is not None else 0


def _in_utc(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(microsecond=0)


def read_before(file: Path) -> bytes | None:
    """What stands in a file already; None where there is none. Raises UsageError where it cannot be read."""
    try:
        return file.read_bytes() if file.is_file() else None
    except OSError as error:
        raise UsageError(
            "calendar.unreadable", "The file {file} cannot be read. Name another file.", file=file
        ) from error
