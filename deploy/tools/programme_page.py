"""The page of all keys of the files in `programmes/`, made from the models that read them."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from activities.language import said
from models.events.events import EVENT_CLASSES
from models.fields import BothLanguages, Name, OneLine, Text
from models.partners.notice import DISCLOSABLE, DISCLOSED_TO
from models.partners.partner import PartnerKind
from models.programme.programme import CountsFrom, Programme, WayEnd
from models.programme.requirement_profile import Formal
from models.programme.sourced import Sourced
from models.stages import Stage
from models.state.deadlines import DEADLINES, OF_PROGRAMMES
from models.state.recipients import PARTS
from runtime.rulebook.impossible import COUNTED_IN
from runtime.rulebook.listed import LISTINGS

HEAD = """\
# What stands in the files of programmes

Every table and key of a programme's file and of the lists beside it, as the code reads them: how it is written, whether
it must be there, what holds where it is left out, and what it does. How to go about it:
[programmes.md](programmes.md).

The files are TOML, saved as UTF-8. A *short name* has small letters, digits, `.`, `_` and `-`. A *day* is written
`2026-11-30`, without quotation marks. A *text in two languages* is `{ sv = "…", en = "…" }`, or two keys such as
`source.sv` and `source.en`. `[name]` begins a table that stands once, `[[name]]` one that may stand several times. Keys
without a table stand at the top of the file, above the first `[`.
"""

PROGRAMME = """
## A programme

A file of its own for each programme, best named after its `id`: `easy_jobs.toml`.
"""

WRITTEN_SO: dict[tuple[str, str], str] = {
    ("Programme", "forms"): "list of short names",
    ("Programme", "towns"): "list of short names",
    ("TrainingRule", "package"): "short name",
}
"""Fields that a file gives by name, and that journeys carry whole."""

NOT_WRITTEN = {("Programme", "counted_forms")}
"""Fields that follow from other files."""

PLAIN = {
    bool: "`true` or `false`",
    BothLanguages: "text in two languages",
    date: "day",
    int: "whole number",
    str: "text",
}
NAMED = ((Name, "short name"), (OneLine, "text on one line"), (Text, "text"))

PART_OF = {
    "candidate": "the candidate: whoever is in charge is asked to tell them",
    "coordinator": "the coordinator in charge",
    "manager": "the programme's managers",
    "mentor": "the mentor of the agreement",
    "referring_partner": "the partner that referred the candidate",
    "supervisor": "the supervisor of the agreement",
}

DAY_OF = {
    CountsFrom.STAGE_ENTERED: "the day on which the stage was entered",
    CountsFrom.AGREED_END: "the last day of what is agreed",
    CountsFrom.LAST_CHECK_IN: "the day of the last check-in, or the first day where there was none yet",
    CountsFrom.EVALUATED: "the day of the evaluation",
}

END_OF = {
    WayEnd.BEFORE_INTERNSHIP: "before an internship",
    WayEnd.INTERNSHIP: "after an internship, without a role",
    WayEnd.TEMPORARY_ROLE: "after a temporary role",
    WayEnd.PERMANENT_ROLE: "in a permanent role",
}

PAPER_OF = {
    Formal.DEGREE: "a degree",
    Formal.DRIVING_LICENCE: "a driving licence",
    Formal.YEARS_OF_EXPERIENCE: "years of experience",
    Formal.FLUENT_SWEDISH: "fluent Swedish",
}


class Key(NamedTuple):
    """A key of a table: how it is written, whether it must be there, what holds otherwise, what it does, and the
    table or tables that it is, where it is that."""

    name: str
    written: str
    needed: bool
    otherwise: str
    does: str
    table: type[BaseModel] | None = None
    several: bool = False


def keys(model: type[BaseModel]) -> Iterator[Key]:
    """The keys of a table, those first that must be there, and the source last. Raises KeyError for a field that says
    nothing of itself."""
    hints, told = get_type_hints(model, include_extras=True), _docstrings(model)
    found = [
        _key(model, name, field, hints[name], told[name])
        for name, field in model.model_fields.items()
        if (model.__name__, name) not in NOT_WRITTEN
    ]
    yield from sorted(found, key=lambda key: (key.name in Sourced.model_fields, not key.needed))


def _key(model: type[BaseModel], name: str, field: FieldInfo, hint: Any, does: str) -> Key:
    inner = _without_none(hint)
    several = get_origin(inner) is tuple
    item = get_args(inner)[0] if several else inner
    by_name = WRITTEN_SO.get((model.__name__, name))
    table = item if by_name is None and _is_table(item) else None
    written = by_name or ("" if table else _bounded(inner, *field.metadata) if inner is int else _written(inner))
    return Key(name, written, field.is_required(), _otherwise(field), does, table, several)


def _otherwise(field: FieldInfo) -> str:
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    if default is None or default == () or default == "" or isinstance(default, BaseModel):
        return "–"
    if isinstance(default, tuple):
        return "all of them" if isinstance(default[0], StrEnum) else ", ".join(map(str, default))
    return f"`{str(default).lower()}`" if isinstance(default, bool) else f"`{default}`"


def _without_none(hint: Any) -> Any:
    """A type without None beside it, and without what `Annotated` says of a list."""
    if get_origin(hint) is Annotated and get_origin(get_args(hint)[0]) is tuple:
        return get_args(hint)[0]
    others = [one for one in get_args(hint) if one is not NoneType]
    return others[0] if NoneType in get_args(hint) else hint


def _is_table(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel) and hint is not BothLanguages


def _written(hint: Any) -> str:
    for alias, words in NAMED:
        if hint == alias:
            return words
    if get_origin(hint) is tuple:
        inner = _written(get_args(hint)[0])
        several = inner.replace("short name", "short names").replace("whole number", "whole numbers")
        return f"list of {several.removeprefix('one of ')}"
    if get_origin(hint) is Annotated:
        return _bounded(*get_args(hint))
    if get_origin(hint) is Literal:
        return f"one of {_codes(get_args(hint))}"
    if issubclass(hint, StrEnum):
        return f"one of {_codes(hint)}"
    return PLAIN[hint]


def _bounded(plain: Any, *metadata: Any) -> str:
    inner = _written(plain)
    limits = [one for extra in metadata for one in getattr(extra, "metadata", [extra])]
    lowest = [one.ge for one in limits if getattr(one, "ge", None) is not None]
    highest = [one.le for one in limits if getattr(one, "le", None) is not None]
    if lowest and highest:
        return f"{inner}, {lowest[-1]} to {highest[-1]}"
    return f"{inner}, {lowest[-1]} or more" if lowest else inner


def _codes(codes: Iterable[object]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """What stands below each field of a model and of those that it extends, on one line."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            [definition] = ast.parse(inspect.getsource(base)).body
            assert isinstance(definition, ast.ClassDef)
            for field, below in zip(definition.body, definition.body[1:], strict=False):
                match field, below:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                        found[name] = " ".join(text.split())
    return found


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_lines()])


def _lines() -> Iterator[str]:
    yield PROGRAMME
    yield from _table(Programme, "", 3)
    for listing in LISTINGS.values():
        needed = "must be there" if listing.required else "may be left out"
        yield f"## {listing.file}\n\nThe file {needed}. Each entry begins with `[[{listing.key}]]`.\n"
        yield from _table(listing.model, listing.key, 3)
    yield from _names()


def _table(model: type[BaseModel], path: str, level: int) -> Iterator[str]:
    yield "| key | is written as | must be there | if left out | what it does |\n| --- | --- | --- | --- | --- |"
    every = list(keys(model))
    for key in every:
        needed = "yes" if key.needed else "–"
        yield f"| `{key.name}` | {_as(key, path)} | {needed} | {key.otherwise} | {key.does} |"
    yield ""
    for key in every:
        if key.table is not None:
            inner = f"{path}.{key.name}" if path else key.name
            yield f"{'#' * level} {_header(inner, key.several)}\n\n{summary(key.table)}\n"
            yield from _table(key.table, inner, min(level + 1, 4))


def _as(key: Key, path: str) -> str:
    return key.written if key.table is None else _header(f"{path}.{key.name}" if path else key.name, key.several)


def _header(path: str, several: bool) -> str:
    return f"`[[{path}]]`" if several else f"`[{path}]`"


def summary(model: type[BaseModel]) -> str:
    """The first paragraph of what a model says of itself, on one line."""
    return " ".join((inspect.getdoc(model) or "").split("\n\n")[0].split())


def _names() -> Iterator[str]:
    yield "## Names to choose among\n"
    yield "### Stages\n"
    yield from _rows(("stage", "in English", "in Swedish"), ((one, *_both(one.in_words)) for one in Stage))
    yield "### Deadlines\n\nOther names are refused, since letters have no words for them.\n"
    rows = ((name, *_both(DEADLINES[name]), _codes(stages)) for name, stages in OF_PROGRAMMES.items())
    yield from _rows(("deadline", "in English", "in Swedish", "runs in"), rows)
    yield "### Days from which deadlines are counted\n"
    counted = ((day, DAY_OF[day], _codes(_in_order(COUNTED_IN.get(day, Stage)))) for day in CountsFrom)
    yield from _rows(("`counts_from`", "the day", "comes in"), counted)
    yield "### Events\n\nThe [README](../README.md#events) says where each is possible, and what it needs.\n"
    yield from _rows(("event", "what it says"), ((kind, summary(cls)) for kind, cls in EVENT_CLASSES.items()))
    yield "### Recipients\n\nPartners by their ids, kinds of partner, and these:\n"
    yield from _rows(("recipient", "who that is"), ((part, PART_OF[part]) for part in sorted(PARTS)))
    yield "### Kinds of partner\n\nA kind needs `towns`, and means those of it on the list of the journey's town.\n"
    told = ((kind, _codes(one for one in DISCLOSABLE if one in DISCLOSED_TO[kind])) for kind in PartnerKind)
    yield from _rows(("kind", "is told, unless `discloses` says otherwise"), told)
    yield f"### What partners may be told\n\n{_codes(DISCLOSABLE)}.\n"
    yield "### Ends after which people are followed up\n"
    yield from _rows(("`follow_up_ends`", "the way ended"), ((end, END_OF[end]) for end in WayEnd))
    yield "### Formal requirements\n"
    yield from _rows(("`formal`", "what it asks for"), ((one, PAPER_OF[one]) for one in Formal))


def _both(message: Any) -> tuple[str, str]:
    return said(message, "en"), said(message, "sv")


def _in_order(stages: Iterable[Stage]) -> Iterator[Stage]:
    chosen = set(stages)
    return (stage for stage in Stage if stage in chosen)


def _rows(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}"
    for first, *rest in rows:
        yield f"| {' | '.join((f'`{first}`', *map(str, rest)))} |"
    yield ""
