"""What stands in the ledgers of others, read past what is broken there."""

import pytest
from sqlalchemy import Engine, true
from sqlalchemy.orm import Session

from activities import contents
from auditing.verification import others_checks
from tests.support.recording import ANNA, BO, recorded_way


def test_a_row_that_nobody_can_read_takes_nothing_from_the_others(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = recorded_way(engine, ANNA), recorded_way(engine, BO)
    opened = contents.event_in

    def event_in(seal: object, row: object) -> object:
        return {"kind": "no such kind"} if row.journey_id == broken.id else opened(seal, row)  # type: ignore[attr-defined, arg-type]

    monkeypatch.setattr(others_checks, "event_in", event_in)
    with Session(engine) as session:
        found = others_checks._read(session, true())
    assert list(found) == [whole.id]
