"""The bench of costs goes without what it measures: whatever it puts something in the place of must be there still."""

from typing import Any

import worker
from activities.seals import Seal
from tests.bench.cost import WITHOUT


def test_without_sealing_what_is_sealed_stands_there_as_it_is() -> None:
    with WITHOUT["sealing"]():
        assert Seal.of_nobody().seal("anywhere", b"said") == b"said"
    assert b"said" not in Seal.of_nobody().seal("anywhere", b"said")


def test_without_signing_a_worker_signs_nothing() -> None:
    with WITHOUT["signing"]():
        authority: Any = worker._authority  # what stands in its place asks nothing
        assert set(authority(None, None).signature_of("hash").values()) == {None}
