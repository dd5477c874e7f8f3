"""Traces: an event is one of them, from the script to each notice, and nobody is named in it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.history.v1 import History
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Interceptor, Replayer

from activities import tracing as traced
from runtime.encryption.opened import opened
from runtime.observation import tracing
from runtime.temporal.client import data_converter
from tests.support.agreeing import eventually
from tests.support.office import TestOffice, open_office
from tests.support.otlp import Collector, collecting
from tests.support.personal import found_in
from tests.support.processes import of_office, run
from tests.support.waiting import until
from workflows.candidate_journey import CandidateJourney
from workflows.tracing import HandsOnTraces

CHILD_OF = {"admin.py": None, "submit": "admin.py", "record": "submit", "announce": "submit", "deliver": "announce"}
"""Each part of an event's trace, and what it is a part of."""


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    """A collector, to which this process and the scripts that it runs hand their spans."""
    async with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
        tracing.begin("worker")
        yield collector
        await asyncio.to_thread(tracing.end)
        assert not traced.is_traced()


@pytest.fixture
async def office(collector: Collector, temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    assert collector
    async with open_office(temporal.client, tmp_path) as office:
        yield office


async def test_an_event_is_one_trace_from_script_to_notice_that_names_nobody(
    office: TestOffice, collector: Collector
) -> None:
    journey = await office.refer()
    said = ("signal", journey.candidate, "referral_accepted")
    ended = await run("admin.py", *said, env=of_office(office, HELAVAGEN_ACTOR="anna.berg"))
    assert ended.status == 0, ended
    notices = office.lists.notices
    await until(lambda: {one.kind for one in notices(journey_id=journey) if one.status == "sent"} >= {said[-1]})
    await eventually(lambda: announcing(office, journey), lambda left: left == 0)
    await asyncio.to_thread(tracing.end)
    [script] = collector.named("admin.py")
    ours = {one.name: one for one in collector.spans if one.trace == script.trace}
    names = {one.id: one.name for one in ours.values()}
    assert {name: names.get(one.parent) for name, one in ours.items()} == CHILD_OF
    assert script.says == {"helavagen.command": "signal"}
    assert ours["record"].says["helavagen.outcome"] == "accepted"
    [told] = [one for one in inbox(office) if b"traceparent" in one and said[-1].encode() in one]
    assert ours["deliver"].trace.encode() in told
    assert b"se.helavagen.referral_accepted" in told  # a webhook: mails carry none
    assert found_in(b"".join(collector.bodies), ("anna", "berg", "2480", "lokal", socket.gethostname())) == []
    history = await opened(office.client, await office.handle(journey).fetch_history())
    assert b"traceparent" in History(events=history.events).SerializeToString()
    choices: list[list[Interceptor]] = [[], [HandsOnTraces()]]  # auditors replay without any
    for interceptors in choices:
        again = Replayer(workflows=[CandidateJourney], data_converter=data_converter(), interceptors=interceptors)
        await again.replay_workflow(history)


async def test_what_goes_wrong_is_told_by_its_name_alone(office: TestOffice, collector: Collector) -> None:
    ended = await run("admin.py", "signal", "Anna Andersson", "x", env=of_office(office, HELAVAGEN_ACTOR="anna.berg"))
    assert ended.status == 1
    [script] = collector.named("admin.py")
    assert (script.status, script.says) == ("Refused", {"helavagen.command": "signal"})
    assert found_in(b"".join(collector.bodies), ("Anna", "Andersson")) == []


async def announcing(office: TestOffice, journey: str) -> int:
    """How many announcements are under way: a part of a trace is told of once it has ended."""
    return len((await office.handle(journey).describe()).raw_description.pending_activities)


def inbox(office: TestOffice) -> list[bytes]:
    """What has come, as it lies there."""
    return [file.read_bytes() for file in (office.settings.data / "inbox").rglob("*") if file.is_file()]
