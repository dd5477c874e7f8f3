"""Everything that is wrong with data from a file, each fault with its place, and what can be read nevertheless."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from models.events.validation_messages import A_GROUP, A_LIST, in_plain_words
from models.fields import Strict
from models.message import InvalidValue, Message, msg
from runtime.rulebook.toml_types import mistyped
from runtime.rulebook.unreadable import TOO_DEEP

M = TypeVar("M", bound=BaseModel)

Path = tuple[str | int, ...]


class Fault(Strict):
    """What is wrong, and the path of keys and list positions that leads there."""

    path: Path
    what: Message

    @property
    def where(self) -> str:
        return ".".join(map(str, self.path))


def path_of(where: str) -> Path:
    """`notices.3.to` → ("notices", 3, "to")."""
    return tuple(int(part) if part.isdigit() else part for part in where.split(".")) if where else ()


def examine(model: type[M], data: Any) -> tuple[M, list[Fault]]:
    """The data as `model` says, and nothing wrong; or what can be read of it, and every fault.

    Of what cannot be read, a list is empty and anything else None, whatever the model's types say.
    """
    try:
        faults = [Fault(path=path, what=what) for path, what in mistyped(model, data)]
        return model.model_validate(data), faults
    except RecursionError:
        return model.model_construct(), [Fault(path=(), what=TOO_DEEP)]
    except ValidationError as error:
        known = {fault.path for fault in faults}
        found = (_fault(model, problem) for problem in error.errors(include_url=False))
        faults += [fault for fault in found if fault.path not in known]
    rest = _remainder(model, data)
    # Of a model with a wrong field, pydantic does not ask what holds for its fields together.
    return rest, list({(fault.path, fault.what): fault for fault in (*faults, *_together(rest, ()))}.values())


def uncovered(faults: Iterable[Fault], known: Sequence[Fault]) -> list[Fault]:
    """The faults but for those at a place that is known to be wrong, or inside one that holds nothing to be read."""
    return [fault for fault in faults if not any(_covers(one, fault) for one in known)]


def _covers(known: Fault, fault: Fault) -> bool:
    inside = fault.path[: len(known.path)] == known.path
    return inside and (known.path == fault.path or known.what.id in (A_GROUP.id, A_LIST.id))


def _fault(model: type[BaseModel], problem: Mapping[str, Any]) -> Fault:
    path = tuple(problem["loc"])
    if problem["type"] == "extra_forbidden":
        return Fault(path=path, what=_unknown_field(model, path))
    context = problem.get("ctx") or {}
    return Fault(
        path=(*path, *_field_of(context.get("error"))), what=in_plain_words(problem["type"], problem["msg"], context)
    )


ALIKE = 0.75
"""How much two names must have in common for one to be taken for a slip of the other: `role` is none of `profiles`."""


def alike(written: object, known: Iterable[str]) -> str | None:
    """What is likely to be meant by a name that is unknown; None where nothing is like it."""
    return next(iter(get_close_matches(str(written), list(known), n=1, cutoff=ALIKE)), None)


MOST_CHOICES = 12
"""As many names as somebody reads in a sentence."""


def with_choices(what: Message, written: object, known: Mapping[str, str] | Iterable[str]) -> Message:
    """What is wrong with a name, with the one that is likely to be meant, or else with those that there are. `known`
    may say what each is told as."""
    told = known if isinstance(known, Mapping) else {name: name for name in known}
    if (meant := alike(written, filter(None, told))) is not None:
        return msg("file.perhaps", "{what}. Perhaps {meant} is meant", what=what, meant=told[meant])
    names = list(dict.fromkeys(filter(None, told.values())))
    if not names or len(names) > MOST_CHOICES:
        return what
    return msg("file.there_are", "{what}. Available: {known}", what=what, known=", ".join(names))


def without_choices(what: Message) -> Message:
    """What is wrong with a name, without those that there are."""
    inner = what.values.get("what")
    return inner if isinstance(inner, Message) and what.id in ("file.perhaps", "file.there_are") else what


def _unknown_field(model: type[BaseModel], path: Path) -> Message:
    holder = _model_at(model, path[:-1])
    fields = list(holder.model_fields) if holder else []
    if (meant := alike(path[-1], fields)) is not None:
        return msg("file.field_misspelt", "the field is unknown. Perhaps {field} is meant", field=meant)
    return msg("file.field_unknown", "the field is unknown. Remove it")


def _field_of(error: object) -> Path:
    """What is wrong with several fields together is shown at the one to correct."""
    return (error.field,) if isinstance(error, InvalidValue) and error.field else ()


def _model_at(model: type[BaseModel] | None, path: Path) -> type[BaseModel] | None:
    for part in path:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _model_in(field.annotation) if field else None
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds: itself, optional, or one an item."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def _remainder(model: type[M], data: Any) -> M:
    said = data if isinstance(data, Mapping) else {}
    values = {name: _value(field, said.get(name)) for name, field in model.model_fields.items()}
    return model.model_construct(**values)


def _value(field: FieldInfo, data: Any) -> Any:
    if isinstance(data, BaseModel):
        return data
    inner, optional = _model_in(field.annotation), get_origin(field.annotation) in (Union, UnionType)
    if get_origin(field.annotation) is tuple:
        return tuple(_items(field, inner, data if isinstance(data, list) else []))
    if inner is not None and (data is not None or field.is_required()):
        return None if data is None and optional else _remainder(inner, data)
    if data is not None:
        for value in _read(field.annotation, field.metadata, data):
            return value
    return None if field.is_required() else field.get_default(call_default_factory=True)


def _items(field: FieldInfo, inner: type[BaseModel] | None, data: list[Any]) -> Iterator[Any]:
    """The items of a list: models in their places, as far as they can be read; of other values the good ones."""
    for item in data:
        if isinstance(item, BaseModel):
            yield item
        elif inner is not None:
            yield _remainder(inner, item)
        else:
            yield from _read(get_args(field.annotation)[0], (), item)


def _read(annotation: Any, metadata: Iterable[Any], data: Any) -> Iterator[Any]:
    """The value, where it is one."""
    try:
        yield TypeAdapter(Annotated[annotation, *metadata, None]).validate_python(data)
    except ValidationError:
        return


def _together(model: BaseModel, path: Path) -> Iterator[Fault]:
    """What the models' own validators say of the fields together, from the inside out."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _together(value, (*path, name))
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _together(item, (*path, name, number))
    for check in _checks(type(model)):
        try:
            check(model)
        except InvalidValue as error:
            yield Fault(path=(*path, *_field_of(error)), what=error.message)
        except (AttributeError, TypeError):
            continue  # a field that it needs could not be read, which is told by itself


def _checks(model: type[BaseModel]) -> list[Callable[[BaseModel], object]]:
    """What `models.fields.checks_together` marks in a model and those that it extends."""
    inside = (value for base in model.__mro__ for value in vars(base).values())
    return [value for value in inside if getattr(value, "checks_together", False)]
