"""Where a programme has periods, the same place takes one person in each of them."""

from datetime import timedelta
from random import Random

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.recording_checks import foreseen
from models.identifiers import CandidateNumber
from models.ledger.receipt import Receipt
from models.programme.periods import PlacePeriod
from models.programme.programme import Programme
from tests.support.authority import authority
from tests.support.programmes import PERIODS, SERVICE, met
from tests.support.recording import ANNA, BO, CHARLIE, DANA, TRANSPORT, RecordedWay, recorder_on, rows_of, taken

SPRING, SUMMER = PERIODS.periods


def waits(engine: Engine, candidate: str, rules: Programme = PERIODS) -> RecordedWay:
    way = RecordedWay(recorder_on(engine), candidate, rules).comes("referred", "referral_accepted")
    profile = rules.profile("transport_service")
    assert profile is not None
    assert way.tells("requirements_checked", profile=profile.id, findings=met(profile)).accepted
    return way


def agrees(way: RecordedWay, period: PlacePeriod) -> Receipt:
    return way.tells("internship_agreed", position=TRANSPORT, starts_on=period.starts_on, ends_on=period.ends_on)


def why(receipt: Receipt) -> tuple[str | None, str | None]:
    return receipt.rule, receipt.reason.id if receipt.reason else None


TAKEN = ("a_place_is_free", "a_place_is_free.taken_on_those_days")


def test_each_of_two_places_takes_one_in_each_period(engine: Engine) -> None:
    for candidate, period in ((ANNA, SPRING), (BO, SPRING), (CHARLIE, SUMMER), (DANA, SUMMER)):
        assert agrees(waits(engine, candidate), period).accepted
    assert len(rows_of(engine, "places_taken")) == 4
    assert taken(engine, TRANSPORT) == 2  # of two, on none of whose days one is free
    fifth = waits(engine, str(CandidateNumber.draw(Random(5))))
    for period in (SPRING, SUMMER):
        assert why(agrees(fifth, period)) == TAKEN
        entry = fifth.entry(
            fifth.event("internship_agreed", position=TRANSPORT, starts_on=period.starts_on, ends_on=period.ends_on)
        )
        with Session(engine) as session:
            found = foreseen(session, authority().register(session), entry)
        assert found is not None
        assert (found.rule, found.message.id) == TAKEN


def test_who_leaves_frees_the_days_of_their_period_alone(engine: Engine) -> None:
    ways = [waits(engine, candidate) for candidate in (ANNA, BO, CHARLIE)]
    for way, period in zip(ways, (SPRING, SPRING, SUMMER), strict=True):
        assert agrees(way, period).accepted
    waiting = waits(engine, DANA)
    assert why(agrees(waiting, SPRING)) == TAKEN
    ways[0].comes("withdrawn")
    assert agrees(waiting, SPRING).accepted


def test_a_correction_to_a_period_that_is_full_is_refused(engine: Engine) -> None:
    for candidate in (ANNA, BO):
        assert agrees(waits(engine, candidate), SPRING).accepted
    third = waits(engine, CHARLIE)
    agreed = third.event("internship_agreed", position=TRANSPORT, starts_on=SUMMER.starts_on, ends_on=SUMMER.ends_on)
    assert third.records(agreed).accepted
    moved = {**agreed.model_dump(), "starts_on": SPRING.starts_on, "ends_on": SPRING.ends_on}
    receipt = third.tells("corrected", corrects=agreed.event_id, replacement=moved, reason="Wrong weeks")
    assert why(receipt) == TAKEN
    assert third.tells("note_added").accepted


def test_who_has_a_place_by_other_rules_counts_on_their_days(engine: Engine) -> None:
    for candidate in (ANNA, BO):
        way = waits(engine, candidate, SERVICE)
        assert way.tells(
            "internship_agreed", position=TRANSPORT, ends_on=SPRING.starts_on + timedelta(days=30)
        ).accepted
    third = waits(engine, CHARLIE)
    assert why(agrees(third, SPRING)) == TAKEN
    assert agrees(third, SUMMER).accepted
