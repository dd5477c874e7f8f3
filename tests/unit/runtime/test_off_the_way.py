"""What the check of a programme finds that its way never comes to."""

from typing import Any

import pytest

from models.programme.programme import NO_INTERNSHIP, NoticeRule, Programme
from runtime.rulebook.impossible import never, seldom
from tests.support.programmes import CONSULTATION, SERVICE
from tests.support.shapes import AT_ONCE, FILES, of_shape

NOTHING_OF_INTERNSHIPS: dict[str, Any] = {
    "way": AT_ONCE,
    "internship": NO_INTERNSHIP,
    "training": None,
    "deadlines": tuple(one for one in SERVICE.deadlines if one.name != "internship_ending"),
    "notices": tuple(one for one in SERVICE.notices if not one.event.startswith("internship")),
}
BARE = SERVICE.model_copy(update=NOTHING_OF_INTERNSHIPS)


def found(rules: Programme) -> set[tuple[str, str]]:
    return {(fault.where, fault.what.id) for fault in (*never(rules), *seldom(rules))}


def test_a_way_without_internships_rules_nothing_of_them() -> None:
    assert found(BARE) == set()
    assert {what for _, what in found(of_shape(AT_ONCE))} == {
        *("way.stage_never_comes", "way.never_happens", "way.nobody_receives_interns", "way.no_internships")
    }


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"deadlines": SERVICE.deadlines}, "deadlines.4.stages", "way.stage_never_comes"),
        (
            {"notices": (NoticeRule(event="internship_agreed", to=("manager",)),)},
            "notices.0.event",
            "way.never_happens",
        ),
        ({"union_consultation": CONSULTATION.union_consultation}, "union_consultation.before", "way.never_happens"),
        ({"training": SERVICE.training}, "training", "way.nobody_receives_interns"),
        ({"internship": SERVICE.internship}, "internship", "way.no_internships"),
    ],
)
def test_each_rule_of_what_never_comes_is_named(changes: dict[str, Any], where: str, what: str) -> None:
    assert found(BARE.model_copy(update=changes)) == {(where, what)}


def test_the_usual_way_comes_to_everything() -> None:
    assert not {what for _, what in found(CONSULTATION) if what.startswith("way.")}


def test_the_files_of_shapes_are_there() -> None:
    assert {file.stem for file in FILES.glob("*.toml")} >= {"holiday_jobs"}
