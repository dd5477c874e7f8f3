"""What the check of a programme finds that its way never comes to."""

from pathlib import Path
from typing import Any

import pytest

from models.fields import BothLanguages
from models.programme.duties import DutyKind, DutyRule, Term
from models.programme.programme import NO_INTERNSHIP, NoticeRule, Programme
from models.programme.way import USUAL
from models.stages import Stage
from runtime.rulebook.impossible import never, seldom
from runtime.rulebook.programme_file import Checked, there_are_units_enough
from tests.support.programmes import CONSULTATION, LOTS, OFFERING, PERIODS, RULES, SERVICE
from tests.support.shapes import AT_ONCE, FILES, HOLIDAY_JOBS, book_with, of_shape

NOTHING_OF_INTERNSHIPS: dict[str, Any] = {
    "way": AT_ONCE,
    "internship": NO_INTERNSHIP,
    "training": None,
    "deadlines": tuple(one for one in SERVICE.deadlines if one.name != "internship_ending"),
    "notices": tuple(one for one in SERVICE.notices if not one.event.startswith("internship")),
}
BARE = SERVICE.model_copy(update=NOTHING_OF_INTERNSHIPS)


IN_AN_INTERNSHIP = DutyRule(
    id="report", name=SERVICE.name, kind=DutyKind.TASK, stages=(Stage.INTERNSHIP,), every="month", due_days_after=10,
    lost_after_days=30, source=SERVICE.source
)  # fmt: skip


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
        ({"duties": (IN_AN_INTERNSHIP,)}, "duties.0.stages", "way.stage_never_comes"),
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


@pytest.mark.parametrize(
    ("changes", "name", "what"),
    [
        ({"check_before_each": True}, "check_before_each", "way.of_several"),
        ({"units_differ": True}, "units_differ", "way.of_several"),
        ({"internships": 0, "hired_at_any_time": True}, "hired_at_any_time", "way.hired_at_once"),
    ],
)
def test_a_key_of_the_way_that_rules_nothing_is_remarked_on(changes: dict[str, Any], name: str, what: str) -> None:
    rules = BARE if "internships" in changes else SERVICE
    remarks = {(one.where, one.what.id) for one in seldom(of_shape(USUAL.model_copy(update=changes), rules))}
    assert remarks == {(f"way.{name}", what)}


SPRING, SUMMER = PERIODS.periods
LATE = SUMMER.model_copy(update={"starts_on": SPRING.ends_on})


def term(name: str, first_day: str, last_day: str) -> Term:
    return Term(id=name, name=BothLanguages(sv=name, en=name), first_day=first_day, last_day=last_day)


def test_periods_and_terms_that_overlap_are_remarked_on() -> None:
    for periods, wrong in (((SPRING, SUMMER), []), ((SPRING, LATE), ["period.overlaps"])):
        assert [one.what.id for one in seldom(PERIODS.model_copy(update={"periods": periods}))] == wrong
    autumn = term("ht", "08-17", "01-15")
    for spring, wrong in (("01-16", []), ("01-15", ["term.overlaps"])):
        terms = (term("vt", spring, "06-10"), autumn)
        assert [one.what.id for one in seldom(SERVICE.model_copy(update={"terms": terms}))] == wrong
    backwards = LATE.model_copy(update={"ends_on": SPRING.starts_on})
    assert not list(seldom(PERIODS.model_copy(update={"periods": (SPRING, backwards)})))  # is a fault anyway


def test_who_decides_and_who_comes_first_is_remarked_on_where_nothing_is_held_against_it() -> None:
    alone = SERVICE.decisions.model_copy(update={"by_two": True, "corrections_by_two": False})
    of_two = alone.model_copy(update={"corrections_by_two": True})
    for shape, decisions, wrong in (
        (HOLIDAY_JOBS, alone, {("decisions.by_two", "way.nobody_evaluates")}),
        (HOLIDAY_JOBS, of_two, set()),
        (AT_ONCE, alone, set()),
    ):
        rules = of_shape(shape, BARE.model_copy(update={"decisions": decisions, "deadlines": ()}))
        assert {(one.where, one.what.id) for one in seldom(rules)} == wrong
    assert {(one.where, one.what.id) for one in seldom(LOTS)} == {("lottery", "lottery.without_offers")}
    assert not list(seldom(LOTS.model_copy(update={"offers": OFFERING.offers})))


@pytest.mark.parametrize("name", ["holiday_jobs", "project_search"])
def test_a_file_of_the_shapes_is_ready(name: str, tmp_path: Path) -> None:
    book = book_with(name, "", tmp_path)
    assert found(book.programme(name)) == set()
    assert book.programme(name).way is not None


@pytest.mark.parametrize("name", [file.stem for file in FILES.glob("*.toml")])
def test_no_file_of_the_shapes_says_what_could_never_come_about(name: str, tmp_path: Path) -> None:
    assert found(book_with(name, "", tmp_path).programme(name)) == set()


def test_a_programme_with_fewer_units_than_internships_is_remarked_on() -> None:
    rules = of_shape(USUAL.model_copy(update={"internships": 3, "units_differ": True}))
    here = tuple(one for one in RULES.positions if SERVICE.id in one.programmes)
    units = len({one.unit.sv for one in here})
    few = rules.model_copy(update={"way": rules.shape.model_copy(update={"internships": units + 1})})
    enough = rules.model_copy(update={"way": rules.shape.model_copy(update={"internships": units})})
    remarks = [list(there_are_units_enough(Checked(one, {}, here))) for one in (few, enough)]
    assert [[fault.what.id for fault in one] for one in remarks] == [["way.too_few_units"], []]
