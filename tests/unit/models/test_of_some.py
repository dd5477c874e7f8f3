"""Fields that only some programmes ask for."""

from models.projections.of_some import is_used
from tests.support.programmes import SERVICE
from tests.support.shapes import AS_PLANNED, of_shape


def test_the_reason_of_a_role_s_end_is_asked_where_the_way_ends_with_it() -> None:
    assert is_used("end_reason", of_shape(AS_PLANNED), "temporary_role_ended")
    assert not is_used("end_reason", SERVICE, "temporary_role_ended")
    assert is_used("end_reason", SERVICE, "internship_interrupted")
