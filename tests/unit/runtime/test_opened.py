"""Opening histories: each payload is found that stands in them, wherever it stands."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload

from runtime.encryption.opened import payloads_in
from tests.support.histories import HISTORIES, read_history


def everywhere(value: Any) -> Iterator[Payload]:
    """Every payload in a value, of which everything is looked through."""
    if isinstance(value, Payload):
        yield value
    elif isinstance(value, Message):
        for _, inner in value.ListFields():
            yield from everywhere(inner)
    elif not isinstance(value, str | bytes | int | float):
        for inner in value.values() if hasattr(value, "values") else value:
            yield from everywhere(inner)


@pytest.mark.parametrize("file", sorted(HISTORIES.glob("*.json")), ids=lambda file: file.stem)
def test_every_payload_of_a_history_is_found(file) -> None:  # type: ignore[no-untyped-def]
    for event in read_history(file).events:
        assert list(payloads_in(event)) == list(everywhere(event))
