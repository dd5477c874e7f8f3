"""Where a programme has periods, the same place takes one person in each of them."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.recording_checks import foreseen
from models.identifiers import CandidateNumber
from models.ledger.receipt import Receipt
from models.programme.periods import PlacePeriod, Span
from models.programme.programme import Programme
from runtime.i18n import using_language
from runtime.rulebook.loader import RuleBook
from services.queries.free_places import Periods
from services.queries.lists import Lists
from services.queries.titles import Titles, free_of
from services.recording.foretold import lines_of
from services.recording.preview import preview
from tests.support.authority import authority
from tests.support.desks import office_of
from tests.support.programmes import PERIODS, RULES, SERVICE, met
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


def test_lists_and_what_is_foreseen_tell_what_is_free_in_each_period(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for candidate, period in ((ANNA, SPRING), (BO, SPRING), (CHARLIE, SUMMER)):
        assert agrees(waits(engine, candidate), period).accepted
    way = waits(engine, DANA)
    lists = Lists(engine, Periods(lambda name: PERIODS.periods if name == SERVICE.id else ()))

    def free(day: date) -> dict[str, int]:
        [line] = [one for one in lists.positions(day, only_free=True) if one.id == TRANSPORT]
        assert (line.free, line.is_by_period) == (0, True)
        with using_language("en"):
            assert free_of(line) == "; ".join(f"{one.period.en}: {one.free} of 2" for one in line.free_in)
        return {one.period.en: one.free for one in line.free_in}

    def fitting(day: date) -> list[str]:
        [line] = lists.waiting(day).lines
        assert (TRANSPORT in line.fitting) == (TRANSPORT in line.fitting_in)
        return [one.period.en for one in line.fitting_in.get(TRANSPORT, ())]

    assert free(SPRING.ends_on) == {"Spring": 0, "Summer": 1}
    assert free(SUMMER.starts_on) == {"Summer": 1}
    assert fitting(SPRING.ends_on) == ["Summer"]
    assert fitting(SUMMER.ends_on + timedelta(days=1)) == []
    assert Titles(RULES).fitting(lists.waiting(SUMMER.ends_on).lines[0])[0].endswith(" (Summer)")
    assert lists.free_places(SERVICE.id, SUMMER.ends_on)[TRANSPORT] == 1
    assert lists.free_places(SERVICE.id, SUMMER.ends_on + timedelta(days=1))[TRANSPORT] == 0
    [line] = lists.found(journey_id=way.id)
    office = office_of(engine, lists=lists)
    monkeypatch.setattr(RuleBook, "find", lambda _book, _name: PERIODS)
    vars(office)["now"] = lambda: datetime.combine(way.day, time(9), UTC)
    agreed = {"position": TRANSPORT, "starts_on": SUMMER.starts_on, "ends_on": SUMMER.ends_on}
    found = preview(office, line, way.event("internship_agreed", **agreed), lists.ledger(way.id))
    assert found is not None
    assert (found.refused, found.places, found.left) == (None, -1, 0)
    assert found.days == Span(starts_on=SUMMER.starts_on, ends_on=SUMMER.ends_on)
    with using_language("en"):
        assert any(f"{SUMMER.starts_on} to {SUMMER.ends_on}. Places left then: 0" in one for one in lines_of(found))
    assert agrees(way, SUMMER).accepted
    assert [one for one in lists.positions(SUMMER.ends_on, only_free=True) if one.id == TRANSPORT] == []


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
