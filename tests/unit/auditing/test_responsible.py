"""Responsible: who acted for the coordinator in charge at a moment, by what the register said then."""

from datetime import date

from auditing.inspection.responsible import acted_for
from models.access.statements import Substitute
from models.identifiers import Role
from tests.support.statement_logs import Log, later, role

ANNA, BO, EVA = "anna.berg", "bo.lind", "eva.sjo"
JOURNEY, OTHER_JOURNEY = "journey/K7Q29FMXB/easy_jobs", "journey/C4ZEYN7RB/easy_jobs"
TUESDAY = date(2026, 3, 3)


def test_who_had_a_candidate_lent_and_who_stood_in_are_told_of_their_days_alone() -> None:
    log, hers = Log(), role(Role.COORDINATOR)
    for name in (ANNA, BO, EVA):
        log.employs(name, hers)
    leave = Substitute(person=EVA, from_day=TUESDAY, until_day=TUESDAY)
    assert log.enters(ANNA, hers, at=later(1), substitute=leave) is None
    assert log.lends(ANNA, BO, JOURNEY, at=later(1), from_day=TUESDAY, until_day=TUESDAY) is None
    assert log.lends(ANNA, BO, OTHER_JOURNEY, at=later(20), from_day=TUESDAY, until_day=TUESDAY) is None

    def told(hours: float, coordinator: str | None = ANNA, journey: str = JOURNEY) -> list[tuple[str, bool]]:
        found = acted_for(log.register, journey, coordinator, later(hours))
        return [(one.person, one.lent) for one in found]

    assert [told(hours) for hours in (13, 15, 38)] == [[], [(BO, True), (EVA, False)], []]
    assert told(21) == [(EVA, False)], "given back at once"
    assert told(21, journey=OTHER_JOURNEY) == [(BO, True), (EVA, False)]
    assert (told(15, BO), told(15, None)) == ([], [])
