"""Where a journey stood at a moment: as was recorded by then, and as was in effect then; and why the two differ."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from auditing.evidence.recorded import JourneyRecord, no_journey
from auditing.inspection.responsible import ActedFor, acted_for
from auditing.inspection.snapshot import Change, Snapshot, changes, snapshot
from auditing.inspection.wording import LABELS, label, moment, what_happened
from models.access.register import Register
from models.calendar.swedish_day import SWEDEN, day_in_sweden, end_of_day
from models.calendar.written_days import Towards, read_day
from models.events import events as e
from models.fields import Strict
from models.identifiers import JourneyId
from models.journey.as_of import Untold, recorded_by, state_in_effect, state_recorded
from models.journey.fold import Entry, in_effect
from models.state.state import State
from runtime.errors import UsageError
from runtime.i18n import _

MOMENT = re.compile(
    r"(?P<day>.+?)(?:T|,? (?:kl\.? |at )?)"
    r"(?P<hour>\d\d)[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?P<fraction>\.\d+)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE | re.ASCII,
)
"""A day as people write it and a time, as ISO 8601 or the product's own pages have it."""

WHOLE_SECOND = timedelta(microseconds=999_999)


class Instant(NamedTuple):
    """A moment in UTC, and the calendar day that it was in Sweden: rules and agreements know days only."""

    at: datetime
    day: date


def read_instant(written: str | None, now: datetime) -> Instant:
    """`2026-03-01` (the end of that day), `2026-03-01T12:00` (in Sweden) or `…T12:00+01:00`; now without any. With
    seconds it is the end of that second: rows are shown to the second. Also `1 mars 2026 kl. 12.00.05`, as it is shown.

    Raises UsageError.
    """
    if written is None:
        return Instant(now, day_in_sweden(now))
    try:
        timed = MOMENT.fullmatch(" ".join(written.split()))
        day = read_day(timed["day"] if timed else written, day_in_sweden(now), Towards.GONE)
        if timed is None:
            return Instant(end_of_day(day), day)
        clock = f"{timed['hour']}:{timed['minute']}:{timed['second'] or '00'}{timed['fraction'] or ''}"
        moment = datetime.fromisoformat(f"{day}T{clock}{(timed['zone'] or '').upper()}")
        if timed["second"] and not timed["fraction"]:
            moment += WHOLE_SECOND
        aware = moment if moment.tzinfo else moment.replace(tzinfo=SWEDEN)
        return Instant(aware.astimezone(UTC), day_in_sweden(aware))
    except (ValueError, OverflowError) as error:
        raise UsageError(
            "moment.format",
            "“{moment}” is not a moment. Write it as 2026-03-01, 2026-03-01T12:00 or 2026-03-01T12:00+01:00.",
            moment=written,
        ) from error


def read_known_by(written: str | None, now: datetime) -> Instant:
    """The moment by whose knowledge something is told. What is known later nobody knows: one that has not come is now.

    Raises UsageError.
    """
    return min(read_instant(written, now), Instant(now, day_in_sweden(now)))


class Reason(Strict):
    """A row that makes a difference: in which fields, and how, in one sentence."""

    row: int
    fields: tuple[str, ...]
    why: str


class StateAt(Strict):
    """Both sides of a moment. `in_effect` is None where it cannot be told; `in_short` says so then, and otherwise
    whether and where the sides differ, for the `reasons` that follow. `acted_for` are those who acted then for the
    coordinator in charge, where a register of staff was asked.
    """

    journey_id: JourneyId
    at: datetime
    day: date
    known_by: datetime
    recorded: Snapshot
    in_effect: Snapshot | None
    differences: tuple[Change, ...]
    in_short: str
    reasons: tuple[Reason, ...]
    acted_for: tuple[ActedFor, ...] = ()


def state_at(journey: JourneyRecord, at: Instant, known_by: datetime, register: Register | None = None) -> StateAt:
    """Both sides of a moment, and by the register who acted for whom. Raises Refused where the rows are no journey."""
    recorded = snapshot(recorded_at(journey, at.at))
    state = effective_on(journey, at.day, known_by)
    held = None if isinstance(state, Untold) else snapshot(state)
    differences = changes(recorded, held) if held else ()
    return StateAt(
        journey_id=journey.journey_id,
        at=at.at,
        day=at.day,
        known_by=known_by,
        recorded=recorded,
        in_effect=held,
        differences=differences,
        in_short=untold(journey, state, at.day) if isinstance(state, Untold) else _in_short(differences),
        reasons=tuple(_reasons(journey, at, known_by, {change.field for change in differences})),
        acted_for=acted_for(register, journey.journey_id, recorded.coordinator, at.at) if register is not None else (),
    )


def recorded_at(journey: JourneyRecord, at: datetime) -> State | None:
    """The state by what had been recorded by a moment. Raises Refused where the rows are no journey."""
    try:
        return state_recorded(journey.rules, recorded_by(journey.entries, at), journey.journey_id)
    except ValueError as error:
        raise no_journey() from error


def effective_on(journey: JourneyRecord, day: date, known_by: datetime) -> State | Untold | None:
    """The state that was in effect on a day, by what was known at a moment."""
    return state_in_effect(journey.rules, recorded_by(journey.entries, known_by), journey.journey_id, day)


def untold(journey: JourneyRecord, what: Untold, day: date) -> str:
    """Why it cannot be told what was in effect on a day."""
    row = journey.rows[str(what.event_id)]
    return _(
        "What was in effect on {day} cannot be told: row {row} took effect by then, but follows only from a row that"
        " took effect later.",
        day=day,
        row=row,
    )


def _in_short(differences: Sequence[Change]) -> str:
    if not differences:
        return _("What was recorded by then is what was in effect then.")
    fields = ", ".join(label(change.field) for change in differences)
    return _("What was recorded by then differs from what was in effect then: {fields}.", fields=fields)


def _reasons(journey: JourneyRecord, at: Instant, known_by: datetime, fields: set[str]) -> Iterator[Reason]:
    """The rows that make the difference: knowledge grows row by row, and who changes a field that differs is named."""
    if not fields:
        return
    yield from _ahead(journey, at, fields)
    first, last = sorted((at.at, known_by))
    seen = _seen(journey, at.day, first)
    for entry in journey.entries:
        matters = isinstance(entry.event, e.Corrected) or entry.event.effective_on <= at.day
        if not first < entry.recorded_at <= last or not matters:
            continue
        now = _seen(journey, at.day, entry.recorded_at, entry)
        changed = tuple(change.field for change in changes(seen, now) if change.field in fields) if seen and now else ()
        seen = now or seen
        if changed:
            yield _reason(journey, entry, changed, _late(journey, entry, known_by < at.at))


def _ahead(journey: JourneyRecord, at: Instant, fields: set[str]) -> Iterator[Reason]:
    """What had been recorded by then, and takes effect only later."""
    so_far = recorded_by(journey.entries, at.at)
    later = (entry for entry in in_effect(so_far) if entry.event.effective_on > at.day)
    ahead = [entry for entry in later if not isinstance(entry.event, e.Corrected)]
    recorded, held = snapshot(recorded_at(journey, at.at)), _seen(journey, at.day, at.at)
    changed = {change.field for change in changes(held, recorded)} & fields if held else set()
    for entry in ahead if changed else ():
        why = _(
            "Row {row} was recorded by then, but takes effect only on {day}: {what}",
            row=journey.rows[str(entry.event.event_id)],
            day=entry.event.effective_on,
            what=_what(journey, entry),
        )
        yield _reason(journey, entry, tuple(name for name in LABELS if name in changed), why)


def _seen(journey: JourneyRecord, day: date, by: datetime, upto: Entry | None = None) -> Snapshot | None:
    """What was in effect on a day by what was known at a moment, or when `upto` had just been recorded; None where that
    cannot be told."""
    known = recorded_by(journey.entries, by)
    if upto is not None:
        known = known[: known.index(upto) + 1]
    state = state_in_effect(journey.rules, known, journey.journey_id, day)
    return None if isinstance(state, Untold) else snapshot(state)


def _late(journey: JourneyRecord, entry: Entry, unknown: bool) -> str:
    values = {
        "row": journey.rows[str(entry.event.event_id)],
        "recorded": moment(entry.recorded_at),
        "what": _what(journey, entry),
    }
    if unknown:
        return _("Row {row} was recorded on {recorded}, and was not known before: {what}", **values)
    if isinstance(entry.event, e.Corrected):
        return _("Row {row}, recorded on {recorded}, is a correction: {what}", **values)
    day = entry.event.effective_on
    return _("Row {row} took effect on {day}, but was recorded only on {recorded}: {what}", **values, day=day)


def _what(journey: JourneyRecord, entry: Entry) -> str:
    return what_happened(entry.event.model_dump(mode="json"), journey.rows)


def _reason(journey: JourneyRecord, entry: Entry, fields: tuple[str, ...], why: str) -> Reason:
    return Reason(row=journey.rows[str(entry.event.event_id)], fields=fields, why=why)
