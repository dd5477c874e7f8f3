"""What changed in a journey between two moments: in what was recorded, and in what was in effect."""

from collections.abc import Iterator
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
from models.journey.fold import in_effect
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
    """An event, as it holds by what is known, that took effect between the days of the moments."""

    row: int
    effective_on: date
    what: str


class Diff(Strict):
    """What changed after `earlier`, up to and with `later`.

    `recorded` are the fields of the state by what was recorded, `in_effect` those by what is known at `known_by`;
    where that cannot be told, `untold` says why.
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


def diff(journey: JourneyRecord, earlier: Instant, later: Instant, known_by: datetime) -> Diff:
    """What changed between two moments. Raises UsageError where they are the wrong way round, Refused as `state_at`."""
    if later.at < earlier.at:
        raise UsageError("diff.order", "The first moment is later than the second. Give the earlier one first.")
    held, why = _in_effect(journey, (earlier, later), known_by)
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
        corrections=tuple(one for one in corrections(journey) if earlier.at < one.recorded_at <= later.at),
    )


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
    held = in_effect(recorded_by(journey.entries, known_by))
    between = [entry.event for entry in held if after < entry.event.effective_on <= until]
    for event in sorted(between, key=lambda event: event.effective_on):
        if not isinstance(event, e.Corrected):
            row, what = journey.rows[str(event.event_id)], what_happened(event.model_dump(mode="json"), journey.rows)
            yield TookEffect(row=row, effective_on=event.effective_on, what=what)
