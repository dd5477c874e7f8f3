"""From what somebody types to a whole event: what is known is filled in, what is missing named."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ValidationError, create_model

from models.events.events import EVENT, EVENT_CLASSES, NOT_OFFERED, Event
from models.events.parsing import explain
from models.events.validation_messages import in_plain_words
from models.identifiers import Actor
from models.programme.programme import Programme
from models.projections.status import possible, possible_by
from runtime.errors import UsageError
from runtime.i18n import _
from services.naming import Named, NotMeant, kinds, meant
from services.recording.given import in_field, read_given
from services.recording.knowledge import Knowledge
from services.referrals.bad_value import BadValue

SHORT_FORMS = {"findings": ("requirement", "result", "reason"), "scores": ("criterion", "score")}
"""Lists that can be typed as `name=value` or `name=value:reason`, with commas between."""


NAMES = frozenset({"unions"})
"""Lists of names that can be typed with commas between."""

NOT_SENT = NOT_OFFERED | {"referred"}
"""A person is referred by a command of its own, and what waits for a second person is answered by one."""


SENT = tuple(kind for kind in EVENT_CLASSES if kind not in NOT_SENT)

NEVER_ASKED = frozenset(
    {"about", "proposal", "replacement", "rules_of_today", "restored", "earlier_employment", "age_limit_on", "asks"}
)
"""Optional fields that nobody types."""


def kind_of(written: str, likely: Sequence[str] = SENT) -> str:
    """The kind of event that somebody wrote, by its name in either language or by its code; first of all one of those
    that are `likely`. Raises UsageError."""
    try:
        return meant(written, kinds(likely)).code
    except NotMeant as error:
        if likely != SENT:
            return kind_of(written)
        if error.near:
            near = [one.title for one in error.near]
            raise UsageError(
                "event.near", "Unknown event {kind}. Did you mean {near}?", kind=written, near=near
            ) from error
        raise UsageError(
            "event.not_known", "Unknown event {kind}. Choose one of those that are possible now.", kind=written
        ) from error


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
        raise UsageError(explain(error, with_codes=False)) from error


def checked_field(kind: str, name: str, value: Any) -> None:
    """Ask of one field alone whether an event can have it so. Raises UsageError, which names the field."""
    try:
        checked_value(kind, name, value)
    except BadValue as error:
        raise in_field(name, error.message) from error


def checked_value(kind: str, name: str, value: Any) -> None:
    """The same for whoever shows what is wrong beside the field. Raises BadValue."""
    field = EVENT_CLASSES[kind].model_fields[name]
    alone = create_model("Alone", value=(field.annotation or Any, field))
    try:
        alone.model_validate_json(json.dumps({"value": _long_form(name, value)}))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        what = in_plain_words(first["type"], first["msg"], first.get("ctx"), with_codes=False)
        raise BadValue(what) from error


def missing(kind: str, fields: Mapping[str, Any], rules: Programme | None = None) -> list[str]:
    """The fields that the kind needs, by itself or by these rules, and that are not given; where it is comes before
    when."""
    needed = (name for name in possible_by(kind, rules).needs if name not in fields)
    return sorted(needed, key=lambda name: name != "position")


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


class Missing(NamedTuple):
    """A field that the event needs and nobody has given: what it can be, by name, and what is known.

    `fitting` says how many of the choices fit the candidate now, which come first; None where all do alike.
    """

    name: str
    choices: list[Named]
    default: str | None
    fitting: int | None = None


class Draft(NamedTuple):
    """An event on the way: its fields as given or known, which of them were filled in, and what is still missing.

    `missing` also names what was filled in, with that as its default: a person may know better.
    """

    kind: str
    fields: dict[str, Any]
    filled_in: dict[str, str]
    missing: tuple[Missing, ...]

    @property
    def lacking(self) -> list[str]:
        """The fields without which there is no event."""
        return [one.name for one in self.missing if one.default is None]


def draft(kind: str, given: Mapping[str, Any], knowledge: Knowledge) -> Draft:
    """What an event of a kind is, as far as it is given and known, and what is missing. Asks nobody.

    Days and names may be given as people write them. Raises UsageError for one that is none.
    """
    given = read_given(kind, given, knowledge)
    known = knowledge.fields(kind, given)
    fields = {**known, **given}
    asked = (
        Missing(name, knowledge.choices(name, {**fields, "kind": kind}), known.get(name), knowledge.fitting(name, kind))
        for name in missing(kind, given, knowledge.rules)
    )
    return Draft(kind, fields, known, tuple(asked))


def event_of(drafted: Draft, *, event_id: UUID, actor: Actor, day: date) -> Event:
    """The event of a complete draft. Raises UsageError."""
    return build_event(drafted.kind, drafted.fields, event_id=event_id, actor=actor, effective_on=day)
