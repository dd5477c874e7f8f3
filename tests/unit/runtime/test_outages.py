"""An outage in the log: when it begins, once a minute, and when it is over, however many wait for it."""

import logging

import pytest
from sqlalchemy.exc import OperationalError

from activities.announce import NotDelivered
from activities.delivery import DeliveryFailed
from runtime.outages import AGAIN_AFTER, OVER_AFTER, Outages

JOURNEYS, MINUTES = 300, 10


class Log:
    """What is written, in a time of its own."""

    def __init__(self) -> None:
        self.written: list[logging.LogRecord] = []
        self.outages = Outages(self.written.append, logging.LogRecord.getMessage, by_itself=False)

    def entry(self, at: float, text: str = "it failed", error: BaseException | None = None, **more: object) -> bool:
        """Whether an entry is written."""
        info = (type(error), error, None) if error else None
        record = logging.makeLogRecord(
            {"name": "any", "levelno": logging.WARNING, "msg": text, "exc_info": info, "created": at, **more}
        )
        if passes := bool(self.outages.filter(record)):
            self.written.append(record)
        return passes


def away() -> OperationalError:
    return OperationalError("select 1", {}, ConnectionRefusedError())


def test_an_outage_of_ten_minutes_is_a_dozen_lines_though_hundreds_wait_for_its_end() -> None:
    log, tries = Log(), 0
    for at in range(60 * MINUTES):
        for journey in range(JOURNEYS):
            if at % 60 == journey % 60:  # each of them tries once a minute
                tries += 1
                log.entry(at, error=away(), temporal_activity={"workflow_id": f"journey/{journey}"})
    assert not log.outages.look(60 * MINUTES + OVER_AFTER)
    assert tries == JOURNEYS * MINUTES
    assert len(log.written) == MINUTES + 1
    assert log.written[-1].getMessage() == f"no longer, after {tries} times in 599 seconds: it failed"
    assert sum(getattr(one, "times", 1) for one in log.written[:-1]) > tries - JOURNEYS


def test_what_came_once_is_told_once_and_its_end_is_no_news() -> None:
    log = Log()
    assert log.entry(0, error=away())
    assert not log.outages.look(OVER_AFTER)
    assert len(log.written) == 1


def test_an_outage_that_goes_on_is_told_again_with_how_often_it_came() -> None:
    log = Log()
    passed = [log.entry(at, error=away()) for at in (0, 1, 59, AGAIN_AFTER, AGAIN_AFTER + 1)]
    assert passed == [True, False, False, True, False]
    assert log.outages.look(AGAIN_AFTER + 2)
    assert vars(log.written[-1])["times"] == 3


@pytest.mark.parametrize("other", [TimeoutError(), DeliveryFailed("elsewhere")])
def test_another_cause_is_told_at_once(other: Exception) -> None:
    log = Log()
    assert [log.entry(0, error=away()), log.entry(0, error=other)] == [True, True]


def test_a_slip_of_our_own_is_told_of_each_journey() -> None:
    log = Log()
    for journey in "ab":
        about = {"workflow_id": journey}
        assert log.entry(0, error=ValueError("slip"), temporal_workflow=about)
        assert not log.entry(1, error=ValueError("slip"), temporal_workflow=about)


def test_what_is_no_failure_is_always_written() -> None:
    log = Log()
    assert all(log.entry(0, "the history is not archived") for _ in range(3))
    assert all(log.entry(0, "notice delivered", levelno=logging.INFO, cause=None) for _ in range(3))


@pytest.mark.parametrize("name", ["temporalio.core", "opentelemetry.exporter.otlp"])
def test_whoever_counts_each_try_may_not(name: str) -> None:
    log = Log()
    said = [log.entry(0, f"call retried {times} times", name=name) for times in (5, 6, 7)]
    assert said == [True, False, False]


def test_an_attempt_to_deliver_is_told_by_its_own_line_alone() -> None:
    log = Log()
    assert not log.entry(0, error=NotDelivered("1 of 1 notices not delivered yet: …"))
    assert log.entry(0, "notice failed", cause="The mail server did not answer in time.")
    assert not log.entry(1, "notice failed", cause="The mail server did not answer in time.")
