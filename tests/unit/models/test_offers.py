"""A place is offered, answered within working days, and agreed on once it was accepted; without an answer it lapses."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.language import said
from models.events.descriptions import in_words
from models.events.values import DeadlineStep
from models.programme.programme import Programme
from models.projections.open_items import open_items
from models.rules.decision import Proposal, Refusal
from models.stages import Stage
from models.state.deadlines import open_deadlines, reached
from tests.support.builders import Way, way_to
from tests.support.programmes import LOTS, MAY_OFFER, OFFERING, SERVICE
from tests.support.values import DAY, DESIGN_SOURCE, at

assert OFFERING.offers is not None
SOURCE = OFFERING.offers.source
KITCHEN = "lasarettet_tray_kitchen"
BEFORE_MIDSUMMER = date(2026, 6, 17)
LAST_DAY = date(2026, 6, 23)
"""Three working days later: the 19th is Midsummer's Eve."""


def waits(rules: Programme = OFFERING) -> Way:
    return way_to(Stage.AWAITING_PLACEMENT, rules, BEFORE_MIDSUMMER)


def offered() -> Way:
    way = waits()
    way.happens("place_offered")
    return way


def test_nothing_is_agreed_before_an_offer_was_accepted() -> None:
    way = waits()
    assert "internship_agreed" not in way.journey.allowed(at(way.day))
    assert way.refuses("internship_agreed", "the_offer_was_accepted", SOURCE).id == "the_offer_was_accepted.none"
    way.happens("place_offered")
    assert way.refuses("internship_agreed", "the_offer_was_accepted", SOURCE).id == "the_offer_was_accepted.open"
    way.happens("offer_answered")
    way.happens("internship_agreed")
    assert way.state.offer is None


def test_what_is_agreed_is_what_was_accepted() -> None:
    way = offered()
    way.happens("offer_answered")
    others: dict[str, Any] = {
        "position": "lasarettet_ward_service",
        "starts_on": way.day + DAY,
        "ends_on": way.day + timedelta(days=30),
    }
    for name, value in others.items():
        message = way.refuses("internship_agreed", "the_offer_was_accepted", SOURCE, **{name: value})
        assert message.id == "the_offer_was_accepted.other"


def test_a_programme_that_asks_for_no_offer_agrees_with_or_without_one() -> None:
    waits(MAY_OFFER).happens("internship_agreed")
    way = waits(MAY_OFFER)
    way.happens("place_offered")
    way.happens("internship_agreed", position="lasarettet_ward_service")


def test_a_programme_without_offers_knows_neither() -> None:
    way = waits(SERVICE)
    assert not {"place_offered", "offer_answered"} & set(way.journey.allowed(at(way.day)))
    for kind in ("place_offered", "offer_answered"):
        way.refuses(kind, "the_programme_offers_places", SERVICE.source)
    assert "offers" not in SERVICE.model_dump(mode="json")


def test_there_are_three_working_days_to_answer() -> None:
    way = waits()
    early = LAST_DAY - DAY
    message = way.refuses("place_offered", "there_is_time_to_answer", SOURCE, answer_by=early)
    assert message.values["earliest"] == str(LAST_DAY)
    way.happens("place_offered", answer_by=LAST_DAY)
    assert [due_on for rule, due_on in open_deadlines(way.state) if rule.name.startswith("offer_")] == [LAST_DAY]
    assert ("offer_answer", LAST_DAY) in [(one.what, one.due_on) for one in open_items(way.state)]
    way.day = LAST_DAY
    way.happens("offer_answered")


def test_an_offer_holds_a_place_until_it_is_declined() -> None:
    way = offered()
    assert way.state.place == KITCHEN
    way.happens("offer_answered", accepted=True)
    assert way.state.place == KITCHEN
    way.happens("offer_answered", accepted=False)  # after all
    assert way.state.place is None
    assert way.refuses("offer_answered", "the_offer_stands", SOURCE).id == "the_offer_stands.declined"
    assert way.refuses("internship_agreed", "the_offer_was_accepted", SOURCE).id == "the_offer_was_accepted.none"
    way.happens("place_offered")


def test_an_offer_without_an_answer_lapses_on_the_working_day_after_and_frees_its_place() -> None:
    way = offered()
    told = [one for one in way.told_up_to(LAST_DAY) if one[0].startswith("offer_")]
    assert [(step, day) for _, step, day in told] == [("due", LAST_DAY)]
    assert way.state.place == KITCHEN
    way.day = LAST_DAY + DAY
    [moment] = [one for one in reached(way.state, way.day) if one.deadline.startswith("offer_")]
    assert moment.step is DeadlineStep.ESCALATION
    way.tell_deadlines()
    assert way.state.place is None
    assert way.refuses("internship_agreed", "the_offer_was_accepted", SOURCE).id == "the_offer_was_accepted.lapsed"
    for accepted in (True, False):
        message = way.refuses("offer_answered", "the_offer_stands", SOURCE, accepted=accepted)
        assert message.id == "the_offer_stands.lapsed"
    way.happens("place_offered")
    assert way.state.place == KITCHEN


def test_an_answer_after_the_last_day_comes_too_late_though_nobody_has_been_told_yet() -> None:
    way = offered()
    way.day = LAST_DAY + DAY
    assert way.refuses("offer_answered", "the_offer_stands", SOURCE).id == "the_offer_stands.lapsed"
    way.happens("offer_answered", effective_on=LAST_DAY)


def test_an_answer_does_not_lie_before_the_offer() -> None:
    way = waits()
    way.later(1).happens("place_offered")
    message = way.refuses("offer_answered", "the_offer_stands", SOURCE, effective_on=way.day - DAY)
    assert message.id == "the_offer_stands.too_early"


@pytest.mark.parametrize(
    ("accepted", "told"),
    [
        (True, ("The candidate accepted the offer of a place.", "Kandidaten tackade ja till platsen som erbjöds.")),
        (False, ("The candidate declined the offer of a place.", "Kandidaten tackade nej till platsen som erbjöds.")),
    ],
)
def test_an_answer_is_told_as_the_candidate_gave_it(accepted: bool, told: tuple[str, str]) -> None:
    words = in_words({"kind": "offer_answered", "accepted": accepted})
    assert (said(words, "en").strip(), said(words, "sv").strip()) == told


def test_nobody_is_offered_two_places_at_a_time() -> None:
    way = offered()
    assert way.refuses("place_offered", "no_other_offer_stands", DESIGN_SOURCE).id == "no_other_offer_stands.open"
    way.happens("offer_answered")
    message = way.refuses("place_offered", "no_other_offer_stands", DESIGN_SOURCE)
    assert message.id == "no_other_offer_stands.accepted"


def test_an_offer_that_had_lapsed_when_it_was_recorded_holds_up_no_other() -> None:
    way = waits().later(30)
    way.happens("place_offered", effective_on=BEFORE_MIDSUMMER)
    assert way.refuses("offer_answered", "the_offer_stands", SOURCE).id == "the_offer_stands.lapsed"
    assert "place_offered" in way.journey.allowed(at(way.day))
    way.happens("place_offered")
    way.happens("offer_answered")


def test_where_lots_decide_nobody_is_offered_a_place_without_a_number() -> None:
    way = waits(LOTS)
    assert "place_offered" not in way.journey.allowed(at(way.day))
    way.later(2)
    for day in (way.day, way.day - DAY):
        message = way.refuses("place_offered", "lots_were_drawn", LOTS.internship.source, effective_on=day)
        assert message.id == "lots_were_drawn.no_number"
    drawn = way.happens("lot_drawn")
    way.happens("place_offered", effective_on=way.day - DAY)
    struck = way.event("corrected", corrects=drawn.event_id, replacement=None)
    refused = way.propose(struck)
    assert isinstance(refused, Refusal)
    assert refused.rule == "later_events_stay_possible"
    assert LOTS.lottery is not None
    in_any_order = LOTS.model_copy(update={"lottery": LOTS.lottery.model_copy(update={"offers_in_order": False})})
    waits(in_any_order).happens("place_offered")


def test_a_pause_gives_the_days_back() -> None:
    way = offered()
    way.later(1).happens("paused")
    way.later(7).happens("resumed")
    [due_on] = [due_on for rule, due_on in open_deadlines(way.state) if rule.name.startswith("offer_")]
    assert due_on == LAST_DAY + timedelta(days=7)
    way.day = due_on
    way.happens("offer_answered")


@pytest.mark.parametrize("kind", ["withdrawn", "discontinued"])
def test_who_leaves_gives_the_place_back_and_has_no_offer_on_coming_back(kind: str) -> None:
    way = offered()
    way.happens(kind)
    assert way.state.place is None
    way.happens("reopened")
    assert (way.state.place, way.state.offer) == (None, None)


def test_an_offer_can_be_corrected_and_struck() -> None:
    way = waits()
    event = way.happens("place_offered")
    other = {**event.model_dump(), "position": "lasarettet_ward_service"}
    way.happens("corrected", corrects=event.event_id, replacement=other)
    assert way.state.place == "lasarettet_ward_service"
    assert isinstance(way.propose(way.event("corrected", corrects=event.event_id, replacement=None)), Proposal)
