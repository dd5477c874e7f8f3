"""A worker counts while it asks for work, and not for as long as Temporal lists it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.workflowservice.v1 import DescribeTaskQueueResponse

from runtime.errors import ServiceUnavailable
from runtime.temporal.asking import asking_at
from services.operations import nightly
from services.operations.nightly import refuse_without_workers
from tests.support.errors import raises

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def listed(*ages: float) -> DescribeTaskQueueResponse:
    """A queue whose pollers Temporal has heard so many seconds ago."""
    queue = DescribeTaskQueueResponse()
    for age in ages:
        queue.pollers.append(PollerInfo(identity=str(age)))
        queue.pollers[-1].last_access_time.FromDatetime(NOW - timedelta(seconds=age))
    return queue


@pytest.mark.parametrize(
    ("ages", "asking", "heard"),
    [
        ((), [], None),
        ((0.5,), ["0.5"], 0.5),
        ((70, 12, 109), ["70", "12"], 12),
        ((109, 240), [], 109),
        ((-3,), ["-3"], 0),
    ],
)
def test_a_worker_asks_that_was_heard_within_a_long_poll(
    ages: tuple[float, ...], asking: list[str], heard: float | None
) -> None:
    found = asking_at(listed(*ages), NOW)
    assert [one.identity for one in found.workers] == asking
    assert found.heard == (None if heard is None else timedelta(seconds=heard))


@pytest.mark.parametrize(("ages", "says"), [((109, 240), "worker.asks_no_more"), ((), "worker.none_listens")])
async def test_a_worker_that_asks_no_more_is_told_by_how_long(
    ages: tuple[float, ...], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def who_asks(*_: Any) -> Any:
        return asking_at(listed(*ages), NOW)

    monkeypatch.setattr(nightly, "who_asks", who_asks)
    client: Any = None
    with raises(ServiceUnavailable, says) as told:
        await refuse_without_workers(client, "queue", looks=1)
    if ages:
        assert told.value.message.values["seconds"] == "109"
