"""`admin.py` move: what was recorded on the wrong person is recorded on the right one and struck, or nothing of it."""

import json
from datetime import UTC, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

import admin
from auditing.evidence.evidence import JsonRow, read_rows
from auditing.evidence.findings import Noted
from auditing.verification.moved_checks import moved_findings
from interfaces.cli.hints import told
from models.events.events import Event
from models.identifiers import JourneyId
from models.ledger.receipt import Receipt
from models.stages import Stage
from runtime.errors import ServiceUnavailable
from services.answers import EVENT_KEPT
from services.application import Application
from services.queries.lines import LedgerLine
from services.queries.lists import Lists
from services.recording import moving
from tests.support.authority import found, keep_keys
from tests.support.recording import ANNA, BO, RecordedWay, everything, recorder_on

AGREED = 4
"""The row of the internship."""

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Two(NamedTuple):
    """Two candidates: one on whom an internship was recorded that is the other's; and whatever keeps an event away."""

    wrong: RecordedWay
    right: RecordedWay
    fails: dict[tuple[str, str], Exception | str]

    @property
    def engine(self) -> Engine:
        return self.wrong.recorder.engine

    def rows(self, way: RecordedWay) -> list[LedgerLine]:
        return Lists(self.engine).ledger(way.id)

    def moves(self, *words: str, by: str = "bo.lind") -> str:
        numbers = ("--from", self.wrong.candidate, "--to", self.right.candidate, "--because", "Two rows mixed up")
        return said("move", *(words or (str(AGREED),)), *numbers, by=by)

    def findings(self, way: RecordedWay) -> list[tuple[str, bool]]:
        def ledger_of(journey_id: str) -> list[JsonRow]:
            return read_rows(self.engine, [journey_id])[journey_id]["ledger"]

        return [(one.what.id, isinstance(one, Noted)) for one in moved_findings(ledger_of(way.id), ledger_of)]


@pytest.fixture
def two(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Two:
    found(engine)
    keep_keys(tmp_path / "keys")
    monkeypatch.setenv("HELAVAGEN_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    ways = {
        way.id: way.comes("referred", "referral_accepted", "requirements_checked")
        for way in (RecordedWay(recorder_on(engine), candidate) for candidate in (ANNA, BO))
    }
    wrong, right = ways.values()
    assert wrong.tells("internship_agreed", actor="coordinator:anna.berg").accepted
    two = Two(wrong, right, {})

    async def submit(journey_id: JourneyId, event: Event) -> Receipt:
        if isinstance(failure := two.fails.pop((journey_id, event.kind), None), Exception):
            raise failure
        if failure is not None:
            event = event.model_copy(update={"corrects": event.event_id})  # which the rules refuse
        return ways[journey_id].records(event)

    async def journeys(_application: Application) -> Any:
        return SimpleNamespace(submit=submit)

    monkeypatch.setattr(Application, "journeys", journeys)
    monkeypatch.setattr(Application, "now", lambda _: datetime.combine(wrong.day, time(9), UTC))
    return two


def said(*words: str, by: str) -> str:
    ended = CliRunner().invoke(admin.app, [*words, "--actor", by])
    return ended.output + (told(ended.exception)[0] if isinstance(ended.exception, Exception) else "")


def stages(two: Two) -> tuple[Stage, Stage]:
    return two.wrong.state.stage, two.right.state.stage


def test_an_event_is_recorded_on_the_right_person_and_struck_on_the_wrong_one_and_both_are_told(two: Two) -> None:
    first = two.rows(two.wrong)[AGREED - 1]
    assert "is row 4 of" in two.moves()
    assert stages(two) == (Stage.AWAITING_PLACEMENT, Stage.INTERNSHIP)
    there, struck = two.rows(two.right)[-1], two.rows(two.wrong)[-1]
    assert (there.kind, there.effective_on, there.actor) == (first.kind, first.effective_on, "coordinator:bo.lind")
    assert there.event is not None
    assert struck.event is not None
    assert there.event["moved"] == {"journey": two.wrong.id, "event": first.event_id}
    assert struck.event["moved"] == {"journey": two.right.id, "event": there.event_id}
    assert two.findings(two.wrong) == two.findings(two.right) == []
    notices = {
        (one.journey_id, one.kind) for one in Lists(two.engine).notices() if one.recipient == "arbetsformedlingen"
    }
    assert notices >= {
        (two.wrong.id, "internship_agreed"),
        (two.wrong.id, "corrected"),
        (two.right.id, "internship_agreed"),
    }
    before = everything(two.engine)
    assert "is row 4 of" in two.moves()
    assert everything(two.engine) == before


def test_several_rows_are_moved_in_their_order_with_what_was_written_in_them(two: Two) -> None:
    assert "is row 4" in two.moves()
    for text in ("Likes mornings", "Asked for Friday off"):
        assert two.wrong.tells("note_added", actor="coordinator:anna.berg", text=text).accepted
    assert "is row 6" in two.moves("7", "6")
    assert [line.kind for line in two.rows(two.right)[-2:]] == ["note_added"] * 2
    shown = said("show", two.right.candidate, "--remarks", by="anna.berg")
    assert shown.index("Likes mornings") < shown.index("Asked for Friday off")
    assert shown.count(f"moved here from {two.wrong.candidate}") == 3
    assert said("show", two.wrong.candidate, by="anna.berg").count(f"moved to {two.right.candidate}") == 3


def test_what_either_journey_refuses_is_not_sent_at_all(two: Two) -> None:
    assert two.right.tells("paused", actor="coordinator:anna.berg").accepted
    before = everything(two.engine)
    assert "Nothing was moved. Of" in two.moves()
    assert everything(two.engine) == before
    assert "Row 1, referral, cannot be moved." in two.moves("1")
    assert "Row 9 is not an accepted event" in two.moves("9")
    assert everything(two.engine) == before


def test_where_the_one_refuses_what_the_other_took_is_taken_back_and_it_can_be_moved_again(two: Two) -> None:
    assert two.wrong.tells("note_added", actor="coordinator:anna.berg").accepted
    two.fails[two.wrong.id, "corrected"] = "refused"
    assert "Nothing was moved. Of" in two.moves("5")
    assert [line.kind for line in two.rows(two.right)[-2:]] == ["note_added", "corrected"]
    assert two.findings(two.right) == []
    assert "is row 6 of" in two.moves("5")
    assert two.findings(two.wrong) == two.findings(two.right) == []


def test_a_move_that_was_cut_off_is_finished_by_the_next(two: Two) -> None:
    two.fails[two.wrong.id, "corrected"] = ConnectionError("killed")
    two.moves()
    assert stages(two) == (Stage.INTERNSHIP, Stage.INTERNSHIP)
    assert two.findings(two.right) == [("noted.move_cut_off", True)]
    assert "is row 4 of" in two.moves()
    assert [line.kind for line in two.rows(two.right)].count("internship_agreed") == 1
    assert stages(two) == (Stage.AWAITING_PLACEMENT, Stage.INTERNSHIP)
    assert two.findings(two.right) == []


def test_where_no_worker_answers_the_advice_is_to_move_again(two: Two) -> None:
    two.fails[two.wrong.id, "corrected"] = ServiceUnavailable(EVENT_KEPT)
    assert "Do the same again" in two.moves()
    assert "is row 4 of" in two.moves()
    assert stages(two) == (Stage.AWAITING_PLACEMENT, Stage.INTERNSHIP)


def test_what_takes_two_waits_for_a_colleague(two: Two) -> None:
    assert "a colleague sees it" in two.moves(by="anna.berg")
    assert stages(two) == (Stage.INTERNSHIP, Stage.AWAITING_PLACEMENT)
    listed = said("approvals", by="bo.lind")
    number = next(line.split()[0] for line in listed.splitlines() if two.wrong.candidate in line)
    assert "Nobody approves their own" in said("approve", number, by="anna.berg")
    before = everything(two.engine)
    shown = said("approve", number, "--dry-run", by="bo.lind")
    assert f"{two.right.candidate}:\ninternship_agreed: this would follow" in shown
    assert " → internship\n" in shown
    assert "stage: internship → " in shown
    assert everything(two.engine) == before
    assert "accepted" in said("approve", number, by="bo.lind")
    assert stages(two) == (Stage.AWAITING_PLACEMENT, Stage.INTERNSHIP)
    assert two.rows(two.right)[-1].actor == "coordinator:bo.lind"
    assert two.findings(two.wrong) == two.findings(two.right) == []


def test_a_dry_run_shows_what_would_be_moved_and_sends_nothing(two: Two) -> None:
    before = everything(two.engine)
    assert "internship" in two.moves(str(AGREED), "--dry-run")
    assert everything(two.engine) == before
    events = json.loads(two.moves(str(AGREED), "--dry-run", "--json"))["events"]
    assert (list(events), events[str(AGREED)]["kind"]) == ([str(AGREED)], "internship_agreed")
    assert everything(two.engine) == before


def test_a_move_that_is_declined_changes_neither(two: Two) -> None:
    two.moves(by="anna.berg")
    number = next(
        line.split()[0] for line in said("approvals", by="bo.lind").splitlines() if two.wrong.candidate in line
    )
    assert "accepted" in said("decline", number, "--because", "It is right", by="bo.lind")
    assert stages(two) == (Stage.INTERNSHIP, Stage.AWAITING_PLACEMENT)


def test_an_event_that_was_moved_nowhere_is_found(two: Two) -> None:
    two.moves()
    [row] = [row for row in read_rows(two.engine, [two.wrong.id])[two.wrong.id]["ledger"] if row["kind"] == "corrected"]
    other = [{**row, "accepted": False} for row in read_rows(two.engine, [two.right.id])[two.right.id]["ledger"]]
    assert [one.what.id for one in moved_findings([row], lambda _: other)] == ["finding.moved_nowhere"]
    assert [one.what.id for one in moved_findings([row], lambda _: [])] == ["noted.moved_other_missing"]


def test_rules_that_only_the_journey_has_are_asked_there(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the other one is taken back, if the journey refuses."""
    assert two.right.tells("paused", actor="coordinator:anna.berg").accepted
    monkeypatch.setattr(moving, "digest_of", lambda _rules: "another")
    before = len(two.rows(two.wrong))
    assert "Nothing was moved. Of" in two.moves()
    assert len(two.rows(two.wrong)) == before
    assert not two.rows(two.right)[-1].receipt.accepted


def test_what_would_be_moved_says_from_whom_to_whom_and_ends_its_sentences(two: Two) -> None:
    assert two.wrong.tells("note_added", actor="coordinator:bo.lind", text="Likes the kitchen").accepted
    shown = two.moves("5", "--dry-run")
    assert f"from: {two.wrong.candidate}" in shown
    assert f"to: {two.right.candidate}" in shown
    assert "Likes the kitchen. It was moved here" in shown
