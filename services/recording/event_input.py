"""From what somebody types to an event: fields as text, lists in a short form, or JSON."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from models.events.events import EVENT, EVENT_CLASSES, NOT_FROM_THE_DESK, Event
from models.events.parsing import explain
from models.identifiers import Actor
from models.projections.status import possible
from runtime.errors import UsageError
from runtime.i18n import _

SHORT_FORMS = {"findings": ("requirement", "result", "reason"), "scores": ("criterion", "score")}
"""Lists that can be typed as `name=value` or `name=value:reason`, with commas between."""


NAMES = frozenset({"unions"})
"""Lists of names that can be typed with commas between."""

NOT_SENT = NOT_FROM_THE_DESK | {"referred"}
"""A person is referred by a command of its own."""


def kind_of(written: str) -> str:
    """The kind of event that somebody wrote. Raises UsageError."""
    kind = written.strip().lower().replace("-", "_")
    if kind not in EVENT_CLASSES or kind in NOT_SENT:
        known = ", ".join(name for name in EVENT_CLASSES if name not in NOT_SENT)
        raise UsageError("event.unknown", "Unknown event {kind}. Available: {known}.", kind=written, known=known)
    return kind


def read_fields(arguments: list[str]) -> dict[str, str]:
    """`--starts-on 2026-01-01 --position=ward` → {"starts_on": "2026-01-01", "position": "ward"}. Raises UsageError."""
    fields: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        option = rest.pop(0)
        if not option.startswith("--"):
            raise UsageError(
                "field.stray",
                "{option} belongs to no field. Put quotation marks around values with spaces.",
                option=option,
            )
        name, equals, value = option.removeprefix("--").partition("=")
        if not equals:
            if not rest or rest[0].startswith("--"):
                raise UsageError("field.no_value", "The field {name} has no value.", name=name)
            value = rest.pop(0)
        fields[name.replace("-", "_")] = value
    return fields


def read_json(text: str | None) -> dict[str, Any]:
    """The object given with --data. Raises UsageError."""
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise UsageError("data.json", "The data are not JSON.") from error
    if not isinstance(data, dict):
        raise UsageError("data.object", "The data must be a JSON object.")
    return data


def build_event(
    kind: str, fields: Mapping[str, Any], *, event_id: UUID, actor: Actor, effective_on: date | str
) -> Event:
    """The event that the fields make. Raises UsageError with what is missing or wrong."""
    said = {name: _long_form(name, value) for name, value in fields.items()}
    common = {"kind": kind, "event_id": str(event_id), "actor": actor, "effective_on": str(effective_on)}
    unknown = sorted(set(said) - set(EVENT_CLASSES[kind].model_fields))
    if unknown:
        wanted = possible(kind)
        raise UsageError(
            "event.unknown_field",
            "The event {kind} has no field {field}. Available: {known}.",
            kind=kind,
            field=unknown[0],
            known=", ".join((*wanted.needs, *wanted.may_have)) or _("none"),
        )
    if said.get("kind", kind) != kind:
        raise UsageError("event.two_kinds", "The data give another event than {kind}. Omit the field kind.", kind=kind)
    try:
        return EVENT.validate_json(json.dumps({**common, **said}))
    except ValidationError as error:
        raise UsageError(explain(error)) from error


def missing(kind: str, fields: Mapping[str, Any]) -> list[str]:
    """The fields that the kind needs and that are not given."""
    return [name for name in possible(kind).needs if name not in fields]


def _long_form(name: str, value: Any) -> Any:
    if name in NAMES and isinstance(value, str) and not value.lstrip().startswith("["):
        return [part.strip() for part in value.split(",") if part.strip()]
    if name not in {*SHORT_FORMS, *NAMES} or not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return _read_list(name, value)
    keys = SHORT_FORMS[name]
    return [_item(name, part, keys) for part in value.split(",") if part.strip()]


def _read_list(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            "field.list",
            "The field {name} is not a JSON list. Close its brackets or write name=value,name=value.",
            name=name,
        ) from error


def _item(name: str, part: str, keys: tuple[str, ...]) -> dict[str, str]:
    first, equals, rest = part.strip().partition("=")
    if not equals:
        raise UsageError(
            "field.no_value_for",
            "{first} in the field {name} has no value. Write name=value,name=value.",
            name=name,
            first=first,
        )
    return dict(zip(keys, (first, *rest.split(":", len(keys) - 2)), strict=False))
