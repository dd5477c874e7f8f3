"""When a journey asks the person's other journeys of employment: where days of it decide what may be agreed."""

import pytest

from models.stages import Stage
from tests.support.builders import way_to
from tests.support.shapes import AT_ONCE, PROJECT_SEARCH, of_shape
from workflows.elsewhere import counts_in


@pytest.mark.parametrize("stage", Stage)
def test_days_elsewhere_count_where_a_role_can_be_agreed_or_is_held(stage: Stage) -> None:
    assert counts_in(way_to(stage).state) is (stage in (Stage.EVALUATION, Stage.TEMPORARY_ROLE))


def test_days_elsewhere_count_before_a_role_that_needs_no_evaluation() -> None:
    assert counts_in(way_to(Stage.AWAITING_PLACEMENT, of_shape(AT_ONCE)).state)
    assert counts_in(way_to(Stage.INTERNSHIP, of_shape(PROJECT_SEARCH)).state)
