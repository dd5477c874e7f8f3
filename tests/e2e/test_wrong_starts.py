"""Workflows that somebody starts by hand, with anything whatever: each ends in one sentence, and harms nobody."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError, WorkflowHandle
from temporalio.common import RawValue
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from activities.reconciling.reconciler import Reconciler
from activities.reconciling.records import Records
from auditing.evidence.findings import Verdict
from auditing.verification.verifier import live_verifier
from models.calendar.swedish_day import day_in_sweden
from models.canonical import digest_of
from models.discrepancy import DifferenceKind
from models.events.parsing import LARGEST_EVENT
from models.identifiers import JOURNEY_WORKFLOW, RESEND_NOTICES, TELL_WHO_ACTS, Actor, CandidateNumber, JourneyId, Role
from models.journey.fold import Entry
from runtime.errors import Refused
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from runtime.temporal.runs import rules_kept
from services.identities.register import Person, Register
from services.operations.repair import Repairer
from services.referrals.importer import Importer
from services.referrals.rows import ImportRow
from tests.support.agreeing import eventually
from tests.support.authority import TestKeyring, signature_of
from tests.support.errors import raises
from tests.support.office import TestOffice, event, open_office
from tests.support.stock_command import stock_command
from workflows.messages import SUBMIT_UPDATE, JourneyStart
from workflows.nightly import ARCHIVE_HISTORIES, RECONCILE, look_at
from workflows.starting import REFUSED_START

TODAY = day_in_sweden(datetime.now(UTC))
ANNA = "anna.berg"
PERSONAL = "Åsa Öberg"
"""Stands in what is sent, and must stand in no failure."""


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    """One office for all; each test has a journey of its own."""
    async with open_office(temporal.client, tmp_path_factory.mktemp("started")) as office:
        yield office


def raw(data: bytes | str, encoding: str = "json/plain") -> RawValue:
    said = data.encode() if isinstance(data, str) else data
    return RawValue(Payload(data=said, metadata={"encoding": encoding.encode()}))


WRONG: dict[str, tuple[list[Any], str]] = {
    "nothing": ([], "was started without an input"),
    "two": ([1, 2], "One input is expected at most, not 2"),
    "two that cannot be read": ([raw(b"\xff", "x/y"), raw("{")], "One input is expected at most, not 2"),
    "null": ([None], "was started without an input"),
    "null as JSON": ([raw("null")], "is wrong"),
    "a number": ([1], "is wrong"),
    "no JSON": ([raw("{")], "it is not JSON"),
    "no UTF-8": ([raw(b'{"a": "\xff"}')], "it is not JSON"),
    "another encoding": ([raw(PERSONAL, "binary/plain")], "is not encoded as json/plain"),
    "an unknown encoding": ([raw(PERSONAL, "\u00e5")], "is not encoded as json/plain"),
    "deep": ([raw("[" * 50_000 + "]" * 50_000)], "it is not JSON"),
    "large": ([{"candidate": "x" * 1_500_000}], "is wrong"),
    "other fields": ([{"candidate": PERSONAL, PERSONAL: 1, "rules": {"id": 3}}], "candidate"),
}


async def failure(office: TestOffice, type_: str, id_: str, inputs: list[Any]) -> str:
    """The sentence with which a workflow ends that was started so; it has failed no task before."""
    handle = await office.client.start_workflow(type_, args=inputs, id=id_, task_queue=office.settings.task_queue)
    with pytest.raises(WorkflowFailureError) as failed:
        await asyncio.wait_for(handle.result(), 20)
    history = await handle.fetch_history()
    assert [one for one in history.events if one.HasField("workflow_task_failed_event_attributes")] == []
    cause = str(failed.value.cause)
    assert cause.startswith(f"{REFUSED_START}: ")
    assert PERSONAL not in cause
    assert cause.endswith(".")
    assert "\n" not in cause
    return cause


def journey_of(office: TestOffice) -> JourneyId:
    return JourneyId.of(CandidateNumber.draw(office.random), "service_division")


@pytest.mark.parametrize("what", WRONG)
async def test_a_journey_that_is_started_wrongly_ends_with_one_sentence(office: TestOffice, what: str) -> None:
    inputs, says = WRONG[what]
    journey = journey_of(office)
    assert says in await failure(office, JOURNEY_WORKFLOW, journey, inputs)
    assert office.ledger(journey) == []
    # Nobody is kept out by it: the candidate is referred as if nothing had been.
    assert await office.refer(candidate=journey.candidate) == journey


@pytest.mark.parametrize("type_", [RESEND_NOTICES, ARCHIVE_HISTORIES, RECONCILE, TELL_WHO_ACTS])
@pytest.mark.parametrize("what", ["two", "two that cannot be read", "a number", "no JSON", "another encoding", "deep"])
async def test_the_other_workflows_end_with_one_sentence_too(office: TestOffice, type_: str, what: str) -> None:
    inputs, says = WRONG[what]
    assert says in await failure(office, type_, f"by-hand-{uuid4()}", inputs)


async def test_nobody_is_told_twice_under_another_id(office: TestOffice) -> None:
    said = {"statement": "a" * 64}
    assert "must be that of the statement" in await failure(office, TELL_WHO_ACTS, f"by-hand-{uuid4()}", [said])


async def test_rules_beyond_all_measure_start_no_journey(office: TestOffice) -> None:
    journey = journey_of(office)
    rules = office.book.programme("service_division").model_dump(mode="json")
    padded = json.dumps({"candidate": journey.candidate, "rules": rules}) + " " * LARGEST_EVENT
    assert f"and {LARGEST_EVENT} are allowed" in await failure(office, JOURNEY_WORKFLOW, journey, [raw(padded)])


async def test_events_that_contradict_the_rules_start_no_journey(office: TestOffice) -> None:
    journey = journey_of(office)
    rules = office.book.programme("service_division").model_dump(mode="json")
    entry = {"event": event("referral_accepted").model_dump(mode="json"), "recorded_at": "2026-03-02T10:00:00Z"}
    start = {"candidate": journey.candidate, "rules": rules, "entries": [entry]}
    assert "contradict the rules" in await failure(office, JOURNEY_WORKFLOW, journey, [start])


async def test_a_journey_under_rules_of_ones_own_ends_after_its_first_event(office: TestOffice) -> None:
    journey = journey_of(office)
    rules = office.book.programme("service_division")
    own = rules.model_copy(update={"reopen_within_days": rules.reopen_within_days + 1})
    start = JourneyStart(candidate=journey.candidate, rules=own).model_dump(mode="json")  # nobody puts these in force
    queue = office.settings.task_queue
    handle = await office.client.start_workflow(JOURNEY_WORKFLOW, start, id=journey, task_queue=queue)
    said = {"referring_partner": "arbetsformedlingen", "site": "2480", "coordinator": "anna.berg"}
    receipt = await handle.execute_update(SUBMIT_UPDATE, event("referred", **said))
    assert (receipt["accepted"], receipt["rule"]) == (False, "the_rules_are_registered")
    with pytest.raises(WorkflowFailureError) as failed:
        await asyncio.wait_for(handle.result(), 20)
    assert "were never put in force" in str(failed.value.cause)
    assert await office.refer(candidate=journey.candidate) == journey
    assert (await _verdict(office, journey))[0] is Verdict.AGREES


async def test_rules_of_ones_own_change_nothing_for_a_journey_that_goes_on(office: TestOffice) -> None:
    journey = await office.refer()
    await office.send(journey, "referral_accepted")
    await office.handle(journey).terminate("as an operator may")
    rules = office.book.programme("service_division")
    own = rules.model_copy(update={"reopen_within_days": rules.reopen_within_days + 1})
    start = JourneyStart(candidate=journey.candidate, rules=own).model_dump(mode="json")
    queue = office.settings.task_queue
    handle = await office.client.start_workflow(JOURNEY_WORKFLOW, start, id=journey, task_queue=queue)
    receipt = await handle.execute_update(SUBMIT_UPDATE, event("note_added", text="a"))
    assert (receipt["accepted"], receipt["rule"]) == (False, "the_rules_are_registered")
    with pytest.raises(WorkflowFailureError):
        await asyncio.wait_for(handle.result(), 20)
    await repaired(office, journey)
    assert (own.id, digest_of(own)) not in StatementLog(office.engine).register().rules
    assert (await _verdict(office, journey))[0] is Verdict.AGREES


async def begun_with_more(office: TestOffice, journey: JourneyId, kinds: list[str]) -> WorkflowHandle[Any, Any]:
    """A journey's workflow that somebody starts by hand, with events before it that nobody recorded."""
    rules = office.book.programme("service_division")
    referral = event("referred", referring_partner="arbetsformedlingen", site="2480", coordinator="anna.berg")
    held = [Entry(event=line.event, recorded_at=line.recorded_at) for line in office.ledger(journey)]
    entries = held or [Entry(event=referral, recorded_at=datetime.now(UTC))]
    entries += [Entry(event=event(kind), recorded_at=datetime.now(UTC)) for kind in kinds]
    start = JourneyStart(candidate=journey.candidate, rules=rules, entries=entries).model_dump(mode="json")
    return await office.client.start_workflow(
        JOURNEY_WORKFLOW, start, id=journey, task_queue=office.settings.task_queue
    )


@pytest.mark.parametrize("is_known", [True, False], ids=["of a journey", "of nobody"])
async def test_a_journey_begun_with_events_of_ones_own_records_nothing_by_them(
    office: TestOffice, is_known: bool
) -> None:
    journey = await office.refer() if is_known else journey_of(office)
    if is_known:
        await office.handle(journey).terminate("as an operator may")
    handle = await begun_with_more(office, journey, ["referral_accepted"])
    sent = event("withdrawn", end_reason="studies")  # possible in either stage
    receipt = await handle.execute_update(SUBMIT_UPDATE, sent)
    assert (receipt["accepted"], receipt["rule"]) == (False, "the_journey_is_the_ledgers")
    assert receipt["stage"] == ("referral" if is_known else None)
    with pytest.raises(WorkflowFailureError) as failed:
        await asyncio.wait_for(handle.result(), 20)
    assert "are not those of the ledger" in str(failed.value.cause)
    if is_known:
        await repaired(office, journey)
    else:
        assert await office.refer(candidate=journey.candidate) == journey
    assert (await office.journeys.submit(journey, sent)).accepted
    assert await _verdict(office, journey) == (Verdict.AGREES, ["noted.run_no_journey"])


async def test_a_journey_begun_with_events_of_ones_own_says_nothing_by_itself(office: TestOffice) -> None:
    journey = await office.refer()
    await office.handle(journey).terminate("as an operator may")
    handle = await begun_with_more(office, journey, ["referral_accepted"])
    await handle.cancel()
    with pytest.raises(WorkflowFailureError) as failed:
        await asyncio.wait_for(handle.result(), 20)
    assert "are not those of the ledger" in str(failed.value.cause)
    assert len(office.ledger(journey)) == 1
    await repaired(office, journey)
    assert await _verdict(office, journey) == (Verdict.AGREES, ["noted.run_no_journey"])


async def repaired(office: TestOffice, journey: JourneyId) -> None:
    kim = Actor.of(Role.OPERATOR, OPERATOR)
    assert (await repairer_of(office).repair(journey, kim, "Somebody has ended it")).receipt.accepted


def repairer_of(office: TestOffice) -> Repairer:
    queue = office.settings.task_queue
    return Repairer(office.client, queue, office.engine, office.book, lambda: datetime.now(UTC), sign=signature_of)


async def test_wrong_starts_under_a_journeys_id_change_nothing_for_it(office: TestOffice) -> None:
    journey = journey_of(office)
    await failure(office, JOURNEY_WORKFLOW, journey, [])
    await office.refer(candidate=journey.candidate)
    await office.handle(journey).terminate("as an operator may")
    await failure(office, JOURNEY_WORKFLOW, journey, [1])
    await failure(office, RESEND_NOTICES, journey, [1])
    assert await rules_kept(office.client, journey) == office.book.programme("service_division")
    verdict, noted = await _verdict(office, journey)
    assert (verdict, noted) == (Verdict.AGREES, ["noted.run_no_journey"] * 2)


async def test_another_workflow_under_a_journeys_id_is_told_at_once_and_named(office: TestOffice) -> None:
    journey, free = await office.refer(), journey_of(office)
    await office.handle(journey).terminate("to take its id")
    for taken, type_ in ((journey, "Squatter"), (free, "Squatter"), (other := journey_of(office), JOURNEY_WORKFLOW)):
        started = ("workflow", "start", "--workflow-id", taken, "--type", type_, "--task-queue", f"elsewhere-{uuid4()}")
        assert (await stock_command(office.client, *started))[0] == 0
    said = event("note_added", text="a")
    async with asyncio.timeout(5):
        for sending in (
            office.refer(candidate=free.candidate),
            office.refer(candidate=other.candidate),
            office.journeys.submit(journey, said),
            office.journeys.signal(journey, said),
        ):
            with raises(Refused, "journey.another_workflow"):
                await sending
    repairer = repairer_of(office)
    [difference] = await repairer.differences(journey)
    assert difference.kind is DifferenceKind.WORKFLOW_REPLACED
    with raises(Refused, "repair.beyond"):
        await repairer.repair(journey, Actor.of(Role.OPERATOR, OPERATOR), "It is another")
    [unknown] = await repairer.differences(free)
    assert unknown.kind is DifferenceKind.WORKFLOW_UNKNOWN
    night = ActivityEnvironment()
    night.info = replace(night.info, task_queue=office.settings.task_queue)
    reconciler = Reconciler(office.client, Records(office.engine, office.book.find))

    async def unknown_to_the_ledger() -> list[str]:
        found = await night.run(reconciler.compare_workflows, look_at(datetime.now(UTC)))
        return [one.journey_id for one in found.differences]

    await eventually(unknown_to_the_ledger, lambda found: free in found and journey not in found)

    async def named() -> list[str]:
        [found] = await live_verifier(office.client, office.lists.engine).verify([journey])
        return [one.what.id for one in found.findings]

    await eventually(named, lambda found: found == ["finding.another_workflow"])
    for one in (journey, free, other):
        await office.handle(one).terminate("as an operator is told to")
    await repaired(office, journey)
    assert await office.refer(candidate=free.candidate) == free
    assert (await _verdict(office, journey))[0] is Verdict.AGREES


async def test_an_import_tells_the_line_whose_journey_another_workflow_keeps_out(office: TestOffice) -> None:
    register, anna = Register(office.engine, office.random, TestKeyring()), Actor.of(Role.COORDINATOR, ANNA)
    rows = [
        ImportRow(line, number, PERSONAL, None, None, "service_division", "arbetsformedlingen", "2480", ANNA, TODAY)
        for line, number in ((2, "198112189876"), (3, "197802022383"))
    ]
    person = Person(rows[0].identity_number, PERSONAL)
    journey = JourneyId.of(register.number_of(person, datetime.now(UTC), anna), "service_division")
    squatter = await office.client.start_workflow("Squatter", id=journey, task_queue=f"elsewhere-{uuid4()}")
    result = await Importer(office.journeys, register, office.lists, office.book, anna).run(rows, datetime.now(UTC))
    assert [(bad.line, bad.problems[0].message.id) for bad in result.bad] == [(2, "journey.another_workflow")]
    assert len(result.started) == 1
    await squatter.terminate("as an operator is told to")


async def test_workflows_under_strange_ids_are_nobodys(office: TestOffice) -> None:
    journey = await office.refer()
    rules = office.book.programme("service_division").model_dump(mode="json")
    start = {"candidate": journey.candidate, "rules": rules}
    for strange in ("a/b/c/d", "journey/\x1b]0;pwned\x07/service_division", f"journey/{'G' * 190}/service_division"):
        assert "must be that of the journey" in await failure(office, JOURNEY_WORKFLOW, strange, [start])
        assert office.ledger(strange) == []
    reconciler = Reconciler(office.client, Records(office.engine, office.book.find))
    status = (await office.handle(journey).describe()).status
    assert status is WorkflowExecutionStatus.RUNNING
    assert await reconciler.differences_of(journey, look_at(datetime.now(UTC))) == []


async def _verdict(office: TestOffice, journey: str) -> tuple[Verdict, list[str]]:
    await asyncio.sleep(2)  # Temporal's lists, by which runs are found, lag behind
    [found] = await live_verifier(office.client, office.lists.engine).verify([journey])
    assert found.findings == ()
    return found.verdict, [one.what.id for one in found.noted]
