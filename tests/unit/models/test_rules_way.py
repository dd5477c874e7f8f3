"""Rules that hold on the whole way: who may say what, when, in which order, and what a pause stops."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.language import said
from models.events.descriptions import name_of
from models.events.events import EVENT_CLASSES, NOT_FROM_THE_DESK
from models.journey.transitions import possible_from
from models.rules.decision import Proposal, Refusal
from models.stages import OPEN_STAGES, Stage
from models.state.deadlines import upcoming
from tests.support.builders import Way, way_to, way_to_decision
from tests.support.programmes import CONSULTATION, DUTIES, LOTS, MAY_OFFER, SERVICE
from tests.support.values import DAY, DESIGN_SOURCE, MONDAY, at, is_one_sentence

PARTNERS_MAY = {"partner_acknowledged", "note_added"}
ON_A_PAUSE = {
    "note_added",
    "corrected",
    "correction_proposed",
    "partner_acknowledged",
    "coordinator_changed",
    "resumed",
    "pause_extended",
    "reminder_set",
    "returned_to_agency",
    "withdrawn",
    "discontinued",
}
KINDS_IN_STAGES = [
    (kind, stage)
    for kind, stage in {kind: stage for stage in Stage for kind in possible_from(stage)}.items()
    if kind not in NOT_FROM_THE_DESK
]
"""Each kind that somebody can send once the journey has begun, with a stage in which it is possible."""


ASK_UNIONS, CHANGE_RULES = {"union_consulted", "union_answered"}, {"rules_changed"}
OF_OFFERS = {"place_offered", "offer_answered"}


def ready_for(kind: str, stage: Stage) -> Way:
    of_kind = dict.fromkeys(ASK_UNIONS, CONSULTATION) | dict.fromkeys(OF_OFFERS, MAY_OFFER) | {"lot_drawn": LOTS}
    way = way_to(stage, of_kind.get(kind, SERVICE))
    if kind == "duty_done":
        way = way_to(Stage.INTERNSHIP, DUTIES)
        way.happens("discontinued")
    if kind == "offer_answered":
        way.happens("place_offered")
    if kind == "union_answered":
        way.happens("union_consulted")
    if kind in ("temporary_role_agreed", "permanent_role_agreed") and stage is Stage.EVALUATION:
        way.happens("evaluation_recorded")
    if kind in ("pause_extended", "resumed"):
        way.happens("paused")
    if kind in ("reminder_moved", "reminder_done"):
        way.happens("reminder_set")
    if kind == "proposal_declined":
        way.happens("correction_proposed")
    return way


# Who may say so


def test_a_partner_acknowledges_and_comments_and_says_nothing_else() -> None:
    for kind, stage in KINDS_IN_STAGES:
        way = ready_for(kind, stage)
        if kind in PARTNERS_MAY:
            way.happens(kind, actor="partner:kommunen")
        elif kind == "union_answered":
            way.happens(kind, actor="partner:kommunal")
        else:
            way.refuses(kind, "the_author_may_say_so", DESIGN_SOURCE, actor="partner:kommunen")


@pytest.mark.parametrize("role", ["coordinator", "supervisor", "manager"])
def test_the_employers_people_may_say_whatever_is_possible(role: str) -> None:
    for kind, stage in KINDS_IN_STAGES:
        way, actor = ready_for(kind, stage), f"{role}:nils.ny"
        if role == "supervisor" and kind in ASK_UNIONS:
            assert isinstance(way.propose(way.event(kind, actor=actor)), Refusal)
        elif role != "manager" and kind in CHANGE_RULES:
            way.refuses(kind, "a_manager_changes_the_rules", DESIGN_SOURCE, actor=actor)
        elif (role, kind) == ("manager", "self_evaluation_recorded"):
            way.refuses(kind, "recorded_for_the_candidate", DESIGN_SOURCE, actor=actor)
        else:
            way.happens(kind, actor=actor)


def test_the_system_says_nothing_but_that_a_deadline_has_passed() -> None:
    for kind, stage in KINDS_IN_STAGES:
        ready_for(kind, stage).refuses(kind, "the_author_may_say_so", DESIGN_SOURCE, actor="system:journey")


@pytest.mark.parametrize("role", ["coordinator", "supervisor", "manager", "partner"])
def test_nobody_but_the_journey_itself_says_that_a_deadline_has_passed(role: str) -> None:
    way = way_to(Stage.REFERRAL)
    way.day = upcoming(way.state)[0].on
    way.refuses("deadline_passed", "the_author_may_say_so", DESIGN_SOURCE, actor=f"{role}:arbetsformedlingen")


def test_a_deadline_that_has_passed_is_recorded() -> None:
    way = way_to(Stage.REFERRAL)
    way.day = upcoming(way.state)[0].on
    way.happens("deadline_passed")


@pytest.mark.parametrize("wrong", [{"deadline": "placement_due"}, {"step": "due"}, {"due_on": MONDAY}])
def test_a_deadline_that_has_not_passed_is_not_recorded(wrong: dict[str, Any]) -> None:
    way = way_to(Stage.REFERRAL)
    way.day = upcoming(way.state)[0].on
    way.refuses("deadline_passed", "the_deadline_has_passed", DESIGN_SOURCE, **wrong)


def test_a_deadline_is_not_recorded_the_day_before_it_passes() -> None:
    way = way_to(Stage.REFERRAL)
    moment = upcoming(way.state)[0]
    said: dict[str, Any] = {"deadline": moment.deadline, "step": moment.step, "due_on": moment.due_on}
    way.day = moment.on - DAY
    way.refuses("deadline_passed", "the_deadline_has_passed", DESIGN_SOURCE, **said)


# When


def test_an_event_may_be_dated_tomorrow_and_not_the_day_after() -> None:
    for kind, stage in KINDS_IN_STAGES:
        way = ready_for(kind, stage)
        tomorrow, day_after = way.day + DAY, way.day + 2 * DAY
        assert isinstance(way.propose(way.event(kind, effective_on=tomorrow)), Proposal), kind
        message = way.refuses(kind, "the_day_has_come", DESIGN_SOURCE, effective_on=day_after)
        assert message.values == {"effective_on": str(day_after), "kind": name_of(kind)}


# In which order

WITHOUT_ORDER = {"corrected", "note_added", "partner_acknowledged", "rules_changed", "coordinator_changed"}
WITHOUT_ORDER |= {
    "correction_proposed",
    "proposal_declined",
    "reminder_set",
    "reminder_moved",
    "reminder_done",
    "duty_done",
}


def test_an_event_of_the_way_is_not_dated_before_the_stage_began() -> None:
    for kind, stage in KINDS_IN_STAGES:
        way = ready_for(kind, stage)
        before = way.state.since - DAY
        if kind in WITHOUT_ORDER:
            assert isinstance(way.propose(way.event(kind, effective_on=before)), Proposal), kind
        else:
            message = way.refuses(kind, "it_follows_what_went_before", DESIGN_SOURCE, effective_on=before)
            since = str(way.state.since)
            assert message.values == {"effective_on": str(before), "since": since, "stage": stage.in_words}


def test_the_past_is_registered_in_its_own_order() -> None:
    way = Way(SERVICE, MONDAY)
    for days, kind in enumerate(("referred", "referral_accepted", "requirements_checked", "internship_agreed")):
        way.happens(kind, recorded=MONDAY + timedelta(days=400), effective_on=MONDAY + timedelta(days=days))
    assert way.state.since == MONDAY + timedelta(days=3)


def test_an_event_is_recorded_once() -> None:
    way = way_to(Stage.REFERRAL)
    note = way.happens("note_added")
    way.refuses_event(note, "each_event_once", DESIGN_SOURCE)
    other = way.event("referral_accepted", event_id=note.event_id)
    way.refuses_event(other, "each_event_once", DESIGN_SOURCE)


# Pauses


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_a_pause_stops_all_but_going_on_ending_and_writing(stage: Stage) -> None:
    way = way_to(stage)
    way.happens("paused")
    for kind in possible_from(stage):
        answer = way.propose(way.event(kind))
        if kind in ON_A_PAUSE:
            assert isinstance(answer, Proposal), kind
        elif kind not in NOT_FROM_THE_DESK | {
            "duty_done",
            "union_answered",
            "proposal_declined",
            "reminder_moved",
            "reminder_done",
        }:
            assert isinstance(answer, Refusal), kind
            assert (answer.rule, answer.source) == ("the_journey_is_not_paused", DESIGN_SOURCE)
            assert is_one_sentence(said(answer.message, "en"))
    assert set(way.journey.allowed(at(way.day))) == ON_A_PAUSE - {"correction_proposed"}


def test_deadlines_do_not_pass_on_a_pause() -> None:
    way = way_to(Stage.REFERRAL)
    way.happens("paused")
    said: dict[str, Any] = {"deadline": "referral_unanswered", "step": "due", "due_on": MONDAY + timedelta(days=14)}
    way.later(14).refuses("deadline_passed", "the_journey_is_not_paused", DESIGN_SOURCE, **said)


@pytest.mark.parametrize("kind", ["returned_to_agency", "withdrawn", "discontinued"])
def test_an_ending_ends_the_pause_too(kind: str) -> None:
    way = way_to(Stage.INTERNSHIP)
    way.happens("paused")
    way.later(5).happens(kind)
    assert not way.state.paused
    assert way.state.stage is Stage.CLOSED
    way.later(1).happens("reopened")
    assert not way.state.paused


def test_what_is_not_paused_cannot_be_resumed() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.refuses("resumed", "the_journey_is_paused", DESIGN_SOURCE)
    assert "resumed" not in way.journey.allowed(at(way.day))
    way.happens("paused")
    way.happens("resumed")
    way.refuses("resumed", "the_journey_is_paused", DESIGN_SOURCE)


def test_a_journey_resumes_on_the_day_of_the_pause_or_later() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(10).happens("paused")
    message = way.refuses("resumed", "it_resumes_after_it_paused", DESIGN_SOURCE, effective_on=way.day - DAY)
    assert message.values == {"from_day": str(way.day)}
    way.happens("resumed")


def test_a_journey_pauses_again_on_the_day_on_which_it_was_resumed_or_later() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(1).happens("paused")
    way.later(9).happens("resumed")
    message = way.refuses("paused", "it_pauses_after_it_resumed", DESIGN_SOURCE, effective_on=way.day - DAY)
    assert message.values == {"went_on": str(way.day)}
    way.happens("paused")


def test_a_pause_that_lies_over_an_earlier_one_does_not_count_its_days_twice() -> None:
    way = way_to(Stage.INTERNSHIP, day=date(2013, 3, 4))
    way.happens("paused")
    way.day = MONDAY
    way.happens("resumed")
    due = upcoming(way.state)[-1].due_on
    way.refuses("paused", "it_pauses_after_it_resumed", DESIGN_SOURCE, effective_on=way.state.since)
    assert upcoming(way.state)[-1].due_on == due


# Reopening


def closed() -> Way:
    return way_to(Stage.CLOSED)


def test_a_journey_is_reopened_on_the_last_day_of_the_window_and_no_later() -> None:
    way = closed()
    last_day = way.state.since + timedelta(days=SERVICE.reopen_within_days)
    way.day = last_day
    assert "reopened" in way.journey.allowed(at(way.day))
    assert isinstance(way.propose(way.event("reopened")), Proposal)
    way.later(1)
    assert "reopened" not in way.journey.allowed(at(way.day))
    message = way.refuses("reopened", "the_window_is_open", SERVICE.source)
    assert message.values == {"within": str(SERVICE.reopen_within_days), "last_day": str(last_day)}


def test_the_window_of_reopening_is_reckoned_by_the_day_on_which_it_took_effect() -> None:
    way = closed()
    last_day = way.state.since + timedelta(days=SERVICE.reopen_within_days)
    way.later(400).happens("reopened", effective_on=last_day)


def test_a_reopened_journey_forgets_its_end() -> None:
    way = closed()
    way.happens("follow_up_recorded", after_days=90)
    way.later(1).happens("reopened")
    assert (way.state.end_reason, way.state.closed_from, way.state.follow_ups) == (None, None, ())


# Follow-ups


@pytest.mark.parametrize("stage", [Stage.PERMANENT_ROLE, Stage.CLOSED])
def test_each_follow_up_of_the_programme_is_recorded_once(stage: Stage) -> None:
    way = way_to(stage)
    for days in SERVICE.follow_up_after_days:
        assert "follow_up_recorded" in way.journey.allowed(at(way.day))
        way.happens("follow_up_recorded", after_days=days)
    assert "follow_up_recorded" not in way.journey.allowed(at(way.day))
    way.refuses("follow_up_recorded", "the_follow_up_is_asked_for", SERVICE.source, after_days=90)


def test_a_follow_up_that_is_recorded_already_is_refused_with_those_left() -> None:
    way = closed()
    way.happens("follow_up_recorded", after_days=180)
    message = way.refuses("follow_up_recorded", "the_follow_up_is_asked_for", SERVICE.source, after_days=180)
    assert message.values["known"] == "90, 365"


@pytest.mark.parametrize("days", [89, 91])
def test_a_follow_up_that_the_programme_does_not_ask_for_is_refused(days: int) -> None:
    message = closed().refuses("follow_up_recorded", "the_follow_up_is_asked_for", SERVICE.source, after_days=days)
    assert message.values["after_days"] == str(days)


# Moving to new rules


def test_a_journey_moves_to_new_rules_of_its_programme() -> None:
    way = closed()
    wider = SERVICE.model_copy(update={"reopen_within_days": SERVICE.reopen_within_days + 1})
    way.happens("rules_changed", rules=wider.model_dump())
    assert way.state.rules == wider
    assert way.journey.rules == SERVICE
    way.later(SERVICE.reopen_within_days + 1).happens("reopened")


def test_a_journey_does_not_move_to_another_programme() -> None:
    way = closed()
    other = SERVICE.model_copy(update={"id": "easy_jobs"})
    message = way.refuses("rules_changed", "the_programme_stays", DESIGN_SOURCE, rules=other.model_dump())
    assert message.values == {"rules": "service_division"}


def test_every_kind_of_event_is_tried_here() -> None:
    assert {kind for kind, _ in KINDS_IN_STAGES} == set(EVENT_CLASSES) - {"referred"} - NOT_FROM_THE_DESK


def test_a_proposal_made_before_another_event_is_not_committed() -> None:
    way = way_to_decision()
    stale = way.propose(way.event("permanent_role_agreed"))
    assert isinstance(stale, Proposal)
    way.happens("note_added")
    way.happens("paused")
    with pytest.raises(ValueError, match="propose the event again"):
        way.journey.commit(stale)
