"""Two people and one case: what somebody has not seen of a journey, and in which role they record on it."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.access.statements import Assignment, StaffEntered
from models.identifiers import Actor, Role
from models.stages import Stage
from runtime.errors import Refused
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from services.queries.lists import Lists
from services.recording.authors import author_of
from services.recording.meanwhile import last_row, since
from tests.support.authority import SINCE, key_of, register_of_tests
from tests.support.builders import ROUTES
from tests.support.databases import migrated
from tests.support.desks import office_of
from tests.support.errors import raises
from tests.support.recording import RecordedWay, recorder_on
from tests.support.values import MONDAY


@pytest.fixture
def way(tmp_path: Path) -> RecordedWay:
    engine = migrated(f"sqlite:///{tmp_path / 'test.db'}", offering=True)
    return RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.INTERNSHIP])


def test_what_was_recorded_since_is_told_with_its_author_and_moment(way: RecordedWay) -> None:
    lists = Lists(way.recorder.engine)
    seen = last_row(lists.ledger(way.id))
    assert since(lists.ledger(way.id), seen, register_of_tests()) == []
    assert not way.tells("reopened").accepted
    way.tells("check_in_recorded", actor="coordinator:bo.lind")
    [one] = since(lists.ledger(way.id), seen, register_of_tests())
    assert (one.row, one.what.id, one.by.values["text"]) == (6, "event_name.check_in_recorded", "Bo Lind")
    assert one.recorded_at.date() == MONDAY


def test_what_the_journey_says_by_itself_has_no_author(way: RecordedWay) -> None:
    lists = Lists(way.recorder.engine)
    seen = last_row(lists.ledger(way.id))
    way.later(30).tells("deadline_passed")
    [one] = since(lists.ledger(way.id), seen, register_of_tests())
    assert one.by.id == "meanwhile.by_itself"


def test_nothing_is_the_last_row_of_nothing() -> None:
    assert last_row([]) == 0


def author(engine: Engine, way: RecordedWay, kind: str, name: str) -> Actor:
    lists = Lists(engine)
    [line] = lists.found(journey_id=way.id)
    return author_of(office_of(engine, lists=lists), line, kind, name)


def test_somebody_records_in_the_role_of_theirs_that_permits_it(way: RecordedWay) -> None:
    engine = way.recorder.engine
    both = (
        Assignment(role=Role.MENTOR, from_day=MONDAY),
        Assignment(role=Role.COORDINATOR, town="2480", from_day=MONDAY),
    )
    log = StatementLog(engine)
    log.add(StaffEntered(at=SINCE, person="eva.sjo", name="Eva Sjö", assignments=both), key_of(OPERATOR))
    assert author(engine, way, "check_in_recorded", "maria.ek") == "supervisor:maria.ek"
    assert author(engine, way, "withdrawn", "eva.sjo") == "coordinator:eva.sjo"
    assert author(engine, way, "check_in_recorded", "eva.sjo") == "mentor:eva.sjo"


def test_who_may_not_record_it_is_told_why(way: RecordedWay) -> None:
    with raises(Refused, "permission.for_other_roles"):
        author(way.recorder.engine, way, "withdrawn", "maria.ek")
