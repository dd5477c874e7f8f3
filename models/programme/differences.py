"""What differs between two versions of a programme's rules, field by field."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

from models.fields import BothLanguages, Strict
from models.programme.programme import Programme

NAMES = ("id", "name", "event", "form")
"""The fields by which an item of a list is told from the others; the first that it has."""

Value = bool | int | date | str | BothLanguages | tuple[Any, ...] | None


class Difference(Strict):
    """A field that has changed: `deadlines[check_in_due].days`, with what it was and is; None where there was nothing.

    Of a whole item that is new, or is gone, the value says what it is called.
    """

    where: str
    was: Value = None
    now: Value = None

    @property
    def field(self) -> str:
        """The programme's own field, of which this is one or a part."""
        return self.where.replace("[", ".").partition(".")[0]


def differences(was: Programme, now: Programme) -> tuple[Difference, ...]:
    """What differs, in the order of the fields."""
    return tuple(_between(was, now, ""))


def _between(was: Any, now: Any, where: str) -> Iterator[Difference]:
    if was == now:
        return
    if type(was) is type(now) and isinstance(was, BaseModel) and not isinstance(was, BothLanguages):
        for name in type(was).model_fields:
            yield from _between(getattr(was, name), getattr(now, name), f"{where}.{name}" if where else name)
    elif isinstance(was, tuple) and isinstance(now, tuple) and any(isinstance(one, BaseModel) for one in (*was, *now)):
        before, after = _by_name(was), _by_name(now)
        for name in dict.fromkeys((*before, *after)):
            yield from _between(before.get(name), after.get(name), f"{where}[{name}]")
    else:
        yield Difference(where=where, was=_value(was), now=_value(now))


def _by_name(items: tuple[Any, ...]) -> dict[str, Any]:
    """The items by their names; of several with one name each with its number."""
    found: dict[str, Any] = {}
    for item in items:
        name = str(next(getattr(item, field) for field in NAMES if hasattr(item, field)))
        number = sum(1 for other in found if other.partition(" ")[0] == name)
        found[f"{name} {number + 1}" if number else name] = item
    return found


def _value(value: Any) -> Value:
    """A value as it can be shown; of a whole item what it is called."""
    if isinstance(value, BothLanguages) or not isinstance(value, BaseModel):
        known: Value = value
        return known
    called = (getattr(value, field, None) for field in ("title", "text", "name", "source", "id", "event", "form"))
    first: Value = next((one for one in called if one is not None), "")
    return first
