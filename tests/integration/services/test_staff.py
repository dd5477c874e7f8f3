"""Staff: what the register is asked before something is said in it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from models.access.statements import Assignment, StaffEnded
from models.fields import FIRST_DAY
from models.identifiers import Role
from runtime.errors import Refused, UsageError
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from services.staff import Staff
from tests.support.authority import TestKeyring, found, key_of
from tests.support.errors import raises
from tests.support.programmes import RULES, SERVICE

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
COORDINATES = Assignment(role=Role.COORDINATOR, from_day=FIRST_DAY)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "Åsa \u202eÖberg"}, "referral.in_field"),
        ({"name": "a" * 201}, "referral.in_field"),
        ({"name": "Åsa Sšderberg"}, "referral.in_field"),
        ({"email": "asa@employer"}, "referral.in_field"),
        ({"email": "a\u202esa@employer.example"}, "referral.in_field"),
        ({"phone": "070\u200b174 06 01"}, "referral.in_field"),
    ],
)
def test_nobody_works_here_by_what_cannot_be_read_or_reached(engine: Engine, said: dict[str, str], why: str) -> None:
    """Case 06: what a list of candidates refuses, the register of staff took."""
    found(engine, RULES)
    staff = Staff(StatementLog(engine), TestKeyring(), OPERATOR, NOW)
    asa: dict[str, Any] = {"name": "Åsa Öberg", "email": "asa@employer.example", "phone": "070-174 06 01"}
    with raises(UsageError, why):
        staff.add("asa.oberg", assignment=COORDINATES, **{**asa, **said})
    staff.add("asa.oberg", assignment=COORDINATES, **asa)
    with raises(UsageError, why):
        staff.change("asa.oberg", **said)  # type: ignore[arg-type]


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
