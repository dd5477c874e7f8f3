"""A state with some fields changed is what the standard library makes of it, whatever has happened."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.stages import Stage
from models.state.replacing import replace
from models.state.state import State
from tests.support.builders import way_to
from tests.support.thoroughness import examples

STATES = [way_to(stage).state for stage in Stage if stage is not Stage.CLOSED]
FIELDS = [one.name for one in dataclasses.fields(State)]


@examples(100)
@given(st.sampled_from(STATES), st.sampled_from(STATES), st.sets(st.sampled_from(FIELDS)))
def test_it_is_what_the_standard_library_makes_of_it(state: State, other: State, names: set[str]) -> None:
    changes: dict[str, Any] = {name: getattr(other, name) for name in names}
    before, made = vars(state).copy(), replace(state, **changes)
    assert made == dataclasses.replace(state, **changes)
    assert (type(made), list(vars(made))) == (State, FIELDS)
    assert vars(state) == before


def test_a_field_that_there_is_none_of_is_an_error() -> None:
    with pytest.raises(TypeError, match="no field stages"):
        replace(STATES[0], stages=())  # type: ignore[call-arg]
