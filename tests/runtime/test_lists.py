"""What coordinators, managers and auditors read: who fits, in which order, and the figures."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from activities.outbox import Delivery, Outbox
from models.stages import EndReason, Stage
from runtime.lists import Lists
from tests.builders import MONDAY, PREPAREDNESS, ROUTES, SERVICE
from tests.recording import RecordedWay, recorder_on

ANNA, BO, CHARLIE, DANA = "A22222229", "B22222222", "C22222228", "D22222229"


@pytest.fixture
def lists(engine: Engine) -> Lists:
    return Lists(engine)


def way(
    engine: Engine, candidate: str, stage: Stage = Stage.REFERRAL, day_number: int = 0, **referral: str
) -> RecordedWay:
    """A journey that has come to a stage, all on one day, so many days after the first Monday."""
    way = RecordedWay(recorder_on(engine), candidate, day=MONDAY + timedelta(days=day_number))
    assert way.tells("referred", **referral).accepted
    return way.comes(*ROUTES[stage][1:])


@pytest.fixture
def four(engine: Engine) -> list[RecordedWay]:
    """Four journeys in two programmes, two towns and three stages, each the work of another day."""
    in_2018 = RecordedWay(recorder_on(engine), DANA, PREPAREDNESS, MONDAY.replace(year=2018))
    return [
        way(engine, BO, Stage.INTERNSHIP, 1),
        way(engine, ANNA, Stage.REFERRAL, 3, coordinator="bo.lind"),
        way(engine, CHARLIE, Stage.CLOSED, 2, site="2482"),
        in_2018.comes("referred"),
    ]


# Journeys


def test_journeys_are_listed_latest_change_first(lists: Lists, four: list[RecordedWay]) -> None:
    assert [line.candidate for line in lists.journeys()] == [ANNA, CHARLIE, BO, DANA]
    four[3].later(4_000).comes("referral_accepted")
    assert [line.candidate for line in lists.journeys()] == [DANA, ANNA, CHARLIE, BO]


def test_journeys_changed_at_the_same_moment_are_listed_by_their_ids(engine: Engine, lists: Lists) -> None:
    for candidate in (CHARLIE, ANNA, BO):
        way(engine, candidate)
    assert [line.candidate for line in lists.journeys()] == [ANNA, BO, CHARLIE]


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"candidate": BO}, [BO]),
    ({"journey_id": f"journey/{CHARLIE}/service_division"}, [CHARLIE]),
    ({"programme": "service_division"}, [ANNA, CHARLIE, BO]),
    ({"programme": "preparedness_jobs"}, [DANA]),
    ({"stage": "referral"}, [ANNA, DANA]),
    ({"coordinator": "bo.lind"}, [ANNA]),
    ({"site": "2482"}, [CHARLIE]),
    ({"stage": "referral", "programme": "service_division"}, [ANNA]),
    ({"stage": "internship", "coordinator": "bo.lind"}, []),
    ({"limit": 2}, [ANNA, CHARLIE]),
    ({"stage": "on_the_moon"}, []),
    ({"candidate": "' or 1=1 --"}, []),
    ({"programme": None, "stage": None}, [ANNA, CHARLIE, BO, DANA]),
]


@pytest.mark.usefixtures("four")
def test_journeys_are_filtered_by_all_that_is_asked_for(lists: Lists) -> None:
    for wanted, found in FILTERS:
        assert [line.candidate for line in lists.journeys(**wanted)] == found, wanted


def test_a_line_says_where_the_journey_stands_and_for_whom_it_waits(engine: Engine, lists: Lists) -> None:
    way(engine, BO, Stage.INTERNSHIP)
    [line] = lists.journeys()
    assert line.model_dump() == {
        "journey_id": f"journey/{BO}/service_division",
        "candidate": BO,
        "programme": "service_division",
        "stage": Stage.INTERNSHIP,
        "since": MONDAY,
        "paused": False,
        "site": "2480",
        "coordinator": "anna.berg",
        "position": "lasarettet_tray_kitchen",
        "end_reason": None,
        "hired_on": None,
        "of_whom": "supervisor",
        "waits_for": "the end of the internship",
        "due_on": MONDAY + timedelta(days=30),
        "limit_on": None,
        "limit_by": None,
        "events": 4,
    }


# Today


def test_today_shows_what_is_overdue_first_and_then_what_is_due_within_a_week(engine: Engine, lists: Lists) -> None:
    """A referral must be answered within fourteen days."""
    for candidate, day_number in ((BO, 8), (ANNA, 0), (CHARLIE, 9), (DANA, 1)):
        way(engine, candidate, day_number=day_number)
    lines = lists.today(MONDAY + timedelta(days=15))
    assert [(line.candidate, line.due_on) for line in lines] == [
        (ANNA, MONDAY + timedelta(days=14)),
        (DANA, MONDAY + timedelta(days=15)),
        (BO, MONDAY + timedelta(days=22)),
    ]
    assert [line.candidate for line in lists.today(MONDAY + timedelta(days=16))] == [ANNA, DANA, BO, CHARLIE]


@pytest.mark.parametrize(("day_number", "shown"), [(59, False), (60, True)])
def test_today_shows_two_months_ahead_that_the_law_makes_a_role_permanent(
    engine: Engine, lists: Lists, day_number: int, shown: bool
) -> None:
    soon = RecordedWay(recorder_on(engine), BO)
    days = {
        "form": "special_fixed_term",
        "starts_on": MONDAY - timedelta(days=245),
        "ends_on": MONDAY - timedelta(days=1),
    }
    assert soon.tells("referred", earlier_employment=[days]).accepted
    soon.comes(*ROUTES[Stage.EVALUATION][1:], "evaluation_recorded")
    days = {"form": "special_fixed_term", "starts_on": MONDAY, "ends_on": MONDAY + timedelta(days=300)}
    assert soon.tells("temporary_role_agreed", **days).accepted
    soon.later(50).comes("check_in_recorded")
    today = MONDAY + timedelta(days=day_number)
    [line] = lists.journeys()
    assert (line.limit_on, line.limit_by) == (
        MONDAY + timedelta(days=120),
        "lagen om anställningsskydd (1982:80) 5 a §",
    )
    assert [line.candidate for line in lists.today(today)] == ([BO] if shown else [])


def test_today_leaves_out_what_nothing_is_due_of(engine: Engine, lists: Lists) -> None:
    way(engine, ANNA).comes("paused")
    assert lists.today(MONDAY + timedelta(days=1_000)) == []


def test_today_is_filtered_by_coordinator_and_programme(lists: Lists, four: list[RecordedWay]) -> None:
    late = MONDAY + timedelta(days=1_000)
    assert [line.candidate for line in lists.today(late)] == [DANA, ANNA, BO, CHARLIE]
    assert [line.candidate for line in lists.today(late, coordinator="bo.lind")] == [ANNA]
    assert [line.candidate for line in lists.today(late, programme="preparedness_jobs")] == [DANA]
    assert [line.candidate for line in lists.today(late, coordinator="bo.lind", programme="preparedness_jobs")] == []
    assert [line.candidate for line in lists.today(late, limit=2)] == [DANA, ANNA]
    assert len(four) == 4


# The ledger


def test_the_ledger_of_a_journey_comes_in_its_order_with_refusals(lists: Lists, four: list[RecordedWay]) -> None:
    four[0].tells("referral_accepted")
    lines = lists.ledger(four[0].id)
    assert [(line.row, line.kind, line.receipt.accepted) for line in lines] == [
        (1, "referred", True),
        (2, "referral_accepted", True),
        (3, "requirements_checked", True),
        (4, "internship_agreed", True),
        (5, "referral_accepted", False),
    ]
    assert lines[0].recorded_at == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert lists.ledger("journey/nobody/service_division") == []


def test_a_journey_whose_referral_was_refused_has_an_id_and_no_line(engine: Engine, lists: Lists) -> None:
    way(engine, BO)
    RecordedWay(recorder_on(engine), ANNA).tells("referred", referring_partner="fackforbundet_st")
    assert lists.journey_ids() == [f"journey/{BO}/service_division", f"journey/{ANNA}/service_division"]
    assert [line.candidate for line in lists.journeys()] == [BO]


# Notices


def test_notices_come_latest_first_and_are_filtered(engine: Engine, lists: Lists) -> None:
    bo, anna = way(engine, BO, Stage.REQUIREMENT_CHECK, 1), way(engine, ANNA, Stage.REQUIREMENT_CHECK, 2)
    assert [line.journey_id for line in lists.notices()] == [anna.id, bo.id]
    assert [line.journey_id for line in lists.notices(journey_id=bo.id)] == [bo.id]
    assert [line.journey_id for line in lists.notices(limit=1)] == [anna.id]
    [line] = lists.notices(journey_id=bo.id)
    assert (line.kind, line.recipient, line.status) == ("referral_accepted", "arbetsformedlingen", Delivery.PENDING)
    assert (line.attempts, line.last_error, line.sent_at, line.acknowledged_at) == (0, None, None, None)
    assert line.created_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_notices_are_counted_and_found_by_how_far_they_have_come(engine: Engine, lists: Lists) -> None:
    way(engine, ANNA, Stage.AWAITING_PLACEMENT)
    way(engine, BO, Stage.REQUIREMENT_CHECK)
    outbox, [first, second, third] = Outbox(engine), lists.notices()
    sent_at = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
    outbox.mark_sent(UUID(first.notice_id), sent_at)
    outbox.mark_dead(UUID(second.notice_id), "the address is gone")
    assert lists.deliveries() == {"sent": 1, "dead": 1, "pending": 1}
    assert [line.notice_id for line in lists.notices(status="pending")] == [third.notice_id]
    [dead] = lists.notices(status="dead")
    assert (dead.notice_id, dead.last_error, dead.attempts) == (second.notice_id, "the address is gone", 1)
    [sent] = lists.notices(status="sent")
    assert sent.sent_at == sent_at


# Positions


def test_positions_are_listed_by_town_with_their_free_places(engine: Engine, lists: Lists) -> None:
    way(engine, ANNA, Stage.INTERNSHIP)
    way(engine, BO, Stage.INTERNSHIP).comes("internship_completed")
    assert [(line.id, line.free, line.places) for line in lists.positions()] == [
        ("landsarkivet_scanning", 10, 10),
        ("lasarettet_transport", 2, 2),
        ("lasarettet_tray_kitchen", 5, 6),
        ("lasarettet_ward_service", 8, 8),
    ]


def test_only_positions_with_a_free_place_are_shown_when_asked_for(engine: Engine, lists: Lists) -> None:
    for letter in "ABCDEF":
        way(engine, f"{letter}22222222", Stage.INTERNSHIP)
    free = [line.id for line in lists.positions(only_free=True)]
    assert free == ["landsarkivet_scanning", "lasarettet_transport", "lasarettet_ward_service"]
    assert "lasarettet_tray_kitchen" in [line.id for line in lists.positions()]


# The report


def test_a_report_counts_a_programmes_journeys_by_stage_end_and_refusal(lists: Lists, four: list[RecordedWay]) -> None:
    four[1].tells("internship_completed")
    four[1].tells("internship_agreed")
    four[0].tells("internship_extended", ends_on=MONDAY + timedelta(days=400))
    report = lists.report(SERVICE)
    assert (report.programme, report.goal, report.referred, report.hired) == ("service_division", None, 3, 0)
    assert {stage: count for stage, count in report.stages.items() if count} == {
        "referral": 1,
        "internship": 1,
        "closed": 1,
    }
    assert list(report.stages) == [stage.value for stage in Stage]
    assert report.end_reasons == {EndReason.STUDIES.value: 1}
    assert report.refusals == {"possible_in_this_stage": 2, "the_internship_is_short_enough": 1}
    assert (lists.report(PREPAREDNESS).referred, lists.report(PREPAREDNESS).goal) == (1, 2000)


def test_whoever_had_two_roles_is_hired_once(engine: Engine, lists: Lists) -> None:
    way(engine, ANNA, Stage.PERMANENT_ROLE)
    both = way(engine, BO, Stage.TEMPORARY_ROLE)
    both.comes("temporary_role_ended", "evaluation_recorded", "permanent_role_agreed")
    way(engine, CHARLIE, Stage.EVALUATION)
    assert lists.report(SERVICE).hired == 2


def test_whoever_left_after_a_role_was_hired_all_the_same(engine: Engine, lists: Lists) -> None:
    way(engine, BO, Stage.TEMPORARY_ROLE).comes("withdrawn")
    assert (lists.report(SERVICE).hired, lists.report(SERVICE).end_reasons) == (1, {"studies": 1})


def test_a_role_that_was_refused_hires_nobody(engine: Engine, lists: Lists) -> None:
    way(engine, BO, Stage.EVALUATION).tells("permanent_role_agreed")
    assert lists.report(SERVICE).hired == 0


def test_a_role_that_was_struck_as_a_mistake_hires_nobody(engine: Engine, lists: Lists) -> None:
    way_ = way(engine, BO, Stage.EVALUATION).comes("evaluation_recorded")
    role = way_.event("permanent_role_agreed")
    assert way_.records(role).accepted
    assert lists.report(SERVICE).hired == 1
    assert way_.tells("corrected", corrects=role.event_id, reason="Another person", replacement=None).accepted
    assert lists.report(SERVICE).hired == 0
