"""A cohort takes as many as it has places, counted while recording, and a place of whoever leaves in time is free."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.recording_checks import foreseen
from models.ledger.receipt import Receipt
from tests.support.authority import authority
from tests.support.programmes import COHORTS
from tests.support.recording import ANNA, BO, CHARLIE, RecordedWay, recorder_on

FULL = ("a_place_in_the_cohort_is_free", "a_place_in_the_cohort_is_free.full")


def referred(engine: Engine, candidate: str) -> RecordedWay:
    return RecordedWay(recorder_on(engine), candidate, COHORTS).comes("referred")


@pytest.fixture
def two(engine: Engine) -> list[RecordedWay]:
    return [referred(engine, candidate).comes("referral_accepted") for candidate in (ANNA, BO)]


def why(receipt: Receipt) -> tuple[str | None, str | None]:
    return receipt.rule, receipt.reason.id if receipt.reason else None


@pytest.mark.usefixtures("two")
def test_a_third_finds_a_cohort_of_two_full(engine: Engine) -> None:
    third = referred(engine, CHARLIE)
    entry = third.entry(third.event("referral_accepted"))
    with Session(engine) as session:
        found = foreseen(session, authority().register(session), entry)
    assert found is not None
    assert found.rule == FULL[0]
    assert why(third.tells("referral_accepted")) == FULL


def test_who_leaves_before_it_begins_frees_the_place_and_needs_one_to_come_back(
    engine: Engine, two: list[RecordedWay]
) -> None:
    two[0].comes("withdrawn")
    assert referred(engine, CHARLIE).tells("referral_accepted").accepted
    assert why(two[0].tells("reopened")) == FULL
    two[1].comes("withdrawn")
    assert two[0].tells("reopened").accepted


def test_who_leaves_after_it_has_begun_does_not(engine: Engine, two: list[RecordedWay]) -> None:
    two[0].later(14).comes("withdrawn")
    assert why(referred(engine, CHARLIE).later(14).tells("referral_accepted")) == FULL


@pytest.mark.usefixtures("two")
def test_a_correction_into_a_cohort_that_is_full_is_refused(engine: Engine) -> None:
    wider = COHORTS.model_copy(
        update={"cohorts": (*COHORTS.cohorts, COHORTS.cohorts[-1].model_copy(update={"id": "summer"}))}
    )
    third = RecordedWay(recorder_on(engine), CHARLIE, wider).comes("referred")
    accepted = third.event("referral_accepted", cohort="summer")
    assert third.records(accepted).accepted
    moved = {**accepted.model_dump(), "cohort": "spring"}
    said = {"corrects": accepted.event_id, "replacement": moved, "reason": "The other one"}
    assert why(third.tells("corrected", **said)) == FULL
