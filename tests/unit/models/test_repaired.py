"""The event repaired: from operators alone, in any stage, and nothing of the candidate follows from it."""

from typing import Any

import pytest

from activities.language import said
from models.events.descriptions import in_words
from models.events.events import EVENT_CLASSES
from models.journey.journey import GOES_INTO_A_FULL_JOURNEY
from models.stages import Stage
from tests.support.builders import Way, but_for_bookkeeping, way_to
from tests.support.values import DESIGN_SOURCE, at

KIM = "operator:kim.dahl"


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("actor", [KIM, "system:reconciliation"])
def test_it_changes_nothing_and_tells_nobody(stage: Stage, actor: str) -> None:
    way = way_to(stage)
    before = way.state
    answer = way.accepts(way.event("repaired", actor=actor))
    assert answer.recipients == ()
    assert but_for_bookkeeping(way.state) == but_for_bookkeeping(before)
    assert way.state.touched_on == before.touched_on


def test_it_is_possible_on_a_pause_and_when_the_record_is_full() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.happens("paused")
    way.happens("repaired")
    assert way.state.paused
    assert "repaired" in GOES_INTO_A_FULL_JOURNEY


@pytest.mark.parametrize("actor", ["coordinator:anna.berg", "manager:lena.strand", "partner:kommunal"])
def test_nobody_else_says_so(actor: str) -> None:
    message = way_to(Stage.REFERRAL).refuses("repaired", "the_author_may_say_so", DESIGN_SOURCE, actor=actor)
    assert message.id == "the_author_may_say_so.role"


@pytest.mark.parametrize("kind", sorted(set(EVENT_CLASSES) - {"repaired", "referred"}))
def test_an_operator_says_nothing_else(kind: str) -> None:
    way = way_to(Stage.INTERNSHIP)
    answer = way.propose(way.event(kind, actor=KIM))
    assert getattr(answer, "rule", None) in ("the_author_may_say_so", "possible_in_this_stage")


def test_an_operator_refers_nobody() -> None:
    Way().refuses("referred", "the_author_may_say_so", DESIGN_SOURCE, actor=KIM)


def test_nobody_is_offered_it() -> None:
    way = way_to(Stage.REFERRAL)
    assert "repaired" not in way.journey.allowed(at(way.day))


def test_it_is_not_corrected_and_corrects_nothing() -> None:
    way = way_to(Stage.REFERRAL)
    note, repaired = way.happens("note_added"), way.happens("repaired")
    strike: dict[str, Any] = {"corrects": repaired.event_id, "reason": "A slip", "replacement": None}
    message = way.refuses("corrected", "it_can_be_corrected", DESIGN_SOURCE, **strike)
    assert message.id == "it_can_be_corrected.a_repair"
    instead = repaired.model_copy(update={"event_id": note.event_id})
    replace: dict[str, Any] = {"corrects": note.event_id, "reason": "A slip", "replacement": instead}
    way.refuses("corrected", "it_can_be_corrected", DESIGN_SOURCE, **replace)


def test_it_says_which_rows_were_restored() -> None:
    restored = {"first": 3, "last": 7, "runs": ("a run",)}
    event = way_to(Stage.REFERRAL).event("repaired", restored=restored).model_dump(mode="json")
    told = said(in_words(event), "en")
    assert told.endswith("The rows 3 to 7 were restored from the histories.")
    assert "restored" not in said(in_words({**event, "restored": None}), "en")
