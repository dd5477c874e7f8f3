"""Correcting in the open: only what was wrong is typed; the rest stays as it holds today."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from models.events.events import EVENT, Corrected, Event
from models.stages import Stage
from runtime.errors import UsageError
from services.queries.lines import LedgerLine
from services.queries.lists import Lists
from services.recording.correction import correction
from services.recording.draft import build_event
from services.recording.knowledge import Knowledge
from tests.support.builders import ROUTES, second_person
from tests.support.databases import migrated
from tests.support.errors import raises
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, recorder_on
from tests.support.values import COORDINATOR, MONDAY

ACCEPTED, CHECKED, AGREED = 2, 3, 4
"""Rows of a way to an internship."""


class Told(RecordedWay):
    """A recorded way that is corrected as `admin.py correct` does it."""

    @property
    def lines(self) -> list[LedgerLine]:
        return Lists(self.recorder.engine).ledger(self.id)

    def corrects(self, row: int, on: str | None = None, **fields: Any) -> Corrected:
        """Correct a row; the correction must be accepted. Returns it."""
        return self._send(correction(self.lines, row, "A slip", fields, on))

    def strikes(self, row: int) -> Corrected:
        return self._send(correction(self.lines, row, "A slip", None, None))

    def _send(self, said: dict[str, Any]) -> Corrected:
        event_id = self.event("note_added").event_id
        actor = second_person(self.journey, UUID(said["corrects"]))
        event = build_event("corrected", said, event_id=event_id, actor=actor, effective_on=self.day)
        receipt = self.records(event)
        assert receipt.accepted, receipt
        assert isinstance(event, Corrected)
        return event


@pytest.fixture
def way(tmp_path: Path) -> Told:
    """Somebody in an internship, four rows in the ledger."""
    engine = migrated(f"sqlite:///{tmp_path / 'test.db'}", offering=True)
    way = Told(recorder_on(engine))
    way.comes(*ROUTES[Stage.INTERNSHIP])
    return way


def test_a_correction_may_be_written_as_people_write_it(way: Told) -> None:
    knowledge = Knowledge(RULES, way.id, lambda: way.lines, way.day, today=way.day)
    written = {"ends_on": "31 maj", "supervisor": "jonas.alm"}
    said = correction(way.lines, AGREED, "Mistyped", written, "i dag", knowledge)["replacement"]
    assert (said["ends_on"], said["effective_on"]) == ("2026-05-31", str(way.day))
    with raises(UsageError, "event.field") as caught:
        correction(way.lines, AGREED, "Mistyped", {"ends_on": "1/1 2026"}, None, knowledge)
    assert "given.ends_first" in str(caught.value)


def recorded(way: Told, row: int) -> Event:
    return EVENT.validate_python(way.lines[row - 1].event)


def test_a_field_is_replaced_and_the_rest_stays(way: Told) -> None:
    event = way.corrects(AGREED, ends_on="2026-06-30")
    assert event.replacement == recorded(way, AGREED).model_copy(update={"ends_on": MONDAY.replace(month=6, day=30)})
    assert (event.corrects, event.reason) == (recorded(way, AGREED).event_id, "A slip")
    assert way.state.agreed_end == MONDAY.replace(month=6, day=30)


def test_the_day_is_replaced_and_the_author_stays(way: Told) -> None:
    way.day = MONDAY.replace(day=4)
    event = way.corrects(AGREED, on="2026-03-04")
    assert event.replacement == recorded(way, AGREED).model_copy(update={"effective_on": MONDAY.replace(day=4)})
    assert way.state.since == MONDAY.replace(day=4)


def test_short_forms_work_in_corrections_too(way: Told) -> None:
    findings = "swedish_for_safety=trainable,hygiene_routines=met,shift_work=waived:days only,kitchen_experience=unmet"
    way.corrects(CHECKED, findings=findings)
    assert [finding.result for finding in way.state.findings] == ["trainable", "met", "waived", "unmet"]


def test_a_struck_event_has_no_replacement(way: Told) -> None:
    event = way.strikes(AGREED)
    assert event.replacement is None
    assert way.state.stage is Stage.AWAITING_PLACEMENT


def test_the_second_correction_starts_from_the_first(way: Told) -> None:
    way.corrects(AGREED, ends_on="2026-06-30")
    way.corrects(AGREED, supervisor="jonas.alm")
    assert way.state.agreed_end == MONDAY.replace(month=6, day=30)
    event = way.corrects(AGREED, mentor="siv.lund")
    assert event.replacement is not None
    assert event.replacement.model_dump()["supervisor"] == "jonas.alm"


def test_a_correction_that_was_struck_is_forgotten_by_the_next_one(way: Told) -> None:
    way.corrects(AGREED, ends_on="2026-06-30")
    way.strikes(5)
    event = way.corrects(AGREED, supervisor="jonas.alm")
    assert event.replacement == recorded(way, AGREED).model_copy(update={"supervisor": "jonas.alm"})


def test_an_event_that_was_struck_can_be_corrected_back(way: Told) -> None:
    way.strikes(AGREED)
    way.corrects(AGREED, supervisor="jonas.alm")
    assert way.state.stage is Stage.INTERNSHIP
    assert way.state.agreed_end == recorded(way, AGREED).model_dump()["ends_on"]


def test_a_refused_correction_counts_for_nothing(way: Told) -> None:
    said = correction(way.lines, AGREED, "A slip", {"ends_on": "2027-06-30"}, None)
    event = build_event("corrected", said, event_id=UUID(int=9), actor=COORDINATOR, effective_on=way.day)
    assert not way.records(event).accepted  # longer than six months
    again = way.corrects(AGREED, supervisor="jonas.alm")
    assert again.replacement == recorded(way, AGREED).model_copy(update={"supervisor": "jonas.alm"})


def test_an_event_becomes_one_of_another_kind_with_what_both_have(way: Told) -> None:
    way.comes("withdrawn")
    event = way.corrects(5, kind="discontinued", reason="No answer for a month")
    assert event.replacement is not None
    assert event.replacement.kind == "discontinued"
    assert event.replacement.event_id == recorded(way, 5).event_id
    assert event.replacement.model_dump()["end_reason"] == "studies"


@pytest.mark.parametrize("row", [0, -1, 5, 99])
def test_a_row_that_is_not_there_is_told(way: Told, row: int) -> None:
    with raises(UsageError, "correction.row", row=str(row)):
        correction(way.lines, row, "A slip", {"ends_on": "2026-06-30"}, None)


def test_a_refused_row_cannot_be_corrected(way: Told) -> None:
    assert not way.tells("referral_accepted").accepted
    with raises(UsageError, "correction.row", row="5"):
        correction(way.lines, 5, "A slip", None, None)


@pytest.mark.parametrize(
    ("row", "fields", "on", "says"),
    [
        (AGREED, {}, None, "correction.nothing"),
        (AGREED, {"ends": "2026-06-30"}, None, "event.unknown_field"),
        (AGREED, {"ends_on": "soon"}, None, "field=ends_on "),
        (AGREED, {"kind": "hired"}, None, "event.not_known kind=hired"),
        (AGREED, {"kind": "withdrawn"}, None, "field=end_reason what=(value.missing)"),
        (ACCEPTED, {"reason": "x"}, None, "event.unknown_field"),
        (ACCEPTED, {}, "yesterday", "field=effective_on "),
    ],
)
def test_a_slip_in_a_correction_is_told(way: Told, row: int, fields: dict[str, str], on: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        correction(way.lines, row, "A slip", fields, on)
    assert says in str(caught.value)
