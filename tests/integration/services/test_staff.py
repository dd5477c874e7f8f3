"""Staff: what the register is asked before something is said in it."""

from datetime import UTC, date, datetime

from sqlalchemy import Engine

from models.access.statements import StaffEnded
from runtime.errors import Refused
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from services.staff import Staff
from tests.support.authority import TestKeyring, found, key_of
from tests.support.errors import raises
from tests.support.programmes import RULES, SERVICE

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_rules_of_a_programme_that_nobody_manages_are_not_put_in_force(engine: Engine) -> None:
    found(engine, RULES)
    log, changed = StatementLog(engine), SERVICE.model_copy(update={"reopen_within_days": 33})
    staff = Staff(log, TestKeyring(), OPERATOR, NOW)
    log.add(StaffEnded(at=NOW, person="lena.strand", on=date(2026, 2, 27), because="Moved"), key_of(OPERATOR))
    with raises(Refused, "programme.unmanaged", programmes="service_division"):
        staff.put_in_force([changed])
    assert staff.put_in_force([RULES.programme("agency_chain").model_copy(update={"reopen_within_days": 33})]) == [
        "agency_chain"
    ]
