"""The training that an internship asks for: decided while recording, on both databases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from models.ledger.receipt import Receipt
from models.programme.programme import Programme
from models.programme.training import Completion, StaffForm, TrainingPackage, TrainingRule
from models.stages import Stage
from services.training import TrainingRecord
from tests.support.authority import TestKeyring
from tests.support.builders import ROUTES
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import RecordedWay, recorder_on, rows_of
from tests.support.values import MONDAY, both

PACKAGE = RULES.packages["values_and_diversity"]
UNIT = "Lasarettet, restaurang och brickdukning"
SOURCE = both("the service division's knowledge goal")
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = "coordinator:anna.berg"


def asking(**rule: Any) -> Programme:
    """The service division, which asks for training before an internship."""
    demand = {"supervisor": False, "mentor": False, **rule}
    return SERVICE.model_copy(update={"training": TrainingRule(package=PACKAGE, source=SOURCE, **demand)})


@pytest.fixture
def record(engine: Engine) -> TrainingRecord:
    return TrainingRecord(engine, TestKeyring())


def took(record: TrainingRecord, person: str, *parts: str, on: date = MONDAY, struck: bool = False) -> int:
    all_ = parts or tuple(part.id for part in PACKAGE.parts)
    return record.complete(PACKAGE, [Completion(person, part, on) for part in all_], by=BY, at=NOW, struck=struck)


def works(record: TrainingRecord, person: str, form: str = "permanent", **span: Any) -> bool:
    said = {"from_day": date(2020, 1, 1), "until_day": None, **span}
    return record.employ(UNIT, person, StaffForm(form), by=BY, at=NOW, **said)


def agreeing(engine: Engine, rules: Programme, candidate: str = "K7Q29FMXB", **fields: Any) -> Receipt:
    way = RecordedWay(recorder_on(engine), candidate, rules).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    return way.tells("internship_agreed", **fields)


def refused(engine: Engine, rules: Programme, rule: str, reason: str, **says: str) -> None:
    receipt = agreeing(engine, rules)
    assert (receipt.accepted, receipt.rule, receipt.source) == (False, rule, SOURCE), receipt.message
    assert receipt.reason is not None
    assert (receipt.reason.id, says.items() <= receipt.reason.values.items()) == (reason, True), receipt.reason
    assert rows_of(engine, "places_taken") == []


def test_an_internship_waits_for_its_supervisors_training(engine: Engine, record: TrainingRecord) -> None:
    took(record, "maria.ek", "shared_values", "own_prejudices")
    lacking = {"person": "maria.ek", "parts": "welcoming_interns"}
    refused(engine, asking(supervisor=True), "the_supervisor_is_trained", "the_person_is_trained.lacks", **lacking)
    took(record, "maria.ek", "welcoming_interns")
    assert agreeing(engine, asking(supervisor=True), "C4ZEYN7RB").accepted


def test_an_internship_waits_for_its_mentors_training(engine: Engine, record: TrainingRecord) -> None:
    refused(engine, asking(mentor=True), "the_mentor_is_trained", "the_person_is_trained.lacks", person="eva.sjo")
    took(record, "eva.sjo")
    assert agreeing(engine, asking(mentor=True), "C4ZEYN7RB").accepted


def test_an_internship_waits_until_enough_of_the_unit_are_through(engine: Engine, record: TrainingRecord) -> None:
    asked = asking(share_of_unit=50)
    of_unit = {"position": "lasarettet_tray_kitchen"}
    refused(engine, asked, "the_unit_is_trained", "the_unit_is_trained.no_staff", **of_unit)
    for person, form in (("a.one", "permanent"), ("b.two", "temporary"), ("B22222226", "intern")):
        works(record, person, form)
    took(record, "a.one")
    way = RecordedWay(recorder_on(engine), "C4ZEYN7RB", asked).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    receipt = way.tells("internship_agreed")
    assert receipt.rule == "the_unit_is_trained"
    assert receipt.reason is not None
    assert receipt.reason.id == "the_unit_is_trained.too_few"
    counted = {"staff": "3", "through": "1", "needed": "2", **of_unit}
    assert counted.items() <= receipt.reason.values.items()
    took(record, "B22222226")  # an intern counts as everybody else does
    assert way.tells("internship_agreed").accepted


@pytest.mark.parametrize(
    "span", [{"from_day": date(2026, 3, 3)}, {"until_day": date(2026, 3, 1)}, {"struck": True}], ids=str
)
def test_who_does_not_work_in_the_unit_on_the_first_day_does_not_count(
    engine: Engine, record: TrainingRecord, span: dict[str, Any]
) -> None:
    works(record, "a.one")
    took(record, "a.one")
    works(record, "b.two", **span)
    assert agreeing(engine, asking(share_of_unit=100)).accepted


def test_the_latest_row_of_an_employment_holds(engine: Engine, record: TrainingRecord) -> None:
    works(record, "a.one")
    took(record, "a.one")
    works(record, "b.two")
    refused(engine, asking(share_of_unit=100), "the_unit_is_trained", "the_unit_is_trained.too_few")
    assert works(record, "b.two", until_day=date(2026, 2, 1))
    assert agreeing(engine, asking(share_of_unit=100), "C4ZEYN7RB").accepted


def test_a_struck_completion_does_not_count(engine: Engine, record: TrainingRecord) -> None:
    took(record, "maria.ek")
    assert took(record, "maria.ek", "own_prejudices", struck=True) == 1
    lacking = {"person": "maria.ek", "parts": "own_prejudices"}
    refused(engine, asking(supervisor=True), "the_supervisor_is_trained", "the_person_is_trained.lacks", **lacking)
    assert took(record, "maria.ek", "own_prejudices") == 1
    assert agreeing(engine, asking(supervisor=True), "C4ZEYN7RB").accepted


def test_training_in_another_package_does_not_count(engine: Engine, record: TrainingRecord) -> None:
    other = TrainingPackage.model_validate({**PACKAGE.model_dump(), "id": "fire_safety"})
    record.complete(other, [Completion("maria.ek", part.id, MONDAY) for part in other.parts], by=BY, at=NOW)
    refused(engine, asking(supervisor=True), "the_supervisor_is_trained", "the_person_is_trained.lacks")


def test_a_correction_cannot_bring_in_a_supervisor_without_training(engine: Engine, record: TrainingRecord) -> None:
    took(record, "maria.ek")
    way = RecordedWay(recorder_on(engine), rules=asking(supervisor=True)).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    agreed = way.event("internship_agreed")
    assert way.records(agreed).accepted
    other = {**agreed.model_dump(), "supervisor": "jonas.alm"}
    correction = {"corrects": agreed.event_id, "reason": "Another supervisor", "replacement": other}
    assert way.tells("corrected", **correction).rule == "the_supervisor_is_trained"
    took(record, "jonas.alm")
    assert way.tells("corrected", **correction).accepted


def test_a_position_that_there_is_not_is_refused_as_that(engine: Engine) -> None:
    receipt = agreeing(engine, asking(supervisor=True), position="moon_base")
    assert receipt.rule == "the_position_exists"


def test_a_programme_without_the_rule_asks_for_no_training(engine: Engine) -> None:
    assert agreeing(engine, SERVICE.model_copy(update={"training": None})).accepted


# The record itself


def test_a_completion_recorded_twice_is_one(engine: Engine, record: TrainingRecord) -> None:
    assert took(record, "maria.ek") == 3
    assert took(record, "maria.ek") == 0
    assert len(rows_of(engine, "training_completions")) == 3
    assert took(record, "maria.ek", "own_prejudices", on=date(2026, 4, 1)) == 1  # taken anew
    assert took(record, "jonas.alm", struck=True) == 0  # there is nothing to strike


def test_staff_recorded_twice_is_one(engine: Engine, record: TrainingRecord) -> None:
    assert works(record, "a.one")
    assert not works(record, "a.one")
    assert works(record, "a.one", until_day=date(2026, 5, 1))
    assert len(rows_of(engine, "unit_staff")) == 2
    assert record.begun(UNIT, "a.one") == date(2020, 1, 1)
    assert record.begun(UNIT, "nobody") is None


def test_a_unit_is_shown_with_who_lacks_what_and_what_expires_soon(record: TrainingRecord) -> None:
    works(record, "a.one")
    works(record, "B22222226", "intern")
    took(record, "a.one", on=date(2023, 5, 1))
    [unit] = record.unit(UNIT, [PACKAGE], MONDAY)
    assert (unit.through, unit.share) == (1, 50)
    intern, one = unit.staff
    assert (intern.person, intern.form, len(intern.lacks), intern.expires) == ("B22222226", "intern", 3, ())
    assert (one.lacks, {expiry.expires_on for expiry in one.expires}) == ((), {date(2026, 5, 1)})
    [empty] = record.unit("Lasarettet, vårdnära service", [PACKAGE], MONDAY)
    assert (empty.share, empty.staff) == (None, ())


@pytest.mark.parametrize("table", ["unit_staff", "training_completions"])
@pytest.mark.parametrize("statement", ["update {} set person = 'b.two'", "delete from {}"])
def test_the_database_refuses_to_change_the_record(
    engine: Engine, record: TrainingRecord, table: str, statement: str
) -> None:
    works(record, "a.one")
    took(record, "a.one")
    before = rows_of(engine, table)
    with engine.connect() as connection:
        with pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(statement.format(table)))
        connection.rollback()
        by_stealth = {
            "sqlite": f"insert or replace into {table} select * from {table}",
            "postgresql": f"truncate {table}",
        }
        with pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(by_stealth[engine.dialect.name]))
        connection.rollback()
    assert rows_of(engine, table) == before
