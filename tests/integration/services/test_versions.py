"""Versions of the workers, as an operator lists them and makes one current."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from runtime.errors import ServiceUnavailable
from services.operations.versions import Standing, Version, promote, versions
from tests.support.agreeing import eventually
from tests.support.errors import raises
from tests.support.office import TestOffice, open_office
from worker import running_worker


@pytest.fixture
async def office(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        yield office


def of_build(office: TestOffice, build: str, *, versioning: bool = True) -> AbstractAsyncContextManager[Worker]:
    settings = office.settings.model_copy(update={"build_id": build, "worker_versioning": versioning})
    return running_worker(office.client, settings, office.book, office.engine)


async def listed(office: TestOffice) -> list[Version]:
    return await versions(office.client, office.settings.task_queue)


async def promoted(office: TestOffice, build: str) -> str:
    return (await promote(office.client, office.settings.task_queue, build)).id


async def test_nothing_is_listed_or_made_current_before_a_worker_has_asked(office: TestOffice) -> None:
    assert await listed(office) == []
    with raises(ServiceUnavailable, "version.unknown"):
        await promoted(office, "b1")


async def test_a_version_is_inactive_until_it_is_made_current_and_the_one_before_drains(office: TestOffice) -> None:
    async with of_build(office, "b1"):
        await eventually(lambda: listed(office), lambda found: found == [Version("b1", Standing.INACTIVE, 1)])
        assert [await promoted(office, "b1") for _ in range(2)] == ["version.promoted", "version.already"]
        async with of_build(office, "b2"):
            await eventually(lambda: listed(office), lambda found: "b2" in [one.build for one in found])
            assert await promoted(office, "b2") == "version.promoted"
            current, before = await eventually(lambda: listed(office), lambda found: found[1].standing != "current")
    assert (current.build, current.standing) == ("b2", Standing.CURRENT)
    assert (before.build, before.standing, before.may_end) == ("b1", Standing.DRAINING, False)


async def test_a_build_that_nobody_is_of_is_refused_with_those_that_ask(office: TestOffice) -> None:
    async with of_build(office, "b1"):
        await eventually(lambda: listed(office), lambda found: found == [Version("b1", Standing.INACTIVE, 1)])
        with raises(ServiceUnavailable, "version.others_ask", build="b2", others="b1"):
            await promoted(office, "b2")
        assert [one.standing for one in await listed(office)] == [Standing.INACTIVE]


async def test_workers_without_versioning_are_listed_as_such(office: TestOffice) -> None:
    async with of_build(office, "b1", versioning=False):
        await eventually(lambda: listed(office), lambda found: found == [Version("b1", Standing.UNVERSIONED, 1)])
