"""Texts stand apart from events: none is lost whatever becomes of its event, and what was struck is shown no more."""

from typing import Any

import pytest
from sqlalchemy import Engine

from models.events.texts import is_reference, texts_in
from models.stages import Stage
from runtime.errors import UsageError
from services.identities.tasks import tasks_of
from services.queries.lines import LedgerLine
from services.queries.lists import Lists
from services.recording.correction import correction
from services.texts import marked, notes_in, opened, remarks_in, struck_in, tasks_in, texts_of
from tests.support.desks import ID, OTHER_ID, RemarkDesk, office_of
from tests.support.errors import raises
from tests.support.recording import RecordedWay, recorded_way, rows_of
from tests.support.values import EVALUATOR

TEXT = "Lär sig snabbt, och säger till när något är oklart"
APART = "(kept apart)"


@pytest.fixture
def desk(engine: Engine) -> RemarkDesk:
    return RemarkDesk(engine)


def test_the_event_refers_to_a_text_that_is_kept_sealed(desk: RemarkDesk) -> None:
    assert desk.way.records(desk.prepares(remark=f" {TEXT} ")[0]).accepted
    [row] = rows_of(desk.engine, "texts")
    assert (row["journey_id"], row["field"], row["written_by"]) == (desk.way.id, "remark", EVALUATOR)
    assert "snabbt" not in repr(row)
    event = desk.lists.ledger(desk.way.id)[-1].event
    assert event is not None
    assert event["remark"] == row["id"]
    assert is_reference(row["id"])
    assert desk.told() == [(5, True, TEXT)]


def test_the_remark_of_a_refused_event_is_not_lost(desk: RemarkDesk) -> None:
    given: dict[str, Any] = {"favourable": "true", "scores": "tasks=4,reliability=4,cooperation=4", "remark": TEXT}
    receipt = desk.way.records(desk.prepares("evaluation_recorded", **given)[0])
    assert (receipt.accepted, receipt.rule) == (False, "possible_in_this_stage")
    assert desk.told() == [(5, False, TEXT)]


@pytest.mark.parametrize(
    ("author", "text", "what"),
    [
        ("partner:arbetsformedlingen", "Hör av er om 19900102-9801", ["concern.identity_number"]),
        ("supervisor:maria.ek", "Är sjukskriven, 900102-9801", ["concern.identity_number", "concern.health"]),
        ("supervisor:maria.ek", "Är sjukskriven", ["concern.health"]),
        ("partner:arbetsformedlingen", "Ring oss på 070-174 06 05", []),
        ("coordinator:anna.berg", "Är sjukskriven", []),  # who was asked at the desk or by the script
    ],
)
def test_what_came_in_is_marked_where_it_tells_too_much_and_stands_in_no_list(
    engine: Engine, author: str, text: str, what: list[str]
) -> None:
    way = recorded_way(engine, "K7Q29FMXB", Stage.INTERNSHIP)
    assert way.tells("note_added", text=text, asks=True, actor=author).accepted
    rows, texts = Lists(engine).ledger(way.id), texts_of(engine, way.id)
    [note] = notes_in(rows, texts)
    assert note.text == text  # it is kept whole
    mark = marked(note.written_by, [note.text])
    assert [one.id for one in mark.values["what"]] == what if mark else not what  # type: ignore[union-attr]
    assert list(tasks_in(rows, texts).values()) == [text]
    in_lists = tasks_of(office_of(engine, lists=Lists(engine)), way.id)
    assert set(in_lists.values()) == {"(read it on the person's page)" if what else text}


def test_an_event_sent_twice_has_one_text_and_the_first_receipt(desk: RemarkDesk) -> None:
    first = desk.way.records(desk.prepares(remark=TEXT)[0])
    assert desk.way.records(desk.prepares(remark=TEXT)[0]) == first
    assert desk.told() == [(5, True, TEXT)]


def test_another_text_under_the_same_event_id_is_refused_and_not_lost(desk: RemarkDesk) -> None:
    desk.way.records(desk.prepares(remark=TEXT)[0])
    receipt = desk.way.records(desk.prepares(remark="Something else")[0])
    assert receipt.rule == "each_event_has_its_id"
    assert desk.told() == [(5, True, TEXT), (None, False, "Something else")]


def test_the_same_text_on_another_event_is_another_text(desk: RemarkDesk) -> None:
    for event_id in (ID, OTHER_ID):
        assert desk.way.records(desk.prepares(event_id=event_id, remark=TEXT)[0]).accepted
    assert desk.told() == [(5, True, TEXT), (6, True, TEXT)]


@pytest.mark.parametrize("text", ["", "  ", "x" * 2_001, "a\0b"])
def test_a_text_that_cannot_be_kept_is_refused_before_anything_is_sent(desk: RemarkDesk, text: str) -> None:
    with raises(UsageError, "it_is_an_event.problems"):
        desk.prepares(remark=text)
    with raises(UsageError, "event.unknown_field", field="remark"):
        desk.prepares("internship_completed", remark=TEXT)


def test_every_text_of_an_event_stands_apart_those_in_lists_and_replacements_too(engine: Engine) -> None:
    way = recorded_way(engine, "K7Q29FMXB", Stage.REQUIREMENT_CHECK)
    findings = [dict(one) for one in way.event("requirements_checked").model_dump()["findings"]]
    findings[0] |= {"result": "waived", "reason": TEXT}
    assert way.tells("requirements_checked", findings=findings).accepted
    [line] = [one for one in texts_of(engine, way.id).values() if one.text == TEXT]
    assert line.field == "findings.reason"
    assert TEXT not in repr(ledger(way))
    assert TEXT in repr(shown(way))
    right = way.journey.entries[-1].event.model_dump() | {
        "findings": [*findings[1:], findings[0] | {"reason": "Other"}]
    }
    assert way.tells("corrected", corrects=right["event_id"], reason="A slip", replacement=right).accepted
    assert {text for row in ledger(way) for _, text in texts_in(row.event) if not is_reference(text)} == set()
    assert TEXT not in repr(shown(way))
    assert [line.text for line in struck_in(ledger(way), texts_of(engine, way.id))] == [TEXT]


def ledger(way: RecordedWay) -> list[LedgerLine]:
    return Lists(way.recorder.engine).ledger(way.id)


def shown(way: RecordedWay, **asked: bool) -> list[dict[str, Any] | None]:
    """The events of a journey as they are shown."""
    return [line.event for line in opened(ledger(way), texts_of(way.recorder.engine, way.id), **asked)]


def noted(engine: Engine) -> RecordedWay:
    way = recorded_way(engine, "K7Q29FMXB")
    assert way.tells("note_added", text=TEXT).accepted
    return way


def of(event: dict[str, Any] | None, field: str) -> Any:
    assert event is not None
    return event[field]


def test_the_text_of_a_struck_event_is_shown_to_those_alone_who_ask_for_it(engine: Engine) -> None:
    way = noted(engine)
    assert of(shown(way)[-1], "text") == TEXT
    struck = way.journey.entries[-1].event.event_id
    assert way.tells("corrected", corrects=struck, reason="A slip", replacement=None).accepted
    note, correction = shown(way)[-2:]
    assert (of(note, "text"), of(correction, "reason")) == ("(struck by row 3)", "A slip")
    assert of(shown(way, struck=True)[-2], "text") == TEXT
    by = way.journey.entries[-1].event.event_id
    assert way.tells("corrected", corrects=by, reason="It was right", replacement=None).accepted
    note, correction, _ = shown(way)[-3:]
    assert (of(note, "text"), of(correction, "reason")) == (TEXT, "(struck by row 4)")


def test_the_text_of_a_replaced_event_is_shown_as_long_as_it_holds(engine: Engine) -> None:
    way = noted(engine)
    for day, text in (("2026-03-01", None), (None, "Other")):
        fields = {"text": text} if text else {}
        said = correction(ledger(way), 2, "A slip", fields, day)
        assert way.tells("corrected", **said).accepted
    texts = [of(shown(way)[1], "text"), *(of(of(one, "replacement"), "text") for one in shown(way)[2:])]
    assert texts == ["(replaced by row 4)", "(replaced by row 4)", "Other"]
    by = way.journey.entries[-1].event.event_id
    assert way.tells("corrected", corrects=by, reason="It was right", replacement=None).accepted
    texts = [of(shown(way)[1], "text"), *(of(of(one, "replacement"), "text") for one in shown(way)[2:4])]
    assert texts == [TEXT, TEXT, "(struck by row 5)"]


def test_remarks_are_shown_only_to_those_who_ask_for_them(desk: RemarkDesk) -> None:
    desk.way.records(desk.prepares(remark=TEXT)[0])
    assert of(shown(desk.way)[-1], "remark") == APART
    assert of(shown(desk.way, remarks=True)[-1], "remark") == TEXT
    entry = desk.way.journey.entries[-1].event
    assert desk.way.tells("corrected", corrects=entry.event_id, reason="A slip", replacement=None).accepted
    assert desk.told() == [(5, True, "(struck by row 6)")]
    assert desk.told(struck=True) == [(5, True, TEXT)]


def test_a_text_that_arrived_with_no_event_is_told_without_a_row(desk: RemarkDesk) -> None:
    desk.way.entry(desk.prepares(remark=TEXT)[0])
    assert remarks_in([], texts_of(desk.engine, desk.way.id)) == []
    desk.way.keeps(desk.prepares(remark=TEXT)[0])
    assert desk.told() == [(None, False, TEXT)]
