"""How many interns a unit may have at a time follows from its ordinary employees."""

import pytest

from models.programme.interns import InternsPerEmployees, in_short, most_interns
from models.programme.position import Position, employees_in, need_as_column
from models.programme.review import review_position
from models.rules.context import RuleContext
from models.rules.figures import figures
from models.stages import Stage
from tests.support.builders import way_to
from tests.support.programmes import RULES, SERVICE
from tests.support.rule_cases import BY_EMPLOYEES

LIMITS = BY_EMPLOYEES.internship.interns_per_employees
BEGUN = tuple(one.model_copy(update={"begun": True}) for one in LIMITS)
KITCHEN = next(one for one in RULES.positions if one.id == "lasarettet_tray_kitchen")


@pytest.mark.parametrize(
    ("employees", "whole", "begun"),
    [(0, 0, 0), (4, 0, 1), (5, 1, 1), (49, 9, 10), (50, 10, 10), (59, 10, 11), (60, 11, 11)],
)
def test_one_for_each_five_up_to_fifty_and_then_one_for_each_ten(employees: int, whole: int, begun: int) -> None:
    assert (most_interns(LIMITS, employees), most_interns(BEGUN, employees)) == (whole, begun)


def test_beyond_the_last_table_that_ends_nobody_more_is_allowed() -> None:
    assert most_interns([InternsPerEmployees(one_for_each=5, up_to=50)], 500) == 10


def stating(employees: int | None) -> Position:
    return KITCHEN.model_copy(update={"ordinary_employees": employees})


def test_the_database_keeps_the_number_with_the_need_and_without_one_what_it_kept_before() -> None:
    assert KITCHEN.staffing_need is not None
    assert need_as_column(KITCHEN) == KITCHEN.staffing_need.as_column()
    assert employees_in(need_as_column(KITCHEN)) is None
    assert employees_in(need_as_column(stating(12))) == 12
    assert need_as_column(stating(12).model_copy(update={"staffing_need": None})) == ""


def test_a_position_that_does_not_state_the_number_is_asked_for_it_where_it_counts() -> None:
    assert BY_EMPLOYEES.id == SERVICE.id
    asked = [one.check for one in review_position(stating(None), [BY_EMPLOYEES])]
    assert "the_position_states_the_employees" in asked
    for position, programme in ((stating(12), BY_EMPLOYEES), (stating(None), SERVICE)):
        assert "the_position_states_the_employees" not in [one.check for one in review_position(position, [programme])]


def test_the_figure_says_the_limits_in_short() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, BY_EMPLOYEES)
    context = RuleContext(way.state, "internship_agreed", way.day, way.event("internship_agreed"))
    [figure] = figures("the_unit_is_large_enough", context)
    assert (figure.where, figure.value, figure.source) == ("internship", in_short(LIMITS), SERVICE.internship.source)
    assert figure.value == "1:5 (-50), 1:10"
