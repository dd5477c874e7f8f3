"""Errors that people read, as tests expect them: by the id of their message, not by its words."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from models.message import Value
from runtime.errors import UserError


@contextmanager
def raises(error: type[UserError], id: str, **values: Value) -> Iterator[pytest.ExceptionInfo[UserError]]:
    """Expect an error whose message has this id and, among its values, these."""
    with pytest.raises(error) as caught:
        yield caught
    message = caught.value.message
    assert message.id == id
    assert {name: message.values.get(name) for name in values} == values
