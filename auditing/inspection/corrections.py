"""What corrections did: the event that each is about, and every field before and after."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from auditing.evidence.recorded import JourneyRecord
from auditing.inspection.snapshot import Change
from models.events import events as e
from models.fields import Strict
from models.journey.fold import Entry, corrections_in_effect, in_effect
from models.message import Worded, msg


class CorrectionEffect(Worded):
    """What a correction did to the event that it is about."""

    REPLACED = "replaced", msg("done.replaced", "replaced")
    STRUCK = "struck", msg("done.struck", "struck")
    RESTORED = "restored", msg("done.restored", "brought back")
    NOTHING = "nothing", msg("done.nothing", "changed nothing")


class CorrectionRecord(Strict):
    """A correction: by whom, when and why; the row of the event that it is about, and that event's fields.

    `strikes` is the row of the correction that it takes back, where it does. `holds` says whether it does today.
    """

    row: int
    corrects: int
    strikes: int | None
    by: str
    recorded_at: datetime
    because: str
    done: CorrectionEffect
    fields: tuple[Change, ...]
    holds: bool


def corrections(recorded: JourneyRecord) -> Iterator[CorrectionRecord]:
    """Every accepted correction of a journey, in the order of recording."""
    holding = {entry.event.event_id for entry in corrections_in_effect(recorded.entries).values()}
    for number, entry in enumerate(recorded.entries):
        if isinstance(entry.event, e.Corrected) and str(entry.event.corrects) in recorded.rows:
            so_far = recorded.entries[: number + 1]
            yield _correction(recorded, so_far, entry.event, entry.event.event_id in holding)


def _correction(
    recorded: JourneyRecord, so_far: tuple[Entry, ...], event: e.Corrected, holds: bool
) -> CorrectionRecord:
    about = _about(event, so_far)
    before, after = _held(so_far[:-1], about), _held(so_far, about)
    return CorrectionRecord(
        row=recorded.rows[str(event.event_id)],
        corrects=recorded.rows[str(about)],
        strikes=None if event.corrects == about else recorded.rows[str(event.corrects)],
        by=event.actor,
        recorded_at=so_far[-1].recorded_at,
        because=event.reason,
        done=_done(before, after),
        fields=tuple(_fields(before, after)) if before and after else (),
        holds=holds,
    )


def _about(event: e.Corrected, entries: tuple[Entry, ...]) -> UUID:
    """The event that is no correction itself and that a correction, or one of a correction, is about in the end."""
    by_id = {entry.event.event_id: entry.event for entry in entries}
    target = by_id[event.corrects]
    while isinstance(target, e.Corrected):
        target = by_id[target.corrects]
    return target.event_id


def _held(entries: tuple[Entry, ...], event_id: UUID) -> dict[str, Any] | None:
    """An event's data as it held after these entries; None where it was struck."""
    held = next((entry.event for entry in in_effect(entries) if entry.event.event_id == event_id), None)
    return held.model_dump(mode="json") if held else None


def _done(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> CorrectionEffect:
    if before == after:
        return CorrectionEffect.NOTHING
    if after is None:
        return CorrectionEffect.STRUCK
    return CorrectionEffect.REPLACED if before else CorrectionEffect.RESTORED


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield Change(field=name, before=before.get(name), after=after.get(name))
