"""What a client might send that goes by an OpenAPI document: mostly what it says, and now and then something else."""

from collections.abc import Mapping
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

Schema = Mapping[str, Any]

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
"""Whatever JSON can say."""

FORMATS = {
    "date": st.dates().map(str),
    "date-time": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    "uuid": st.uuids().map(str),
}


def sent_by(document: Schema, schema: Schema, spoilt: bool = True) -> st.SearchStrategy[Any]:
    """Values of a schema of a document; `spoilt` lets anything stand somewhere in them."""
    right = _right(document, schema, spoilt)
    return st.integers(0, 12).flatmap(lambda roll: ANYTHING if spoilt and roll == 12 else right)


def _right(document: Schema, schema: Schema, spoilt: bool) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return _right(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], spoilt)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if any_of := schema.get("anyOf") or schema.get("oneOf"):
        return st.one_of(*(_right(document, one, spoilt) for one in any_of))
    match schema["type"]:
        case "object":
            fields = {name: sent_by(document, one, spoilt) for name, one in schema.get("properties", {}).items()}
            needed = {name: one for name, one in fields.items() if name in schema.get("required", ())}
            return st.fixed_dictionaries(
                needed, optional={name: one for name, one in fields.items() if name not in needed}
            )
        case "string":
            return _text(schema)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case other:
            raise NotImplementedError(other)


def _text(schema: Schema) -> st.SearchStrategy[str]:
    if "format" in schema:
        return FORMATS[schema["format"]]
    if "pattern" in schema:
        pattern: str = schema["pattern"]
        return st.from_regex(pattern, fullmatch=True)
    return st.text(min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 40), 40))


def drawn(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """So many values of a strategy, for a test that cannot be called for each of them."""
    values: list[Any] = []

    @settings(max_examples=count, phases=[Phase.generate], database=None, deadline=None)
    @given(strategy)
    def collect(value: Any) -> None:
        values.append(value)

    collect()
    return values
