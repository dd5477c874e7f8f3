"""Handing a candidate to another coordinator: in any stage, to somebody else, and both are told."""

from dataclasses import replace

import pytest

from models.events.events import Event
from models.rules.decision import Proposal
from models.stages import OPEN_STAGES, Stage
from tests.support.builders import Way, way_to
from tests.support.values import DESIGN_SOURCE

BO = "bo.lind"


def told(way: Way, event: Event) -> tuple[str, ...]:
    return way.accepts(event).recipients


@pytest.mark.parametrize("stage", Stage)
def test_in_any_stage_another_coordinator_takes_over_and_nothing_else_changes(stage: Stage) -> None:
    way = way_to(stage)
    before = way.state
    way.happens("coordinator_changed", coordinator=BO)
    assert way.state == replace(before, coordinator="bo.lind")


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_also_while_the_journey_is_paused(stage: Stage) -> None:
    way = way_to(stage)
    way.happens("paused")
    way.happens("coordinator_changed", coordinator=BO)
    assert (way.state.coordinator, way.state.paused) == ("bo.lind", True)


def test_both_are_told_the_one_who_leaves_and_the_one_who_comes() -> None:
    way = way_to(Stage.INTERNSHIP)
    assert told(way, way.event("coordinator_changed", coordinator=BO)) == ("anna.berg", "bo.lind")


def test_of_deadlines_the_new_one_is_told() -> None:
    way = way_to(Stage.REFERRAL)
    way.happens("coordinator_changed", coordinator=BO)
    way.later(10)
    answer = way.propose(way.event("deadline_passed"))
    assert isinstance(answer, Proposal)
    assert answer.recipients == ("bo.lind",)


def test_of_a_correction_both_are_told_too() -> None:
    way = way_to(Stage.INTERNSHIP)
    wrong = way.happens("coordinator_changed", coordinator="karin.holm")
    right = {**wrong.model_dump(), "coordinator": BO}
    mended = way.event("corrected", corrects=wrong.event_id, reason="Mistyped", replacement=right)
    assert told(way, mended) == ("karin.holm", "bo.lind")
    struck = way.event("corrected", corrects=wrong.event_id, reason="Anna stays", replacement=None)
    assert told(way, struck) == ("bo.lind", "anna.berg")
    assert way.state.coordinator == "anna.berg"


def test_whoever_looks_after_the_candidate_already_does_not_take_over() -> None:
    way = way_to(Stage.INTERNSHIP)
    message = way.refuses("coordinator_changed", "somebody_else_takes_over", DESIGN_SOURCE, coordinator="anna.berg")
    assert message.id == "somebody_else_takes_over.same"
    way.happens("coordinator_changed", coordinator=BO)
    way.refuses("coordinator_changed", "somebody_else_takes_over", DESIGN_SOURCE, coordinator=BO)
    way.happens("coordinator_changed", coordinator="anna.berg")
