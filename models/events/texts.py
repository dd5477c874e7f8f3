"""The free texts of events: where they stand, and the references that stand there once they are kept apart.

A reference is also a commitment: whoever is given the text with its salt can check it, and nobody can guess it.
"""

import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple, get_args

import rfc8785
from pydantic import BaseModel

from models.events.events import EVENT, EVENT_CLASSES, Event
from models.fields import WRITTEN_FREELY

REFERENCE = re.compile("text:[0-9a-f]{64}")
"""How a reference is written."""


class TextPlace(NamedTuple):
    """Where a text stands: in which event, and in which field of it, such as `reason` or `findings.reason`.

    What a correction puts in the place of an event is in the event that it replaces, as its id says: a text that stays
    as it was keeps its reference.
    """

    event_id: str
    field: str


Put = Callable[[TextPlace, str], str]
"""What shall stand in the place of a text."""


def is_reference(text: object) -> bool:
    """Whether a text is kept apart, and this is its reference."""
    return isinstance(text, str) and REFERENCE.fullmatch(text) is not None


def reference_of(journey_id: str, place: TextPlace, text: str, salt: str) -> str:
    """The reference of a text, which follows from all of these: `text:`, and an HMAC (SHA-256) with the salt as its key
    over their form of RFC 8785."""
    said = {
        "format": "hela-vagen-text/1",
        "journey": str(journey_id),
        "event": place.event_id,
        "field": place.field,
        "text": text,
    }
    return f"text:{hmac.new(bytes.fromhex(salt), rfc8785.dumps(said), sha256).hexdigest()}"


def with_texts(said: Mapping[str, Any], put: Put) -> dict[str, Any]:
    """An event, as JSON data, with what `put` makes of each of its texts. What is no event stays as it is."""
    new, event_id = dict(said), str(said.get("event_id"))
    for name, inner in _fields(str(said.get("kind"))).items():
        value = said.get(name)
        if not inner and isinstance(value, str):
            new[name] = put(TextPlace(event_id, name), value)
        elif inner and isinstance(value, list | tuple):
            new[name] = [_item(one, inner, event_id, name, put) for one in value]
    if isinstance(replacement := said.get("replacement"), Mapping):
        new["replacement"] = with_texts(replacement, put)
    return new


def written_in(event: Event) -> list[str]:
    """The texts of an event that are not kept apart yet."""
    return [text for _, text in texts_in(event.model_dump(mode="json")) if not is_reference(text)]


def texts_in(said: Mapping[str, Any] | None) -> Iterator[tuple[TextPlace, str]]:
    """The texts of an event, as JSON data, with their places; of a correction also those of the replacement."""
    found: list[tuple[TextPlace, str]] = []

    def note(place: TextPlace, text: str) -> str:
        found.append((place, text))
        return text

    with_texts(said or {}, note)
    yield from found


def event_with(event: Event, put: Put) -> Event:
    """The event with what `put` makes of each of its texts."""
    said = event.model_dump(mode="json")
    new = with_texts(said, put)
    return event if new == said else EVENT.validate_python(new)


def _item(one: Any, names: frozenset[str], event_id: str, field: str, put: Put) -> Any:
    if not isinstance(one, Mapping):
        return one
    texts = {name: put(TextPlace(event_id, f"{field}.{name}"), one[name]) for name in names if one.get(name)}
    return {**one, **texts}


@cache
def _fields(kind: str) -> dict[str, frozenset[str]]:
    """The fields of a kind that are free texts; with names, lists of items that have such fields."""
    cls = EVENT_CLASSES.get(kind)
    if cls is None:
        return {}
    found = {name: _names_in(field.annotation) for name, field in cls.model_fields.items() if name != "replacement"}
    own = dict.fromkeys(_free_in(cls), frozenset[str]())
    return own | {name: names for name, names in found.items() if names}


def _names_in(annotation: Any) -> frozenset[str]:
    models = [one for one in get_args(annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
    return frozenset(name for model in models for name in _free_in(model))


def _free_in(model: type[BaseModel]) -> list[str]:
    return [
        name
        for name, field in model.model_fields.items()
        if WRITTEN_FREELY in field.metadata
        or any(WRITTEN_FREELY in getattr(one, "__metadata__", ()) for one in get_args(field.annotation))
    ]
