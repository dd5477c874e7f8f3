"""What leaves the files under journeys in each stage: they are listed, shown, noted on and ended; nobody is stuck."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from models.events.events import InternshipAgreed
from models.identifiers import CandidateNumber
from models.ledger.receipt import Receipt
from models.stages import Stage
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.programme_file import check_folder
from tests.support.authority import offer, put_in_force
from tests.support.builders import ROUTES
from tests.support.programme_files import PARTNERS_FILE, POSITIONS_FILE, SERVICE_FILE, TOWNS_FILE
from tests.support.programmes import SERVICE, met
from tests.support.recording import ANNA, BO, TRAY_KITCHEN, RecordedWay, recorder_on
from tests.support.scripts import said, send_to, set_for_scripts


def rewrite(folder: Path, file: str, *changes: tuple[str, str]) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, (file, old)
        text = text.replace(old, new)
    (folder / file).write_text(text, encoding="utf-8")


def without(folder: Path, file: str, *ids: str) -> None:
    """Leave these entries out of a list."""
    head, *entries = re.split(r"(?m)^(?=\[\[\w+\]\]$)", (folder / file).read_text(encoding="utf-8"))
    kept = [one for one in entries if not any(f'\nid = "{id_}"' in one for id_ in ids)]
    assert len(entries) - len(kept) == len(ids)
    (folder / file).write_text(head + "".join(kept), encoding="utf-8")


def positions_removed(folder: Path) -> None:
    without(folder, POSITIONS_FILE, TRAY_KITCHEN, "lasarettet_ward_service")


def positions_renamed(folder: Path) -> None:
    rewrite(folder, POSITIONS_FILE, ('id = "lasarettet_', 'id = "sjukhuset_'))


def profile_renamed(folder: Path) -> None:
    rewrite(folder, SERVICE_FILE, ('id = "hospital_service"', 'id = "ward_service"'))
    rewrite(folder, POSITIONS_FILE, ('profile = "hospital_service"', 'profile = "ward_service"'))


def partner_removed(folder: Path) -> None:
    without(folder, PARTNERS_FILE, "arbetsformedlingen")
    for file in folder.glob("*.toml"):
        rewrite(folder, file.name, *[(old, "") for old in ('"arbetsformedlingen", ',) if old in file.read_text()])
        rewrite(
            folder, file.name, *[(one, '"kommunen"') for one in ('"arbetsformedlingen"',) if one in file.read_text()]
        )


def town_removed(folder: Path) -> None:
    without(folder, TOWNS_FILE, "2480")
    for file in folder.glob("*.toml"):
        rewrite(folder, file.name, *[('"2480", ', "") for _ in range(1) if '"2480", ' in file.read_text()])


def programme_removed(folder: Path) -> None:
    (folder / SERVICE_FILE).unlink()


LEFT: dict[str, Callable[[Path], None]] = {
    one.__name__: one
    for one in (positions_removed, positions_renamed, profile_renamed, partner_removed, town_removed, programme_removed)
}


@pytest.fixture
def ways(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[Stage, RecordedWay]:
    """A journey in each stage."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    recorder, random = recorder_on(engine), Random(5)
    return {stage: RecordedWay(recorder, CandidateNumber.draw(random)).comes(*kinds) for stage, kinds in ROUTES.items()}


@pytest.mark.parametrize("what", LEFT)
def test_journeys_in_each_stage_are_listed_shown_noted_on_and_ended(
    engine: Engine, ways: dict[Stage, RecordedWay], programmes: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    LEFT[what](programmes)
    monkeypatch.setenv("HELAVAGEN_PROGRAMMES", str(programmes))
    offer(engine, RuleBook(programmes, lenient=True).readable_positions)
    send_to(monkeypatch, *ways.values())
    listed = said("list")
    assert all(way.candidate in listed for stage, way in ways.items() if stage is not Stage.CLOSED)
    for stage, way in ways.items():
        assert "referred" in said("show", way.candidate), stage
        assert "accepted as row" in said("signal", way.candidate, "note-added", "--text", "Samtal", "--yes"), stage
        if stage is not Stage.CLOSED:
            ended = said("signal", way.candidate, "withdrawn", "--end-reason", "studies", "--yes")
            assert "The candidate is in closed." in ended, stage


def test_a_folder_from_which_something_was_removed_everywhere_has_no_fault(programmes: Path) -> None:
    for leave in (positions_removed, profile_renamed, partner_removed):
        leave(programmes)
    assert [one.file for one in check_folder(RuleBook(programmes, lenient=True)) if one.faults] == []


def removed(engine: Engine, programmes: Path) -> None:
    """Let the position at which the internships of the examples are leave the files."""
    positions_removed(programmes)
    offer(engine, RuleBook(programmes).positions)


def test_an_internship_on_a_removed_position_goes_on_to_a_role_there(engine: Engine, programmes: Path) -> None:
    way = RecordedWay(recorder_on(engine), ANNA).comes(*ROUTES[Stage.INTERNSHIP])
    removed(engine, programmes)
    agreed = way.journey.entries[-1].event
    assert isinstance(agreed, InternshipAgreed)
    right = agreed.model_copy(update={"ends_on": agreed.ends_on + timedelta(days=1)})
    corrected = {"corrects": agreed.event_id, "replacement": right.model_dump(), "reason": "Another"}
    assert way.tells("corrected", actor="coordinator:bo.lind", **corrected).accepted
    way.comes("check_in_recorded", "internship_completed", "evaluation_recorded", "temporary_role_agreed")
    assert way.journey.state is not None
    assert way.journey.state.stage is Stage.TEMPORARY_ROLE


def test_nobody_else_is_given_a_removed_position_and_who_had_it_has_it_back(engine: Engine, programmes: Path) -> None:
    recorder = recorder_on(engine)
    holds, waits = (
        RecordedWay(recorder, who).comes(*ROUTES[stage])
        for who, stage in ((ANNA, Stage.INTERNSHIP), (BO, Stage.AWAITING_PLACEMENT))
    )
    removed(engine, programmes)
    assert waits.tells("internship_agreed").rule == "a_place_is_free"
    holds.comes("paused")
    resumed = holds.tells("resumed")
    assert resumed.accepted or resumed.rule == "a_place_is_free"


def test_a_candidate_whose_profile_is_called_otherwise_now_is_told_the_way_and_goes_it(
    engine: Engine, programmes: Path
) -> None:
    way = RecordedWay(recorder_on(engine), ANNA).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    check = way.journey.entries[-1].event
    profile_renamed(programmes)
    book = RuleBook(programmes)
    today = book.programme(SERVICE.id)
    put_in_force(engine, today)
    offer(engine, book.positions)
    refused = way.tells("internship_agreed")
    assert (refused.accepted, refused.rule) == (False, "checked_for_the_position")
    assert "Have the manager move the journey to the rules of today, then strike the check" in refused.message
    assert way.tells("rules_changed", rules=today.model_dump(), reason="The profile is called otherwise").accepted
    struck = {"corrects": check.event_id, "replacement": None, "reason": "The profile is called otherwise"}
    assert way.tells("corrected", actor="coordinator:bo.lind", **struck).accepted
    findings = met(today.profiles[0])
    assert way.tells("requirements_checked", profile="ward_service", findings=findings).accepted
    assert way.tells("internship_agreed").accepted


def in_internship(engine: Engine, programmes: Path) -> RecordedWay:
    """Somebody in an internship at a position that has left the files."""
    way = RecordedWay(recorder_on(engine), ANNA).comes(*ROUTES[Stage.INTERNSHIP])
    without(programmes, POSITIONS_FILE, TRAY_KITCHEN)
    offer(engine, RuleBook(programmes).positions)
    return way


def at_the_ward(way: RecordedWay) -> bool:
    assert way.journey.state is not None
    return way.journey.state.place == WARD


WARD = "lasarettet_ward_service"


def corrects_to_the_ward(way: RecordedWay) -> Receipt:
    [agreed] = [one.event for one in way.journey.entries if isinstance(one.event, InternshipAgreed)]
    right = agreed.model_copy(update={"position": WARD}).model_dump()
    said = {"corrects": agreed.event_id, "replacement": right, "reason": "The position is gone"}
    return way.tells("corrected", actor="coordinator:bo.lind", **said)


def test_an_internship_is_moved_from_a_removed_position_by_correcting_the_agreement(
    engine: Engine, programmes: Path
) -> None:
    way = in_internship(engine, programmes)
    assert corrects_to_the_ward(way).accepted
    assert at_the_ward(way)


def test_an_internship_on_a_removed_position_is_extended_or_interrupted_and_agreed_anew_elsewhere(
    engine: Engine, programmes: Path
) -> None:
    way = in_internship(engine, programmes)
    way.comes("internship_extended")
    assert way.later(5).tells("internship_interrupted", seeks_new_place=True).accepted
    assert way.tells("internship_agreed").rule == "a_place_is_free"
    assert way.tells("internship_agreed", position=WARD).accepted
    assert at_the_ward(way)


def test_a_pause_that_freed_a_removed_place_ends_in_the_search_for_another(engine: Engine, programmes: Path) -> None:
    way = in_internship(engine, programmes)
    assert way.tells("paused", frees_place=True).accepted
    refused = way.later(5).tells("resumed")
    assert (refused.rule, refused.accepted) == ("a_place_is_free", False)
    assert way.tells("resumed", seeks_new_place=True).accepted
    assert way.tells("internship_agreed", position=WARD).accepted
    assert at_the_ward(way)


def test_a_way_that_ended_on_a_removed_position_is_corrected_to_another_and_reopened(
    engine: Engine, programmes: Path
) -> None:
    way = in_internship(engine, programmes)
    way.later(5).comes("withdrawn")
    refused = way.later(5).tells("reopened")
    assert refused.reason is not None
    assert (refused.rule, refused.reason.id) == ("a_place_is_free", "a_place_is_free.offered_no_more")
    assert corrects_to_the_ward(way).accepted
    assert way.tells("reopened").accepted
    assert at_the_ward(way)
