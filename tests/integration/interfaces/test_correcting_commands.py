"""`admin.py` correct, undo, approvals, approve and decline, on a real ledger with what the workflow does told to it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

import admin
from services.queries.lists import Lists
from services.recording.answered import TOLD_FOR
from tests.support.recording import CANDIDATE, RecordedWay, recorder_on
from tests.support.scripts import said, send_to, set_for_scripts, sit_at_a_terminal

AGREED = 4
"""The row of the internship."""


@pytest.fixture
def way(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RecordedWay:
    """A candidate in an internship that Anna has agreed on; the script sends to the ledger without Temporal."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    way = RecordedWay(recorder_on(engine)).comes("referred", "referral_accepted", "requirements_checked")
    assert way.tells("internship_agreed", actor="coordinator:anna.berg").accepted

    send_to(monkeypatch, way)
    return way


def kinds(way: RecordedWay) -> list[str]:
    return [line.kind for line in Lists(way.recorder.engine).ledger(way.id)]


def correct_the_end(way: RecordedWay) -> str:
    assert way.state.agreed_end is not None
    end = str(way.state.agreed_end - timedelta(days=1))
    return said("correct", CANDIDATE, str(AGREED), "--ends-on", end, "--because", "Mistyped")


def test_whoever_proposes_sees_what_follows_once_it_is_approved(way: RecordedWay) -> None:
    struck = ("correct", CANDIDATE, str(AGREED), "--strike", "--because", "Slip", "--dry-run")
    told = said(*struck)
    assert "Nothing changes and nobody is told until a colleague has approved it" in told
    assert "stage: internship → " in told
    assert "becomes free" in told
    assert "told: " in told
    assert '"once_approved": {' in said(*struck, "--json")
    assert kinds(way)[-1] == "internship_agreed"


def test_a_correction_that_takes_two_is_proposed_listed_and_approved_by_another(way: RecordedWay) -> None:
    before = way.state.agreed_end
    assert "a colleague sees it" in correct_the_end(way)
    assert kinds(way)[-1] == "correction_proposed"
    assert way.state.agreed_end == before
    assert "yours: waits for a colleague" in said("approvals")
    listed = said("approvals", by="bo.lind")
    assert "internship_agreed in row 4" in listed
    assert "waits for you" in listed
    number = next(line.split()[0] for line in listed.splitlines() if CANDIDATE in line)
    assert "Nobody approves their own proposal" in said("approve", number)
    assert "accepted as row 6" in said("approve", number, by="bo.lind")
    assert way.state.agreed_end == (before and before - timedelta(days=1))
    shown = said("show", CANDIDATE)
    assert "accepted, replaced by row 6" in shown
    assert "accepted, of row 4, approved by row 6" in shown
    assert "Nothing waits" in said("approvals", by="bo.lind")
    assert "No proposal with the number" in said("approve", number, by="bo.lind")


def test_a_proposal_is_declined_with_a_reason_or_withdrawn(way: RecordedWay) -> None:
    correct_the_end(way)
    number = next(line.split()[0] for line in said("approvals").splitlines() if CANDIDATE in line)
    assert "accepted" in said("decline", number, "--because", "The day is right", by="bo.lind")
    assert "declined by row 6" in said("show", CANDIDATE)
    assert "declined your correction of internship_agreed in row 4" in said("today")
    assert "The day is right" in said("approvals")
    assert "The day is right" not in said("approvals", by="bo.lind")
    way.later(TOLD_FOR.days)
    assert "declined your correction" not in said("today")
    assert "The day is right" not in said("approvals")
    correct_the_end(way)
    number = next(line.split()[0] for line in said("approvals").splitlines() if CANDIDATE in line)
    assert "accepted" in said("decline", number, "--because", "I was wrong")
    assert "Nothing waits" in said("approvals")


def test_what_an_answer_to_a_proposal_leads_to_is_shown_first_and_enter_alone_is_no(
    way: RecordedWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct_the_end(way)
    number, before = proposal_of(way), kinds(way)
    for answer in (("approve", number), ("decline", number, "--because", "The day is right")):
        told = said(*answer, "--dry-run", by="bo.lind")
        assert "Row 4: " in told
        assert "this would follow" in told
        assert '"refused": null' in said(*answer, "--dry-run", "--json", by="bo.lind")
    sit_at_a_terminal(monkeypatch)
    assert "Approve this correction? [yes/NO]" in said("approve", number, by="bo.lind", typed="\n")
    assert "Decline this correction? [yes/NO]" in said(
        "decline", number, "--because", "The day is right", by="bo.lind", typed="\n"
    )
    assert kinds(way) == before
    assert "Withdraw this correction? [yes/NO]" in said("decline", number, "--because", "I was wrong", typed="yes\n")
    assert kinds(way)[-1] == "proposal_declined"


def test_an_approval_that_would_be_refused_is_not_asked_about(
    way: RecordedWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "a colleague sees it" in said("correct", CANDIDATE, str(AGREED), "--strike", "--because", "Slip")
    assert way.tells("check_in_recorded", actor="coordinator:anna.berg").accepted
    number = proposal_of(way)
    sit_at_a_terminal(monkeypatch)
    told = said("approve", number, by="bo.lind")
    assert "It would be refused: " in told
    assert "Approve this correction?" not in told
    assert kinds(way)[-1] == "check_in_recorded"


def proposal_of(way: RecordedWay) -> str:
    return next(line.split()[0] for line in said("approvals").splitlines() if way.id.candidate in line)


def test_a_stranger_to_the_programme_sees_no_proposal(way: RecordedWay) -> None:
    correct_the_end(way)
    assert "Nothing waits" in said("approvals", by="supervisor:jonas.alm")


def test_the_last_step_is_undone_while_nothing_has_followed(way: RecordedWay) -> None:
    assert way.tells("note_added", actor="coordinator:anna.berg").accepted
    assert "accepted" in said("undo", CANDIDATE)
    assert "accepted, struck by row 6" in said("show", CANDIDATE)


def test_to_undo_twice_takes_back_two_steps_and_no_correction(way: RecordedWay) -> None:
    for _ in range(2):
        assert way.tells("note_added", actor="coordinator:anna.berg").accepted
    assert "To be struck: row 6, note_added, Monday 2 March 2026" in said("undo", CANDIDATE, "--dry-run")
    assert "accepted" in said("undo", CANDIDATE)
    assert "To be struck: row 5, " in said("undo", CANDIDATE, "--dry-run")
    assert "accepted" in said("undo", CANDIDATE)
    shown = said("show", CANDIDATE)
    assert "accepted, struck by row 7" in shown
    assert "accepted, struck by row 8" in shown


def test_where_all_of_ones_own_is_undone_that_is_said(way: RecordedWay) -> None:
    assert way.tells("note_added", actor="coordinator:bo.lind").accepted
    assert "accepted" in said("undo", CANDIDATE, by="bo.lind")
    told = said("undo", CANDIDATE, by="bo.lind")
    assert "Earlier rows may be corrected" in told
    assert "struck by row 6" in said("show", CANDIDATE)


def test_a_step_that_was_corrected_since_is_not_undone(way: RecordedWay) -> None:
    assert way.tells("check_in_recorded", actor="coordinator:anna.berg").accepted
    assert "accepted" in said("correct", CANDIDATE, "5", "--remark", "Said more", "--because", "More")
    assert "Row 6, correction, has followed" in said("undo", CANDIDATE)


def test_to_correct_a_correction_leads_to_the_row_that_it_corrects(
    way: RecordedWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert way.tells("check_in_recorded", actor="coordinator:anna.berg").accepted
    assert "accepted" in said("correct", CANDIDATE, "5", "--remark", "Said more", "--because", "More")
    leads = "Row 6 is itself a correction of row 5. Correct row 5 again, or strike row 6."
    assert leads in said("correct", CANDIDATE, "6", "--on", str(way.day), "--because", "Slip")
    sit_at_a_terminal(monkeypatch)
    assert leads in said("correct", CANDIDATE, "6", "--because", "Slip", typed="1\n")
    assert "accepted" in said("correct", CANDIDATE, "5", "--remark", "Said less", "--because", "Less", "--yes")


def test_a_day_to_come_is_refused_though_a_journey_would_take_tomorrow(way: RecordedWay) -> None:
    tomorrow, before = str(way.day + timedelta(days=1)), kinds(way)
    assert way.tells("note_added", actor="coordinator:anna.berg", effective_on=tomorrow).accepted
    assert "It is not Tuesday 3 March 2026 yet" in said("signal", CANDIDATE, "check_in_recorded", "--on", tomorrow)
    assert "It is not" in said("correct", CANDIDATE, "2", "--on", tomorrow, "--because", "Slip")
    assert kinds(way) == [*before, "note_added"]


def test_no_sentence_to_a_person_lists_every_code(way: RecordedWay) -> None:
    assert way.tells("note_added", actor="coordinator:anna.berg").accepted
    for words in (("--kind", "corrected"), ("--kind", "nonsense")):
        told = said("correct", CANDIDATE, "5", *words, "--because", "Slip")
        assert told
        assert "referral_declined" not in told


def test_what_has_followed_or_is_old_is_not_undone(way: RecordedWay) -> None:
    assert "recorded nothing" in said("undo", CANDIDATE, by="lena.strand")
    assert way.tells("note_added", actor="coordinator:bo.lind").accepted
    assert "Row 5, note, has followed" in said("undo", CANDIDATE)
    way.later(2)
    assert "more than a day old" in said("undo", CANDIDATE, by="bo.lind")


def test_a_refusal_names_the_row_and_no_event_id(way: RecordedWay) -> None:
    refused = said("correct", CANDIDATE, "2", "--strike", "--because", "Slip", by="bo.lind")
    assert "see row 3: " in refused
    assert all(str(entry.event.event_id) not in refused for entry in way.journey.entries)
    assert way.tells("note_added", actor="coordinator:anna.berg").accepted
    strike = ("correct", CANDIDATE, "6", "--strike", "--because", "Slip")
    assert "accepted" in said(*strike)
    assert "is struck already" in said(*strike)


def test_at_a_terminal_the_row_what_is_wrong_and_why_are_asked_for(
    way: RecordedWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert way.tells("check_in_recorded", actor="coordinator:anna.berg").accepted
    monkeypatch.setattr("interfaces.cli.asking_corrections.may_ask", lambda: True)
    typed = "\n".join(("5", "9", "1", str(way.day - timedelta(days=1)), "", "A day too late", ""))
    ended = CliRunner().invoke(admin.app, ["correct", CANDIDATE], input=typed)
    assert ended.exit_code == 1  # the day lies before the internship began: asked all, and refused by a rule
    assert "Choose a number between 0 and" in ended.output
    struck = CliRunner().invoke(admin.app, ["correct", CANDIDATE], input="5\n0\nNever took place\n")
    assert struck.exit_code == 0, struck.output
    assert "accepted, struck by row 7" in said("show", CANDIDATE)


@pytest.mark.usefixtures("way")
def test_where_nobody_can_be_asked_what_is_missing_is_named() -> None:
    assert "State which row is wrong" in said("correct", CANDIDATE)
    assert "Nothing is corrected" in said("correct", CANDIDATE, str(AGREED))
    assert "State why it is corrected" in said("correct", CANDIDATE, str(AGREED), "--strike")


def test_what_a_proposal_says_stands_in_names_and_as_what_is_not_yet_so(
    way: RecordedWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct_the_end(way)
    shown = said("approve", proposal_of(way), "--dry-run", by="bo.lind")
    assert CANDIDATE in shown
    assert "It would read, for" in shown
    assert "It now reads" not in shown
    assert "lasarettet_" not in shown
    sit_at_a_terminal(monkeypatch)
    asked = said("correct", CANDIDATE, str(AGREED), typed="\n")
    assert "position: " in asked
    assert "lasarettet_" not in asked
