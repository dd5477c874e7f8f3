"""Reconciliation on real servers: each kind of difference made, found and repaired; nothing where nothing is broken."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from temporalio.client import ScheduleActionExecutionStartWorkflow
from temporalio.worker import Worker
from typer.testing import CliRunner, Result

import admin
from activities.reconciling import reconciler
from activities.reconciling.records import Records, described
from models.discrepancy import DifferenceKind
from models.identifiers import JOURNEY_WORKFLOW, Actor, JourneyId
from models.stages import Stage
from runtime.archive import Archived, nothing_archived
from runtime.errors import Refused, UsageError
from runtime.local.dev_server import start_dev_server
from runtime.rulebook.loader import RuleBook
from runtime.temporal.namespace import ensure_schedules
from services.operations.nightly import reconcile_now
from services.operations.repair import Repair, Repairer
from tests.support.agreeing import assert_agreement, eventually, place_of
from tests.support.authority import signature_of
from tests.support.changed_journeys import PassingOn
from tests.support.errors import raises
from tests.support.office import TestOffice, full_way, open_office
from tests.support.processes import of_office
from tests.support.programme_files import POSITIONS_FILE, SERVICE_FILE, changed_programmes, copied_programmes
from tests.support.programmes import SERVICE
from tests.support.retention import DROPS_AT_ONCE, lose
from tests.support.waiting import until
from worker import running_worker
from workflows.messages import JourneyStart
from workflows.nightly import Reconciliation

K = DifferenceKind
DAY = date(2026, 3, 2)
KIM = Actor.parse("operator:kim.dahl")
AT_ONCE = timedelta(0)
OPERATOR = "drift@example.org"

ENOUGH_PLACES = "update positions set places = 99 where :journey <> ''"

REPORTED_SOON = ("--dynamic-config-value", "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2")
"""So that the server says within a second that a workflow's tasks keep failing; by itself after a minute."""


@dataclass
class Night:
    """An office, and what an operator does in it."""

    office: TestOffice

    async def placed(self) -> JourneyId:
        """A journey in its internship, with a place and everybody told."""
        journey = await self.office.refer(effective_on=DAY)
        for said in full_way(DAY)[:3]:
            assert (await self.office.journeys.submit(journey, said)).accepted
        return journey

    def breaks(self, statement: str, journey: str, **values: Any) -> None:
        """Somebody changes the database by hand."""
        with self.office.engine.begin() as connection:
            done = connection.execute(text(statement), {"journey": journey, **values})
            assert done.rowcount

    async def reconciled(self) -> Reconciliation:
        return await reconcile_now(self.office.client, self.office.settings.task_queue, AT_ONCE)

    async def found(self, journey: str) -> list[str]:
        """What the reconciliation tells of a journey."""
        return [one.kind.value for one in (await self.reconciled()).differences if one.journey_id == journey]

    async def finds(self, journey: str, *kinds: DifferenceKind) -> None:
        """It tells exactly this; Temporal's lists, by which it looks first, lag a little behind."""
        wanted = [kind.value for kind in kinds]
        assert await eventually(lambda: self.found(journey), lambda seen: seen == wanted) == wanted

    async def repairs(self, journey: JourneyId) -> Repair:
        """It is repaired; and then there is nothing left to repair, and an audit agrees."""
        done = await self.repairer().repair(journey, KIM, "Found at night")
        assert done.receipt.accepted, done
        with raises(Refused, "repair.nothing"):
            await self.repairer().repair(journey, KIM, "Once more")
        line = self.office.ledger(journey)[-1]
        taken = [one.recorded_at for one in self.office.ledger(journey) if one.kind == "internship_agreed"]
        place = Records(self.office.engine, self.office.book.find).of(journey)
        assert place.place is None or [place.taken_at] == taken  # the repair is not when it was taken
        assert (line.kind, line.actor) == ("repaired", KIM)
        assert line.event
        assert set(line.event["found"]) == {one.kind.value for one in done.found}
        return done

    async def unknown(self) -> JourneyId:
        """A journey's workflow that somebody has started by hand."""
        rules = self.office.book.programme("service_division")
        start = JourneyStart(candidate="K7Q29FMXB", rules=rules)
        journey, queue = JourneyId.of(start.candidate, rules.id), self.office.settings.task_queue
        await self.office.client.start_workflow(JOURNEY_WORKFLOW, start, id=journey, task_queue=queue)
        return journey

    def repairer(
        self, now: datetime | None = None, archived: Archived = nothing_archived, book: RuleBook | None = None
    ) -> Repairer:
        office = self.office
        queue, clock = office.settings.task_queue, lambda: now or datetime.now(UTC)
        return Repairer(office.client, queue, office.engine, book or office.book, clock, signature_of, archived)


@pytest.fixture(scope="module")
async def night(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Night]:
    data = tmp_path_factory.mktemp("night")
    programmes = copied_programmes(data)
    positions = programmes / POSITIONS_FILE
    positions.write_text(re.sub(r"(?m)^places = \d+$", "places = 99", positions.read_text()))
    async with (
        await start_dev_server(more=(*REPORTED_SOON, *DROPS_AT_ONCE)) as server,
        open_office(server.client, data, with_worker=False, programmes=programmes) as office,
    ):
        settings = office.settings.model_copy(update={"operator_mail": OPERATOR})
        async with running_worker(office.client, settings, office.book, office.engine):
            yield Night(office)


async def test_nothing_is_found_where_nothing_is_broken(night: Night) -> None:
    journey = await night.placed()
    result = await night.reconciled()
    assert result.differences == ()
    assert result.journeys >= 1
    assert await night.repairer().differences(journey) == []


async def test_a_journey_whose_workflow_was_terminated_goes_on_from_the_ledger(night: Night) -> None:
    journey = await night.placed()
    await night.office.handle(journey).terminate("by mistake")
    await night.finds(journey, K.WORKFLOW_LOST)
    done = await night.repairs(journey)
    assert done.begun
    assert (await night.office.send(journey, "internship_completed", effective_on=DAY)).stage is Stage.EVALUATION
    await assert_agreement(night.office, journey)


@pytest.mark.parametrize("kept", ["archived", "unchanged", "lost"])
async def test_a_journey_whose_history_is_gone_goes_on_by_its_rules_or_where_they_are_lost_by_those_of_today(
    night: Night, kept: str, tmp_path: Path
) -> None:
    """Its rules are lost where nothing archived tells them, and today's are others than those that the ledger names."""
    other = RuleBook(changed_programmes(tmp_path, [(SERVICE_FILE, "reopen_within_days = ", "reopen_within_days = 1")]))
    journey = await night.placed()
    history = await night.office.handle(journey).fetch_history()
    client = night.office.client
    await lose(client, journey)
    await eventually(lambda: described(client, journey), lambda seen: seen == (None, 0))
    with raises(Refused, "repair.no_history"):
        await night.repairer(book=other).repair(journey, KIM, "Temporal was lost")
    book = night.office.book if kept == "unchanged" else other
    repairer = night.repairer(archived=lambda _id: [history] if kept == "archived" else [], book=book)
    done = await repairer.repair(journey, KIM, "Temporal was lost", rules_of_today=kept == "lost")
    assert (done.receipt.accepted, done.begun) == (True, True)
    [*_, line] = night.office.ledger(journey)
    assert line.event
    assert line.event["rules_of_today"] is (kept == "lost")
    assert (await night.office.send(journey, "internship_completed", effective_on=DAY)).accepted
    assert await night.repairer().differences(journey) == []


async def test_a_workflow_that_the_ledger_does_not_know_is_named_and_not_repaired(night: Night) -> None:
    journey = await night.unknown()
    await night.finds(journey, K.WORKFLOW_UNKNOWN)
    with pytest.raises(Refused, match=r"difference\.workflow_unknown\.what_to_do"):
        await night.repairer().repair(journey, KIM, "It should not be there")
    await night.office.handle(journey).terminate("nobody knows it")


async def test_search_attributes_that_say_something_else_are_shown_anew(night: Night) -> None:
    journey = await night.placed()
    night.breaks("update journeys set site = '2580' where journey_id = :journey", journey)
    await night.finds(journey, K.SEARCH_ATTRIBUTES_DIFFER)
    assert not (await night.repairs(journey)).begun
    assert [line.site for line in night.office.lists.journeys(journey_id=journey)] == ["2480"]
    await night.finds(journey)
    # A run that somebody began anew shows all of it by itself.
    await night.office.handle(journey).terminate("to begin it anew")
    start = night.repairer().start_of(journey, SERVICE)
    queue = night.office.settings.task_queue
    await night.office.client.start_workflow(JOURNEY_WORKFLOW, start, id=journey, task_queue=queue)
    await night.finds(journey)
    shown = (await night.office.handle(journey).describe()).typed_search_attributes
    assert {pair.key.name: pair.value for pair in shown}.items() >= {"Stage": "internship", "Site": "2480"}.items()
    await assert_agreement(night.office, journey)


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        ("update journeys set stage = 'evaluation' where journey_id = :journey", K.LIST_DIFFERS),
        ("update journeys set events = events + 1 where journey_id = :journey", K.LIST_DIFFERS),
        ("delete from journeys where journey_id = :journey", K.LIST_DIFFERS),
        ("delete from places_taken where journey_id = :journey", K.PLACE_DIFFERS),
        ("update places_taken set position = 'lasarettet_transport' where journey_id = :journey", K.PLACE_DIFFERS),
    ],
    ids=["stage", "events", "no line", "no place", "another place"],
)
async def test_what_was_changed_in_the_database_is_written_anew(
    night: Night, broken: str, kind: DifferenceKind
) -> None:
    journey = await night.placed()
    night.breaks("delete from passages where journey_id = :journey and number > 0", journey)
    night.breaks("delete from findings where journey_id = :journey", journey)
    night.breaks(broken, journey)
    differences = await night.repairer().differences(journey)
    assert kind in {one.kind for one in differences}
    await night.repairs(journey)
    assert place_of(night.office, journey) == "lasarettet_ward_service"
    await assert_agreement(night.office, journey)


@pytest.mark.parametrize(
    "broken",
    [
        "insert into passages values (:journey, 9, 'closed', '2026-03-02', null, null)",
        "update journeys set coordinator = 'bo.lind' where journey_id = :journey",
        "update places_taken set taken_at = '2026-01-01' where journey_id = :journey",
    ],
    ids=["a stage never passed", "another coordinator", "another moment"],
)
async def test_what_only_the_whole_fold_can_tell_of_is_written_anew_too(night: Night, broken: str) -> None:
    journey = await night.placed()
    night.breaks(broken, journey)
    [difference] = await night.repairer().differences(journey)
    assert difference.kind is (K.PLACE_DIFFERS if "places_taken" in broken else K.LIST_DIFFERS)
    await night.repairs(journey)
    await assert_agreement(night.office, journey)


async def test_a_place_that_nobody_should_hold_is_freed(night: Night) -> None:
    journey = await night.office.refer(effective_on=DAY)
    taken = "insert into places_taken values (:journey, 'lasarettet_transport', '2026-03-02')"
    night.breaks(taken, journey)
    await night.finds(journey, K.PLACE_DIFFERS)
    await night.repairs(journey)
    assert place_of(night.office, journey) is None


async def test_a_place_that_is_taken_by_another_one_is_not_taken_back(night: Night) -> None:
    journey = await night.placed()
    night.breaks("delete from places_taken where journey_id = :journey", journey)
    full = "update positions set places = (select count(*) from places_taken where position = id)"
    night.breaks(f"{full} where id = 'lasarettet_ward_service' and :journey <> ''", journey)
    refused = (await night.repairer().repair(journey, KIM, "The place is gone")).receipt
    assert (refused.accepted, refused.rule) == (False, "a_place_is_free")
    assert "Add a place to the position" in refused.message
    night.breaks(ENOUGH_PLACES, journey)
    await night.repairs(journey)
    assert place_of(night.office, journey) == "lasarettet_ward_service"


async def test_notices_that_nobody_sends_are_sent(night: Night) -> None:
    journey = await night.placed()
    lists = night.office.lists
    await until(lambda: {line.status for line in lists.notices(journey_id=journey)} == {"sent"})
    stuck = "update notices set status = 'pending', pending_since = '2026-01-01' where journey_id = :journey"
    night.breaks(stuck, journey)
    events = len({line.event_id for line in lists.notices(journey_id=journey)})
    await night.finds(journey, *[K.NOTICE_UNSENT] * events)
    done = await night.repairer().repair(journey, KIM, "The worker was gone")
    assert (done.begun, done.resent) == (False, events)
    await until(lambda: {line.status for line in lists.notices(journey_id=journey)} == {"sent"})
    await night.finds(journey)


async def test_a_workflow_that_stumbles_over_its_own_code_is_named(night: Night) -> None:
    journey = await night.placed()
    await night.office.handle(journey).terminate("to begin it anew")
    start = night.repairer().start_of(journey, SERVICE)
    broken = start.model_copy(update={"entries": start.entries[1:]})  # a journey without its referral
    queue, elsewhere = night.office.settings.task_queue, f"elsewhere-{uuid4()}"
    # A run that goes on from another waits for mended code; one that was begun so by hand would end at once.
    async with Worker(night.office.client, task_queue=elsewhere, workflows=[PassingOn]):
        await night.office.client.start_workflow(PassingOn.run, args=[broken, queue], id=journey, task_queue=elsewhere)
        await eventually(
            lambda: night.office.handle(journey).describe(),
            lambda described: described.workflow_type == JOURNEY_WORKFLOW,
        )
    await night.finds(journey, K.WORKFLOW_STUCK, K.SEARCH_ATTRIBUTES_DIFFER)
    with pytest.raises(Refused, match=r"ledger_says\.failing"):
        await night.repairer().repair(journey, KIM, "It stands still")
    await night.office.handle(journey).terminate("it was begun wrongly")
    await night.repairs(journey)


async def test_a_journey_that_is_over_is_not_missed_when_temporal_has_let_it_go(night: Night) -> None:
    journey = await night.office.refer(effective_on=DAY)
    await night.office.send(journey, "withdrawn", effective_on=DAY, end_reason="studies")
    await night.office.handle(journey).terminate("as if its history were gone")
    await night.finds(journey, K.WORKFLOW_LOST)
    years_later = datetime.now(UTC) + timedelta(days=800)
    assert await night.repairer(years_later).differences(journey) == []
    assert (await night.repairs(journey)).begun


async def test_the_script_tells_what_differs_and_repairs_it(night: Night) -> None:
    journey = await night.placed()
    candidate = journey.split("/")[1]
    repair = ("--repair", candidate, "--because", "Edited by hand")

    async def says(*arguments: str) -> Result:
        runner = CliRunner(env=of_office(night.office, HELAVAGEN_ACTOR="kim.dahl"))
        words = ["reconcile", *arguments]
        return await asyncio.to_thread(lambda: runner.invoke(admin.app, words, standalone_mode=False))

    assert str((await says(*repair)).exception) == f"repair.nothing journey={journey}"
    night.breaks("update journeys set events = 99 where journey_id = :journey", journey)
    told = await says("--settle", "0", "--json")
    assert told.return_value == 1
    [difference] = json.loads(told.output)["differences"]
    assert (difference["journey_id"], difference["kind"]) == (journey, "list_differs")
    assert f"admin.py reconcile --repair {candidate}" in difference["command"]
    assert "after event 99" in (await says("--settle", "0")).output
    repaired = await says(*repair)
    assert (repaired.return_value, repaired.exception) == (0, None)
    again = await says("--settle", "0")
    assert (again.return_value, again.output.endswith(" 0 differences\n")) == (0, True), again.output


async def test_the_script_repairs_all_that_differ_and_says_of_which_it_cannot(night: Night) -> None:
    broken = [await night.office.refer(effective_on=DAY) for _ in range(2)]
    for journey in broken:
        night.breaks("update journeys set events = 99 where journey_id = :journey", journey)
    unknown = await night.unknown()
    runner = CliRunner(env=of_office(night.office, HELAVAGEN_ACTOR="kim.dahl"))
    words = ["reconcile", "--repair-all", "--because", "Put back", "--settle", "0", "--json"]
    said = await asyncio.to_thread(lambda: runner.invoke(admin.app, words, standalone_mode=False))
    assert said.return_value == 1, said.exception
    done = {one["journey_id"]: (one["row"], one["why_not"] is None) for one in json.loads(said.output)}
    assert done == {**dict.fromkeys(broken, (2, True)), unknown: (None, False)}
    await night.office.handle(unknown).terminate("nobody knows it")
    assert (await reconcile_now(night.office.client, night.office.settings.task_queue, AT_ONCE)).differences == ()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--because", "No candidate"), "reconcile.options"),
        (("--repair", "K7Q29FMXB", "--repair-all", "--because", "Both"), "reconcile.both"),
        (("--repair-all",), "repair.reason"),
        (("--repair", "K7Q29FMXB"), "repair.reason"),
        (("--repair", "K7Q29FMXX", "--because", "A slip"), "candidate.number"),
        (("--repair", "K7Q29FMXB", "--because", "Unknown"), "repair.no_journey"),
    ],
)
def test_what_is_called_wrongly_is_said_in_one_sentence(night: Night, arguments: tuple[str, ...], why: str) -> None:
    runner = CliRunner(env=of_office(night.office, HELAVAGEN_ACTOR="kim.dahl"))
    result = runner.invoke(admin.app, ["reconcile", *arguments], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert why in str(result.exception)


async def test_the_schedule_reconciles_and_the_operator_is_told_by_mail(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "IN_FLIGHT", timedelta(0))  # or what was just done would be given five minutes
    journey = await night.placed()
    night.breaks("update journeys set events = 99 where journey_id = :journey", journey)
    await ensure_schedules(night.office.client, night.office.settings.task_queue)
    schedule = night.office.client.get_schedule_handle("reconcile")
    await schedule.trigger()
    [mail] = await until(lambda: [item for item in night.office.received() if item.recipient == OPERATOR])
    assert mail.subject.startswith("Hela vägen: ")
    text_of_mail = message_from_bytes(mail.path.read_bytes(), policy=default).get_content()
    assert text_of_mail.count(f"{journey}: ") == 2  # once in each language
    [done] = (await schedule.describe()).info.recent_actions
    assert isinstance(done.action, ScheduleActionExecutionStartWorkflow)
    result = night.office.client.get_workflow_handle(done.action.workflow_id, result_type=Reconciliation).result()
    assert [one.journey_id for one in (await result).differences] == [journey]
    await night.repairs(journey)
