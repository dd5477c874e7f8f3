"""The database put back to an older copy: restored from Temporal's histories, on real servers, and verified."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from temporalio.client import Client, WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner

import admin
from activities.record import Recorder
from activities.recording_checks import Directory
from activities.sealing import KeyUnusable
from auditing.evidence import runs
from auditing.verification.retelling import Reteller
from auditing.verification.verifier import live_verifier
from models.canonical import digest_of
from models.discrepancy import DifferenceKind
from models.events.parsing import Unreadable
from models.identifiers import Actor, JourneyId, Role
from models.message import msg
from runtime.archive import nothing_archived
from runtime.errors import Refused, ServiceUnavailable
from runtime.keyring import Keyring
from runtime.local.dev_server import start_dev_server
from runtime.local.people import everywhere
from services import answers
from services.operations.nightly import reconcile_now
from services.operations.repair import Repairer
from services.operations.restore import Outcome, Restoration, Wanted
from services.operations.restoring import Restorer
from tests.support.agreeing import assert_agreement, eventually, fold_of
from tests.support.authority import authority, enter, key_of, signature_of
from tests.support.errors import raises
from tests.support.office import TestOffice, a_corrected_way, event, full_way, of_client, open_office
from tests.support.processes import of_office
from tests.support.recording import rows_of
from tests.support.runbook import Command, blocks
from tests.support.sealing import open_keyed
from tests.support.waiting import until
from worker import running_worker
from workflows.messages import Incoming, entry_for, unreadable

DAY = date(2026, 3, 2)
KIM, ROBIN = Actor.parse("operator:kim.dahl"), Actor.parse("operator:robin.ek")
KEPT_OFTENER = ("candidate_keys", "texts")
"""Tables that no history can give back: a back-up of them is younger."""


def copy(source: Path, target: Path) -> None:
    """A back-up of a database, or a database put back to one, while others have it open."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def file_of(office: TestOffice) -> Path:
    return Path(str(make_url(office.settings.database_url).database))


def put_back(office: TestOffice, backup: Path, kept: tuple[str, ...] = KEPT_OFTENER) -> None:
    """The whole database as it was, but for the tables that are backed up oftener."""
    younger = {table: rows_of(office.engine, table) for table in kept}
    copy(backup, file_of(office))
    there = {table: rows_of(office.engine, table) for table in kept}
    with office.engine.begin() as connection:
        for table, rows in younger.items():
            for row in (row for row in rows if row not in there[table]):
                values = ", ".join(f":{name}" for name in row)
                connection.execute(text(f"insert or ignore into {table} values ({values})"), row)


def rows_in(office: TestOffice) -> dict[tuple[str, int], dict[str, Any]]:
    """What each row of the ledger says, but for its number in the table and what is sealed anew."""
    left_out = {"id", "contents"}
    rows = [{k: v for k, v in row.items() if k not in left_out} for row in rows_of(office.engine, "ledger", "id")]
    assert len({(row["journey_id"], row["row"]) for row in rows}) == len(rows)
    return {(row["journey_id"], row["row"]): row for row in rows}


def restoration(office: TestOffice) -> Restoration:
    recorder = Recorder(office.engine, Directory(office.book.partners), authority())
    retell = Reteller(office.client, nothing_archived).retell
    queue = office.settings.task_queue
    return Restoration(office.client, queue, office.engine, office.journeys, Restorer(recorder), signature_of, retell)


async def restored(office: TestOffice, *only: JourneyId, most: int = 1_000) -> list[Outcome]:
    """What was restored; where `most` is less than all, somebody has killed the command then."""
    work = restoration(office)
    outcomes: list[Outcome] = []
    async for one in work.restore(only or await work.behind(Wanted()), KIM, "Put back", lambda: datetime.now(UTC)):
        outcomes += [one] if one else []
        if len(outcomes) == most:
            break
    return outcomes


async def nothing_is_behind(office: TestOffice) -> None:
    """Temporal's list shows what it will show, and no notice is on its way."""
    await eventually(lambda: restoration(office).behind(Wanted()), lambda found: found == [])


async def all_told(office: TestOffice) -> None:
    """No notice is on its way: a back-up that has one as pending makes its journey one to restore."""
    await until(lambda: office.lists.deliveries(), lambda found: not found.get("pending"))


async def restored_and_killed_before_it_is_told(
    office: TestOffice, journey: JourneyId, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Restoration, "_tell", dies)
        with pytest.raises(ConnectionError):
            await restored(office, journey)
    assert office.ledger(journey)[-1].kind == "repaired"


async def test_events_are_sent_while_the_database_is_put_back_and_nothing_is_lost(
    office: TestOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work = [await office.refer(effective_on=DAY) for _ in range(4)]
    ways = [iter(full_way(DAY)) for _ in at_work]
    for journey, way in zip(at_work, ways, strict=True):
        await office.journeys.submit(journey, next(way))
    closes = await office.refer(effective_on=DAY)
    await all_told(office)
    copy(file_of(office), tmp_path / "backup.db")

    for journey, way in zip(at_work, ways, strict=True):
        await office.journeys.submit(journey, next(way))
        assert not (await office.send(journey, "referral_accepted")).accepted
    await office.send(closes, "withdrawn", end_reason="own_wish")
    at_work.append(JourneyId.parse(await a_corrected_way(office)))
    await nothing_is_behind(office)
    before, places = rows_in(office), rows_of(office.engine, "places_taken")
    received = sorted(str(item.notice_id) for item in office.received())

    notes = [asyncio.create_task(sends_notes(office, journey)) for journey in at_work[:2]]
    put_back(office, tmp_path / "backup.db")
    notes += [asyncio.create_task(sends_notes(office, journey)) for journey in at_work[2:]]
    await eventually(lambda: restoration(office).behind(Wanted()), lambda found: {*found} >= {*at_work, closes})
    await restored_and_killed_before_it_is_told(office, closes, monkeypatch)
    assert len(await restored(office, most=2)) == 2
    await restored(office)
    assert all(receipt.accepted for of_one in await asyncio.gather(*notes) for receipt in of_one)

    await nothing_is_behind(office)
    assert await restored(office) == []
    for journey in (*at_work, closes):
        await assert_agreement(office, journey)
    now = rows_in(office)
    assert {place: now[place] for place in before} == before
    assert rows_of(office.engine, "places_taken") == places
    kinds = [line.kind for line in office.ledger(closes)]
    assert kinds == ["referred", "withdrawn", "repaired"]
    told = [str(item.notice_id) for item in office.received()]
    assert sorted(set(told) & set(received)) == received
    assert len(told) == len(set(told))


async def sends_notes(office: TestOffice, journey: JourneyId) -> list[Any]:
    return [await office.send(journey, "note_added", text=f"Called {number} times.") for number in range(3)]


async def test_a_ledger_that_is_behind_is_named_and_not_repaired_and_whoever_waits_is_told_why(
    office: TestOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = await office.refer(effective_on=DAY)
    await all_told(office)
    copy(file_of(office), tmp_path / "backup.db")
    note, refused = event("note_added", text="Called."), event("resumed")
    assert (await office.journeys.submit(journey, note)).accepted
    assert not (await office.journeys.submit(journey, refused)).accepted
    unknown = await office.refer(effective_on=DAY)
    await nothing_is_behind(office)
    put_back(office, tmp_path / "backup.db")

    async def found() -> dict[str, str]:
        seen = await reconcile_now(office.client, office.settings.task_queue, timedelta(0))
        return {one.journey_id: one.kind for one in seen.differences}

    assert await found() == {journey: DifferenceKind.LEDGER_BEHIND, unknown: DifferenceKind.LEDGER_BEHIND}
    before = rows_in(office)
    with raises(Refused, "repair.beyond"):
        await repairer(office).repair(journey, KIM, "Found at night")
    with monkeypatch.context() as patched, raises(ServiceUnavailable, "journey.ledger_lacks"):
        patched.setattr(answers, "ANSWER_WITHIN", 4.0)
        await office.send(journey, "referral_accepted")
    assert rows_in(office) == before

    would = (await restores(office, "--dry-run"))["journeys"]
    assert rows_in(office) == before
    done = (await restores(office, "--because", "Put back"))["journeys"]
    assert [(one["journey_id"], one["rows"]) for one in would] == [(one["journey_id"], one["rows"]) for one in done]
    assert {one["journey_id"]: (one["rows"]["last"], one["row"]) for one in done} == {journey: (3, 4), unknown: (1, 2)}
    await until(lambda: office.ledger(journey), lambda lines: lines[-1].kind == "referral_accepted")
    assert await office.journeys.submit(journey, note) == office.ledger(journey)[1].receipt
    for one in (journey, unknown):
        await assert_agreement(office, one)
    assert await found() == {}


async def restores(office: TestOffice, *words: str) -> Any:
    """What the command says as JSON."""
    runner = CliRunner(env=of_office(office, HELAVAGEN_ACTOR="kim.dahl"))
    said = await asyncio.to_thread(runner.invoke, admin.app, ["restore", "--json", *words], standalone_mode=False)
    assert said.return_value == 0, said.exception
    return json.loads(said.stdout)


def repairer(office: TestOffice) -> Repairer:
    queue, clock = office.settings.task_queue, lambda: datetime.now(UTC)
    return Repairer(office.client, queue, office.engine, office.book, clock, signature_of)


def a_worker_dies_after_it_has_refused_something(office: TestOffice, journey: JourneyId) -> None:
    """A row of the ledger that no history tells."""
    fold, rubbish = fold_of(office, journey, office.ledger(journey)), Unreadable(msg("rubbish", "It is not JSON."))
    sent, at = Incoming(uuid4(), rubbish, digest_of(b"x"), own=True), datetime.now(UTC)
    recorder = Recorder(office.engine, Directory(office.book.partners), authority())
    assert not recorder.record(entry_for(journey, journey.candidate, fold, sent, unreadable(rubbish), at)).accepted


async def test_what_is_lost_for_good_is_named_and_the_rest_is_restored(office: TestOffice, tmp_path: Path) -> None:
    journey = await office.refer(effective_on=DAY)
    await all_told(office)
    copy(file_of(office), tmp_path / "backup.db")
    accepted, checked, *_ = full_way(DAY)
    assert (await office.journeys.submit(journey, accepted)).row == 2
    a_worker_dies_after_it_has_refused_something(office, journey)
    assert (await office.journeys.submit(journey, checked)).row == 4
    lost = await office.refer(effective_on=DAY)
    await nothing_is_behind(office)
    put_back(office, tmp_path / "backup.db", kept=("texts",))
    async with fresh(office) as anew:  # which has no key in its memory
        done = {one.journey_id: one for one in await restored(anew)}
        assert done[lost].why_not == KeyUnusable(JourneyId.parse(lost).candidate).sentence
        assert [one.id for one in done[journey].lost][:1] == ["restore.row_written_as_lost"]
        await assert_agreement(anew, journey)
        assert office.ledger(lost) == []


def the_server_forgets(monkeypatch: pytest.MonkeyPatch, forgotten: str) -> None:
    """A run that ended as long ago as the server keeps any, and that was not archived: asked to delete one, it takes
    half a minute."""
    history_of = runs.history_of

    async def kept(client: Client, journey_id: str, run_id: str) -> WorkflowHistory | None:
        return None if run_id == forgotten else await history_of(client, journey_id, run_id)

    monkeypatch.setattr(runs, "history_of", kept)


async def test_an_event_that_is_lost_for_good_is_given_up_by_two_and_the_journey_goes_on(
    office: TestOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted, checked, *_ = full_way(DAY)
    journey = await office.refer(effective_on=DAY)
    enter(office.engine, ROBIN.name, *everywhere((Role.OPERATOR,)))
    Keyring(tmp_path / "keys").add(ROBIN.name, key_of(ROBIN.name))
    await all_told(office)
    copy(file_of(office), tmp_path / "backup.db")
    await office.journeys.submit(journey, accepted)
    first_run = (await office.handle(journey).describe()).run_id
    assert first_run is not None
    await office.handle(journey).signal("renew")
    await eventually(lambda: office.handle(journey).describe(), lambda run: run.run_id != first_run)
    assert (await office.journeys.submit(journey, checked)).row == 3
    await nothing_is_behind(office)
    the_server_forgets(monkeypatch, first_run)
    put_back(office, tmp_path / "backup.db")
    await office.handle(journey).signal("event", event("note_added", text="Called."))  # which waits for ever

    [held] = await restored(office, journey)
    assert held.why_not is not None
    assert held.why_not.id == "restore.row_lost"
    name = test_an_event_that_is_lost_for_good_is_given_up_by_two_and_the_journey_goes_on.__name__
    [(states, confirms)] = [one.commands for one in blocks() if (one.tested_by or "").endswith(f"::{name}")]
    with raises(Refused, "the_loss_takes_two.not_stated"):
        await types(office, journey, confirms, ROBIN)
    stated = await types(office, journey, states, KIM)
    assert [one["kind"] for one in stated["events"]] == ["referral_accepted", "requirements_checked"]
    assert await types(office, journey, states, KIM) == stated
    with raises(Refused, "the_loss_takes_two.same_person"):
        await types(office, journey, confirms, KIM)
    with monkeypatch.context() as patched:
        patched.setattr(Restoration, "_tell", dies)
        with pytest.raises(ConnectionError):
            await types(office, journey, confirms, ROBIN)
    await restored(office, journey)
    assert await office.journeys.submit(journey, accepted) == office.ledger(journey)[4].receipt
    await goes_on_without(office, journey, [2, 3])
    before = rows_in(office)

    put_back(office, tmp_path / "backup.db", kept=(*KEPT_OFTENER, "statements"))
    await restored(office, journey)
    await goes_on_without(office, journey, [2, 3])
    assert {place: row for place, row in rows_in(office).items() if place in before} == before


async def goes_on_without(office: TestOffice, journey: JourneyId, lost: list[int]) -> None:
    await nothing_is_behind(office)
    assert await restored(office) == []
    await assert_agreement(office, journey)
    [verification] = await live_verifier(office.client, office.lists.engine).verify([journey])
    assert [one.what.id for one in verification.noted] == ["noted.rows_given_up", "noted.sending_of_lost_history"]
    assert [line.row for line in office.ledger(journey) if line.receipt.rule == "the_row_is_told"] == lost
    assert (await reconcile_now(office.client, office.settings.task_queue, timedelta(0))).differences == ()


async def types(office: TestOffice, journey: JourneyId, command: Command, actor: Actor) -> Any:
    """What a command of the runbook says as JSON to somebody."""
    env = of_office(office, HELAVAGEN_ACTOR=actor.name)
    words = [journey.candidate if word == "K7Q29FMXB" else word for word in command.words[2:]]
    said = await asyncio.to_thread(CliRunner(env=env).invoke, admin.app, [*words, "--json"], standalone_mode=False)
    if said.exception is not None:
        raise said.exception
    return json.loads(said.stdout)


async def dies(*_: object) -> None:
    raise ConnectionError("killed")


@asynccontextmanager
async def fresh(office: TestOffice) -> AsyncIterator[TestOffice]:
    """The same office, as a process that begins now sees it."""
    engine = open_keyed(office.settings.database_url)
    yield of_client(office, office.client, engine)
    engine.dispose()


@asynccontextmanager
async def at_work(office: TestOffice, file: Path) -> AsyncIterator[TestOffice]:
    """The office with a Temporal that keeps its journeys in a file."""
    async with await start_dev_server(file=file) as server:
        there = of_client(office, server.client, office.engine)
        async with running_worker(there.client, office.settings, office.book, office.engine):
            yield there


async def test_temporal_is_put_back_alone_and_then_together_with_a_still_older_database(
    temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    file, backup = tmp_path / "temporal.db", tmp_path / "temporal-backup.db"
    accepted, checked, agreed, *_ = full_way(DAY)
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        async with at_work(office, file) as then:
            journey = await then.refer(effective_on=DAY)
            await then.journeys.submit(journey, accepted)
            only_refused = await then.refer(effective_on=DAY)
            await all_told(office)
            copy(file_of(office), tmp_path / "backup.db")
            await then.journeys.submit(journey, checked)
            await nothing_is_behind(then)
        copy(file, backup)
        async with at_work(office, file) as then:
            await then.journeys.submit(journey, agreed)
            assert not (await then.send(only_refused, "resumed")).accepted
            unknown = await then.refer(effective_on=DAY)
            await nothing_is_behind(then)

        copy(backup, file)
        async with at_work(office, file) as now:
            differs, lost = {DifferenceKind.SEARCH_ATTRIBUTES_DIFFER}, {DifferenceKind.WORKFLOW_LOST}
            for one, found in ((journey, differs), (only_refused, differs), (unknown, lost)):
                assert {each.kind for each in await repairer(now).differences(one)} == found
                done = await repairer(now).repair(one, KIM, "Temporal was put back")
                assert done.receipt.accepted
                await eventually(partial(repairer(now).differences, one), lambda left: left == [])
            assert (await now.send(journey, "internship_completed", effective_on=DAY)).accepted
            for one in (journey, only_refused, unknown):
                await assert_agreement(now, one)

        copy(backup, file)
        put_back(office, tmp_path / "backup.db")
        async with at_work(office, file) as now:
            assert [one.journey_id for one in await restored(now)] == [journey]
            assert (await now.journeys.submit(journey, agreed)).accepted
            await assert_agreement(now, journey)
            told = [line.kind for line in now.ledger(journey)]
            assert told == ["referred", "referral_accepted", "requirements_checked", "repaired", "internship_agreed"]
