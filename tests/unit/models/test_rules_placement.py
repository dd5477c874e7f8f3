"""Rules of the requirement check, the internship and the evaluation: each at its limit and one step beyond."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from models.programme.programme import Programme
from models.programme.requirement_profile import RequirementFinding, RequirementProfile, Result
from models.rules.decision import Proposal
from models.stages import EndReason, Stage
from tests.support.builders import Way, way_to, way_to_decision
from tests.support.programmes import PREPAREDNESS, SERVICE, met, scores
from tests.support.shapes import AT_ONCE, of_shape
from tests.support.values import DAY, DESIGN_SOURCE, MONDAY, at

HOSPITAL, TRANSPORT = SERVICE.profiles
INTERNSHIP_SOURCE = SERVICE.internship.source


def internship_rule(**changes: Any) -> Programme:
    return SERVICE.model_copy(update={"internship": SERVICE.internship.model_copy(update=changes)})


# The requirement check


def checked(*, profile: RequirementProfile = HOSPITAL, **results: str) -> Way:
    way = way_to(Stage.REQUIREMENT_CHECK)
    way.happens("requirements_checked", profile=profile.id, findings=met(profile, **results))
    return way


def test_whoever_meets_every_requirement_waits_for_a_place() -> None:
    way = checked()
    assert way.state.stage is Stage.AWAITING_PLACEMENT
    assert way.state.profile == "hospital_service"


def test_an_unmet_essential_requirement_ends_the_way() -> None:
    way = checked(shift_work="unmet")
    assert way.state.stage is Stage.CLOSED
    assert way.state.end_reason is EndReason.NOT_QUALIFIED
    assert way.state.closed_from is Stage.REQUIREMENT_CHECK


def test_an_unmet_desirable_requirement_does_not_end_the_way() -> None:
    assert checked(kitchen_experience="unmet").state.stage is Stage.AWAITING_PLACEMENT


def test_a_trainable_requirement_may_be_learnt_during_the_internship() -> None:
    way = checked(swedish_for_safety="trainable", hygiene_routines="trainable")
    assert way.state.stage is Stage.AWAITING_PLACEMENT


def test_a_trainable_requirement_that_is_called_unmet_ends_the_way() -> None:
    assert checked(swedish_for_safety="unmet").state.stage is Stage.CLOSED


@pytest.mark.parametrize("requirement", ["shift_work", "kitchen_experience"])
def test_only_what_the_profile_calls_so_is_trainable(requirement: str) -> None:
    message = way_to(Stage.REQUIREMENT_CHECK).refuses(
        "requirements_checked",
        "every_requirement_is_answered",
        SERVICE.source,
        findings=met(HOSPITAL, **{requirement: "trainable"}),
    )
    assert message.id == "every_requirement_is_answered.not_trainable"
    assert message.values == {"requirement": requirement}


def test_where_no_internship_comes_what_is_not_trainable_is_needed_at_once() -> None:
    message = way_to(Stage.REQUIREMENT_CHECK, of_shape(AT_ONCE)).refuses(
        "requirements_checked",
        "every_requirement_is_answered",
        SERVICE.source,
        findings=met(HOSPITAL, shift_work="trainable"),
    )
    assert message.id == "every_requirement_is_answered.needed_at_once"


def test_a_waived_requirement_counts_as_answered() -> None:
    way = way_to(Stage.REQUIREMENT_CHECK)
    findings: list[dict[str, Any]] = list(met(HOSPITAL))
    for finding in findings:
        if finding["requirement"] == "shift_work":
            finding |= {"result": "waived", "reason": "The unit offers day work only"}
    way.happens("requirements_checked", findings=findings)
    assert way.state.stage is Stage.AWAITING_PLACEMENT


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_nothing_is_waived_without_a_reason(reason: str | None) -> None:
    with pytest.raises(ValidationError, match=r"reason|at least 1 character"):
        RequirementFinding.model_validate({"requirement": "shift_work", "result": "waived", "reason": reason})


@pytest.mark.parametrize("result", [Result.MET, Result.UNMET, Result.TRAINABLE])
def test_other_results_need_no_reason(result: Result) -> None:
    assert RequirementFinding(requirement="shift_work", result=result).reason is None


def test_a_check_leaves_no_requirement_out() -> None:
    message = way_to(Stage.REQUIREMENT_CHECK).refuses(
        "requirements_checked", "every_requirement_is_answered", SERVICE.source, findings=met(HOSPITAL)[:-1]
    )
    assert message.values["known"] == ", ".join(requirement.id for requirement in HOSPITAL.requirements)


def test_a_check_answers_no_requirement_twice() -> None:
    findings = met(HOSPITAL)
    way_to(Stage.REQUIREMENT_CHECK).refuses(
        "requirements_checked", "every_requirement_is_answered", SERVICE.source, findings=[*findings, findings[0]]
    )


def test_a_check_answers_no_requirement_that_the_profile_does_not_have() -> None:
    strange = {"requirement": "driving_licence", "result": "met"}
    way_to(Stage.REQUIREMENT_CHECK).refuses(
        "requirements_checked", "every_requirement_is_answered", SERVICE.source, findings=[*met(HOSPITAL), strange]
    )


def test_a_check_against_another_profile_of_the_programme_is_held_to_that_profile() -> None:
    assert checked(profile=TRANSPORT).state.profile == "transport_service"
    way_to(Stage.REQUIREMENT_CHECK).refuses(
        "requirements_checked",
        "every_requirement_is_answered",
        SERVICE.source,
        profile="transport_service",
        findings=met(HOSPITAL),
    )


def test_a_check_names_a_profile_of_the_programme() -> None:
    message = way_to(Stage.REQUIREMENT_CHECK).refuses(
        "requirements_checked", "every_requirement_is_answered", SERVICE.source, profile="archive_assistant"
    )
    assert message.values["known"] == "hospital_service, transport_service"


# The internship


@pytest.mark.parametrize(
    ("starts_on", "last_day"),
    [
        (date(2026, 3, 2), date(2026, 9, 1)),
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 9, 1), date(2027, 2, 28)),
        (date(2027, 9, 1), date(2028, 2, 29)),
        (date(2025, 8, 31), date(2026, 2, 28)),  # there is no 31 February
    ],
)
def test_an_internship_lasts_exactly_six_months_and_not_a_day_more(starts_on: date, last_day: date) -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, SERVICE, min(MONDAY, starts_on))
    agreed = way.propose(way.event("internship_agreed", starts_on=starts_on, ends_on=last_day))
    assert isinstance(agreed, Proposal)
    message = way.refuses(
        "internship_agreed",
        "the_internship_is_short_enough",
        INTERNSHIP_SOURCE,
        starts_on=starts_on,
        ends_on=last_day + DAY,
    )
    values = message.values
    assert (values["months"], values["last_day"], values["ends_on"]) == ("6", str(last_day), str(last_day + DAY))


def test_an_internship_may_last_one_day() -> None:
    way_to(Stage.AWAITING_PLACEMENT).happens("internship_agreed", starts_on=MONDAY, ends_on=MONDAY)


def test_an_extension_reaches_the_sixth_month_from_the_first_day_and_no_further() -> None:
    way = way_to(Stage.INTERNSHIP)
    last_day = date(2026, 9, 1)
    way.refuses("internship_extended", "the_internship_is_short_enough", INTERNSHIP_SOURCE, ends_on=last_day + DAY)
    way.happens("internship_extended", ends_on=last_day)
    assert way.state.agreed_end == last_day
    way.refuses("internship_extended", "the_internship_is_short_enough", INTERNSHIP_SOURCE, ends_on=last_day + DAY)


def test_an_internship_is_shortened_to_its_first_day_and_not_to_the_day_before() -> None:
    way = way_to(Stage.INTERNSHIP)
    message = way.refuses("internship_extended", "it_ends_after_it_starts", DESIGN_SOURCE, ends_on=MONDAY - DAY)
    assert message.values == {"ends_on": str(MONDAY - DAY), "starts_on": str(MONDAY)}
    way.happens("internship_extended", ends_on=MONDAY)


def test_another_assignment_has_its_own_six_months() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(60).happens("internship_interrupted")
    way.happens("internship_agreed", ends_on=way.day + timedelta(days=180))


def test_the_longest_internship_is_the_programmes_own() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, internship_rule(longest_months=1))
    way.refuses(
        "internship_agreed",
        "the_internship_is_short_enough",
        INTERNSHIP_SOURCE,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 4, 2),
    )
    way.happens("internship_agreed", starts_on=date(2026, 3, 2), ends_on=date(2026, 4, 1))


def test_an_internship_needs_a_supervisor() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    message = way.refuses("internship_agreed", "someone_looks_after_the_intern", INTERNSHIP_SOURCE, supervisor=None)
    assert message.values == {"who": "supervisor"}
    way.happens("internship_agreed", mentor=None)


def test_an_internship_needs_no_supervisor_where_the_programme_asks_for_none() -> None:
    way_to(Stage.AWAITING_PLACEMENT, internship_rule(supervisor_required=False)).happens(
        "internship_agreed", supervisor=None
    )


def test_an_internship_needs_a_mentor_where_the_programme_asks_for_one() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, internship_rule(mentor_required=True))
    message = way.refuses("internship_agreed", "someone_looks_after_the_intern", INTERNSHIP_SOURCE, mentor=None)
    assert message.values == {"who": "mentor"}
    way.happens("internship_agreed")


def test_an_internship_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValidationError, match=r"period\.ends_before_it_starts"):
        way_to(Stage.AWAITING_PLACEMENT).event("internship_agreed", starts_on=MONDAY, ends_on=MONDAY - DAY)


def test_an_interrupted_internship_that_is_the_last_ends_with_its_reason() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.happens("internship_interrupted", seeks_new_place=False, end_reason="workplace_cannot_continue")
    assert way.state.end_reason is EndReason.WORKPLACE_CANNOT_CONTINUE
    assert way.state.closed_from is Stage.INTERNSHIP


# The evaluation


@pytest.mark.parametrize("rules", [SERVICE, PREPAREDNESS], ids=lambda rules: str(rules.id))
def test_an_evaluation_scores_each_criterion_of_the_programme_once(rules: Programme) -> None:
    way = way_to(Stage.EVALUATION, rules, date(2018, 3, 1))
    whole = scores(rules)
    for wrong in ([], whole[:-1], [*whole, whole[0]], [*whole[1:], {"criterion": "beauty", "score": 5}]):
        message = way.refuses("evaluation_recorded", "the_scores_cover_the_criteria", rules.source, scores=wrong)
        assert message.values["known"] == ", ".join(criterion.id for criterion in rules.criteria)
    way.happens("evaluation_recorded", scores=whole[::-1])


@pytest.mark.parametrize(("score", "good"), [(0, False), (1, True), (5, True), (6, False)])
def test_a_score_lies_between_one_and_five(score: int, good: bool) -> None:
    way = way_to(Stage.EVALUATION)
    if good:
        way.happens("evaluation_recorded", scores=scores(SERVICE, score))
    else:
        with pytest.raises(ValidationError):
            way.event("evaluation_recorded", scores=scores(SERVICE, score))


ROLES = ["temporary_role_agreed", "permanent_role_agreed"]


@pytest.mark.parametrize("kind", ROLES)
def test_a_role_waits_for_the_evaluation(kind: str) -> None:
    way = way_to(Stage.EVALUATION)
    message = way.refuses(kind, "the_evaluation_is_favourable", SERVICE.source)
    assert message.id == "the_evaluation_is_favourable.missing"
    way.happens("evaluation_recorded")
    way.happens(kind)


@pytest.mark.parametrize("kind", ROLES)
def test_a_role_needs_a_favourable_evaluation(kind: str) -> None:
    way = way_to(Stage.EVALUATION)
    way.happens("evaluation_recorded", favourable=False)
    message = way.refuses(kind, "the_evaluation_is_favourable", SERVICE.source)
    assert message.id == "the_evaluation_is_favourable.unfavourable"
    way.happens("evaluation_recorded", favourable=True)
    way.happens(kind)


@pytest.mark.parametrize("kind", ROLES)
def test_the_latest_evaluation_counts(kind: str) -> None:
    way = way_to_decision()
    way.happens("evaluation_recorded", favourable=False)
    way.refuses(kind, "the_evaluation_is_favourable", SERVICE.source)


@pytest.mark.parametrize("kind", ROLES)
def test_the_next_link_of_the_chain_needs_an_evaluation_of_its_own(kind: str) -> None:
    way = way_to(Stage.TEMPORARY_ROLE)
    way.later(30).happens("temporary_role_ended")
    assert way.state.stage is Stage.EVALUATION
    message = way.refuses(kind, "the_evaluation_is_favourable", SERVICE.source)
    assert message.id == "the_evaluation_is_favourable.missing"


def test_another_internship_needs_an_evaluation_of_its_own() -> None:
    way = way_to_decision()
    way.happens("withdrawn")
    way.happens("reopened")
    assert way.state.evaluation is not None
    other = way_to(Stage.INTERNSHIP)
    other.happens("internship_interrupted")
    other.happens("internship_agreed")
    other.happens("internship_completed")
    assert other.state.evaluation is None


# When something begins


def test_an_internship_is_not_completed_before_its_first_day() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    starts_on = way.day + timedelta(days=7)
    way.happens("internship_agreed", starts_on=starts_on, ends_on=starts_on + timedelta(days=30))
    assert "internship_completed" not in way.journey.allowed(at(way.day))
    message = way.refuses("internship_completed", "it_has_begun", DESIGN_SOURCE)
    assert message.values["starts_on"] == str(starts_on)
    way.later(7).happens("internship_completed")


def test_a_role_does_not_end_before_its_first_day() -> None:
    way = way_to_decision()
    starts_on = way.day + timedelta(days=7)
    way.happens("temporary_role_agreed", starts_on=starts_on, ends_on=starts_on + timedelta(days=30))
    way.refuses("temporary_role_ended", "it_has_begun", DESIGN_SOURCE)
    way.later(7).happens("temporary_role_ended")


def test_an_internship_does_not_begin_before_the_referral() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    before = way.day - DAY
    message = way.refuses("internship_agreed", "it_starts_on_the_way", DESIGN_SOURCE, starts_on=before, ends_on=way.day)
    assert message.values == {"starts_on": str(before), "first_day": str(way.day)}
    way.happens("internship_agreed", starts_on=way.day, ends_on=way.day)


@pytest.mark.parametrize("kind", ["temporary_role_agreed", "permanent_role_agreed"])
def test_a_role_does_not_begin_before_what_leads_to_it_has_ended(kind: str) -> None:
    way = way_to_decision()
    way.refuses(kind, "it_starts_on_the_way", DESIGN_SOURCE, starts_on=way.state.since - DAY)
    way.happens(kind, starts_on=way.state.since)
