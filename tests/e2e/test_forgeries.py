"""Forged events and forged rows, on a real server: each is a refused row with its rule, or a finding that names it."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from temporalio import workflow
from temporalio.client import ActivityFailureError, Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.authority import Authority
from activities.callers import ASKED_BY
from auditing.evidence.findings import Finding, Verification
from auditing.verification.verifier import live_verifier
from models.access.statements import (
    Assignment,
    KeyEnrolled,
    KeyRevoked,
    PersonInvited,
    StaffEntered,
    hash_of_code,
)
from models.calendar.swedish_day import day_in_sweden
from models.canonical import digest_of
from models.fields import FIRST_DAY, BothLanguages
from models.identifiers import JOURNEY_WORKFLOW, CandidateNumber, JourneyId, Role
from models.journey import transitions
from models.ledger.entry import LedgerEntry
from models.message import Message
from models.projections.status import stand
from models.signatures import public_key_of
from runtime.statement_log import StatementLog
from services.queries.lines import LedgerLine
from tests.support.agreeing import assert_agreement, eventually
from tests.support.authority import SINCE, key_of
from tests.support.codec import Codec, open_codec
from tests.support.findings import named
from tests.support.independent_signer import with_signature
from tests.support.office import TestOffice, event, open_office
from tests.support.stock_command import stock_command
from tests.support.waiting import until
from workflows.messages import JourneyStart

SOON = timedelta(seconds=20)
OPERATOR = "kim.dahl"
ELSEWHERE, REVOKED = "tove.ort", "rut.spar"
"""A coordinator of another town alone, and one whose key was revoked a minute after it was enrolled."""

FORGER = Ed25519PrivateKey.from_private_bytes(bytes([9] * 32))


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    async with open_office(temporal.client, tmp_path_factory.mktemp("forged")) as office:
        enrol(office, ELSEWHERE, town="2523")
        enrol(office, REVOKED)
        revoked = KeyRevoked(at=datetime.now(UTC), key=public_key_of(key_of(REVOKED)), because="Lost")
        StatementLog(office.engine).add(revoked, key_of(OPERATOR))
        yield office


@pytest.fixture(scope="module")
async def codec(office: TestOffice) -> AsyncIterator[Codec]:
    async with open_codec(office.settings) as codec:
        yield codec


def enrol(office: TestOffice, name: str, town: str = "*") -> None:
    """A coordinator with a key of their own."""
    log, code, until_then = StatementLog(office.engine), f"invitation of {name}", SINCE + timedelta(days=1)
    coordinates = Assignment(role=Role.COORDINATOR, town=town, from_day=FIRST_DAY)
    log.add(StaffEntered(at=SINCE, person=name, name=name, assignments=(coordinates,)), key_of(OPERATOR))
    invited = PersonInvited(at=SINCE, person=name, code_hash=hash_of_code(code), expires_at=until_then)
    log.add(invited, key_of(OPERATOR))
    log.add(KeyEnrolled(at=SINCE, person=name, key=public_key_of(key_of(name)), code=code), key_of(name))


def own_client(office: TestOffice) -> Client:
    """A client of somebody's own: it signs nothing and registers nothing."""
    config = office.client.config()
    config["interceptors"] = []
    return Client(**config)


async def by_command(office: TestOffice, journey: str, said: dict[str, Any]) -> None:
    await stock_command(
        office.client, "workflow", "signal", "-w", journey, "--name", "event", "--input", json.dumps(said)
    )


async def by_client(office: TestOffice, journey: str, said: dict[str, Any]) -> None:
    await own_client(office).get_workflow_handle(journey).signal("event", said)


def plain_json(said: Any) -> dict[str, Any]:
    return dict(json.loads(said.model_dump_json()))


@dataclass
class Attempt:
    """What somebody sends into a journey, made for it: `accepted` is a genuine event that was sent before."""

    office: TestOffice
    journey: str
    accepted: dict[str, Any]

    def note(self, by: str, role: Role = Role.COORDINATOR, **fields: Any) -> dict[str, Any]:
        """A note in somebody's name, unsigned."""
        return plain_json(event("note_added", actor=f"{role}:{by}", text="Forged.", **fields))

    def signed(self, said: dict[str, Any], by: str, journey: str | None = None) -> dict[str, Any]:
        return with_signature(said, journey or self.journey, key_of(by))


ANNA = "anna.berg"
FORGED: dict[str, tuple[Callable[[Attempt], dict[str, Any]], str]] = {
    "unsigned": (lambda one: one.note(ANNA), "the_event_is_signed"),
    "signed by another": (lambda one: one.signed(one.note(ANNA), "bo.lind"), "the_key_is_the_authors"),
    "signed for another journey": (
        lambda one: one.signed(one.note(ANNA), ANNA, "journey/C4ZEYN7RB/service_division"),
        "the_event_is_signed",
    ),
    "another text under a signature that was seen": (
        lambda one: {**one.note(ANNA), "signature": one.accepted["signature"]},
        "the_event_is_signed",
    ),
    "with a revoked key": (lambda one: one.signed(one.note(REVOKED), REVOKED), "the_key_is_the_authors"),
    "by nobody who works here": (
        lambda one: one.signed(one.note("finns.inte", Role.SUPERVISOR), "finns.inte"),
        "the_key_is_the_authors",
    ),
    "out of role": (lambda one: one.signed(one.note(ANNA, Role.MANAGER), ANNA), "the_author_has_the_role"),
    "out of town": (lambda one: one.signed(one.note(ELSEWHERE), ELSEWHERE), "the_author_is_permitted"),
    "in the journey's own name": (
        lambda one: one.signed(plain_json(event("note_added", text="x")) | {"actor": "system:journey"}, ANNA),
        "the_key_is_the_authors",
    ),
    "under an id of the journey's own": (
        lambda one: one.signed(one.note(ANNA, event_id=UUID("5b0c1bb4-6d9e-8b3a-9d0a-7a3f6c1e2d44")), ANNA),
        "it_is_an_event",
    ),
}


@pytest.mark.parametrize("send", [by_command, by_client], ids=["command", "client"])
@pytest.mark.parametrize(("forge", "rule"), FORGED.values(), ids=FORGED)
async def test_a_forged_event_is_a_refused_row_with_its_rule(
    office: TestOffice, send: Any, forge: Callable[[Attempt], dict[str, Any]], rule: str
) -> None:
    journey = await office.refer()
    accepted = with_signature(plain_json(event("note_added", text="Genuine.")), journey, key_of(ANNA))
    await send(office, journey, accepted)
    await send(office, journey, forge(Attempt(office, journey, accepted)))
    line = await row_of(office, journey, 3)
    assert (line.receipt.accepted, line.receipt.rule) == (False, rule)
    await assert_agreement(office, journey)


@pytest.mark.parametrize("send", [by_command, by_client], ids=["command", "client"])
async def test_a_replayed_event_changes_nothing(office: TestOffice, send: Any) -> None:
    journey, other = await office.refer(), await office.refer()
    said = with_signature(plain_json(event("note_added", text="Once.")), journey, key_of(ANNA))
    for _ in range(2):
        await send(office, journey, said)
    await send(office, other, said)
    line = await row_of(office, other, 2)
    assert (line.receipt.accepted, line.receipt.rule) == (False, "the_event_is_signed")
    receipt = await office.send(journey, "note_added", text="After.")
    assert receipt.row == 3
    await assert_agreement(office, journey)


async def row_of(office: TestOffice, journey: str, number: int) -> LedgerLine:
    lines = await until(lambda: office.ledger(journey), lambda lines: len(lines) >= number)
    return lines[number - 1]


# Rules of one's own


async def test_rules_of_ones_own_begin_no_journey(office: TestOffice) -> None:
    rules = office.book.programme("service_division").model_copy(update={"name": BothLanguages(sv="Eget", en="Own")})
    candidate = CandidateNumber.draw(office.random)
    journey = JourneyId.of(candidate, rules.id)
    client = own_client(office)
    await client.start_workflow(
        JOURNEY_WORKFLOW,
        JourneyStart(candidate=candidate, rules=rules),
        id=journey,
        task_queue=office.settings.task_queue,
    )
    said = event("referred", referring_partner="arbetsformedlingen", site="2480", coordinator=ANNA)
    await by_client(office, journey, with_signature(plain_json(said), journey, key_of(ANNA)))
    line = await row_of(office, journey, 1)
    assert (line.receipt.accepted, line.receipt.rule) == (False, "the_rules_are_registered")


async def test_a_journey_is_not_moved_to_rules_of_ones_own(office: TestOffice) -> None:
    journey = await office.refer()
    rules = office.book.programme("service_division").model_copy(update={"name": BothLanguages(sv="Eget", en="Own")})
    said = event("rules_changed", actor="manager:lena.strand", reason="Easier", rules=rules)
    await by_client(office, journey, with_signature(plain_json(said), journey, key_of("lena.strand")))
    line = await row_of(office, journey, 2)
    assert (line.receipt.accepted, line.receipt.rule) == (False, "the_rules_are_registered")
    await assert_agreement(office, journey)


# Activities by hand


def entry_of(journey: str) -> str:
    """What a journey would have recorded: a row that somebody would like to see."""
    id_, said = JourneyId.parse(journey), event("note_added", text="Forged.")
    return LedgerEntry(
        **{"journey_id": id_, "candidate": id_.candidate, "programme": id_.programme, "event_id": said.event_id},
        **{"kind": said.kind, "actor": said.actor, "effective_on": said.effective_on, "event": plain_json(said)},
        digest=digest_of(said),
        recorded_at=datetime.now(UTC) - timedelta(days=100),
        standing=stand(id_.candidate, id_.programme, None, 1),
    ).model_dump_json()


def notices_of(journey: str) -> str:
    return json.dumps({"journey_id": journey, "event_id": str(uuid4())})


ACTIVITIES: dict[str, Callable[[str], str]] = {
    "record": entry_of,
    "announce": notices_of,
    "give_up": notices_of,
    "archive_histories": json.dumps,
    "report_differences": lambda _: json.dumps({"at": "2026-11-27T02:00:00Z", "differences": [], "mail": False}),
}


@pytest.mark.parametrize("name", ACTIVITIES)
async def test_the_stock_command_runs_no_activity(office: TestOffice, codec: Codec, name: str) -> None:
    journey = await office.refer()
    status, output = await stock_command(
        office.client,
        *("activity", "execute", "--activity-id", str(uuid4()), "--type", name),
        *("--task-queue", office.settings.task_queue, "--input", ACTIVITIES[name](journey)),
        *("--start-to-close-timeout", "20s", "--schedule-to-close-timeout", "20s", "--output", "json"),
        codec=codec,
    )
    assert status != 0
    assert "answers its own workflow alone" in output
    assert len(office.ledger(journey)) == 1


@workflow.defn(name=JOURNEY_WORKFLOW)
class Impostor:
    """A workflow of somebody's own that calls itself a journey, in a worker of their own."""

    @workflow.run
    async def run(self, queue: str, name: str, said: dict[str, Any]) -> Any:
        return await workflow.execute_activity(
            name, said, task_queue=queue, start_to_close_timeout=SOON, retry_policy=RetryPolicy(maximum_attempts=2)
        )


async def by_an_impostor(office: TestOffice, name: str, said: dict[str, Any]) -> Any:
    """What an activity of the worker's answers to such a workflow."""
    client, queue = own_client(office), f"impostor-{uuid4()}"
    async with Worker(client, task_queue=queue, workflows=[Impostor], workflow_runner=UnsandboxedWorkflowRunner()):
        return await client.execute_workflow(
            JOURNEY_WORKFLOW, args=[office.settings.task_queue, name, said], id=f"{uuid4()}", task_queue=queue
        )


async def test_a_workflow_that_calls_itself_a_journey_writes_no_row(office: TestOffice) -> None:
    journey = await office.refer()
    entry = json.loads(entry_of(journey))
    with pytest.raises(WorkflowFailureError) as failed:
        await by_an_impostor(office, "record", entry)
    assert isinstance(failed.value.cause, ActivityError)
    assert isinstance(failed.value.cause.cause, ApplicationError)
    assert failed.value.cause.cause.type == "NotForYou"
    assert len(office.ledger(journey)) == 1
    await assert_agreement(office, journey)


@pytest.mark.parametrize("given", [{"journey_id": 7}, None, "Anna"])
async def test_an_activity_asked_by_hand_is_refused_at_once_whatever_it_is_given(
    office: TestOffice, given: object
) -> None:
    client, queue = own_client(office), office.settings.task_queue
    for name in ASKED_BY:
        with pytest.raises(ActivityFailureError) as failed:
            await client.execute_activity(
                name, given, id=f"{uuid4()}", task_queue=queue, schedule_to_close_timeout=SOON
            )
        assert isinstance(failed.value.cause, ApplicationError)
        assert (failed.value.cause.type, failed.value.cause.non_retryable) == ("NotForYou", True)


async def test_a_workflow_that_calls_itself_a_journey_gives_no_notice_up(office: TestOffice) -> None:
    await office.webhooks.stop()
    journey = await office.refer()
    receipt = await office.send(journey, "withdrawn", end_reason="studies")

    def standing() -> set[str]:
        return {line.status for line in office.lists.notices(journey_id=journey) if line.kind == "withdrawn"}

    await until(standing, lambda found: "pending" in found)
    said = {"journey_id": journey, "event_id": str(receipt.event_id)}
    assert (await by_an_impostor(office, "give_up", said))["dead"] == []
    assert "dead" not in standing()
    await office.webhooks.start()
    await until(standing, lambda found: found == {"sent"})
    await assert_agreement(office, journey)


# A worker whose rules let everything pass


async def test_what_a_worker_without_rules_let_pass_replays_and_is_named(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is ours but for its rules, and so are key, server, history and database."""
    journey = await office.refer()
    later = day_in_sweden(datetime.now(UTC)) + timedelta(days=3)
    with monkeypatch.context() as forger:
        forger.setattr(transitions, "rules_of", lambda _move: ())
        receipt = await office.send(journey, "referral_accepted", effective_on=later)
        assert (receipt.accepted, receipt.row) == (True, 2)
    found = await named_in(office, journey)
    assert found == {("finding.rules_refuse", "row 2", "the_day_has_come")}
    honest = await office.send(journey, "note_added", text="Genuine.")
    assert honest.accepted
    assert await named_in(office, journey) == found


async def test_what_a_worker_let_pass_that_asks_the_database_nothing_replays_and_is_named(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = await office.refer()
    with monkeypatch.context() as forger:
        forger.setattr("activities.record.refused_by", lambda *_: None)
        forger.setattr(Authority, "why_not", lambda _self, _session, _entry: None)
        receipt = await office.send(journey, "coordinator_changed", coordinator="nobody.here", reason="Leave")
        assert (receipt.accepted, receipt.row) == (True, 2)
    assert ("finding.coordinator_unknown", "row 2", None) in await named_in(office, journey)


async def named_in(office: TestOffice, journey: str) -> set[tuple[str, str, object]]:
    """What an audit finds of a journey that differs: the finding, where, and the rule that it names."""
    verifier = live_verifier(office.client, office.lists.engine)

    async def verified() -> Verification:
        [found] = await verifier.verify([journey])
        return found

    found = await eventually(verified, lambda one: one.runs > 0)
    return {(*named(one), _rule_in(one)) for one in found.findings}


def _rule_in(found: Finding) -> object:
    said = None if isinstance(found.expected, str) else found.expected.values.get("rule")
    return said.id.removeprefix("rule.") if isinstance(said, Message) else None
