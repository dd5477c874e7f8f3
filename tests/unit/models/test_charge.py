"""InCharge: who reads what is meant for the coordinator or the manager, on leave and after somebody has left."""

from datetime import date

import pytest

from models.access.charge import InCharge, ever_in_charge, is_staff, managers, readers, takes_charge, whom_to_tell
from models.access.statements import Assignment, Substitute
from models.calendar.written_days import DAY
from models.identifiers import Role
from models.state.recipients import MANAGER
from tests.support.statement_logs import KIM, NINE, Log, later, role

ANNA, BO, EVA, LENA, KARIN = "anna.berg", "bo.lind", "eva.sjo", "lena.strand", "karin.holm"
SERVICE, EASY, UMEA, LYCKSELE = "service_division", "easy_jobs", "2480", "2481"
JOURNEY = f"journey/K7Q29FMXB/{SERVICE}"
TODAY = NINE.date()
HERS = role(Role.COORDINATOR, SERVICE, UMEA)


@pytest.fixture
def log() -> Log:
    """Lena manages everything; Anna and Bo are coordinators of the service division, Eva one of easy jobs."""
    return (
        Log()
        .employs(LENA, role(Role.MANAGER))
        .employs(ANNA, HERS)
        .employs(BO, HERS)
        .employs(EVA, role(Role.COORDINATOR, EASY, UMEA))
    )


HER_CHARGE = InCharge(JOURNEY, SERVICE, UMEA, ANNA)


def told(
    log: Log,
    recipient: str = ANNA,
    programme: str = SERVICE,
    town: str | None = UMEA,
    after: int = 2,
    coordinator: str = ANNA,
) -> str:
    """Who reads it some hours after nine o'clock."""
    person = whom_to_tell(log.register, recipient, InCharge(JOURNEY, programme, town, coordinator), later(after))
    return person.person if person else "nobody"


def is_on_leave(log: Log, person: str, substitute: str, *roles: Assignment) -> None:
    leave = Substitute(person=substitute, from_day=TODAY, until_day=TODAY)
    assert log.enters(person, *(roles or (HERS,)), at=later(1), substitute=leave) is None


def test_whoever_is_in_charge_reads_it_themselves(log: Log) -> None:
    assert told(log) == ANNA


def test_the_address_is_that_of_the_day(log: Log) -> None:
    for hours, address in ((1, "old@employer.example"), (3, "new@employer.example")):
        assert log.enters(ANNA, HERS, at=later(hours), email=address) is None
    addresses = [whom_to_tell(log.register, ANNA, HER_CHARGE, later(hours)) for hours in (2, 4)]
    assert [person and person.email for person in addresses] == ["old@employer.example", "new@employer.example"]


def test_a_substitute_reads_for_somebody_on_leave_and_no_longer(log: Log) -> None:
    is_on_leave(log, ANNA, BO)
    assert (told(log), told(log, after=24)) == (BO, ANNA)


def test_who_has_a_candidate_lent_reads_first_as_long_as_they_are_there(log: Log) -> None:
    assert log.lends(ANNA, BO, JOURNEY, at=later(1), from_day=TODAY, until_day=TODAY + DAY) is None
    assert (told(log), told(log, after=24), told(log, after=48)) == (BO, BO, ANNA)
    assert [one.person for one in readers(log.register, ANNA, HER_CHARGE, later(2))] == [
        BO,
        ANNA,
        LENA,
    ]
    assert told(log, coordinator=EVA) == ANNA, "who is in charge no more has lent nobody"
    assert log.ends(BO, TODAY, at=later(3)) is None
    assert (told(log, after=3), told(log, after=24)) == (BO, ANNA)


def test_what_is_lent_to_somebody_on_leave_is_read_by_the_coordinator(log: Log) -> None:
    assert log.lends(ANNA, BO, JOURNEY, from_day=TODAY, until_day=TODAY) is None
    is_on_leave(log, BO, LENA)
    assert told(log) == ANNA


def test_the_manager_reads_where_the_substitute_is_on_leave_too(log: Log) -> None:
    is_on_leave(log, ANNA, BO)
    is_on_leave(log, BO, ANNA)
    assert told(log) == LENA


def test_a_substitute_from_another_programme_reads_nothing(log: Log) -> None:
    is_on_leave(log, ANNA, EVA)
    assert told(log) == LENA


def test_the_manager_reads_for_somebody_who_has_left(log: Log) -> None:
    assert log.ends(ANNA, date(2020, 1, 1), at=later(1)) is None
    assert told(log) == LENA


def test_the_manager_reads_for_somebody_who_is_in_charge_there_no_more(log: Log) -> None:
    assert log.enters(ANNA, role(Role.COORDINATOR, EASY), role(Role.MENTOR, SERVICE), at=later(1)) is None
    assert told(log) == LENA


def test_the_manager_is_whoever_manages_the_programme_that_day(log: Log) -> None:
    assert told(log, MANAGER) == LENA
    assert log.ends(LENA, date(2020, 1, 1), at=later(1)) is None
    assert told(log, MANAGER) == "nobody"
    assert log.enters(BO, role(Role.MANAGER, SERVICE), at=later(1)) is None
    assert (told(log, MANAGER), told(log, MANAGER, EASY)) == (BO, "nobody")


def test_a_manager_on_leave_has_a_substitute_too(log: Log) -> None:
    is_on_leave(log, LENA, BO, role(Role.MANAGER))
    assert told(log, MANAGER) == BO


def test_the_nearest_manager_comes_first(log: Log) -> None:
    log.employs(KARIN, role(Role.MANAGER, SERVICE, UMEA))
    assert managers(log.register, SERVICE, UMEA, later(2)) == [KARIN, LENA]
    assert managers(log.register, SERVICE, LYCKSELE, later(2)) == [LENA]
    assert (told(log, MANAGER), told(log, MANAGER, town=LYCKSELE)) == (KARIN, LENA)


@pytest.mark.parametrize(("name", "takes"), [(ANNA, True), (LENA, True), (EVA, False), (KIM, False)])
def test_coordinators_and_managers_of_the_programme_take_charge(log: Log, name: str, takes: bool) -> None:
    assert takes_charge(log.register, name, SERVICE, later(1)) is takes


def test_staff_are_the_manager_and_whoever_was_ever_entered(log: Log) -> None:
    log.ends(ANNA, date(2020, 1, 1), at=later(1))
    assert [is_staff(log.register, name) for name in (MANAGER, ANNA, "kommunal")] == [True, True, False]


def test_who_has_left_is_still_known_as_having_been_in_charge(log: Log) -> None:
    log.employs("maria.ek", role(Role.SUPERVISOR, SERVICE))
    log.ends(ANNA, date(2020, 1, 1), at=later(1))
    assert ever_in_charge(log.register) == {ANNA, BO, EVA, LENA}
