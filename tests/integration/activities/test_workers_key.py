"""A worker whose key does not count at the moment of an event: it writes no row that would be nobody's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.authority import BEHIND, KEY_COUNTS_NOT, SIGN_AGAIN_AFTER, Authority
from activities.record import Recorder
from activities.recording_checks import Directory
from models.access.statements import KeyRevoked, WorkerRegistered
from models.signatures import public_key_of
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from tests.support.authority import found, key_of
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, rows_of

KEY = Ed25519PrivateKey.generate()
REGISTERED = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    """Of a worker whose key was registered an hour ago."""
    found(engine, RULES)
    said = WorkerRegistered(at=REGISTERED, key=public_key_of(KEY))
    StatementLog(engine).add(said, key_of(OPERATOR))
    return RecordedWay(Recorder(engine, Directory(RULES.partners), Authority(KEY)))


def refused(way: RecordedWay, at: datetime, attempt: int) -> ApplicationError:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    with pytest.raises(ApplicationError) as raised:
        environment.run(way.recorder.record, way.entry(way.event("referred"), at))
    assert rows_of(way.recorder.engine, "ledger") == []
    return raised.value


def test_an_event_from_before_its_key_is_judged_as_of_now_and_not_at_once_again(way: RecordedWay) -> None:
    before = REGISTERED - timedelta(minutes=10)
    first, second = (refused(way, before, attempt) for attempt in (1, 2))
    assert (first.type, first.next_retry_delay, first.non_retryable) == (KEY_COUNTS_NOT, SIGN_AGAIN_AFTER, False)
    assert (second.type, second.details, second.non_retryable) == (BEHIND, (), True)
    assert way.recorder.record(way.entry(way.event("referred"), datetime.now(UTC))).accepted


def test_an_event_waits_for_another_worker_where_the_key_was_revoked(way: RecordedWay) -> None:
    said = KeyRevoked(at=datetime.now(UTC), key=public_key_of(KEY), because="It was found out.")
    StatementLog(way.recorder.engine).add(said, key_of(OPERATOR))
    assert [refused(way, datetime.now(UTC), attempt).type for attempt in (1, 2)] == [KEY_COUNTS_NOT] * 2
