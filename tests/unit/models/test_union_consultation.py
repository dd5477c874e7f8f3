"""Unions are consulted before an agreement: asked, answered or out of time, and for the next agreement only."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.events.descriptions import name_of
from models.journey.transitions import possible_from
from models.message import Message
from models.programme.programme import ConsultationRule, Programme
from models.projections.status import describe
from models.rules.decision import Proposal
from models.stages import Stage
from models.state.partner_obligations import consulted_in
from tests.support.builders import Way, way_to, way_to_decision
from tests.support.programmes import CONSULTATION, CONSULTED_BEFORE, MUST_AGREE, SERVICE
from tests.support.shapes import ANY_TIME, SHAPES, of_shape
from tests.support.values import DAY, DESIGN_SOURCE, MONDAY, at

assert CONSULTATION.union_consultation is not None
RULE, SOURCE = CONSULTATION.union_consultation, CONSULTATION.union_consultation.source
TWO = CONSULTATION.model_copy(
    update={"union_consultation": RULE.model_copy(update={"unions": ("kommunal", "fackforbundet_st")})}
)
"""A programme that consults two unions, whatever the town."""


def awaiting(rules: Programme = CONSULTATION) -> Way:
    return way_to(Stage.AWAITING_PLACEMENT, rules)


def is_refused(way: Way, **fields: Any) -> Message:
    return way.refuses("internship_agreed", "the_unions_have_been_consulted", SOURCE, **fields)


def time_left(until: date, union: str = "kommunal") -> Message:
    values = {"union": union, "until": str(until), "about": Message(id="agreement.internship_agreed")}
    return Message(id="the_unions_have_been_consulted.time_left").filled(**values)


def test_nothing_is_agreed_before_the_union_was_asked() -> None:
    way = awaiting()
    message = is_refused(way)
    assert message.id == "the_unions_have_been_consulted.not_consulted"
    assert message.values == {"unions": "kommunal", "kind": name_of("internship_agreed"), "days": "14"}
    assert "internship_agreed" not in way.journey.allowed(at(way.day))
    assert "union_consulted" in way.journey.allowed(at(way.day))


def test_a_union_that_was_asked_has_its_days_to_answer() -> None:
    way = awaiting()
    way.happens("union_consulted")
    last = MONDAY + timedelta(days=14)
    assert is_refused(way) == time_left(last)
    way.day = last
    assert is_refused(way) == time_left(last)
    way.day = last + DAY
    way.happens("internship_agreed")


@pytest.mark.parametrize("answer", ["no_objection", "objects"])
@pytest.mark.parametrize("actor", ["partner:kommunal", "coordinator:anna.berg", "manager:lena.strand"])
def test_once_the_union_has_answered_the_employer_decides(answer: str, actor: str) -> None:
    way = awaiting()
    way.happens("union_consulted")
    way.happens("union_answered", answer=answer, actor=actor)
    way.happens("internship_agreed")


def test_a_union_that_wants_to_negotiate_is_waited_for_however_long() -> None:
    way = awaiting()
    way.happens("union_consulted")
    way.happens("union_answered", answer="wants_negotiation")
    way.later(100)
    assert is_refused(way).id == "the_unions_have_been_consulted.negotiation"
    way.happens("union_answered", answer="objects")
    way.happens("internship_agreed")


def test_every_union_is_waited_for_and_the_sentence_names_the_one_that_is_missing() -> None:
    way = awaiting(TWO)
    assert is_refused(way).values["unions"] == "kommunal, fackforbundet_st"
    way.happens("union_consulted", unions=("kommunal",))
    assert is_refused(way).values["unions"] == "fackforbundet_st"
    way.later(2).happens("union_consulted", unions=("fackforbundet_st",))
    assert is_refused(way) == time_left(date(2026, 3, 16))
    way.happens("union_answered", union="kommunal")
    assert is_refused(way) == time_left(date(2026, 3, 18), union="fackforbundet_st")
    way.happens("union_answered", union="fackforbundet_st")
    way.happens("internship_agreed")


def test_the_unions_of_the_journeys_town_are_heard() -> None:
    way = Way(CONSULTATION)
    way.happens("referred", site="2523")
    for kind in ("referral_accepted", "requirements_checked"):
        way.happens(kind)
    assert is_refused(way).values["unions"] == "kommunal_malmfalten"
    message = way.refuses("union_consulted", "the_unions_are_those_to_consult", SOURCE, unions=("kommunal",))
    assert message.values == {"union": "kommunal", "known": "kommunal_malmfalten"}


def test_a_consultation_counts_for_the_next_agreement_only() -> None:
    way = awaiting()
    way.hears_of("internship_agreed")
    way.happens("internship_agreed")
    way.happens("internship_interrupted", reason="The ward was moved", seeks_new_place=True)
    assert way.state.stage is Stage.AWAITING_PLACEMENT
    is_refused(way)


def test_a_consultation_about_one_thing_does_not_count_for_another() -> None:
    way = way_to_decision(CONSULTATION)
    way.happens("union_consulted", about="temporary_role_agreed")
    way.happens("union_answered")
    way.refuses("permanent_role_agreed", "the_unions_have_been_consulted", SOURCE)
    way.happens("temporary_role_agreed")
    way.refuses("permanent_role_agreed", "the_unions_have_been_consulted", SOURCE)
    way.happens("union_consulted", about="permanent_role_agreed")
    way.happens("union_answered")
    way.happens("permanent_role_agreed")


def test_an_answer_can_name_which_of_two_questions_it_answers() -> None:
    way = way_to_decision(CONSULTATION)
    for about in ("temporary_role_agreed", "permanent_role_agreed"):
        way.happens("union_consulted", about=about)
    way.happens("union_answered", about="permanent_role_agreed")
    way.refuses("temporary_role_agreed", "the_unions_have_been_consulted", SOURCE)
    assert isinstance(way.propose(way.event("permanent_role_agreed")), Proposal)
    way.happens("union_answered")
    way.happens("temporary_role_agreed")


def test_only_the_agreements_that_the_rule_names_need_a_consultation() -> None:
    rules = CONSULTATION.model_copy(
        update={"union_consultation": RULE.model_copy(update={"before": ("permanent_role_agreed",)})}
    )
    way = awaiting(rules)
    refusal = way.refuses("union_consulted", "unions_are_consulted_about_it", SOURCE)
    assert refusal.id == "unions_are_consulted_about_it.not_in_this_stage"
    way.happens("internship_agreed")


def test_a_programme_without_a_consultation_neither_asks_nor_waits() -> None:
    way = awaiting(SERVICE)
    way.refuses("union_consulted", "unions_are_consulted_about_it", SERVICE.source)
    way.refuses("union_answered", "the_union_was_asked", DESIGN_SOURCE)
    assert not {"union_consulted", "union_answered"} & set(way.journey.allowed(at(way.day)))
    way.happens("internship_agreed")


def test_unions_are_consulted_about_what_can_be_agreed_in_the_stage() -> None:
    for stage in Stage:
        for shape in SHAPES:
            possible = possible_from(stage, shape)
            assert tuple(kind for kind in CONSULTED_BEFORE if kind in possible) == consulted_in(stage, shape)
    message = awaiting().refuses(
        "union_consulted", "unions_are_consulted_about_it", SOURCE, about="permanent_role_agreed"
    )
    assert message.id == "unions_are_consulted_about_it.other"
    assert message.values["other"] == Message(id="agreement.permanent_role_agreed")


# Where the union must agree


def must_agree(way: Way, **fields: Any) -> str:
    return way.refuses("internship_agreed", "the_unions_agree", SOURCE, **fields).id


def test_nothing_is_agreed_until_the_union_agrees_however_long_it_takes() -> None:
    way = awaiting(MUST_AGREE)
    assert must_agree(way) == "the_unions_agree.not_asked"
    way.happens("union_consulted")
    way.later(100)
    assert must_agree(way) == "the_unions_agree.unanswered"
    assert "internship_agreed" not in way.journey.allowed(at(way.day))
    way.happens("union_answered", answer="no_objection")
    assert "internship_agreed" in way.journey.allowed(at(way.day))
    way.happens("internship_agreed")


@pytest.mark.parametrize(("answer", "why"), [("objects", "objects"), ("wants_negotiation", "negotiation")])
def test_an_objection_stands_until_the_union_has_answered_otherwise(answer: str, why: str) -> None:
    way = awaiting(MUST_AGREE)
    way.happens("union_consulted")
    way.happens("union_answered", answer=answer)
    way.later(100)
    assert must_agree(way) == f"the_unions_agree.{why}"
    way.happens("union_answered", answer="no_objection")
    way.happens("internship_agreed")


def test_the_agreement_of_one_union_is_not_that_of_the_other() -> None:
    assert MUST_AGREE.union_consultation is not None
    both = MUST_AGREE.union_consultation.model_copy(update={"unions": ("kommunal", "fackforbundet_st")})
    way = awaiting(MUST_AGREE.model_copy(update={"union_consultation": both}))
    way.happens("union_consulted", unions=("kommunal", "fackforbundet_st"))
    way.happens("union_answered", union="kommunal")
    message = way.refuses("internship_agreed", "the_unions_agree", SOURCE)
    assert message.values["union"] == "fackforbundet_st"


def test_what_said_nothing_of_agreeing_is_written_as_before() -> None:
    assert "must_agree" not in RULE.model_dump(mode="json")


# Who asks, who answers, when


@pytest.mark.parametrize("actor", ["supervisor:maria.ek", "partner:kommunal"])
def test_only_the_employer_asks(actor: str) -> None:
    answer = awaiting().propose(awaiting().event("union_consulted", actor=actor))
    assert not isinstance(answer, Proposal)
    assert answer.rule in ("a_coordinator_asks", "the_author_may_say_so")


@pytest.mark.parametrize("actor", ["partner:fackforbundet_st", "partner:arbetsformedlingen", "supervisor:maria.ek"])
def test_nobody_answers_for_a_union_but_the_employer_on_its_behalf(actor: str) -> None:
    way = awaiting()
    way.happens("union_consulted")
    message = way.refuses("union_answered", "the_union_answers_for_itself", DESIGN_SOURCE, actor=actor)
    assert (message.id, message.values) == ("the_union_answers_for_itself.other", {"union": "kommunal"})


def test_a_union_that_was_not_asked_does_not_answer() -> None:
    way = awaiting(TWO)
    way.refuses("union_answered", "the_union_was_asked", DESIGN_SOURCE)
    way.happens("union_consulted", unions=("kommunal",))
    message = way.refuses("union_answered", "the_union_was_asked", DESIGN_SOURCE, union="fackforbundet_st")
    assert message.values == {"union": "fackforbundet_st", "known": "kommunal about internship_agreed"}


def test_an_answer_does_not_come_before_the_question() -> None:
    way = awaiting()
    way.later(5).happens("union_consulted")
    way.refuses("union_answered", "the_union_was_asked", DESIGN_SOURCE, effective_on=way.day - DAY)


def test_an_agreement_does_not_lie_before_the_answer() -> None:
    way = awaiting()
    way.happens("union_consulted")
    way.later(3).happens("union_answered")
    message = is_refused(way, effective_on=way.day - DAY)
    assert message.id == "the_unions_have_been_consulted.after_the_agreement"
    way.happens("internship_agreed")


def test_an_agreement_does_not_lie_within_the_time_that_ran_out() -> None:
    way = awaiting()
    way.happens("union_consulted")
    way.later(20)
    assert is_refused(way, effective_on=way.day - 10 * DAY).id == "the_unions_have_been_consulted.time_left"
    way.happens("internship_agreed")


def test_a_question_that_is_dated_back_gives_the_union_its_days_all_the_same() -> None:
    way = awaiting()
    way.later(30)
    way.happens("union_consulted", effective_on=MONDAY)
    assert is_refused(way) == time_left(way.day + 14 * DAY)
    way.happens("union_answered", effective_on=MONDAY + 3 * DAY)
    way.happens("internship_agreed", effective_on=MONDAY + 3 * DAY)


def test_asking_again_begins_the_consultation_anew() -> None:
    way = awaiting()
    way.hears_of("internship_agreed")
    way.later(1).happens("union_consulted")
    assert is_refused(way).id == "the_unions_have_been_consulted.time_left"


def test_a_pause_gives_the_union_its_days_back_and_lets_it_answer() -> None:
    way = awaiting()
    way.happens("union_consulted")
    way.later(4).happens("paused")
    way.later(30).happens("resumed")
    assert is_refused(way) == time_left(MONDAY + timedelta(days=44))
    way.happens("paused")
    way.happens("union_answered", actor="partner:kommunal")


# Correcting a consultation


def test_a_consultation_that_is_struck_makes_the_agreement_on_it_impossible() -> None:
    way = awaiting()
    asked = way.happens("union_consulted")
    answered = way.happens("union_answered")
    way.happens("internship_agreed")
    for event in (answered, asked):
        answer = way.propose(way.event("corrected", corrects=event.event_id, replacement=None))
        assert not isinstance(answer, Proposal)
        assert answer.rule == "later_events_stay_possible"


def test_striking_an_answer_opens_the_consultation_again() -> None:
    way = awaiting()
    way.happens("union_consulted")
    answered = way.happens("union_answered", answer="objects")
    way.happens("corrected", corrects=answered.event_id, replacement=None)
    is_refused(way)


# Who is told, and reminded


def test_the_unions_that_are_asked_are_told_until_when_they_can_answer() -> None:
    way = awaiting(TWO)
    asked = way.event("union_consulted", unions=("kommunal", "fackforbundet_st"))
    assert way.accepts(asked).recipients == ("kommunal", "fackforbundet_st")
    changed = asked.model_copy(update={"unions": ("fackforbundet_st",)})
    correction = way.event("corrected", corrects=asked.event_id, replacement=changed.model_dump())
    assert way.accepts(correction).recipients == ("kommunal", "fackforbundet_st")


def test_a_union_that_has_not_answered_is_reminded_and_the_coordinator_told_when_its_time_is_out() -> None:
    way = awaiting()
    way.happens("union_consulted")
    [name] = [consultation.deadline for consultation in way.state.consultations]
    told = [each for each in way.told_up_to(MONDAY + 40 * DAY) if each[0] == name]
    assert told == [(name, "reminder", MONDAY + 7 * DAY), (name, "due", MONDAY + 14 * DAY)]


def test_the_reminder_goes_to_the_union_and_the_end_of_its_time_to_the_coordinator() -> None:
    way = awaiting()
    way.happens("union_consulted")
    for days, step, recipient in ((7, "reminder", "kommunal"), (14, "due", "anna.berg")):
        way.day = MONDAY + days * DAY
        event = way.event(
            "deadline_passed", deadline=way.state.consultations[0].deadline, step=step, due_on=MONDAY + 14 * DAY
        )
        assert way.accepts(event).recipients == (recipient,)


@pytest.mark.parametrize("kind", ["union_answered", "withdrawn"])
def test_a_consultation_that_is_answered_or_moot_reminds_nobody(kind: str) -> None:
    way = awaiting()
    way.happens("union_consulted")
    way.happens(kind)
    assert [each for each in way.told_up_to(MONDAY + 40 * DAY) if each[0].startswith("consultation_")] == []


def test_a_journey_waits_for_the_union_while_it_has_not_answered() -> None:
    way = awaiting(CONSULTATION.model_copy(update={"notices": ()}))
    way.happens("union_consulted")
    status = describe("K7Q29FMXB", way.rules.id, way.state, 4, at(way.day))
    assert (status.of_whom, status.waits_for) == ("union", "union_answer")
    assert status.due_on == MONDAY + 14 * DAY


# The rule


@pytest.mark.parametrize(
    "wrong", [{"before": ("referred",)}, {"before": ()}, {"answer_within_days": 0}, {"remind_after_days": 14}]
)
def test_a_consultation_rule_that_cannot_be_kept_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        ConsultationRule.model_validate({**RULE.model_dump(), **wrong})


def test_rules_from_before_there_were_consultations_still_load() -> None:
    old = SERVICE.model_dump(mode="json")
    del old["union_consultation"]
    assert Programme.model_validate(old).union_consultation is None


def test_where_somebody_is_hired_at_any_time_an_internship_leaves_what_was_said_of_a_role() -> None:
    way = awaiting(of_shape(ANY_TIME, CONSULTATION))
    for about in ("internship_agreed", "temporary_role_agreed"):
        way.happens("union_consulted", about=about)
    way.happens("union_answered")
    way.happens("internship_agreed")
    assert [(one.about, one.answer is None) for one in way.state.consultations] == [("temporary_role_agreed", False)]
    way.happens("temporary_role_agreed")
    assert way.state.consultations == ()
