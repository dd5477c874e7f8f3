"""The fields of an event as somebody gave them, with each day and each name as the event has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from models.calendar.written_days import Towards
from models.events.events import EVENT_CLASSES
from models.fields import SHORT_NAME
from models.message import Message
from runtime.errors import UsageError
from services.days import day_in, happened_in, in_both
from services.naming import Named, NotMeant, meant, names_nobody, why_unknown
from services.recording.field_names import field_name
from services.referrals.bad_value import BadValue

if TYPE_CHECKING:
    from services.recording.knowledge import Knowledge

HAPPENED = frozenset({"effective_on", "referred_on"})
"""Days of what has happened; all others are planned."""

BY_ANY_NAME = frozenset({"supervisor", "mentor"})
"""Fields that also take somebody whom nobody here knows."""

OF_PEOPLE = BY_ANY_NAME | {"coordinator"}
"""Fields that name somebody: a letter or a yes is an answer to another question."""

OF_THE_PRODUCT = frozenset(
    {
        "accepted",
        "asks",
        "favourable",
        "frees_place",
        "passed",
        "seeks_new_place",
        "end_reason",
        "outcome",
        "answer",
        "about",
        "result",
    }
)
"""Fields whose words no programme can add to."""

IN_A_LIST = {"findings": "requirement", "scores": "criterion"}
"""Lists of named things, and the field that names each."""


def read_given(kind: str, given: Mapping[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """The fields, days and names read. Raises UsageError for the first that says no day, or names nothing known."""
    read: dict[str, Any] = {}
    fields = EVENT_CLASSES[kind].model_fields
    for name in sorted(given, key=list(fields).index) if set(given) <= set(fields) else given:
        read[name] = read_field(kind, name, given[name], {**given, **read}, knowledge)
    return {name: read[name] for name in given}


def read_field(kind: str, name: str, value: Any, fields: Mapping[str, Any], knowledge: Knowledge) -> Any:
    """One of them, by the fields known so far. Raises UsageError, which names the field."""
    try:
        return value_of(kind, name, value, fields, knowledge)
    except BadValue as error:
        raise in_field(name, error.message) from error


def value_of(kind: str, name: str, value: Any, fields: Mapping[str, Any], knowledge: Knowledge) -> Any:
    """The same for whoever shows what is wrong beside the field. Raises BadValue."""
    if name in IN_A_LIST:
        return _read_list(name, value, fields, knowledge)
    if name == "unions":
        return _read_unions(value, fields, knowledge)
    if not isinstance(value, str) or not value.strip():
        return value
    if is_day(kind, name):
        return str(_in_order(name, day_of_field(name, value, fields, knowledge.today), fields))
    return _name(name, value, fields, knowledge)


def in_field(name: str, what: Message) -> UsageError:
    """That the value of a field cannot be used, and why."""
    return UsageError("event.field", "{field}: {what}", field=field_name(name), what=what)


def day_of_field(name: str, value: str, fields: Mapping[str, Any], today: date) -> date:
    """The day of a field. A last day without a year follows the first one. Raises BadValue."""
    if name in HAPPENED:
        return happened_in(value, today)
    begins = _iso(fields.get("starts_on")) if name == "ends_on" else None
    return day_in(value, today, Towards.PLANNED, after=begins)


def _in_order(name: str, day: date, fields: Mapping[str, Any]) -> date:
    begins = _iso(fields.get("starts_on")) if name == "ends_on" else None
    if begins is not None and day < begins:
        raise BadValue("given.ends_first", "The last day is before the first day, {begins}.", begins=in_both(begins))
    return day


def _iso(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def is_day(kind: str, name: str) -> bool:
    """Whether a field of a kind of event is a day."""
    return _holds(date, kind, name)


def is_number(kind: str, name: str) -> bool:
    """Whether a field of a kind of event is a whole number."""
    return _holds(int, kind, name)


def _holds(type_: type, kind: str, name: str) -> bool:
    field = EVENT_CLASSES[kind].model_fields.get(name)
    return field is not None and type_ in _types(field.annotation)


def _types(annotation: Any) -> Iterator[Any]:
    """What a field may hold: a type, or several of which each may say more of itself."""
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        inner = inner[:1]
    yield annotation
    for one in inner:
        yield from _types(one)


def _name(name: str, value: str, fields: Mapping[str, Any], knowledge: Knowledge) -> str:
    known = knowledge.choices(name, fields)
    if not known:
        return value
    if name in OF_PEOPLE and names_nobody(value):
        raise BadValue("given.names_nobody", "This names nobody. Write more of the name.")
    try:
        return meant(value, known, shortest=SHORTEST.get(name, 3)).code
    except NotMeant as error:
        with suppress(NotMeant):
            return meant(value, knowledge.others(name)).code
        return _not_known(name, value, known, error)


SHORTEST = {"accepted": 1, "asks": 1, "result": 1, "favourable": 1, "frees_place": 1, "passed": 1, "seeks_new_place": 1}
"""Few words that everybody knows: a letter is enough."""


def _not_known(name: str, value: str, known: list[Named], error: NotMeant) -> str:
    """A short name that nobody knows here may be one of the journey's older rules, which judge it; else BadValue."""
    is_short_name = re.fullmatch(SHORT_NAME, value) is not None
    if is_short_name and name not in OF_THE_PRODUCT and (name in BY_ANY_NAME or not error.near):
        return value
    raise BadValue(why_unknown(error, known)) from error


def _read_list(name: str, value: Any, fields: Mapping[str, Any], knowledge: Knowledge) -> Any:
    """Findings or scores: typed as `name=value`, with commas between, or as JSON."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return ",".join(_typed(name, part, fields, knowledge) for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple):
        return [_item(name, one, fields, knowledge) for one in value]
    return value


def _read_unions(value: Any, fields: Mapping[str, Any], knowledge: Knowledge) -> Any:
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return ",".join(_name("union", one.strip(), fields, knowledge) for one in value.split(",") if one.strip())
    if isinstance(value, list | tuple):
        return [_name("union", one, fields, knowledge) if isinstance(one, str) else one for one in value]
    return value


def _typed(name: str, part: str, fields: Mapping[str, Any], knowledge: Knowledge) -> str:
    first, equals, rest = part.strip().partition("=")
    result, colon, why = rest.partition(":")
    first = _name(name, first, fields, knowledge)
    return f"{first}{equals}{_result(name, result, knowledge)}{colon}{why}"


def _item(name: str, item: Any, fields: Mapping[str, Any], knowledge: Knowledge) -> Any:
    what = IN_A_LIST[name]
    if not isinstance(item, Mapping) or not isinstance(item.get(what), str):
        return item
    read = {**item, what: _name(name, item[what], fields, knowledge)}
    return read | {"result": _result(name, str(item["result"]), knowledge)} if "result" in item else read


def _result(name: str, result: str, knowledge: Knowledge) -> str:
    return _name("result", result, {}, knowledge) if name == "findings" and result else result
