"""Correcting in the open: from an event as recorded and the fields that were wrong to a correction."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from models.events.events import EVENT_CLASSES
from models.identifiers import Actor
from models.journey.fold import in_effect
from models.message import msg
from runtime.errors import Refused, UsageError
from services.days import happened_of
from services.queries.lines import LedgerLine, accepted_entries
from services.recording.draft import build_event, kind_of
from services.recording.given import read_field
from services.recording.knowledge import Knowledge


def correction(
    lines: Sequence[LedgerLine],
    row: int,
    because: str,
    fields: Mapping[str, Any] | None,
    on: str | None,
    knowledge: Knowledge | None = None,
) -> dict[str, Any]:
    """The fields of a `corrected` event; `fields` None strikes the event. Raises UsageError where there is none.

    With `knowledge`, days and names may be given as people write them.
    """
    line = line_of(lines, row)
    said: dict[str, Any] = {"corrects": str(line.event_id), "reason": because}
    return said if fields is None else {**said, "replacement": _replacement(lines, line, fields, on, knowledge)}


def line_of(lines: Sequence[LedgerLine], row: int) -> LedgerLine:
    """The accepted event in a row. Raises UsageError where there is none."""
    line = next((line for line in lines if line.row == row), None)
    if line is None or line.event is None or not line.receipt.accepted:
        raise UsageError("correction.row", "Row {row} is not an accepted event.", row=row)
    return line


def refuse_replacing(lines: Sequence[LedgerLine], line: LedgerLine) -> None:
    """Raises Refused of a row that is itself a correction, and can be struck alone: what it corrects is corrected
    again."""
    policy = EVENT_CLASSES[line.kind].correction
    if policy.replaced_by != ():
        return
    about = corrected_by(lines, line)
    if about is None or not policy.strikes:
        raise Refused(policy.otherwise or NOT_REPLACED)
    raise Refused(
        "correction.of_a_correction",
        "Row {row} is itself a correction of row {corrected}. Correct row {corrected} again, or strike row {row}.",
        row=line.row,
        corrected=about.row,
    )


def corrected_by(lines: Sequence[LedgerLine], line: LedgerLine) -> LedgerLine | None:
    """The row of the event that a correction is about, first or last; None of a row that is none."""
    by_id, about = {one.event_id: one for one in lines}, line
    while (corrects := (about.event or {}).get("corrects")) is not None and str(corrects) in by_id:
        about = by_id[str(corrects)]
    return about if about is not line else None


RECKONED = frozenset({"kronor"})
"""Fields that follow from the others, and that nobody types."""

NOT_REPLACED = msg("correction.not_replaced", "This row can only be struck.")


def _replacement(
    lines: Sequence[LedgerLine],
    line: LedgerLine,
    fields: Mapping[str, Any],
    on: str | None,
    knowledge: Knowledge | None,
) -> dict[str, Any]:
    """The event as it holds now, with some fields replaced. `--kind` makes it another kind, with that kind's fields."""
    refuse_replacing(lines, line)
    was = as_it_holds(lines, line)
    if not fields and on is None:
        raise UsageError("correction.nothing", "Nothing is corrected. Give a field, a day or strike the event.")
    kind = str(fields.get("kind", was["kind"]))
    kind = kind if kind in EVENT_CLASSES else kind_of(kind)
    common = ("event_id", "actor", "effective_on", "kind")
    kept = {
        name: value for name, value in was.items() if name in EVENT_CLASSES[kind].model_fields and name not in common
    }
    given = {name: value for name, value in fields.items() if name != "kind"}
    if knowledge is not None:
        given = {name: read_field(kind, name, value, {**kept, **given}, knowledge) for name, value in given.items()}
        on = on and str(happened_of(on, knowledge.today))
        others = {name: value for name, value in {**kept, **given}.items() if name not in RECKONED}
        kept |= {name: value for name, value in knowledge.fields(kind, others).items() if name in RECKONED}
    event = build_event(
        kind,
        {**kept, **given},
        event_id=UUID(line.event_id),
        actor=Actor.parse(was["actor"]),
        effective_on=on or str(was["effective_on"]),
    )
    return dict(json.loads(event.model_dump_json()))


def as_it_holds(lines: Sequence[LedgerLine], line: LedgerLine) -> Mapping[str, Any]:
    """The event's data after earlier corrections; of a struck event what was recorded first."""
    events = (entry.event for entry in in_effect(accepted_entries(lines)))
    held = next((event for event in events if event.event_id == UUID(line.event_id)), None)
    return held.model_dump(mode="json") if held else line.event or {}
