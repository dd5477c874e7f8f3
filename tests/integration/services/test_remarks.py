"""Remarks stand apart from events, and none is lost: whatever becomes of its event, and however often it is sent."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from models.events.events import EvaluationRecorded
from models.stages import Stage
from runtime.errors import UsageError
from services.queries.lists import Lists
from services.recording.draft import in_correction
from services.remarks import taken_apart, told, without_remarks
from tests.support.builders import ROUTES
from tests.support.desks import ID, OTHER_ID, RemarkDesk
from tests.support.errors import raises
from tests.support.programmes import BEFORE_EVALUATIONS, SERVICE, scores
from tests.support.recording import RecordedWay, recorder_on, rows_of
from tests.support.values import EVALUATOR

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = "Lär sig snabbt, och säger till när något är oklart"


@pytest.fixture
def desk(engine: Engine) -> RemarkDesk:
    return RemarkDesk(engine)


def test_a_remark_is_kept_before_its_event_is_sent_and_the_event_names_it(desk: RemarkDesk) -> None:
    event = desk.prepares(remark=f" {TEXT} ")[0]
    assert TEXT not in event.model_dump_json()
    assert desk.told() == [(None, False, TEXT)]
    [row] = rows_of(desk.engine, "remarks")
    assert (row["journey_id"], row["written_by"], row["text"]) == (desk.way.id, EVALUATOR, TEXT)
    assert desk.way.records(event).accepted
    assert desk.told() == [(5, True, TEXT)]


def test_the_remark_of_a_refused_event_is_not_lost(desk: RemarkDesk) -> None:
    given: dict[str, Any] = {"favourable": "true", "scores": "tasks=4,reliability=4,cooperation=4", "remark": TEXT}
    receipt = desk.way.records(desk.prepares("evaluation_recorded", **given)[0])
    assert (receipt.accepted, receipt.rule) == (False, "possible_in_this_stage")
    assert desk.told() == [(5, False, TEXT)]


def test_an_event_sent_twice_has_one_remark_and_the_first_receipt(desk: RemarkDesk) -> None:
    first = desk.way.records(desk.prepares(remark=TEXT)[0])
    assert desk.way.recorder.record(desk.way.entry(desk.prepares(remark=TEXT)[0])) == first
    assert desk.told() == [(5, True, TEXT)]


def test_another_remark_under_the_same_event_id_is_refused_and_not_lost(desk: RemarkDesk) -> None:
    desk.way.records(desk.prepares(remark=TEXT)[0])
    receipt = desk.way.records(desk.prepares(remark="Something else")[0])
    assert receipt.rule == "each_event_has_its_id"
    assert sorted(text for _, _, text in desk.told()) == sorted([TEXT, "Something else"])


def test_the_same_remark_on_another_event_is_another_remark(desk: RemarkDesk) -> None:
    for event_id in (ID, OTHER_ID):
        assert desk.way.records(desk.prepares(event_id=event_id, remark=TEXT)[0]).accepted
    assert desk.told() == [(5, True, TEXT), (6, True, TEXT)]


def test_where_the_event_cannot_be_built_nothing_is_kept(desk: RemarkDesk) -> None:
    with pytest.raises(UsageError):
        desk.prepares(remark=TEXT, nonsense="1")
    with raises(UsageError, "event.unknown_field", field="remark"):
        desk.prepares("internship_completed", remark=TEXT)
    assert rows_of(desk.engine, "remarks") == []


@pytest.mark.parametrize("text", ["", "  ", "x" * 2_001, "a\0b"])
def test_a_remark_that_cannot_be_kept_is_refused_before_anything_is_sent(desk: RemarkDesk, text: str) -> None:
    with raises(UsageError, "remark.format"):
        desk.prepares(remark=text)
    assert rows_of(desk.engine, "remarks") == []


def test_a_remark_of_the_candidates_own_is_kept_apart_too(desk: RemarkDesk) -> None:
    desk.way.comes("internship_completed")
    given: dict[str, Any] = {"scores": "tasks=5,reliability=5,cooperation=5", "remark": TEXT}
    assert desk.way.records(desk.prepares("self_evaluation_recorded", **given)[0]).accepted
    assert desk.told() == [(6, True, TEXT)]


def test_a_correction_may_bring_a_remark(desk: RemarkDesk) -> None:
    desk.way.comes("check_in_recorded")
    row = desk.lists.ledger(desk.way.id)[-1]
    [journey] = desk.lists.journeys()
    fields, remark = in_correction(desk.office, journey, row, {"remark": TEXT}, EVALUATOR)
    again, _ = in_correction(desk.office, journey, row, {"remark": TEXT}, EVALUATOR)
    assert remark is not None
    assert remark.text == TEXT
    assert fields == again == {"remark": None, "remark_id": str(remark.id)}


def test_what_old_events_carry_is_shown_to_those_alone_who_ask_for_remarks(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine), rules=BEFORE_EVALUATIONS).comes(*ROUTES[Stage.EVALUATION])
    old = way.event("evaluation_recorded", remark=TEXT)
    assert isinstance(old, EvaluationRecorded)
    assert way.records(old).accepted
    right = old.model_dump() | {"scores": scores(SERVICE, 2)}
    assert way.tells("corrected", corrects=old.event_id, reason="Mistyped", replacement=right).accepted
    rows = Lists(engine).ledger(way.id)
    assert [(line.row, line.text) for line in told([], rows)] == [(6, TEXT), (7, TEXT)]
    shown = without_remarks(rows)
    assert TEXT not in repr(shown)
    assert [row.event for row in shown[:5]] == [row.event for row in rows[:5]]
    assert shown[5].event == {name: value for name, value in (rows[5].event or {}).items() if name != "remark"}


@pytest.mark.parametrize(("kind", "given"), [("note_added", {"remark": "x"}), ("check_in_recorded", {"remark": None})])
def test_what_is_no_remark_is_left_as_it_is(kind: str, given: dict[str, Any]) -> None:
    author: Any = {"journey_id": "journey/K7Q29FMXB/x", "about": "an event", "by": EVALUATOR, "at": NOW}
    assert taken_apart(kind, given, **author) == (given, None)
