"""The stock `temporal` command against a journey: whoever reaches the server can talk to it, and nothing is lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from models.events.events import Event
from models.identifiers import JOURNEY_WORKFLOW, CandidateNumber, JourneyId
from models.ledger.entry import UNREADABLE
from models.ledger.receipt import Receipt
from models.stages import Stage
from runtime.local.dev_server import temporal_program
from services.queries.lines import LedgerLine
from tests.support.agreeing import assert_agreement, eventually
from tests.support.authority import key_of
from tests.support.codec import open_codec
from tests.support.independent_signer import with_signature
from tests.support.office import TestOffice, event, open_office
from tests.support.waiting import until
from worker import running_worker
from workflows.messages import JourneyStart


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    """One office for all; each test has a journey of its own."""
    async with (
        open_office(temporal.client, tmp_path_factory.mktemp("foreign")) as office,
        open_codec(office.settings) as codec,
    ):
        office.codec = codec
        yield office


class Said(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    output: str
    errors: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.errors
        return json.loads(self.output)


async def temporal_command(office: TestOffice, *arguments: str) -> Said:
    """Run `temporal …` to its end."""
    address = office.client.service_client.config.target_host
    opens = office.codec.options(arguments) if office.codec else ()
    process = await asyncio.create_subprocess_exec(
        *(temporal_program("temporal"), *arguments, *opens, "--address", address, "--output", "json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode is not None
    return Said(process.returncode, output.decode(), errors.decode())


async def send_signal(office: TestOffice, journey: str, *arguments: str) -> LedgerLine:
    """Send a signal; returns the ledger row that it leaves."""
    before = len(office.ledger(journey))
    said = await temporal_command(office, "workflow", "signal", "--workflow-id", journey, *arguments)
    assert said.status == 0, said.errors
    [line] = await until(lambda: office.ledger(journey)[before:])
    return line


async def send_update(office: TestOffice, journey: str, *arguments: str) -> Receipt:
    """Send an update; returns the receipt that the command prints, which is that of the ledger's last row."""
    said = await temporal_command(office, "workflow", "update", "execute", "--workflow-id", journey, *arguments)
    receipt = Receipt.model_validate(said.json["result"])
    assert office.ledger(journey)[-1].receipt == receipt
    return receipt


def signed(journey: str, said: Event) -> str:
    """An event as a client sends it that signs with its author's key."""
    return json.dumps(with_signature(json.loads(said.model_dump_json()), journey, key_of(said.actor.name)))


def written(journey: str, said: Event) -> Sequence[str]:
    return ("--input", signed(journey, said))


async def assert_it_goes_on(office: TestOffice, journey: str) -> None:
    line = await send_signal(office, journey, "--name", "event", *written(journey, event("referral_accepted")))
    assert line.receipt.accepted, line.receipt
    assert line.receipt.stage is Stage.REQUIREMENT_CHECK
    await assert_agreement(office, journey)


# Asking


async def test_journeys_are_listed_by_stage_programme_and_site(office: TestOffice) -> None:
    journey = await office.refer("service_division", site="2523")
    await office.send(journey, "referral_accepted")
    query = f'Stage="requirement_check" AND Programme="service_division" AND Site="2523" AND WorkflowId="{journey}"'

    async def listed(query: str) -> list[str]:
        found = (await temporal_command(office, "workflow", "list", "--query", query)).json
        return [run["execution"]["workflowId"] for run in found]

    assert await eventually(lambda: listed(query)) == [journey]
    assert await listed(query.replace("requirement_check", "internship")) == []
    assert await listed(query.replace("2523", "2480")) == []


async def test_the_query_status_says_where_the_journey_is(office: TestOffice) -> None:
    journey = await office.refer()
    said = await temporal_command(office, "workflow", "query", "--workflow-id", journey, "--name", "status")
    [status] = said.json["queryResult"]
    told = await office.journeys.status(journey)
    # The command writes empty lists as null.
    assert status["stage"] == told.stage
    assert [kind["kind"] for kind in status["possible"]] == [kind.kind for kind in told.possible]
    assert [deadline["on"] for deadline in status["next_deadlines"]] == [str(d.on) for d in told.next_deadlines]


async def test_a_query_of_an_unknown_name_fails_and_harms_nothing(office: TestOffice) -> None:
    journey = await office.refer()
    said = await temporal_command(office, "workflow", "query", "--workflow-id", journey, "--name", "stage")
    assert said.status == 1
    # What a failure says is sealed, and of a query's the command, as the SDK, opens nothing.
    assert "Encoded failure" in said.errors
    await assert_it_goes_on(office, journey)


async def test_the_journey_describes_itself_to_the_temporal_web_page(office: TestOffice) -> None:
    journey = await office.refer()
    said = await temporal_command(office, "workflow", "metadata", "--workflow-id", journey)
    [metadata] = said.json["queryResult"]
    assert metadata["currentDetails"].startswith("**referral** since ")


# Signals


async def test_a_good_signal_is_recorded(office: TestOffice) -> None:
    journey = await office.refer()
    said = event("referral_accepted")
    line = await send_signal(office, journey, "--name", "event", *written(journey, said))
    assert (line.row, line.event_id, line.receipt.accepted) == (2, str(said.event_id), True)
    await assert_agreement(office, journey)


async def test_a_signal_that_the_rules_refuse_leaves_its_trace(office: TestOffice) -> None:
    journey = await office.refer()
    line = await send_signal(office, journey, "--name", "event", *written(journey, event("internship_completed")))
    assert not line.receipt.accepted
    assert line.receipt.rule == "possible_in_this_stage"
    assert line.receipt.reason is not None
    assert line.receipt.reason.id == "possible_in_this_stage.other_stage"
    assert line.receipt.message.startswith("completed internship is not possible in the stage referral")
    assert "referral_accepted" in line.receipt.allowed
    await assert_it_goes_on(office, journey)


FORGED = {
    "nobody": (lambda said, _: said, "the_event_is_signed"),
    "the author, of another event": (
        lambda said, journey: {**said, "signature": by("anna.berg", {**said, "reason": "x"}, journey)},
        "the_event_is_signed",
    ),
    "the author, for another journey": (
        lambda said, _: {**said, "signature": by("anna.berg", said, "journey/C4ZEYN7RB/service_division")},
        "the_event_is_signed",
    ),
    "a colleague": (
        lambda said, journey: {**said, "signature": by("bo.lind", said, journey)},
        "the_key_is_the_authors",
    ),
    "a key that nobody enrolled": (
        lambda said, journey: {**said, "signature": by("finns.inte", said, journey)},
        "the_key_is_the_authors",
    ),
    "somebody in another role": (
        lambda said, journey: with_signature({**said, "actor": "manager:anna.berg"}, journey, key_of("anna.berg")),
        "the_author_has_the_role",
    ),
    "a partner": (
        lambda said, journey: with_signature({**said, "actor": "partner:kommunal"}, journey, key_of("kommunal")),
        "the_author_is_permitted",
    ),
}


def by(name: str, said: dict[str, Any], journey: str) -> Any:
    return with_signature(said, journey, key_of(name))["signature"]


@pytest.mark.parametrize(("forge", "rule"), FORGED.values(), ids=FORGED)
async def test_what_is_signed_by_anybody_else_is_a_refused_row_and_takes_no_id(
    office: TestOffice, forge: Callable[[dict[str, Any], str], dict[str, Any]], rule: str
) -> None:
    journey = await office.refer()
    said = event("referral_accepted")
    sent = json.dumps(forge(json.loads(said.model_dump_json()), journey))
    line = await send_signal(office, journey, "--name", "event", "--input", sent)
    assert (line.receipt.accepted, line.receipt.rule, line.event) == (False, rule, None)
    right = await send_signal(office, journey, "--name", "event", *written(journey, said))
    assert (right.event_id, right.receipt.accepted) == (str(said.event_id), True)
    await assert_agreement(office, journey)


RUBBISH = {
    "a number": (["--name", "event", "--input", "42"], "named fields are expected"),
    "no input": (["--name", "event"], "One event is expected as input, not 0"),
    "two inputs": (["--name", "event", "--input", "1", "--input", "2"], "One event is expected as input, not 2"),
    "an unknown name": (
        ["--name", "evnet", "--input", event("referral_accepted").model_dump_json()],
        "Unknown message name",
    ),
    "another encoding": (
        ["--name", "event", "--input", "hej", "--input-meta", "encoding=text/plain"],
        "The input is not encoded as json/plain",
    ),
}


@pytest.mark.parametrize(("arguments", "says"), RUBBISH.values(), ids=RUBBISH)
async def test_a_signal_of_rubbish_leaves_its_trace(office: TestOffice, arguments: list[str], says: str) -> None:
    journey = await office.refer()
    line = await send_signal(office, journey, *arguments)
    assert (line.row, line.kind, line.receipt.accepted) == (2, UNREADABLE, False)
    assert says in line.receipt.message
    assert line.receipt.message.endswith(".")
    await assert_it_goes_on(office, journey)


# Updates


async def test_a_good_update_is_answered_with_its_receipt(office: TestOffice) -> None:
    journey = await office.refer()
    said = event("referral_accepted")
    sent = written(journey, said)
    receipt = await send_update(office, journey, "--name", "submit", *sent)
    assert (receipt.row, receipt.event_id, receipt.accepted) == (2, said.event_id, True)
    assert await send_update(office, journey, "--name", "submit", *sent) == receipt
    await assert_agreement(office, journey)


@pytest.mark.parametrize(("arguments", "says"), RUBBISH.values(), ids=RUBBISH)
async def test_an_update_of_rubbish_is_answered_with_a_receipt_too(
    office: TestOffice, arguments: list[str], says: str
) -> None:
    journey = await office.refer()
    name = "submit" if arguments[1] == "event" else "sumbit"
    receipt = await send_update(office, journey, "--name", name, *arguments[2:])
    assert (receipt.row, receipt.kind, receipt.accepted) == (2, UNREADABLE, False)
    assert says in receipt.message
    assert "referral_accepted" in receipt.allowed
    await assert_it_goes_on(office, journey)


# Cancelling and starting


async def test_cancelling_does_not_end_a_journey(office: TestOffice) -> None:
    journey = await office.refer()
    for _ in range(2):
        said = await temporal_command(office, "workflow", "cancel", "--workflow-id", journey)
        assert said.status == 0, said.errors
    [line] = await until(lambda: office.ledger(journey)[1:])
    assert line.receipt.message == "A journey cannot be cancelled. Record that the employer ends it, and why."
    assert (await office.handle(journey).describe()).status is WorkflowExecutionStatus.RUNNING
    await assert_it_goes_on(office, journey)


async def test_what_comes_together_with_a_cancelling_is_not_lost(temporal: WorkflowEnvironment, tmp_path: Path) -> None:
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        journey = "journey/K7Q29FMXB/service_division"
        await start(office, journey, "workflow", "signal-with-start", "--signal-name", "event", referral=REFERRAL)
        assert (await temporal_command(office, "workflow", "cancel", "--workflow-id", journey)).status == 0
        await temporal_command(
            office, "workflow", "signal", "-w", journey, "--name", "event", *written(journey, ACCEPTED)
        )
        async with running_worker(office.client, office.settings, office.book, office.engine):
            lines = await until(lambda: office.ledger(journey), lambda lines: len(lines) == 3)
            assert [line.kind for line in lines] == ["referred", "referral_accepted", UNREADABLE]
            assert (await office.send(journey, "withdrawn", end_reason="own_wish")).accepted
            await assert_agreement(office, journey)


REFERRAL = event("referred", referring_partner="arbetsformedlingen", site="2480", coordinator="anna.berg")
ACCEPTED = event("referral_accepted")


async def start(office: TestOffice, journey: str, *arguments: str, referral: Event | None = None) -> Said:
    """Start a journey as a client does that knows nothing of ours."""
    rules = office.book.programme("service_division")
    given = JourneyStart(candidate=journey.split("/")[1], rules=rules).model_dump_json()
    signal = ("--signal-input", signed(journey, referral)) if referral else ()
    said = await temporal_command(
        office,
        *(*arguments, *signal, "--type", JOURNEY_WORKFLOW, "--task-queue", office.settings.task_queue),
        *("--workflow-id", journey, "--input", given),
    )
    assert said.status == 0, said.errors
    return said


async def test_a_journey_without_a_referral_says_that_it_waits_for_one(office: TestOffice) -> None:
    journey = "journey/C4ZEYN7RB/service_division"
    await start(office, journey, "workflow", "start")
    status = await office.journeys.status(journey)
    assert (status.stage, status.waits_for, [kind.kind for kind in status.possible]) == (
        None,
        "referral",
        ["referred"],
    )
    early = await send_signal(office, journey, "--name", "event", *written(journey, ACCEPTED))
    assert (
        early.receipt.message
        == "A journey begins with a referral, not with acceptance of the referral. Refer the candidate first."
    )
    await office.handle(journey).result()
    await start(office, journey, "workflow", "start")
    assert (await send_update(office, journey, "--name", "submit", *written(journey, REFERRAL))).stage is Stage.REFERRAL
    await assert_it_goes_on(office, journey)


async def test_what_somebody_starts_a_journey_with_wrongly_stands_in_no_log(
    office: TestOffice, caplog: pytest.LogCaptureFixture
) -> None:
    journey = JourneyId.of(CandidateNumber.draw(office.random), "service_division")
    said = await temporal_command(
        office,
        *("workflow", "start", "--type", JOURNEY_WORKFLOW, "--task-queue", office.settings.task_queue),
        *("--workflow-id", journey, "--input", json.dumps({"candidate": 1, "name": "Påhittad Person"})),
    )
    assert said.status == 0, said.errors
    with pytest.raises(WorkflowFailureError) as failed:
        await asyncio.wait_for(office.handle(journey).result(), 20)
    assert "The input of the workflow is wrong (candidate, rules, its fields)" in str(failed.value.cause)
    assert "hittad" not in caplog.text + str(failed.value.cause)
    assert await failed_tasks(office, journey) == []


@pytest.mark.parametrize("wrong", ["my-journey", "journey/{candidate}/easy_jobs", "journey/K7Q29FMXC/service_division"])
async def test_a_workflow_under_an_id_that_is_not_its_journeys_fails_with_one_sentence(
    office: TestOffice, wrong: str
) -> None:
    candidate = CandidateNumber.draw(office.random)
    start = JourneyStart(candidate=candidate, rules=office.book.programme("service_division"))
    handle = await office.client.start_workflow(
        JOURNEY_WORKFLOW, start, id=wrong.format(candidate=candidate), task_queue=office.settings.task_queue
    )
    with pytest.raises(WorkflowFailureError) as failed:
        await asyncio.wait_for(handle.result(), 20)
    assert str(failed.value.cause).startswith("RefusedStart: The workflow id must be that of the journey")
    assert candidate not in str(failed.value.cause)
    assert office.ledger(handle.id) == []


async def failed_tasks(office: TestOffice, journey: str) -> list[str]:
    history = await office.handle(journey).fetch_history()
    return [
        str(happened.workflow_task_failed_event_attributes.failure)
        for happened in history.events
        if happened.HasField("workflow_task_failed_event_attributes")
    ]
