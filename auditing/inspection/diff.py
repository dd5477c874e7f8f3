"""What changed in a journey between two moments: in what was recorded, and in what was in effect."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from auditing.evidence.recorded import JourneyRecord
from auditing.inspection.corrections import CorrectionRecord, corrections
from auditing.inspection.snapshot import Change, Snapshot, changes, snapshot
from auditing.inspection.state_at import Instant, effective_on, recorded_at, untold
from auditing.inspection.wording import what_came, what_happened
from models.events import events as e
from models.fields import Strict
from models.identifiers import JourneyId
from models.journey.as_of import Untold, recorded_by
from models.journey.fold import corrections_in_effect, in_effect
from runtime.errors import UsageError
from runtime.i18n import answer
from services.queries.lines import LedgerLine


class RowBetween(Strict):
    """A ledger row that was recorded between the moments, whatever its answer was."""

    row: int
    recorded_at: datetime
    effective_on: date | None
    by: str | None
    what: str
    answer: str


class TookEffect(Strict):
    """An event, as it holds by what is known, that took effect between the days of the moments. `corrected_in` is the
    row of the correction by which it holds so."""

    row: int
    effective_on: date
    what: str
    corrected_in: int | None = None


class Diff(Strict):
    """What changed after `earlier`, up to and with `later`.

    `recorded` are the fields of the state by what was recorded, `in_effect` those by what is known at `known_by`;
    where that cannot be told, `untold` says why. `corrections` were recorded between the moments. `corrected_since`
    were recorded afterwards, are known by `known_by`, and are on what was recorded, or said to take effect, between the
    moments: what was in effect is told as they say.
    """

    journey_id: JourneyId
    earlier: datetime
    later: datetime
    known_by: datetime
    recorded: tuple[Change, ...]
    in_effect: tuple[Change, ...]
    untold: str | None
    rows: tuple[RowBetween, ...]
    took_effect: tuple[TookEffect, ...]
    corrections: tuple[CorrectionRecord, ...]
    corrected_since: tuple[CorrectionRecord, ...] = ()


def diff(journey: JourneyRecord, earlier: Instant, later: Instant, known_by: datetime) -> Diff:
    """What changed between two moments. Raises UsageError where they are the wrong way round, Refused as `state_at`."""
    if later.at < earlier.at:
        raise UsageError("diff.order", "The first moment is later than the second. Give the earlier one first.")
    held, why = _in_effect(journey, (earlier, later), known_by)
    corrected = tuple(corrections(journey))
    between = _rows_between(journey, corrected, earlier, later)
    return Diff(
        journey_id=journey.journey_id,
        earlier=earlier.at,
        later=later.at,
        known_by=known_by,
        recorded=changes(*(snapshot(recorded_at(journey, one.at)) for one in (earlier, later))),
        in_effect=() if why else changes(*held),
        untold=why,
        rows=tuple(_row(journey, line) for line in journey.lines if earlier.at < line.recorded_at <= later.at),
        took_effect=tuple(_took_effect(journey, earlier.day, later.day, known_by)),
        corrections=tuple(one for one in corrected if earlier.at < one.recorded_at <= later.at),
        corrected_since=tuple(
            one
            for one in corrected
            if later.at < one.recorded_at <= known_by and not between.isdisjoint((one.row, one.corrects))
        ),
    )


def _rows_between(
    journey: JourneyRecord, corrected: Iterable[CorrectionRecord], earlier: Instant, later: Instant
) -> set[int]:
    """The rows that were recorded between the moments, or ever said to take effect between their days."""
    said = [(line.row, line.effective_on) for line in journey.lines if line.effective_on is not None]
    for one in corrected:
        days = (day for field in one.fields if field.field == "effective_on" for day in (field.before, field.after))
        said += [(one.corrects, date.fromisoformat(day)) for day in days]
    recorded = {line.row for line in journey.lines if earlier.at < line.recorded_at <= later.at}
    return recorded | {row for row, day in said if earlier.day < day <= later.day}


def _in_effect(
    journey: JourneyRecord, moments: tuple[Instant, Instant], known_by: datetime
) -> tuple[list[Snapshot], str | None]:
    """The state in effect at both moments; or why it cannot be told."""
    held: list[Snapshot] = []
    for one in moments:
        state = effective_on(journey, one.day, known_by)
        if isinstance(state, Untold):
            return [], untold(journey, state, one.day)
        held.append(snapshot(state))
    return held, None


def _row(journey: JourneyRecord, line: LedgerLine) -> RowBetween:
    same = line.model_dump(include={"row", "recorded_at", "effective_on"})
    return RowBetween(**same, by=line.actor, what=what_came(line, journey.rows), answer=answer(line.receipt))


def _took_effect(journey: JourneyRecord, after: date, until: date, known_by: datetime) -> Iterator[TookEffect]:
    """Events in the order in which they took effect; corrections tell of other days than their own."""
    known = recorded_by(journey.entries, known_by)
    held, corrected = in_effect(known), corrections_in_effect(known)
    between = [entry.event for entry in held if after < entry.event.effective_on <= until]
    for event in sorted(between, key=lambda event: event.effective_on):
        if not isinstance(event, e.Corrected):
            row, what = journey.rows[str(event.event_id)], what_happened(event.model_dump(mode="json"), journey.rows)
            by = corrected.get(event.event_id)
            yield TookEffect(
                row=row,
                effective_on=event.effective_on,
                what=what,
                corrected_in=journey.rows[str(by.event.event_id)] if by else None,
            )
