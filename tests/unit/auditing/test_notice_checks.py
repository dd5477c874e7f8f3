"""Notices held against the register: whom a letter to the coordinator in charge might reach."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from auditing.verification.notice_checks import _reader_findings
from models.calendar.written_days import DAY
from models.identifiers import Role
from models.message import msg
from tests.support.statement_logs import NINE, Log, later, role

ANNA, BO, EVA = "anna.berg", "bo.lind", "eva.sjo"
JOURNEY = "journey/K7Q29FMXB/service_division"


@pytest.mark.parametrize(("sent_to", "hours", "counts"), [(BO, 2, True), (BO, 4, False), (ANNA, 4, True)])
def test_whoever_had_a_candidate_lent_got_the_letters_as_long_as_the_lender_was_in_charge(
    sent_to: str, hours: int, counts: bool
) -> None:
    log = Log()
    for name in (ANNA, BO, EVA):
        log.employs(name, role(Role.COORDINATOR))
    assert log.lends(ANNA, BO, JOURNEY, at=later(1), from_day=NINE.date(), until_day=NINE.date() + DAY) is None
    rows = {
        n: SimpleNamespace(recorded_at=later(at), after=SimpleNamespace(coordinator=who))
        for n, (at, who) in enumerate(((0, ANNA), (3, EVA)))
    }
    refolded: Any = SimpleNamespace(by_row=rows)
    due: Any = SimpleNamespace(recipient=ANNA)
    sent_at = later(hours) + timedelta(seconds=1)
    row = {"sent_to": sent_to, "sent_at": sent_at.isoformat(), "journey_id": JOURNEY}
    found = list(
        _reader_findings(row, due, refolded, log.register, msg("where.notice", "notice {notice_id}", notice_id="1"))
    )
    assert (found == []) is counts
