"""What coordinators, managers and auditors read: who fits, in which order, and the figures."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from activities.delivery import Delivery
from activities.outbox import Outbox, Outcome
from models.partners.partner import CANDIDATE
from models.stages import Stage
from services.queries.lists import Lists
from tests.support.builders import ROUTES
from tests.support.programmes import PREPAREDNESS
from tests.support.recording import ANNA, BO, CHARLIE, DANA, RecordedWay, recorded_way, recorder_on
from tests.support.values import MONDAY, candidate_from


@pytest.fixture
def four(engine: Engine) -> list[RecordedWay]:
    """Four journeys in two programmes, two towns and three stages, each the work of another day."""
    in_2018 = RecordedWay(recorder_on(engine), DANA, PREPAREDNESS, MONDAY.replace(year=2018))
    return [
        recorded_way(engine, BO, Stage.INTERNSHIP, 1),
        recorded_way(engine, ANNA, Stage.REFERRAL, 3, coordinator="bo.lind"),
        recorded_way(engine, CHARLIE, Stage.CLOSED, 2, site="2482"),
        in_2018.comes("referred"),
    ]


# Journeys


def test_journeys_are_listed_latest_change_first(lists: Lists, four: list[RecordedWay]) -> None:
    assert [line.candidate for line in lists.journeys()] == [ANNA, CHARLIE, BO, DANA]
    four[3].later(4_000).comes("referral_accepted")
    assert [line.candidate for line in lists.journeys()] == [DANA, ANNA, CHARLIE, BO]


def test_journeys_changed_at_the_same_moment_are_listed_by_their_ids(engine: Engine, lists: Lists) -> None:
    for candidate in (CHARLIE, ANNA, BO):
        recorded_way(engine, candidate)
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
    recorded_way(engine, BO, Stage.INTERNSHIP)
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
        "of_whom": "coordinator",
        "waits_for": "check_in",
        "due_on": MONDAY + timedelta(days=30),
        "limit_on": None,
        "limit_by": None,
        "referring_partner": "arbetsformedlingen",
        "profile": "hospital_service",
        "events": 4,
        "erased_on": None,
    }


# Roles soon permanent


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
    assert [line.candidate for line in lists.soon_permanent(today)] == ([BO] if shown else [])


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
    recorded_way(engine, BO)
    RecordedWay(recorder_on(engine), ANNA).tells("referred", referring_partner="fackforbundet_st")
    assert lists.journey_ids() == [f"journey/{BO}/service_division", f"journey/{ANNA}/service_division"]
    assert [line.candidate for line in lists.journeys()] == [BO]


# Notices


def test_notices_come_latest_first_and_are_filtered(engine: Engine, lists: Lists) -> None:
    bo, anna = (
        recorded_way(engine, BO, Stage.REQUIREMENT_CHECK, 1),
        recorded_way(engine, ANNA, Stage.REQUIREMENT_CHECK, 2),
    )
    assert [line.journey_id for line in lists.notices()] == [anna.id] * 3 + [bo.id] * 3
    assert [line.journey_id for line in lists.notices(journey_id=bo.id)] == [bo.id] * 3
    assert [line.journey_id for line in lists.notices(limit=1)] == [anna.id]
    told = {line.kind: line for line in lists.notices(journey_id=bo.id) if line.recipient != CANDIDATE}
    line, referred = told["referral_accepted"], told["referred"]
    assert (referred.recipient, referred.status) == ("arbetsformedlingen", Delivery.PENDING)
    assert (line.kind, line.recipient, line.status) == ("referral_accepted", "arbetsformedlingen", Delivery.PENDING)
    assert (line.attempts, line.last_error, line.sent_at, line.acknowledged_at) == (0, None, None, None)
    assert line.created_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


def test_notices_are_counted_and_found_by_how_far_they_have_come(engine: Engine, lists: Lists) -> None:
    recorded_way(engine, ANNA, Stage.AWAITING_PLACEMENT)
    recorded_way(engine, BO, Stage.REQUIREMENT_CHECK)
    outbox, [first, second, *others] = Outbox(engine), lists.notices()
    sent_at = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
    outbox.mark(Outcome.sent([UUID(first.notice_id)], sent_at, first.recipient))
    outbox.mark(Outcome.dead([UUID(second.notice_id)], "the address is gone"))
    assert lists.deliveries() == {"sent": 1, "dead": 1, "pending": 5}
    pending = [line.notice_id for line in lists.notices(status="pending")]
    assert pending == [line.notice_id for line in others]
    [dead] = lists.notices(status="dead")
    assert (dead.notice_id, dead.last_error, dead.attempts) == (second.notice_id, "the address is gone", 1)
    [sent] = lists.notices(status="sent")
    assert sent.sent_at == sent_at


# Positions


OF_TWO = ("landsarkivet_scanning", "lasarettet_transport", "lasarettet_tray_kitchen", "lasarettet_ward_service")


def test_positions_are_listed_by_town_with_their_free_places(engine: Engine, lists: Lists) -> None:
    recorded_way(engine, ANNA, Stage.INTERNSHIP)
    recorded_way(engine, BO, Stage.INTERNSHIP).comes("internship_completed")
    assert [(line.id, line.free, line.places) for line in lists.positions(MONDAY) if line.id in OF_TWO] == [
        ("landsarkivet_scanning", 10, 10),
        ("lasarettet_transport", 2, 2),
        ("lasarettet_tray_kitchen", 5, 6),
        ("lasarettet_ward_service", 8, 8),
    ]


def test_only_positions_with_a_free_place_are_shown_when_asked_for(engine: Engine, lists: Lists) -> None:
    for letter in "ABCDEF":
        recorded_way(engine, candidate_from(letter), Stage.INTERNSHIP)
    free = [line.id for line in lists.positions(MONDAY, only_free=True) if line.id in OF_TWO]
    assert free == ["landsarkivet_scanning", "lasarettet_transport", "lasarettet_ward_service"]
    assert "lasarettet_tray_kitchen" in [line.id for line in lists.positions(MONDAY)]


# How many of how many


@pytest.mark.usefixtures("four")
def test_a_list_that_is_cut_knows_how_many_there_are(lists: Lists) -> None:
    for wanted, found in FILTERS:
        if "limit" not in wanted:
            assert lists.count(**wanted) == len(found), wanted
    assert (len(lists.journeys(limit=2)), lists.count()) == (2, 4)
    every = lists.notices()
    assert (len(lists.notices(limit=1)), lists.count_notices()) == (1, len(every))
    of_one = lists.notices(programmes="preparedness_jobs")
    assert lists.count_notices(programmes="preparedness_jobs") == len(of_one) < len(every)
    [line] = lists.journeys(candidate=BO)
    assert lists.count_rows(line.journey_id) == len(lists.ledger(line.journey_id))
    assert lists.count_notices(journey_id=line.journey_id) == len(lists.notices_of(line.journey_id))
