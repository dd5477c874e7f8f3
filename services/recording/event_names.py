"""The fields of an event as people read them: names and titles in the place of codes."""

from collections.abc import Mapping
from typing import Any

from services.recording.knowledge import Knowledge

CALLED = (
    *("position", "profile", "form", "site", "referring_partner", "union", "unions"),
    *("coordinator", "leaves", "supervisor", "mentor", "cohort", "group", "duty", "period"),
)
"""Fields whose codes somebody has given a name or a title."""

IN_LISTS = {"findings": "requirement", "scores": "criterion"}


def in_names(name: str, value: Any, fields: Mapping[str, Any], knowledge: Knowledge) -> Any:
    """The value of a field by its name or title in the reader's language; as it is where it has none here."""
    if isinstance(value, list | tuple):
        return [in_names(name, one, fields, knowledge) for one in value]
    if isinstance(value, Mapping):
        what = IN_LISTS.get(name)
        return {**value, what: in_names(name, value.get(what), fields, knowledge)} if what else value
    code = str(value).lower() if isinstance(value, bool) else str(value)
    if (called := knowledge.names(name, code)) is not None:
        return called
    return next((one.title for one in knowledge.choices(name, fields) if one.code == code), value)


def event_in_names(event: Mapping[str, Any] | None, knowledge: Knowledge) -> dict[str, Any] | None:
    """An event as JSON data, and what a correction puts in its place, with names and titles for codes."""
    if event is None:
        return None
    named = {
        name: in_names(name, value, event, knowledge)
        for name, value in event.items()
        if value is not None and name in (*CALLED, *IN_LISTS)
    }
    replacement = event.get("replacement")
    return {**event, **named, **({"replacement": event_in_names(replacement, knowledge)} if replacement else {})}
