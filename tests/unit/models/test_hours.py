"""Hours a week: asked for where the programme says so, between its bounds, and told where days are told."""

from typing import Any

import pytest

from activities.language import said
from models.events.descriptions import in_words
from models.message import Message
from models.partners.notice import DISCLOSED_TO
from models.partners.partner import PartnerKind
from models.programme.hours import HoursRule
from models.stages import Stage
from tests.support.builders import Way, way_to, way_to_decision
from tests.support.rule_cases import PART_TIME, changed
from tests.support.values import both

SOURCE = both("an agreement")
RULE = ("the_hours_are_within", SOURCE)


def told(way: Way, kind: str, **fields: Any) -> str:
    return said(in_words(way.event(kind, **fields).model_dump(mode="json")), "en")


@pytest.mark.parametrize(("hours", "why"), [(None, "not_said"), (19, "too_few"), (31, "too_many")])
def test_an_internship_is_agreed_for_as_many_hours_as_the_programme_allows(hours: int | None, why: str) -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, PART_TIME)
    refused: Message = way.refuses("internship_agreed", *RULE, hours_a_week=hours)
    assert refused.id == f"the_hours_are_within.{why}"


def test_an_extension_may_change_the_hours_and_need_not() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, PART_TIME)
    way.happens("internship_agreed", hours_a_week=20)
    way.happens("internship_extended")
    assert way.state.internship is not None
    assert way.state.internship.hours_a_week == 20
    way.refuses("internship_extended", *RULE, hours_a_week=31)
    way.happens("internship_extended", hours_a_week=30)
    assert way.state.internship.hours_a_week == 30


@pytest.mark.parametrize("kind", ["temporary_role_agreed", "permanent_role_agreed"])
def test_a_role_has_bounds_of_its_own(kind: str) -> None:
    way = way_to_decision(changed(hours=PART_TIME.hours and PART_TIME.hours.model_copy(update={"internship": None})))
    way.refuses(kind, *RULE)
    way.refuses(kind, *RULE, hours_a_week=31)
    way.happens(kind, hours_a_week=10)
    assert way.state.role is not None
    assert way.state.role.hours_a_week == 10


def test_a_role_that_is_extended_may_get_other_hours() -> None:
    only_roles = PART_TIME.hours and PART_TIME.hours.model_copy(update={"internship": None})
    way = way_to_decision(changed(hours=only_roles))
    way.happens("temporary_role_agreed", hours_a_week=10)
    way.refuses("temporary_role_extended", *RULE, hours_a_week=31)
    way.happens("temporary_role_extended", hours_a_week=30)
    assert way.state.role is not None
    assert way.state.role.hours_a_week == 30


def test_hours_of_what_the_programme_leaves_out_are_not_judged() -> None:
    way_to(Stage.AWAITING_PLACEMENT, changed(hours=HoursRule(source=SOURCE))).happens("internship_agreed")


def test_the_hours_are_told_after_the_days() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    assert told(way, "internship_agreed", hours_a_week=25).endswith("mentor eva.sjo, 25 hours a week.")
    assert told(way, "internship_agreed", hours_a_week=25, supervisor=None, mentor=None).endswith(", 25 hours a week.")
    assert told(way, "temporary_role_agreed", hours_a_week=30).endswith(", 30 hours a week.")
    assert "hours" not in told(way, "internship_agreed") + told(way, "temporary_role_agreed")


def test_a_union_is_told_the_hours_and_a_church_is_not() -> None:
    assert "hours_a_week" in DISCLOSED_TO[PartnerKind.UNION]
    assert "hours_a_week" not in DISCLOSED_TO[PartnerKind.CHURCH]
