"""Ways of another shape than usual: rows of the table, what is asked before a role, what is waited for."""

from typing import Any

import pytest

from models.journey.transitions import possible_from, stages_of
from models.programme.programme import Programme
from models.programme.way import USUAL
from models.projections.open_items import foremost, open_items
from models.rules.decision import Proposal
from models.stages import EndReason, Stage
from models.state.partner_obligations import consulted_in
from tests.support.builders import Way, way_to
from tests.support.programmes import BOTH_EVALUATE, CONSULTATION, FOLLOWED_UP, SERVICE
from tests.support.shapes import AS_PLANNED, AT_ONCE, HOLIDAY_JOBS, of_shape
from tests.support.values import DESIGN_SOURCE, MONDAY, at

INTERNSHIPS = {"internship_agreed", "internship_extended", "internship_completed", "internship_interrupted"}
S = Stage


def test_rules_without_a_shape_keep_what_was_pinned() -> None:
    pinned = SERVICE.model_dump_json()
    assert "way" not in SERVICE.model_dump()
    assert Programme.model_validate_json(pinned).model_dump_json() == pinned
    assert SERVICE.shape is USUAL


# Employment at once


def test_a_way_without_internships_never_comes_to_one() -> None:
    assert not INTERNSHIPS & {kind for stage in stages_of(AT_ONCE) for kind in possible_from(stage, AT_ONCE)}
    assert stages_of(AT_ONCE) == set(S) - {S.INTERNSHIP}
    assert stages_of(HOLIDAY_JOBS) == set(S) - {S.INTERNSHIP, S.EVALUATION}
    assert stages_of(USUAL) == set(S)
    way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE)).refuses(
        "internship_agreed", "possible_in_this_stage", DESIGN_SOURCE
    )


@pytest.mark.parametrize(
    ("kind", "stage"), [("temporary_role_agreed", S.TEMPORARY_ROLE), ("permanent_role_agreed", S.PERMANENT_ROLE)]
)
def test_a_role_follows_the_check_at_once_where_the_programme_says_so(kind: str, stage: Stage) -> None:
    way = way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE, BOTH_EVALUATE))
    assert kind in way.journey.allowed(at(way.day))
    way.happens(kind)
    assert way.state.stage is stage
    way_to(S.AWAITING_PLACEMENT).refuses(kind, "possible_in_this_stage", DESIGN_SOURCE)


def test_a_role_at_once_begins_no_earlier_than_the_check_was_passed() -> None:
    way = way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE))
    early = way.state.since.replace(day=way.state.since.day - 1)
    way.refuses("temporary_role_agreed", "it_starts_on_the_way", DESIGN_SOURCE, starts_on=early)


def test_a_role_at_once_waits_for_the_unions() -> None:
    rules = of_shape(AT_ONCE, CONSULTATION)
    assert rules.union_consultation is not None
    assert consulted_in(S.AWAITING_PLACEMENT, AT_ONCE) == ("temporary_role_agreed", "permanent_role_agreed")
    way = way_to(S.AWAITING_PLACEMENT, rules)
    way.refuses("temporary_role_agreed", "the_unions_have_been_consulted", rules.union_consultation.source)
    way.hears_of("temporary_role_agreed")
    way.happens("temporary_role_agreed")


def test_whoever_is_to_be_employed_at_once_waits_for_a_role_and_nobody_supervises() -> None:
    way = way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE))
    first = foremost(open_items(way.state))
    assert first is not None
    assert first.what == "role_decision"
    way.happens("temporary_role_agreed")
    assert {one.of_whom for one in open_items(way.state)} == {"coordinator"}


def test_after_a_role_at_once_an_evaluation_is_asked_for_before_the_next() -> None:
    way = way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE))
    way.happens("temporary_role_agreed")
    way.later(10).happens("temporary_role_ended")
    assert way.state.stage is S.EVALUATION
    way.refuses("permanent_role_agreed", "the_evaluation_is_favourable", SERVICE.source)


def test_a_journey_keeps_the_shape_that_it_began_with() -> None:
    way = Way(SERVICE, MONDAY)
    for kind in ("referred", "referral_accepted", "requirements_checked"):
        way.happens(kind)
    answer = way.propose(way.event("internship_agreed"))
    assert isinstance(answer, Proposal)


# Ended as planned


def at_work(rules: Programme = SERVICE) -> Way:
    way = way_to(S.TEMPORARY_ROLE, of_shape(AS_PLANNED, rules))
    assert way.state.agreed_end is not None
    way.later((way.state.agreed_end - way.day).days)
    return way


def test_a_role_that_lasts_as_agreed_ends_the_way_as_planned() -> None:
    way = at_work()
    way.happens("temporary_role_ended")
    assert (way.state.stage, way.state.end_reason) == (S.CLOSED, EndReason.ENDED_AS_PLANNED)
    assert way.state.way_end in FOLLOWED_UP.follow_up_ends
    usual = way_to(S.TEMPORARY_ROLE)
    usual.happens("temporary_role_ended")
    assert usual.state.stage is S.EVALUATION


def test_a_role_that_ends_the_way_early_says_why() -> None:
    way = at_work().later(-1)
    why = way.refuses("temporary_role_ended", "the_end_says_why", AS_PLANNED.source)
    assert why.id == "the_end_says_why.early"
    other = way.copied()
    way.happens("temporary_role_ended", end_reason="studies")
    assert (way.state.stage, way.state.end_reason) == (S.CLOSED, EndReason.STUDIES)
    other.happens("temporary_role_ended", end_reason="ended_as_planned")
    assert other.state.end_reason is EndReason.ENDED_AS_PLANNED


def test_a_reason_is_told_where_the_way_ends_with_the_role_alone() -> None:
    why = way_to(S.TEMPORARY_ROLE).refuses(
        "temporary_role_ended", "the_end_says_why", USUAL.source, end_reason="studies"
    )
    assert why.id == "the_end_says_why.no_end"


@pytest.mark.parametrize("kind", ["withdrawn", "discontinued", "returned_to_agency", "internship_interrupted"])
def test_nothing_but_a_role_ends_as_planned(kind: str) -> None:
    fields: dict[str, Any] = {"seeks_new_place": False} if kind == "internship_interrupted" else {}
    way = way_to(S.INTERNSHIP, of_shape(AS_PLANNED))
    why = way.refuses(kind, "the_end_says_why", DESIGN_SOURCE, end_reason="ended_as_planned", **fields)
    assert why.id == "the_end_says_why.not_a_role"


def test_a_way_that_ended_as_planned_goes_on_once_it_is_reopened() -> None:
    way = at_work()
    way.happens("temporary_role_ended")
    way.happens("reopened")
    assert (way.state.stage, way.state.end_reason) == (S.TEMPORARY_ROLE, None)


def test_an_end_of_a_role_without_a_reason_is_kept_as_before() -> None:
    ended = way_to(S.TEMPORARY_ROLE).event("temporary_role_ended")
    assert "end_reason" not in ended.model_dump()
