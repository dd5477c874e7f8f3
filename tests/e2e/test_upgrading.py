"""New code under running journeys, on a real server: rehearsed before, renewed after, and told apart by build ids."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from auditing.evidence.runs import runs_of, sdk_versions, written_by
from auditing.verification import replay
from auditing.verification.rehearsal import Rehearsal, rehearse, why_wedged
from models.message import Message
from models.stages import Stage
from runtime.build import deployment_of
from runtime.errors import Refused, ServiceUnavailable
from runtime.local.dev_server import start_dev_server
from runtime.temporal.runs import count_open
from services.operations.renewal import (
    Chosen,
    Outcome,
    Sleeper,
    builds_at_work,
    refuse_without_workers,
    renew,
    sleepers,
)
from tests.support.agreeing import eventually, verdict
from tests.support.changed_journeys import HastyJourney, PatchedJourney, SettledJourney, StumblingJourney
from tests.support.errors import raises
from tests.support.office import TestOffice, event, full_way, open_office
from tests.support.processes import of_office, run
from worker import running_worker
from workflows.candidate_journey import CandidateJourney

DAY = date(2026, 3, 2)

INTERNSHIP = 3
"""So many events of a full way after the referral lead to the internship."""


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    """An office without a worker, on a server of its own: a rehearsal sees every journey of a namespace."""
    async with (
        await start_dev_server() as environment,
        open_office(environment.client, tmp_path_factory.mktemp("upgrading"), with_worker=False) as office,
    ):
        yield office


@pytest.fixture(autouse=True)
async def alone(office: TestOffice) -> AsyncIterator[None]:
    """No test meets the journeys of another one: some have histories of code that the next test does not have."""
    yield
    for journey in office.lists.journey_ids():
        with suppress(RPCError):
            await office.handle(journey).terminate()


@asynccontextmanager
async def working(
    office: TestOffice, build: str, code: type[CandidateJourney] = CandidateJourney
) -> AsyncIterator[None]:
    """A worker of a build whose journeys have this code; it ends when nothing is left for it to do."""
    settings = office.settings.model_copy(update={"build_id": build})
    async with running_worker(office.client, settings, office.book, office.engine, journey=code):
        yield
        if code is not StumblingJourney:
            for journey in office.lists.journey_ids():
                await eventually(partial(at_rest, office, journey))


async def at_rest(office: TestOffice, journey: str) -> bool:
    found = await office.handle(journey).describe()
    left = found.raw_description
    # Of a run that was terminated, Temporal still tells the task that it never got to.
    return found.close_time is not None or not (left.pending_activities or left.HasField("pending_workflow_task"))


async def to_internship(office: TestOffice) -> str:
    journey = await office.refer(effective_on=DAY)
    for said in full_way(DAY)[:INTERNSHIP]:
        assert (await office.journeys.submit(journey, said)).accepted
    return journey


async def rehearsed(office: TestOffice, journey: type[CandidateJourney] = CandidateJourney) -> Rehearsal:
    found = Rehearsal("checked out")
    async for one in rehearse(office.client, journey):
        found.add(one)
    return found


async def listed(office: TestOffice, *journeys: str) -> None:
    """Wait until Temporal's list, which lags behind, has these journeys and counts them as open."""
    for journey in journeys:
        query = f'WorkflowId = "{journey}" AND ExecutionStatus = "Running"'
        await eventually(partial(count_open, office.client, query), lambda open_runs: open_runs == 1)


async def to_renew(office: TestOffice, chosen: Chosen) -> dict[str, Sleeper]:
    return {one.journey_id: one async for one in sleepers(office.client, chosen)}


async def renewed(office: TestOffice, chosen: Chosen, *journeys: str) -> list[Outcome]:
    """What comes of renewing these, once the list knows by whom they were written."""
    found = await eventually(lambda: to_renew(office, chosen), lambda found: set(journeys) <= set(found))
    return [outcome async for _, outcome in renew(office.client, [found[journey] for journey in journeys])]


async def runs(office: TestOffice, journey: str) -> list[WorkflowHistory]:
    return (await runs_of(office.client, [journey]))[journey]


async def test_without_open_journeys_there_is_nothing_to_rehearse(office: TestOffice) -> None:
    assert (await rehearsed(office)).journeys == 0


async def test_a_careless_change_is_named_before_it_is_deployed_and_the_same_behind_a_patch_passes(
    office: TestOffice,
) -> None:
    async with working(office, "a"):
        waiting, placed = await office.refer(effective_on=DAY), await to_internship(office)
    await listed(office, waiting, placed)

    today, careless, patched = [
        await rehearsed(office, code) for code in (CandidateJourney, HastyJourney, PatchedJourney)
    ]

    assert (today.would_break, patched.would_break) == ([], [])
    broken = {one.journey_id: one for one in careless.would_break}
    assert set(broken) >= {waiting, placed}
    assert len(broken) == careless.journeys == today.journeys
    assert broken[placed].stage == Stage.INTERNSHIP
    assert (breaks := broken[placed].breaks) is not None
    assert breaks.id == "rehearsal.other_way"
    assert (today.build_ids["a"], list(today.sdk_versions)) == (today.journeys, ["1.31.0"])


async def test_a_journey_that_stands_still_is_named_with_what_this_code_would_make_of_it(office: TestOffice) -> None:
    async with working(office, "a"):
        journey = await office.refer(effective_on=DAY)
    await listed(office, journey)
    async with working(office, "slip", StumblingJourney):
        await office.journeys.signal(journey, event("note_added", text="called"))
        await eventually(lambda: office.handle(journey).fetch_history(), lambda history: bool(why_wedged(history)))

    mended, still = await rehearsed(office), await rehearsed(office, StumblingJourney)

    assert "1 rows" in await verdict(office, journey), "verifying does not wait for a task that is under way"
    [wedged] = [one for one in mended.wedged if one.journey_id == journey]
    assert wedged.breaks is None
    assert wedged.wedged is not None
    assert wedged.wedged.id == "rehearsal.wedged"
    [broken] = [one for one in still.would_break if one.journey_id == journey]
    assert broken.breaks == Message(id="rehearsal.fails", values={"error": "LookupError"})


async def test_a_running_journey_is_upgraded_behind_a_patch_and_renewed(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(office, "a"):
        journey = await to_internship(office)
        other = await office.refer(effective_on=DAY)
    *_, completed, evaluated, role, permanent = full_way(DAY)

    async with working(office, "b", PatchedJourney):
        assert (await office.journeys.submit(journey, completed)).accepted
        assert await renewed(office, Chosen("b"), journey, other) == [Outcome.RENEWED, Outcome.RENEWED]
        await listed(office, journey, other)
        for said in (evaluated, role):
            assert (await office.journeys.submit(journey, said)).accepted
        rows = len(office.ledger(journey))
        await eventually(
            lambda: to_renew(office, Chosen("b")), lambda found: journey not in found and other not in found
        )

    before, after = await runs(office, journey)
    assert (written_by(before), written_by(after)) == (("a", "b"), ("b",))
    assert (sdk_versions(before), sdk_versions(after)) == (("1.31.0",), ("1.31.0",))
    assert rows == 1 + INTERNSHIP + 3, "a renewal is no event"
    for code, audited in (
        (PatchedJourney, f"agrees: {rows} rows, ()"),
        (SettledJourney, "differs"),  # whoever audits runs that have ended needs the old way, or the code of then
    ):
        monkeypatch.setattr(replay, "CandidateJourney", code)
        assert (await verdict(office, journey)).startswith(audited)

    # Now nothing is left that the patch was for: the old way may go.
    async with working(office, "c", SettledJourney):
        assert (await office.journeys.submit(journey, permanent)).accepted
        assert await renewed(office, Chosen("c"), journey) == [Outcome.RENEWED]
        assert (await office.journeys.status(journey)).stage is Stage.PERMANENT_ROLE
    assert [written_by(run) for run in await runs(office, journey)] == [("a", "b"), ("b", "c"), ("c",)]


async def test_an_old_way_may_go_once_the_journeys_are_renewed_and_not_before(office: TestOffice) -> None:
    async with working(office, "a"):
        journey = await office.refer(effective_on=DAY)
    await listed(office, journey)
    broken = [one.journey_id for one in (await rehearsed(office, SettledJourney)).would_break]
    assert journey in broken

    async with working(office, "b", PatchedJourney):
        assert await renewed(office, Chosen("b"), journey) == [Outcome.RENEWED]
        await listed(office, journey)
        # The list may still have the run that has ended; its history is what it was.
        await eventually(
            lambda: rehearsed(office, SettledJourney),
            lambda found: journey not in [one.journey_id for one in found.would_break],
        )


async def test_only_the_chosen_are_renewed_and_each_once(office: TestOffice) -> None:
    async with working(office, "a"):
        journey = await office.refer(effective_on=DAY)
        await office.refer("easy_jobs", effective_on=DAY)
    assert journey in await eventually(lambda: to_renew(office, Chosen("b")), lambda found: journey in found)
    assert journey in await to_renew(office, Chosen("b", programme="service_division", written_by="a"))
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    for others in (
        Chosen("a", written_by="a"),
        Chosen("b", programme="easy_jobs"),
        Chosen("b", written_by="z"),
        Chosen("b", started_before=an_hour_ago),
    ):
        assert journey not in await to_renew(office, others), others
    assert len(await to_renew(office, Chosen("b", limit=1))) == 1

    async with working(office, "b"):
        [sleeper] = [one async for one in sleepers(office.client, Chosen("b")) if one.journey_id == journey]
        outcomes = [[outcome async for _, outcome in renew(office.client, [sleeper])] for _ in range(2)]
    assert outcomes == [[Outcome.RENEWED], [Outcome.ENDED]]
    assert len(await eventually(lambda: runs(office, journey), lambda found: len(found) == 2)) == 2


async def test_nothing_is_renewed_before_the_workers_at_work_are_of_this_version(office: TestOffice) -> None:
    queue = f"{office.settings.task_queue}-deployed"
    deployed = replace(office, settings=office.settings.model_copy(update={"task_queue": queue}))
    with raises(ServiceUnavailable, "renewal.no_worker"):
        await refuse_without_workers(office.client, queue, "b")
    async with working(deployed, "a"):
        await eventually(lambda: builds_at_work(office.client, queue), lambda builds: builds == {"a"})
        with raises(Refused, "renewal.other_version"):
            await refuse_without_workers(office.client, queue, "b")
    async with working(deployed, "b"):
        await eventually(lambda: builds_at_work(office.client, queue), lambda builds: builds == {"b"})
        await refuse_without_workers(office.client, queue, "b")


async def test_the_scripts_rehearse_and_renew(office: TestOffice) -> None:
    async with working(office, "a"):
        journey = await office.refer(effective_on=DAY)
    await eventually(lambda: to_renew(office, Chosen("b")), lambda found: journey in found)
    env = of_office(office, HELAVAGEN_BUILD_ID="b")

    async with working(office, "b"):
        told = await run("admin.py", "rehearse", "--json", env=env)
        done = await run("admin.py", "renew", "--programme", "service_division", env=env)
        # once the worker has taken up the run that the renewal has begun
        taken_up = [("a", "b"), ("b",)]
        await eventually(lambda: runs(office, journey), lambda found: [written_by(one) for one in found] == taken_up)

    found = json.loads(told.output)
    assert told.status == (1 if found["would_break"] else 0)
    assert (found["rehearsed_with"], found["build_ids"]["a"] > 0) == ("b", True)
    assert (done.status, done.output.split()[1:5]) == (0, ["journey", "renewed", "by", "b,"])


async def test_temporal_gives_journeys_to_its_current_version_alone_where_versioning_is_on(
    office: TestOffice, tmp_path: Path
) -> None:
    async with open_office(office.client, tmp_path, with_worker=False) as versioned:
        versioned.settings = versioned.settings.model_copy(update={"worker_versioning": True})
        async with working(versioned, "v1"):
            await make_current(versioned, "v1")
            journey = await versioned.refer(effective_on=DAY)
        async with working(versioned, "v2", PatchedJourney):
            await make_current(versioned, "v2")
            assert await builds_at_work(versioned.client, versioned.settings.task_queue) == {"v2"}
            assert await renewed(versioned, Chosen("v2"), journey) == [Outcome.RENEWED]
            assert (await versioned.send(journey, "referral_accepted", effective_on=DAY)).accepted
        assert written_by((await runs(versioned, journey))[-1]) == ("v2",)


async def make_current(office: TestOffice, build: str) -> None:
    """As `temporal worker deployment set-current-version` does, once the server knows of the workers."""
    asked = SetWorkerDeploymentCurrentVersionRequest(
        namespace=office.client.namespace,
        deployment_name=deployment_of(office.settings.task_queue),
        build_id=build,
    )

    async def made() -> bool:
        try:
            await office.client.workflow_service.set_worker_deployment_current_version(asked)
        except RPCError as error:
            if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
                raise
            return False
        return True

    await eventually(made)
