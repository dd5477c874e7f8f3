"""Rows that somebody wrote past the recorder: shown as what they are, and stopping nothing of the journey."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from temporalio.exceptions import ApplicationError

from activities.contents import opened, sealed
from activities.sealing import sealer_on
from auditing.evidence.recorded import JourneyRecord
from auditing.inspection.timeline import Sort, timeline
from auditing.inspection.why import why
from models.stages import Stage
from models.tables.ledger import LedgerRow
from services.queries.lines import LedgerLine, accepted_entries
from services.queries.lists import Lists
from tests.support.recording import CANDIDATE, RecordedWay, by_hand, recorded_way

RECEIPTS = {
    "a field more": {"forged": True},
    "a stage that there is not": {"stage": "promoted"},
    "another number": {"row": "the last"},
    "no answer": {"accepted": None},
}


def forge(engine: Engine, **changed: Any) -> str:
    """Put a row behind the last that looks like it, but for its id and what is changed; returns its event's id."""
    seal = sealer_on(engine).known(CANDIDATE)
    with Session(engine) as session, session.begin():
        last = session.scalars(select(LedgerRow).order_by(LedgerRow.row.desc())).first()
        assert last is not None
        columns = {
            column.key: getattr(last, column.key) for column in LedgerRow.__table__.columns if column.key != "id"
        }
        new = uuid4()
        said = opened(seal, last)._replace(
            **{name: changed.pop(name) for name in ("receipt", "event") if name in changed}
        )
        columns["contents"] = sealed(seal, said, last.journey_id, last.row + 1)
        session.add(LedgerRow(**{**columns, "row": last.row + 1, "event_id": new, "previous": last.hash, **changed}))
    return str(new)


def receipt_of(engine: Engine) -> dict[str, Any]:
    with Session(engine) as session:
        last = session.scalars(select(LedgerRow).order_by(LedgerRow.row.desc()).limit(1)).one()
    return dict(opened(sealer_on(engine).known(CANDIDATE), last).receipt)


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    return recorded_way(engine, CANDIDATE, Stage.REQUIREMENT_CHECK)


def shown(engine: Engine, way: RecordedWay) -> list[LedgerLine]:
    return Lists(engine).ledger(way.id)


@pytest.mark.parametrize("changed", RECEIPTS.values(), ids=RECEIPTS)
def test_a_row_whose_receipt_cannot_be_read_is_shown_as_such(
    engine: Engine, way: RecordedWay, changed: dict[str, Any]
) -> None:
    forge(engine, receipt={**receipt_of(engine), **changed})
    *before, forged = shown(engine, way)
    assert [line.receipt.accepted for line in before] == [True, True]
    assert (forged.row, forged.receipt.accepted) == (3, False)
    assert forged.receipt.reason is not None
    assert forged.receipt.reason.id == "receipt.unreadable"
    assert len(accepted_entries([*before, forged])) == 2


@pytest.mark.parametrize("receipt", [{}, [], "accepted", 7])
def test_a_receipt_that_is_nothing_like_one_is_shown_as_unreadable_too(
    engine: Engine, way: RecordedWay, receipt: Any
) -> None:
    forge(engine, receipt=receipt)
    reason = shown(engine, way)[-1].receipt.reason
    assert reason is not None
    assert reason.id == "receipt.unreadable"


def test_a_stage_or_an_event_that_there_is_not_stops_nothing(engine: Engine, way: RecordedWay) -> None:
    forge(engine, stage_before="hired", stage_after="promoted", kind="crowned", event={"kind": "crowned"})
    *before, forged = shown(engine, way)
    assert (forged.stage_before, forged.stage_after) == (None, None)
    assert accepted_entries([*before, forged]) == accepted_entries(before)


def test_a_row_with_the_hash_and_the_signature_of_another_is_not_taken_in(engine: Engine, way: RecordedWay) -> None:
    last = shown(engine, way)[-1]
    forge(engine, event={**(last.event or {}), "event_id": str(uuid4())})
    assert way.tells("requirements_checked").accepted


def test_a_row_whose_event_was_exchanged_is_not_taken_in(engine: Engine, way: RecordedWay) -> None:
    way.recorder.record(way.entry(way.keeps(way.event("note_added", text="Prefers mornings"))))
    with pytest.raises(ApplicationError, match="it must take them in first"):
        way.tells("note_added", text="Prefers evenings")
    seal = sealer_on(engine).known(CANDIDATE)
    with Session(engine) as session:
        row = session.scalars(select(LedgerRow).where(LedgerRow.row == 3)).one()
    said = opened(seal, row)
    exchanged = said._replace(event={**(said.event or {}), "text": "Prefers nights"})
    by_hand(engine, "update ledger set contents = :it where row = 3", it=sealed(seal, exchanged, way.id, 3))
    assert way.tells("note_added", text="Prefers evenings").accepted


def test_the_journey_goes_on_after_a_forged_row(engine: Engine, way: RecordedWay) -> None:
    forge(engine, receipt={"forged": True})
    receipt = way.tells("requirements_checked")
    assert (receipt.accepted, receipt.row) == (True, 4)
    assert [line.receipt.accepted for line in shown(engine, way)] == [True, True, False, True]


def test_an_auditor_reads_a_journey_with_a_forged_row(engine: Engine, way: RecordedWay) -> None:
    event_id = forge(engine, receipt={"forged": True})
    journey = JourneyRecord(way.id, way.journey.rules, shown(engine, way))
    assert [row.sort for row in timeline(journey.lines)] == [Sort.EVENT, Sort.EVENT, Sort.REFUSAL]
    assert not why(journey, event_id).accepted
