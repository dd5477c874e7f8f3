"""Values of another type than a file must have: pydantic would read `true` as 1, "yes" as true and 3.0 as 3."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from models.events.validation_messages import A_NUMBER, TRUE_OR_FALSE
from models.message import Message, msg

A_BARE_DAY = msg("file.a_bare_day", "a day is expected, written as YYYY-MM-DD without quotation marks")

Path = tuple[str | int, ...]


def mistyped(model: type[BaseModel], data: Any, path: Path = ()) -> Iterator[tuple[Path, Message]]:
    """Where in the data a number, a truth value or a day is written as something else."""
    if not isinstance(data, Mapping):
        return
    for name, field in model.model_fields.items():
        if name in data:
            yield from _of_value(field.annotation, data[name], (*path, name))


def _of_value(annotation: Any, value: Any, path: Path) -> Iterator[tuple[Path, Message]]:
    item = _item_of(annotation)
    if isinstance(value, list):
        for number, one in enumerate(value if item is not None else ()):
            yield from _of_value(item, one, (*path, number))
        return
    leaves = set(_leaves(annotation))
    for leaf in leaves:
        if isinstance(leaf, type) and issubclass(leaf, BaseModel):
            yield from mistyped(leaf, value, path)
    if what := _why_not(leaves, value):
        yield path, what


def _why_not(leaves: set[Any], value: Any) -> Message | None:
    if int in leaves and isinstance(value, bool | float | str):
        return A_NUMBER
    if bool in leaves and isinstance(value, int | float | str) and not isinstance(value, bool):
        return TRUE_OR_FALSE
    # A moment is a day too, for Python.
    return A_BARE_DAY if date in leaves and type(value) is not date else None


def _item_of(annotation: Any) -> Any:
    """What each item of a list is; None where the field is no list."""
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0]
    inner = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    return next((found for one in inner if (found := _item_of(one)) is not None), None)


def _leaves(annotation: Any) -> Iterator[Any]:
    """The types that a value may have, without what stands around them."""
    if get_origin(annotation) is tuple:
        return
    inner = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    if not inner:
        yield annotation
    for one in inner:
        yield from _leaves(one)
