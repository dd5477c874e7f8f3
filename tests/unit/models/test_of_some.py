"""Fields and events that only some programmes ask for."""

from models.projections.of_some import has_use, is_needed, is_used
from tests.support.programmes import COHORTS, DUTIES, OFFERING, SERVICE
from tests.support.shapes import AS_PLANNED, of_shape


def test_the_reason_of_a_role_s_end_is_asked_where_the_way_ends_with_it() -> None:
    assert is_used("end_reason", of_shape(AS_PLANNED), "temporary_role_ended")
    assert not is_used("end_reason", SERVICE, "temporary_role_ended")
    assert is_used("end_reason", SERVICE, "internship_interrupted")


def test_a_cohort_is_needed_where_the_programme_has_cohorts() -> None:
    assert is_needed("cohort", COHORTS, "referral_accepted")
    assert not is_needed("cohort", SERVICE, "referral_accepted")


def test_offers_and_what_recurs_are_events_of_the_programmes_that_have_them() -> None:
    offers, duty = ("place_offered", "offer_answered"), "duty_done"
    assert [has_use(kind, OFFERING) for kind in (*offers, duty)] == [True, True, False]
    assert [has_use(kind, DUTIES) for kind in (*offers, duty)] == [False, False, True]
    assert has_use("internship_agreed", SERVICE)
