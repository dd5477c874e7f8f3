"""An internship is not in the unit in which the person last worked, where the programme forbids that."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.recording_checks import foreseen
from models.programme.programme import Programme
from tests.support.authority import authority, offer
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import ANNA, TRAY_KITCHEN, RecordedWay, recorder_on
from tests.support.rule_cases import NOT_THERE

KITCHEN = next(one for one in RULES.positions if one.id == TRAY_KITCHEN)
ELSEWHERE = "another_kitchen"


@pytest.fixture(autouse=True)
def positions(engine: Engine) -> None:
    recorder_on(engine)
    other = KITCHEN.model_copy(update={"id": ELSEWHERE, "unit": KITCHEN.title})
    offer(engine, (*RULES.positions, other))


def waits(engine: Engine, last_unit: str | None, rules: Programme = NOT_THERE) -> RecordedWay:
    way = RecordedWay(recorder_on(engine), ANNA, rules)
    assert way.tells("referred", last_unit=last_unit).accepted
    return way.comes("referral_accepted", "requirements_checked")


@pytest.mark.parametrize("called", [KITCHEN.unit.sv, KITCHEN.unit.en.upper()])
def test_whoever_last_worked_in_a_unit_is_no_intern_there(engine: Engine, called: str) -> None:
    way = waits(engine, called)
    entry = way.entry(way.event("internship_agreed", position=KITCHEN.id))
    with Session(engine) as session:
        found = foreseen(session, authority().register(session), entry)
    assert found is not None
    assert found.rule == "the_unit_is_not_the_last_one"
    assert way.tells("internship_agreed", position=KITCHEN.id).rule == "the_unit_is_not_the_last_one"
    assert way.tells("internship_agreed", position=ELSEWHERE).accepted


@pytest.mark.parametrize(
    ("last_unit", "rules"), [(None, NOT_THERE), ("Bageriet", NOT_THERE), (KITCHEN.unit.sv, SERVICE)]
)
def test_whoever_worked_elsewhere_or_in_a_programme_that_allows_it_is(
    engine: Engine, last_unit: str | None, rules: Programme
) -> None:
    assert waits(engine, last_unit, rules).tells("internship_agreed", position=KITCHEN.id).accepted
