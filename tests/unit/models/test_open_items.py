"""What a journey waits for: each thing with its own words, its days and whose it is."""

from datetime import timedelta
from typing import Any

import pytest

from activities.language import said
from models.programme.programme import CountsFrom, DeadlineRule, Programme, WayEnd
from models.projections.item_words import item_in_words, whom_in_words
from models.projections.open_items import OpenItem, foremost, open_items
from models.stages import Stage
from models.state.deadlines import open_deadlines
from tests.support.builders import Way, way_to, way_to_conversion, way_to_decision
from tests.support.programmes import BOTH_EVALUATE, CONSULTATION, LOTS, MAY_OFFER, OFFERING, SERVICE
from tests.support.shapes import AT_ONCE, of_shape
from tests.support.values import DESIGN_SOURCE, MONDAY

DAY = timedelta(days=1)
CHECKED_EARLY = SERVICE.model_copy(
    update={
        "deadlines": tuple(
            rule.model_copy(update={"days": 14}) if rule.name == "check_in_due" else rule for rule in SERVICE.deadlines
        )
    }
)
"""A programme whose check-in is due after a fortnight."""


def items(way: Way) -> dict[str, OpenItem]:
    return {one.what: one for one in open_items(way.state)}


def told(item: OpenItem) -> tuple[str, str]:
    return said(item_in_words(item), "en"), said(whom_in_words(item), "en")


def test_an_internship_waits_for_its_check_in_and_for_its_end() -> None:
    found = open_items(way_to(Stage.INTERNSHIP, CHECKED_EARLY).state)
    assert [(one.what, one.of_whom, one.since, one.due_on, one.days) for one in found] == [
        ("check_in", "coordinator", MONDAY, MONDAY + 14 * DAY, 14),
        ("internship_end", "supervisor", MONDAY, MONDAY + 89 * DAY, None),
    ]
    assert told(found[0]) == ("the check-in of day 14", "the coordinator")


def test_a_late_check_in_is_told_as_such_on_the_day_after_the_next_would_be_due() -> None:
    way = way_to(Stage.INTERNSHIP, CHECKED_EARLY)
    way.later(14 + 57)
    assert foremost(open_items(way.state)) == items(way)["check_in"]
    assert items(way)["check_in"].due_on == way.day - 57 * DAY


def test_the_next_check_in_counts_from_the_last_and_is_named_by_its_day() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(20).happens("check_in_recorded")
    check_in = items(way)["check_in"]
    assert (check_in.since, check_in.due_on, check_in.days) == (way.day, MONDAY + 50 * DAY, 50)


def test_before_the_internship_has_begun_no_check_in_is_held_or_late() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    starts_on = MONDAY + 63 * DAY
    way.happens("internship_agreed", starts_on=starts_on, ends_on=starts_on + 89 * DAY)
    way.refuses("check_in_recorded", "it_has_begun", DESIGN_SOURCE)
    check_in = items(way)["check_in"]
    assert (check_in.since, check_in.due_on, check_in.days) == (starts_on, starts_on + 30 * DAY, 30)
    way.later(63).happens("check_in_recorded")


def test_whoever_waits_for_a_place_waits_for_what_comes_next() -> None:
    undated = SERVICE.model_copy(update={"deadlines": ()})

    def awaited(way: Way) -> list[str]:
        return [told(one)[0] for one in open_items(way.state)]

    for rules in (undated, SERVICE):
        assert awaited(way_to(Stage.AWAITING_PLACEMENT, rules)) == ["an internship"]
        may = rules.model_copy(update={"offers": MAY_OFFER.offers})
        assert awaited(way_to(Stage.AWAITING_PLACEMENT, may)) == ["an internship"]
        asked = rules.model_copy(update={"offers": OFFERING.offers, "lottery": LOTS.lottery})
        way = way_to(Stage.AWAITING_PLACEMENT, asked)
        assert awaited(way) == ["the drawing of lots"]
        way.happens("lot_drawn", number=3)
        assert awaited(way) == ["an offer of a place, as number 3 of the drawing"]
        way.happens("place_offered")
        assert awaited(way)[0] == "the candidate's answer to the offer of a place"
        way.happens("offer_answered", accepted=False)
        assert awaited(way) == ["an offer of a place"]
        way.happens("place_offered")
        way.happens("offer_answered")
        assert awaited(way) == ["an internship"]
    assert asked.lottery is not None
    loose = asked.model_copy(update={"lottery": asked.lottery.model_copy(update={"offers_in_order": False})})
    assert awaited(way_to(Stage.AWAITING_PLACEMENT, loose)) == ["an offer of a place"]
    at_once = of_shape(AT_ONCE, asked)
    assert awaited(way_to(Stage.AWAITING_PLACEMENT, at_once)) == ["the drawing of lots"]


def test_until_an_offer_is_answered_its_answer_alone_is_awaited() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, OFFERING.model_copy(update={"deadlines": ()}))
    way.happens("place_offered")
    assert [one.what for one in open_items(way.state)] == ["offer_answer"]


def test_of_a_paused_journey_that_alone_is_waited_for() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(3).happens("paused")
    assert [(one.what, one.since, one.due_on) for one in open_items(way.state)] == [("resumption", way.day, None)]


def test_the_law_waits_for_no_pause() -> None:
    way = way_to(Stage.EVALUATION)
    way.happens("evaluation_recorded")
    way.happens("temporary_role_agreed", form="special_fixed_term", ends_on=MONDAY + 800 * DAY)
    assert "conversion" in items(way)
    way.happens("paused")
    assert set(items(way)) == {"conversion", "resumption"}


def test_each_evaluation_is_waited_for_and_then_the_decision() -> None:
    way = way_to(Stage.EVALUATION, BOTH_EVALUATE)
    assert list(items(way)) == ["evaluation", "self_evaluation"]
    way.happens("evaluation_recorded")
    assert list(items(way)) == ["self_evaluation"]
    way.later(2).happens("self_evaluation_recorded")
    decision = items(way)["role_decision"]
    assert (list(items(way)), decision.since, decision.of_whom) == (["role_decision"], way.day, "coordinator")


def test_a_programme_without_a_deadline_for_it_waits_for_a_decision_all_the_same() -> None:
    rules = SERVICE.model_copy(update={"deadlines": ()})
    assert [(one.what, one.due_on) for one in open_items(way_to_decision(rules).state)] == [("role_decision", None)]


def test_the_unions_answer_names_the_union_and_what_it_is_about() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, CONSULTATION)
    way.happens("union_consulted", about="internship_agreed")
    found = items(way)
    assert set(found) == {"union_answer", "acknowledgement", "internship"}
    answer, [asked] = found["union_answer"], way.state.consultations
    assert (answer.item, answer.partner, answer.due_on) == (asked.deadline, asked.union, MONDAY + 14 * DAY)
    assert told(answer) == ("an answer from the union on an internship", f"the union {asked.union}")


def test_a_confirmation_names_the_partner_and_the_letter() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, CONSULTATION)
    [owed] = way.state.acknowledgements
    confirmation = items(way)["acknowledgement"]
    assert (confirmation.item, confirmation.partner) == (owed.deadline, owed.recipient)
    assert told(confirmation)[0] == "the confirmation of the letter “requirement check”"
    way.happens("partner_acknowledged", notice_id=owed.notice_id, actor=f"partner:{owed.recipient}")
    assert "acknowledgement" not in items(way)


def test_a_programmes_own_deadline_is_waited_for_by_its_name() -> None:
    plan = DeadlineRule(
        name="plan_for_training", stages=(Stage.INTERNSHIP,), counts_from=CountsFrom.STAGE_ENTERED, days=10
    )
    way = way_to(Stage.INTERNSHIP, SERVICE.model_copy(update={"deadlines": (*SERVICE.deadlines, plan)}))
    first = open_items(way.state)[0]
    assert (first.what, told(first)[0]) == ("plan_for_training", "plan for training")


def test_a_correction_waits_for_a_colleague_until_it_is_answered() -> None:
    way = way_to_decision()
    evaluation = way.journey.entries[-1].event
    other = evaluation.model_copy(update={"favourable": False})
    proposed = way.happens(
        "correction_proposed", corrects=evaluation.event_id, reason="Wrong", replacement=other, actor=evaluation.actor
    )
    found = items(way)["second_person"]
    assert (found.since, found.due_on, found.lapses) == (way.day, way.day + 30 * DAY, True)
    assert found.item == f"second_person_{proposed.event_id}"
    way.happens("proposal_declined", proposal=proposed.event_id, reason="It was right", actor="coordinator:bo.lind")
    assert "second_person" not in items(way)


def test_a_correction_that_a_colleague_has_approved_waits_no_more() -> None:
    way = way_to_decision()
    evaluation = way.journey.entries[-1].event
    said_otherwise: dict[str, Any] = {"corrects": evaluation.event_id, "reason": "Wrong", "replacement": None}
    proposed = way.happens("correction_proposed", **said_otherwise, actor=evaluation.actor)
    way.happens("corrected", **said_otherwise, proposal=proposed.event_id, actor="coordinator:bo.lind")
    assert way.state.proposals == ()


def test_what_has_lapsed_is_never_the_foremost() -> None:
    lapsing = OpenItem(item="second_person_1", what="second_person", of_whom="colleague", since=MONDAY, due_on=MONDAY)
    other = OpenItem(item="internship", what="internship", of_whom="coordinator", since=MONDAY)
    assert foremost((lapsing, other)) == other
    assert foremost((lapsing,)) is None


ENDS = {
    WayEnd.BEFORE_INTERNSHIP: lambda: way_to(Stage.CLOSED),
    WayEnd.INTERNSHIP: lambda: _left(way_to(Stage.EVALUATION)),
    WayEnd.TEMPORARY_ROLE: lambda: _left(way_to(Stage.TEMPORARY_ROLE)),
    WayEnd.PERMANENT_ROLE: lambda: way_to(Stage.PERMANENT_ROLE),
}


def _left(way: Way) -> Way:
    way.happens("withdrawn")
    return way


@pytest.mark.parametrize("end", WayEnd)
def test_only_those_who_were_employed_are_followed_up(end: WayEnd) -> None:
    way = ENDS[end]()
    assert way.state.way_end is end
    followed = [one.days for one in open_items(way.state)]
    assert followed == ([90, 180, 365] if end in (WayEnd.TEMPORARY_ROLE, WayEnd.PERMANENT_ROLE) else [])


def test_a_role_that_the_law_made_permanent_is_followed_up() -> None:
    way = way_to_conversion()
    way.tell_deadlines()
    assert (way.state.way_end, told(open_items(way.state)[0])[0]) == (
        WayEnd.PERMANENT_ROLE,
        "the follow-up after 90 days",
    )


@pytest.mark.parametrize("rules", [SERVICE, CONSULTATION], ids=["service", "consulting"])
@pytest.mark.parametrize("stage", Stage)
def test_every_deadline_that_runs_is_an_item_with_its_day(stage: Stage, rules: Programme) -> None:
    way = way_to(stage, rules)
    found = open_items(way.state)
    assert {due_on for _, due_on in open_deadlines(way.state)} <= {one.due_on for one in found}
    assert len({one.item for one in found}) == len(found)
    assert [one.due_on for one in found if one.due_on] == sorted(one.due_on for one in found if one.due_on)


def test_nothing_is_waited_for_before_the_referral() -> None:
    assert open_items(None) == ()


def with_deadline(rules: Programme, name: str, **fields: Any) -> Programme:
    """The programme with a deadline of a name that no file may use."""
    said = {"stages": tuple(Stage), "counts_from": CountsFrom.STAGE_ENTERED, "days": 30, **fields}
    return rules.model_copy(update={"deadlines": (*rules.deadlines, DeadlineRule(name=name, **said))})


def test_the_laws_day_stands_though_an_unchecked_programme_has_a_deadline_of_its_name() -> None:
    lawful = way_to_conversion()
    way = way_to_conversion(with_deadline(SERVICE, "conversion"))
    assert lawful.state is not None
    assert way.state is not None
    [on] = [due_on for rule, due_on in open_deadlines(lawful.state) if rule.name == "conversion"]
    assert [due_on for rule, due_on in open_deadlines(way.state) if rule.name == "conversion"] == [on]
    assert open_items(way.state) == open_items(lawful.state)


@pytest.mark.parametrize("name", ["internship_end", "check_in", "resumption", "follow_up_soon", "return_due"])
def test_what_an_unchecked_programme_names_as_the_journey_does_is_one_item_by_its_earliest_day(name: str) -> None:
    way = way_to(Stage.INTERNSHIP, with_deadline(CHECKED_EARLY, name))
    found = open_items(way.state)
    assert len({one.item for one in found}) == len(found)
    [own] = [one for one in found if one.item == name]
    assert own.due_on == MONDAY + (14 if name == "check_in" else 30) * DAY


def test_a_follow_up_that_a_programme_has_twice_is_awaited_once() -> None:
    rules = SERVICE.model_copy(update={"follow_up_after_days": (90, 90, 365)})
    way = way_to(Stage.PERMANENT_ROLE, rules)
    assert [one.item for one in open_items(way.state)] == ["follow_up_90", "follow_up_365"]
