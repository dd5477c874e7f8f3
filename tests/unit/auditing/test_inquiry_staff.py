"""Where somebody worked at a moment, and for whom they stood in, by the register and the record of unit staff."""

from datetime import date, datetime, timedelta

from auditing.inquiry.staff import Employment, Staff
from models.access.register import Register
from models.access.statements import Assignment, StaffEntered, Substitute
from models.identifiers import Role
from tests.support.authority import SINCE
from tests.support.values import MONDAY, at

JOURNEY = "journey/K7Q29FMXB/service_division"

ANNA, BO, LENA = "coordinator:anna.berg", "coordinator:bo.lind", "manager:lena.strand"
WEEK = timedelta(days=7)


def works(name: str, role: Role, town: str = "2480", said: datetime = SINCE, **more: object) -> StaffEntered:
    assignment = Assignment(role=role, programme="service_division", town=town, from_day=date(2020, 1, 1))
    return StaffEntered.model_validate({"at": said, "person": name, "name": name, "assignments": (assignment,), **more})


def register(*said: StaffEntered) -> Register:
    found = Register()
    for one in said:
        found.people[one.person].append(one)
    return found


def test_whoever_is_in_no_unit_is_where_the_register_had_them_then() -> None:
    moved = works("bo.lind", Role.COORDINATOR, "2482", said=at(MONDAY))
    staff = Staff(register(works("anna.berg", Role.COORDINATOR), works("bo.lind", Role.COORDINATOR), moved))
    before, after = at(MONDAY - WEEK), at(MONDAY + WEEK)
    assert staff.shared(ANNA, BO, before) == ("service_division 2480",)
    assert staff.shared(ANNA, BO, after) == ()
    assert staff.is_told(ANNA, BO, after)
    assert [staff.unit(BO, moment) for moment in (before, after)] == ["service_division 2480", "service_division 2482"]
    assert staff.unit("supervisor:bo.lind", before) is None  # not in that role
    assert staff.unit("partner:arbetsformedlingen", before) is None


def test_whoever_is_everywhere_is_of_no_unit_with_others() -> None:
    staff = Staff(register(works("anna.berg", Role.COORDINATOR, "*"), works("bo.lind", Role.COORDINATOR, "*")))
    assert staff.shared(ANNA, BO, at(MONDAY)) == ()
    assert not staff.is_told(ANNA, BO, at(MONDAY))
    assert not staff.is_told(ANNA, None, at(MONDAY))
    in_units = [(name, Employment(name, MONDAY, None, struck=False)) for name in ("anna.berg", "bo.lind")]
    assert Staff(staff._register, in_units).is_told(ANNA, BO, at(MONDAY))


def test_units_count_before_the_register_and_the_latest_row_of_an_employment_holds() -> None:
    known = register(works("anna.berg", Role.COORDINATOR), works("lena.strand", Role.MANAGER))
    kitchen, ward = Employment("Kitchen", MONDAY, None, struck=False), Employment("Ward", MONDAY, None, struck=False)
    staff = Staff(known, [("anna.berg", kitchen), ("lena.strand", ward)])
    assert staff.shared(ANNA, LENA, at(MONDAY)) == ()
    assert staff.shared(ANNA, LENA, at(MONDAY - WEEK)) == ("service_division 2480",)  # in no unit yet
    left = ward._replace(until_day=MONDAY)
    staff = Staff(known, [("lena.strand", ward), ("lena.strand", left), ("anna.berg", kitchen._replace(struck=True))])
    assert [staff.unit(LENA, at(MONDAY + days)) for days in (0 * WEEK, WEEK)] == ["Ward", "service_division 2480"]
    assert staff.unit(ANNA, at(MONDAY)) == "service_division 2480"


def test_a_substitute_acted_for_the_coordinator_on_the_days_of_the_leave_alone() -> None:
    leave = Substitute(person="bo.lind", from_day=MONDAY, until_day=MONDAY + WEEK)
    staff = Staff(register(works("anna.berg", Role.COORDINATOR, substitute=leave), works("bo.lind", Role.COORDINATOR)))
    assert [staff.acted_for("anna.berg", "bo.lind", JOURNEY, at(MONDAY + weeks * WEEK)) for weeks in (-1, 0, 1, 2)] == [
        False,
        True,
        True,
        False,
    ]
    assert staff.acted_for("anna.berg", "anna.berg", JOURNEY, at(MONDAY))
