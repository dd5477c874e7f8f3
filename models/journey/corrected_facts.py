"""What a correction says to those who were told: of which event it is, what was wrong in it, and what holds."""

from collections.abc import Sequence

from models.events import events as e
from models.journey.fold import Entry, in_effect
from models.partners.notice import CORRECTED, NOW, STRUCK, TOLD, WAS


def corrected_facts(entries: Sequence[Entry], event: object) -> dict[str, str]:
    """The details that a notice of a correction repeats beside those of every notice; nothing of another event.

    `entries` are the accepted ones before it. A struck event has only what it said, one that is brought back only what
    it says; of another also what it goes on saying, by which one knows it again.
    """
    if not isinstance(event, e.Corrected):
        return {}
    about = _about(event, entries)
    if about is None:
        return {}
    recorded_at = entries[-1].recorded_at
    before = _facts(entries, about)
    after = _facts([*entries, Entry(event=event, recorded_at=recorded_at)], about)
    changed = [name for name in (*TOLD, "effective_on") if before.get(name) != after.get(name)]
    if not after:
        changed = [name for name in changed if name != "effective_on"]
    same = {name: value for name, value in after.items() if name not in changed and name != "effective_on"}
    return {
        CORRECTED: about.kind,
        **({} if after else {STRUCK: "yes"}),
        **same,
        **{f"{WAS}{name}": before[name] for name in changed if name in before},
        **{f"{NOW}{name}": after[name] for name in changed if name in after},
    }


def _about(event: e.Corrected, entries: Sequence[Entry]) -> e.Event | None:
    by_id = {entry.event.event_id: entry.event for entry in entries}
    target = by_id.get(event.corrects)
    while isinstance(target, e.Corrected):
        target = by_id.get(target.corrects)
    return target


def _facts(entries: Sequence[Entry], about: e.Event) -> dict[str, str]:
    """What an event says as it holds after these entries; nothing once it is struck."""
    held = next((one.event for one in in_effect(entries) if one.event.event_id == about.event_id), None)
    said = held.model_dump(mode="json") if held else {}
    return {name: str(said[name]) for name in (*TOLD, "effective_on") if said.get(name) is not None}
