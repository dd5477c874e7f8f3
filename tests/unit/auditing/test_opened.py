"""Opening histories for an audit: it finds each payload that the codec finds, wherever it stands."""

import pytest

from auditing.evidence.opened import payloads_in
from runtime.encryption import payload_codec
from tests.support.histories import HISTORIES, read_history


@pytest.mark.parametrize("file", sorted(HISTORIES.glob("*.json")), ids=lambda file: file.stem)
def test_every_payload_of_a_history_is_found(file) -> None:  # type: ignore[no-untyped-def]
    for event in read_history(file).events:
        assert list(payloads_in(event)) == list(payload_codec.payloads_in(event))
