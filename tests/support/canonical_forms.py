"""What is digested and kept, in the form of today: rules and events with their digests, and the fields of each.

`python -m tests.support.canonical_forms` adds what is new to the file. It changes nothing that stands there: a journey
on its way has it in its history, signed.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from models.canonical import digest_of
from models.events.events import EVENT_CLASSES
from models.programme.programme import Programme
from tests.support.builders import Way
from tests.support.programmes import RULES

FILE = Path(__file__).parent.parent / "canonical_forms.json"


def recorded() -> dict[str, Any]:
    """What the file says."""
    return dict(json.loads(FILE.read_text(encoding="utf-8"))) if FILE.exists() else {}


def models_digested() -> dict[str, type[BaseModel]]:
    """Every model that rules and events are made of, by its name."""
    found: dict[str, type[BaseModel]] = {}
    waiting: list[Any] = [Programme, *EVENT_CLASSES.values()]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel) and one.__name__ not in found:
            found[one.__name__] = one
            waiting += [field.annotation for field in one.model_fields.values()]
        waiting += get_args(one)
    return found


def left_out_at_default(model: type[BaseModel]) -> set[str]:
    """The fields that the canonical form leaves out where they say nothing."""
    return {name for name, field in model.model_fields.items() if field.exclude_if is not None}


def _fields() -> dict[str, list[str]]:
    return {name: sorted(model.model_fields) for name, model in sorted(models_digested().items())}


def _said() -> Iterator[tuple[str, BaseModel]]:
    for rules in RULES.programmes.values():
        yield f"rules {rules.id}", rules
    for kind in EVENT_CLASSES:
        yield f"event {kind}", Way().event(kind)


def _with_new(known: dict[str, Any], found: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {**dict(found), **known}


def main() -> None:
    """Add what is new to the file."""
    known = recorded()
    said = ((name, {"said": one.model_dump(mode="json"), "digest": digest_of(one)}) for name, one in _said())
    fields = {
        name: sorted({*names, *known.get("fields", {}).get(name, ())}) for name, names in sorted(_fields().items())
    }
    new = {"fields": fields, "said": dict(sorted(_with_new(known.get("said", {}), said).items()))}
    FILE.write_text(_one_a_line(new), encoding="utf-8")


def _one_a_line(new: dict[str, dict[str, Any]]) -> str:
    parts = []
    for part, entries in new.items():
        lines = (f"{json.dumps(name)}: {json.dumps(said, ensure_ascii=False)}" for name, said in entries.items())
        parts.append(f"{json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    main()
