"""The five systems that the product must be able to run: what each asks for, held against the programme that it is."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from models.programme.programme import Programme
from models.programme.review import review_profile
from models.stages import OPEN_STAGES, Stage
from tests.support.builders import Way, way_to
from tests.support.programmes import PREPAREDNESS, RULES, SERVICE
from tests.support.values import COORDINATOR, EVALUATOR, from_until

EASY = RULES.programme("easy_jobs")
CHAIN = RULES.programme("agency_chain")
TALENTS = RULES.programme("talent_programme")
ALL = [SERVICE, PREPAREDNESS, EASY, CHAIN, TALENTS]
NAMES = [rules.id for rules in ALL]
BOSS = "manager:lena.strand"


def referred(rules: Programme, day: date) -> Way:
    way = Way(rules, day)
    site = rules.towns[0].id if rules.towns else "2280"
    way.happens("referred", referring_partner=rules.referring_partners[0], site=site)
    way.happens("referral_accepted")
    return way


def placed(rules: Programme, day: date, **fields: Any) -> Way:
    """Checked, with all that may be learnt left to be learnt, and on an internship with supervisor and mentor."""
    way, profile = referred(rules, day), rules.profiles[0]
    found = [{"requirement": one.id, "result": "trainable" if one.trainable else "met"} for one in profile.requirements]
    way.happens("requirements_checked", profile=profile.id, findings=found)
    position = next(one for one in RULES.positions if rules.id in one.programmes and one.profile == profile.id)
    people: dict[str, Any] = {"position": position.id, "supervisor": "maria.ek", "mentor": "eva.sjo", **fields}
    way.happens("internship_agreed", starts_on=way.day, ends_on=way.day + timedelta(days=20), **people)
    return way


def evaluated(way: Way) -> Way:
    """The internship or role is over, and supervisor and candidate have evaluated it."""
    scores = [{"criterion": one.id, "score": 4} for one in way.rules.criteria]
    if way.rules.scores_what_was_learnt:
        scores += [{"criterion": one.id, "score": 4} for one in way.rules.profiles[0].requirements if one.trainable]
    way.happens("evaluation_recorded", actor=EVALUATOR, favourable=True, scores=scores)
    if way.rules.needs_self_evaluation:
        way.happens("self_evaluation_recorded", actor=EVALUATOR, scores=scores)
    return way


def to_a_decision(rules: Programme, day: date) -> Way:
    way = placed(rules, day)
    way.later(20).happens("internship_completed")
    return evaluated(way)


def day_of(rules: Programme) -> date:
    return date(2017, 3, 1) if rules.valid_until else date(2026, 3, 2)


# 1. The county council's service division


@pytest.mark.parametrize("rules", ALL, ids=NAMES)
def test_every_hire_starts_with_an_internship(rules: Programme) -> None:
    way = referred(rules, day_of(rules))
    for kind in ("temporary_role_agreed", "permanent_role_agreed"):
        assert kind not in way.journey.allowed(way.journey.entries[-1].recorded_at)
        way.refuses(kind, "possible_in_this_stage", "the product's rules", actor=BOSS)


@pytest.mark.parametrize("rules", ALL, ids=NAMES)
def test_an_internship_that_did_not_go_well_leads_to_no_role(rules: Programme) -> None:
    way = to_a_decision(rules, day_of(rules))
    scores = [{"criterion": one.criterion, "score": 2} for one in way.state.evaluation.scores]  # type: ignore[union-attr]
    way.happens("evaluation_recorded", actor=EVALUATOR, favourable=False, scores=scores)
    way.refuses("permanent_role_agreed", "the_evaluation_is_favourable", rules.source, actor=BOSS)


def test_one_that_went_well_can_lead_to_a_summer_post_and_later_to_a_permanent_role() -> None:
    way = to_a_decision(SERVICE, date(2026, 3, 2))
    summer: dict[str, Any] = {"form": "summer_temporary", "starts_on": way.day, "ends_on": way.day + timedelta(days=60)}
    way.happens("temporary_role_agreed", actor=BOSS, **summer)
    way.later(60).happens("temporary_role_ended")
    evaluated(way).happens("permanent_role_agreed", actor=BOSS)
    assert way.state.stage is Stage.PERMANENT_ROLE


def test_every_position_fills_a_need_that_there_was_before() -> None:
    assert all(position.staffing_need for position in RULES.positions)


def test_the_service_divisions_towns_have_lists_of_their_own() -> None:
    umea, gallivare = SERVICE.town("2480"), SERVICE.town("2523")
    assert umea is not None
    assert gallivare is not None
    assert umea.of_kind("union") != gallivare.of_kind("union")
    assert umea.of_kind("church") != gallivare.of_kind("church")


def test_the_package_is_for_all_staff_and_names_values_and_diversity() -> None:
    assert SERVICE.training is not None
    assert SERVICE.training.package.id == "values_and_diversity"
    assert SERVICE.training.package.valid_months  # continuous: what was taken expires


# 2. Modern preparedness jobs in the state


def test_only_the_employment_service_refers_to_a_preparedness_job() -> None:
    way = Way(PREPAREDNESS, date(2017, 3, 1))
    who: dict[str, Any] = {"referring_partner": "kommunen", "site": "2280"}
    way.refuses("referred", "the_partner_may_refer", PREPAREDNESS.source, **who)


def test_nobody_is_referred_to_a_preparedness_job_from_2019_on() -> None:
    way = Way(PREPAREDNESS, date(2019, 1, 1))
    who: dict[str, Any] = {"referring_partner": "arbetsformedlingen", "site": "2280"}
    message = way.refuses("referred", "the_programme_is_open", PREPAREDNESS.source, **who)
    assert message.values["bounds"] == from_until("2016-01-01", "2018-12-31")


def test_the_goal_and_the_balance_of_the_preparedness_jobs_are_data() -> None:
    assert (PREPAREDNESS.goal, PREPAREDNESS.goal_until) == (2000, date(2018, 12, 31))
    assert PREPAREDNESS.balance is not None
    assert (PREPAREDNESS.balance.lowest_percent, PREPAREDNESS.balance.highest_percent) == (40, 60)


@pytest.mark.parametrize("rules", ALL, ids=NAMES)
def test_every_profile_is_thought_through(rules: Programme) -> None:
    assert rules.relevance is not None
    assert [concern for profile in rules.profiles for concern in review_profile(profile)] == []


# 3. Easy jobs in a municipality


def test_an_easy_job_asks_for_no_paper() -> None:
    data = EASY.model_dump()
    data["profiles"][0]["requirements"][0]["formal"] = "driving_licence"
    with pytest.raises(ValidationError, match=r"programme\.formal_merit profile=park_worker requirement=outdoors"):
        Programme.model_validate(data)
    data["profiles"][0]["requirements"][0]["essential"] = False
    Programme.model_validate(data)


def test_the_union_of_the_town_is_heard_before_an_easy_job() -> None:
    assert EASY.union_consultation is not None
    way = to_a_decision(EASY, date(2026, 3, 2))
    job: dict[str, Any] = {"form": "establishment_job", "starts_on": way.day, "ends_on": way.day + timedelta(days=100)}
    refusal = way.refuses(
        "temporary_role_agreed", "the_unions_have_been_consulted", EASY.union_consultation.source, actor=BOSS, **job
    )
    assert refusal.values["unions"] == "kommunal"
    way.happens("union_consulted", about="temporary_role_agreed", unions=["kommunal"])
    way.happens("union_answered", actor="partner:kommunal", union="kommunal", answer="no_objection")
    way.happens("temporary_role_agreed", actor=BOSS, **job)


def test_an_easy_job_is_an_internship_of_three_months_at_most() -> None:
    way = placed(EASY, date(2026, 3, 2))
    way.refuses(
        "internship_extended",
        "the_internship_is_short_enough",
        EASY.internship.source,
        ends_on=way.day + timedelta(days=92),
        reason="One more season",
    )


# 4. An agency's chain of measures


def test_a_person_passes_several_links_and_is_not_sent_back() -> None:
    assert CHAIN.chain is not None
    way = to_a_decision(CHAIN, date(2018, 3, 1))
    for form in ("preparedness_job", "general_fixed_term"):
        link: dict[str, Any] = {"form": form, "starts_on": way.day, "ends_on": way.day + timedelta(days=90)}
        way.happens("temporary_role_agreed", actor=BOSS, **link)
        way.later(90).happens("temporary_role_ended")
        evaluated(way)
    again: dict[str, Any] = {"form": "preparedness_job", "starts_on": way.day, "ends_on": way.day}
    way.refuses("temporary_role_agreed", "the_chain_goes_forward", CHAIN.chain.source, actor=BOSS, **again)
    way.happens("permanent_role_agreed", actor=BOSS)


@pytest.mark.parametrize("rules", [CHAIN, TALENTS], ids=[CHAIN.id, TALENTS.id])
def test_nothing_that_was_learnt_is_lost_both_evaluate_before_the_next_link(rules: Programme) -> None:
    assert rules.evaluation is not None
    way = placed(rules, day_of(rules))
    way.later(20).happens("internship_completed")
    names = [one.id for one in rules.criteria]
    names += [one.id for one in rules.profiles[0].requirements if one.trainable]
    scores = [{"criterion": name, "score": 4} for name in names]
    way.happens("evaluation_recorded", actor=EVALUATOR, favourable=True, scores=scores)
    way.refuses("permanent_role_agreed", "both_have_evaluated", rules.evaluation.source, actor=BOSS)
    way.refuses(
        "evaluation_recorded",
        "the_scores_cover_the_criteria",
        rules.evaluation.source,
        actor=EVALUATOR,
        favourable=True,
        scores=scores[:-1],
    )


# 5. A talent organisation


def test_a_talent_comes_from_a_partner_that_is_no_agency() -> None:
    way = Way(TALENTS, date(2026, 3, 2))
    way.refuses("referred", "the_partner_may_refer", TALENTS.source, referring_partner="arbetsformedlingen")
    kinds = {partner.id: partner.kind for partner in RULES.partners}
    assert [kinds[name] for name in TALENTS.referring_partners] == ["talent_organisation"]


def test_a_talent_has_a_named_mentor_from_day_one() -> None:
    with pytest.raises(AssertionError, match="refused by someone_looks_after_the_intern"):
        placed(TALENTS, date(2026, 3, 2), mentor=None)


def test_whoever_receives_a_talent_knows_their_own_prejudices() -> None:
    assert TALENTS.training is not None
    assert (TALENTS.training.supervisor, TALENTS.training.mentor) == (True, True)
    assert "own_prejudices" in [part.id for part in TALENTS.training.package.parts]


# All of them


@pytest.mark.parametrize("rules", ALL, ids=NAMES)
def test_who_evaluated_does_not_decide(rules: Programme) -> None:
    way = to_a_decision(rules, day_of(rules))
    if rules.union_consultation:
        way.happens("union_consulted", about="permanent_role_agreed", unions=["kommunal"])
        way.happens("union_answered", actor="partner:kommunal", union="kommunal", answer="no_objection")
    way.refuses("permanent_role_agreed", "decided_by_two_people", rules.decisions.source, actor=EVALUATOR)


@pytest.mark.parametrize("rules", ALL, ids=NAMES)
def test_a_decision_is_corrected_by_a_second_person(rules: Programme) -> None:
    way = placed(rules, day_of(rules))
    agreed = way.journey.entries[-1].event
    right = agreed.model_copy(update={"supervisor": "jonas.alm"})
    correction: dict[str, Any] = {
        "corrects": agreed.event_id,
        "reason": "Another name.",
        "replacement": right.model_dump(),
    }
    way.refuses("corrected", "corrected_by_two_people", rules.decisions.source, actor=COORDINATOR, **correction)
    way.happens("corrected", actor="coordinator:bo.lind", **correction)


@pytest.mark.parametrize("rules", ALL, ids=NAMES)
def test_every_open_stage_has_a_deadline_and_an_end(rules: Programme) -> None:
    waited = {stage for deadline in rules.deadlines for stage in deadline.stages}
    assert set(OPEN_STAGES) - {Stage.PERMANENT_ROLE} <= waited
    assert way_to(Stage.REFERRAL, SERVICE).happens("withdrawn", end_reason="own_wish")
