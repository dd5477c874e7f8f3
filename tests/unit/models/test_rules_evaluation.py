"""The evaluation: by the supervisor and by the candidate, against criteria only, and remarks apart from it."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from models.programme.programme import Criterion, Programme
from models.projections.status import describe
from models.stages import Stage
from models.state.deadlines import open_deadlines
from tests.support.builders import Way, way_to, way_to_decision
from tests.support.programmes import BEFORE_EVALUATIONS, BOTH_EVALUATE, TREATED_EQUALLY, met, scores
from tests.support.values import DESIGN_SOURCE, MONDAY, at

LEARNS = ("swedish_for_safety", "hygiene_routines")


def learning(rules: Programme = BOTH_EVALUATE) -> Way:
    """A way to the evaluation of somebody who had two requirements left to learn."""
    way = way_to(Stage.REQUIREMENT_CHECK, rules)
    way.happens("requirements_checked", findings=met(rules.profiles[0], **dict.fromkeys(LEARNS, "trainable")))
    way.happens("internship_agreed")
    way.happens("internship_completed")
    return way


def learnt(score: int = 3) -> list[dict[str, Any]]:
    return [{"criterion": requirement, "score": score} for requirement in LEARNS]


@pytest.mark.parametrize("kind", ["evaluation_recorded", "self_evaluation_recorded"])
def test_what_was_to_be_learnt_is_scored_beside_the_criteria(kind: str) -> None:
    way = learning()
    whole = [*scores(BOTH_EVALUATE), *learnt()]
    for wrong in (scores(BOTH_EVALUATE), whole[1:], whole[:-1], [*whole, whole[0]], learnt(), []):
        message = way.refuses(kind, "the_scores_cover_the_criteria", TREATED_EQUALLY, scores=wrong)
        assert message.values["known"] == "tasks, reliability, cooperation, swedish_for_safety, hygiene_routines"
    way.happens(kind, scores=whole[::-1])


@pytest.mark.parametrize("kind", ["evaluation_recorded", "self_evaluation_recorded"])
def test_nothing_else_of_the_profile_is_scored(kind: str) -> None:
    way = learning()
    other = {"criterion": "shift_work", "score": 4}
    way.refuses(
        kind, "the_scores_cover_the_criteria", TREATED_EQUALLY, scores=[*scores(BOTH_EVALUATE), *learnt(), other]
    )


def test_whoever_had_nothing_left_to_learn_is_scored_against_the_criteria_alone() -> None:
    way = way_to(Stage.EVALUATION, BOTH_EVALUATE)
    message = way.refuses("evaluation_recorded", "the_scores_cover_the_criteria", BOTH_EVALUATE.source, scores=learnt())
    assert message.values == {"known": "tasks, reliability, cooperation"}
    way.happens("evaluation_recorded", scores=scores(BOTH_EVALUATE))


def test_rules_of_before_score_the_criteria_alone_and_ask_nothing_of_the_candidate() -> None:
    way = learning(BEFORE_EVALUATIONS)
    way.happens("evaluation_recorded", scores=scores(BEFORE_EVALUATIONS), remark="Learns quickly")
    way.happens("permanent_role_agreed")


def test_a_criterion_and_what_is_to_be_learnt_have_different_names() -> None:
    same = Criterion.model_validate({"id": LEARNS[0], "text": {"sv": "a", "en": "a"}})
    data = BOTH_EVALUATE.model_dump() | {"criteria": [same.model_dump()]}
    with pytest.raises(ValidationError, match=r"programme\.scored_twice"):
        Programme.model_validate(data)
    Programme.model_validate(data | {"evaluation": None})


@pytest.mark.parametrize("kind", ["temporary_role_agreed", "permanent_role_agreed"])
def test_a_role_needs_both_evaluations(kind: str) -> None:
    way = way_to_decision(BOTH_EVALUATE)
    assert kind not in way.journey.allowed(at(way.day))
    message = way.refuses(kind, "both_have_evaluated", TREATED_EQUALLY)
    assert message.id == "both_have_evaluated.own_missing"
    way.happens("self_evaluation_recorded")
    way.happens(kind)


def test_the_candidates_own_evaluation_alone_leads_nowhere() -> None:
    way = way_to(Stage.EVALUATION, BOTH_EVALUATE)
    way.happens("self_evaluation_recorded")
    way.refuses("permanent_role_agreed", "the_evaluation_is_favourable", BOTH_EVALUATE.source)


def test_each_role_is_evaluated_by_both_anew() -> None:
    way = way_to_decision(BOTH_EVALUATE)
    for kind in ("self_evaluation_recorded", "temporary_role_agreed", "temporary_role_ended", "evaluation_recorded"):
        way.happens(kind)
    way.refuses("permanent_role_agreed", "both_have_evaluated", TREATED_EQUALLY)


def test_a_permanent_role_straight_from_a_temporary_one_needs_no_new_evaluation() -> None:
    way = way_to_decision(BOTH_EVALUATE)
    for kind in ("self_evaluation_recorded", "temporary_role_agreed", "permanent_role_agreed"):
        way.happens(kind)


def test_whoever_writes_down_what_the_candidate_says_may_decide_on_the_role() -> None:
    way = way_to_decision(BOTH_EVALUATE)
    way.happens("self_evaluation_recorded", actor="coordinator:anna.berg")
    way.happens("permanent_role_agreed", actor="coordinator:anna.berg")


@pytest.mark.parametrize("role", ["coordinator", "supervisor"])
def test_a_coordinator_or_a_supervisor_records_it_for_the_candidate(role: str) -> None:
    way_to(Stage.EVALUATION, BOTH_EVALUATE).happens("self_evaluation_recorded", actor=f"{role}:nils.ny")


def test_a_manager_does_not_speak_for_the_candidate() -> None:
    way = way_to(Stage.EVALUATION, BOTH_EVALUATE)
    way.refuses("self_evaluation_recorded", "recorded_for_the_candidate", DESIGN_SOURCE, actor="manager:lena.strand")


def test_the_evaluation_is_due_until_both_are_there_and_the_decision_from_then_on() -> None:
    way = way_to(Stage.EVALUATION, BOTH_EVALUATE)
    way.happens("evaluation_recorded")
    assert [rule.name for rule, _ in open_deadlines(way.state)] == ["evaluation_due"]
    way.later(5).happens("self_evaluation_recorded")
    due = [(rule.name, day) for rule, day in open_deadlines(way.state)]
    assert due == [("decision_due", MONDAY + timedelta(days=36))]  # the day before is Easter Monday


def test_the_status_says_that_the_candidates_own_evaluation_is_waited_for() -> None:
    way = way_to_decision(BOTH_EVALUATE)

    def waits_for() -> str:
        return describe("K7Q29FMXB", BOTH_EVALUATE.id, way.state, 1, at(way.day)).waits_for

    assert waits_for() == "self_evaluation"
    way.happens("self_evaluation_recorded")
    assert waits_for() == "role_decision"
