"""From what somebody types to a whole event: what is known is filled in, what is missing named."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ValidationError

from models.events.events import EVENT, EVENT_CLASSES, NOT_OFFERED, Event
from models.events.parsing import explain
from models.events.values import FollowUpOutcome
from models.identifiers import Actor, JourneyId
from models.journey.fold import in_effect
from models.programme.position import Position
from models.programme.programme import Programme
from models.projections.status import possible
from models.stages import EndReason
from runtime.errors import UsageError
from runtime.i18n import _
from runtime.rulebook.loader import RuleBook
from services.application import Application
from services.queries.lines import LedgerLine, accepted_entries

SHORT_FORMS = {"findings": ("requirement", "result", "reason"), "scores": ("criterion", "score")}
"""Lists that can be typed as `name=value` or `name=value:reason`, with commas between."""


NAMES = frozenset({"unions"})
"""Lists of names that can be typed with commas between."""

NOT_SENT = NOT_OFFERED | {"referred"}
"""A person is referred by a command of its own, and what waits for a second person is answered by one."""


def kind_of(written: str) -> str:
    """The kind of event that somebody wrote. Raises UsageError."""
    kind = written.strip().lower().replace("-", "_")
    if kind not in EVENT_CLASSES or kind in NOT_SENT:
        known = ", ".join(name for name in EVENT_CLASSES if name not in NOT_SENT)
        raise UsageError("event.unknown", "Unknown event {kind}. Available: {known}.", kind=written, known=known)
    return kind


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


LOOKED_AFTER_BY = ("supervisor", "mentor")


class Knowledge:
    """What is known where an event is to be sent, each thing read when it is first asked for: the journey's ledger, and
    the programme and positions of today. A journey with older rules may know other words; nothing is refused here."""

    def __init__(
        self, book: RuleBook, journey_id: JourneyId, rows: Callable[[], Sequence[LedgerLine]], day: date
    ) -> None:
        self._book = book
        self._programme = journey_id.programme
        self._rows = rows
        self._day = day

    @cached_property
    def rules(self) -> Programme | None:
        """The programme of today; None where it has left the files."""
        return self._book.find(self._programme)

    @cached_property
    def positions(self) -> list[Position]:
        return self._book.positions_of(self._programme)

    def fields(self, kind: str, given: Mapping[str, Any]) -> dict[str, str]:
        """The fields of an event of a kind that follow from what is known, but for those given.

        The position is that of the internship or the role before; who looks after an intern, whom the position names;
        the profile that of the check before, or the only one; the form the only one that is open.
        """
        found: dict[str, str | None] = {}
        match kind:
            case "temporary_role_agreed":
                forms = [form.id for form in self.rules.forms if form.is_open_on(self._day)] if self.rules else []
                found = {"position": self._before("position"), "form": _only(forms)}
            case "permanent_role_agreed":
                found = {"position": self._before("position")}
            case "requirements_checked":
                profiles = [profile.id for profile in self.rules.profiles] if self.rules else []
                found = {"profile": self._before("profile") or _only(profiles)}
            case "internship_agreed":
                position = next((one for one in self.positions if one.id == given.get("position")), None)
                found = {who: getattr(position, who, None) for who in LOOKED_AFTER_BY}
        return {name: value for name, value in found.items() if value is not None and name not in given}

    def choices(self, name: str, fields: Mapping[str, Any]) -> list[str]:
        """The words that a field takes, by the fields known so far; none where it takes any."""
        if self.rules is None:
            return []
        profile = self.rules.profile(str(fields.get("profile")))
        offered: dict[str, Iterable[object]] = {
            "profile": [one.id for one in self.rules.profiles],
            "findings": [one.id for one in profile.requirements] if profile else [],
            "position": [one.id for one in self.positions],
            "form": [one.id for one in self.rules.forms],
            "scores": [one.id for one in self.rules.criteria],
            "favourable": ("true", "false"),
            "seeks_new_place": ("true", "false"),
            "end_reason": EndReason,
            "outcome": FollowUpOutcome,
            "after_days": self.rules.follow_up_after_days,
        }
        return [str(one) for one in offered.get(name, ())]

    def _before(self, name: str) -> str | None:
        """What the latest event that has this field says."""
        said = [event for event in events_in_effect(self._rows()) if name in EVENT_CLASSES[event["kind"]].model_fields]
        return str(said[-1][name]) if said else None


def known_at(application: Application, journey_id: JourneyId, day: date) -> Knowledge:
    """What is known of a journey on a day."""
    return Knowledge(application.book, journey_id, lambda: application.lists.ledger(journey_id), day)


def events_in_effect(rows: Iterable[LedgerLine]) -> list[dict[str, Any]]:
    """A journey's accepted events as corrected, as data, in their order."""
    return [entry.event.model_dump(mode="json") for entry in in_effect(accepted_entries(rows))]


def _only(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None


class Missing(NamedTuple):
    """A field that the event needs and nobody has given: the words that it takes, and what is known to fit."""

    name: str
    choices: list[str]
    default: str | None


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
    """What an event of a kind is, as far as it is given and known, and what is missing. Asks nobody."""
    known = knowledge.fields(kind, given)
    fields = {**known, **given}
    asked = (Missing(name, knowledge.choices(name, fields), known.get(name)) for name in missing(kind, given))
    return Draft(kind, fields, known, tuple(asked))


def event_of(drafted: Draft, *, event_id: UUID, actor: Actor, day: date) -> Event:
    """The event of a complete draft. Raises UsageError."""
    return build_event(drafted.kind, drafted.fields, event_id=event_id, actor=actor, effective_on=day)
