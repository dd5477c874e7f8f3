"""A unit has at most as many interns at a time as its ordinary employees allow, whatever their positions."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.recording_checks import foreseen
from models.ledger.receipt import Receipt
from models.programme.position import Position
from models.programme.programme import Programme
from tests.support.authority import authority, offer
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import ANNA, BO, CHARLIE, TRAY_KITCHEN, RecordedWay, recorder_on
from tests.support.rule_cases import BY_EMPLOYEES

HERE, BESIDE, SILENT = "kitchen_of_five", "kitchen_of_five_too", "kitchen_of_nobody"
KITCHEN = next(one for one in RULES.positions if one.id == TRAY_KITCHEN)


def stating(id_: str, employees: int | None) -> Position:
    unit = KITCHEN.unit if employees is not None else KITCHEN.title
    return KITCHEN.model_copy(update={"id": id_, "ordinary_employees": employees, "unit": unit})


@pytest.fixture(autouse=True)
def positions(engine: Engine) -> None:
    recorder_on(engine)
    offer(engine, (*RULES.positions, stating(HERE, 5), stating(BESIDE, 5), stating(SILENT, None)))


def waits(engine: Engine, candidate: str, rules: Programme = BY_EMPLOYEES) -> RecordedWay:
    way = RecordedWay(recorder_on(engine), candidate, rules)
    return way.comes("referred", "referral_accepted", "requirements_checked")


def why(receipt: Receipt) -> tuple[str | None, str | None]:
    return receipt.rule, receipt.reason.id if receipt.reason else None


TOO_MANY = ("the_unit_is_large_enough", "the_unit_is_large_enough.too_many")


def test_a_second_intern_in_a_unit_of_five_waits_until_the_first_has_ended(engine: Engine) -> None:
    first, second = waits(engine, ANNA), waits(engine, BO)
    assert first.tells("internship_agreed", position=HERE).accepted
    entry = second.entry(second.event("internship_agreed", position=BESIDE))
    with Session(engine) as session:
        found = foreseen(session, authority().register(session), entry)
    assert found is not None
    assert found.rule == "the_unit_is_large_enough"
    assert why(second.tells("internship_agreed", position=BESIDE)) == TOO_MANY
    assert first.comes("internship_completed")
    assert second.tells("internship_agreed", position=BESIDE).accepted


def test_interns_of_another_programmes_rules_count_and_are_not_counted_out(engine: Engine) -> None:
    assert waits(engine, ANNA, SERVICE).tells("internship_agreed", position=HERE).accepted
    assert why(waits(engine, BO).tells("internship_agreed", position=BESIDE)) == TOO_MANY
    assert waits(engine, CHARLIE, SERVICE).tells("internship_agreed", position=BESIDE).accepted


def test_a_correction_to_a_unit_that_is_full_is_refused(engine: Engine) -> None:
    assert waits(engine, ANNA).tells("internship_agreed", position=HERE).accepted
    with_room = stating("another_unit", 5).model_copy(update={"unit": KITCHEN.title})
    offer(engine, (*RULES.positions, stating(HERE, 5), stating(BESIDE, 5), with_room))
    second = waits(engine, BO)
    agreed = second.event("internship_agreed", position=with_room.id)
    assert second.records(agreed).accepted
    moved = {**agreed.model_dump(), "position": BESIDE}
    said = {"corrects": agreed.event_id, "replacement": moved, "reason": "Wrong unit"}
    assert why(second.tells("corrected", **said)) == TOO_MANY


def test_a_unit_that_states_no_number_has_none(engine: Engine) -> None:
    receipt = waits(engine, ANNA).tells("internship_agreed", position=SILENT)
    assert why(receipt) == ("the_unit_is_large_enough", "the_unit_is_large_enough.unknown")
