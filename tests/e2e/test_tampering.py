"""Whatever is tampered with is found, and named rightly; of an untouched copy nothing is."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from activities.delivery import Delivery
from auditing.evidence.evidence import Evidence, LiveSource
from auditing.evidence.findings import Verdict, Verification
from auditing.transparency.checkpoint import Checkpoint, read_checkpoint
from auditing.transparency.checkpointing import make_checkpoint
from auditing.verification.checkpoint_checks import checkpoint_check, is_of_another_ledger
from auditing.verification.replay import JourneyReplayer
from auditing.verification.verifier import Verifier
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Actor, JourneyId
from runtime.database import open_engine
from services.privacy.disposals import Disposals
from services.privacy.erasure import end_rows
from tests.support.authority import TestKeyring
from tests.support.checkpoints import AUDITOR, LEDGER, PUBLIC
from tests.support.findings import named as place_of
from tests.support.office import TestOffice, a_corrected_way, full_way, open_office
from tests.support.sealing import open_keyed, open_keyed_for_reading
from tests.support.tampering import TAMPERINGS, Edit, Tampering, gone, row, tamper
from tests.support.waiting import until

DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class World:
    """Three journeys that all agree, a copy of their database, and a checkpoint of it."""

    office: TestOffice
    journeys: dict[str, str]
    database: Path
    checkpoint: Checkpoint


@pytest.fixture(scope="module")
async def world(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("world")
    async with open_office(temporal.client, folder) as office:
        journeys = {
            "whole": await the_whole_way(office),
            "placed": await placed(office),
            "waiting": await office.refer(effective_on=DAY),
        }
        await until(lambda: office.lists.deliveries(), lambda told: set(told) == {Delivery.SENT})
        reading = open_keyed_for_reading(office.settings.database_url)
        file = folder / "checkpoint.json"
        make_checkpoint(reading, file, ledger=LEDGER, key=AUDITOR, now=lambda: datetime.now(UTC))
        reading.dispose()
        with closing(sqlite3.connect(folder / "test.db")) as kept, closing(sqlite3.connect(folder / "copy.db")) as copy:
            kept.backup(copy)
        yield World(office, journeys, folder / "copy.db", read_checkpoint(file, PUBLIC, LEDGER))


async def the_whole_way(office: TestOffice) -> str:
    """With a refusal, rubbish, a repeat, a correction and a confirmed notice in it: twelve rows."""
    journey = await a_corrected_way(office)
    [first, *_] = [one for one in office.lists.notices(journey_id=journey) if one.recipient == "arbetsformedlingen"]
    assert (await office.send(journey, "partner_acknowledged", notice_id=first.notice_id)).accepted
    return journey


async def placed(office: TestOffice) -> str:
    journey = await office.refer(effective_on=DAY)
    for said in full_way(DAY)[:3]:
        assert (await office.journeys.submit(journey, said)).accepted
    return journey


class EditedSource(LiveSource):
    """What the server keeps, as somebody has edited it."""

    edit: Edit | None = None

    async def read(self, journey_ids: Sequence[str]) -> list[Evidence]:
        read = await super().read(journey_ids)
        return [self.edit(one) for one in read] if self.edit else read

    async def resent(self, _journey_id: str) -> list[WorkflowHistory]:
        return []


async def verdict(world: World, database: Path, tampering: Tampering | None, journey: str) -> Verification:
    reading = open_keyed_for_reading(f"sqlite:///{database}")
    source = EditedSource(reading, world.office.client)
    source.edit = tampering.history if tampering else None
    against = tampering is None or tampering.against_checkpoint
    checks = [checkpoint_check(world.checkpoint)] if against else []
    verifier = Verifier(source, JourneyReplayer(world.office.client.namespace), checks)
    [one] = await verifier.verify([journey])
    reading.dispose()
    return one


def tampered(world: World, tampering: Tampering, journey: str, folder: Path) -> Path:
    """A copy of the database to which this was done."""
    copy = Path(shutil.copy(world.database, folder / "tampered.db"))
    engine = open_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        tamper(connection, tampering, journey)
    engine.dispose()
    return copy


@pytest.mark.parametrize("journey", ["whole", "placed", "waiting"])
async def test_nothing_is_found_in_the_untouched_copy(world: World, journey: str) -> None:
    one = await verdict(world, world.database, None, world.journeys[journey])
    assert (one.verdict, one.findings, one.remarks) == (Verdict.AGREES, (), ())
    assert one.rows == {"whole": 12, "placed": 4, "waiting": 1}[journey]


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_what_was_tampered_with_is_named(world: World, name: str, tmp_path: Path) -> None:
    tampering = TAMPERINGS[name]
    journey = world.journeys[tampering.journey]
    one = await verdict(world, tampered(world, tampering, journey, tmp_path), tampering, journey)
    named = [place_of(finding) for finding in one.findings]
    assert one.verdict is Verdict.DIFFERS
    assert [what for what, where in named if what == tampering.what and where.startswith(tampering.where)], named
    if tampering.rehashed:
        assert not {"finding.chain_broken", "finding.row_hash_differs"} & {what for what, _ in named}, named


def erase_by_two(database: Path, journey: str) -> None:
    """As `admin.py erase` does it, where no workflow runs."""
    engine, at = open_keyed(f"sqlite:///{database}"), datetime.now(UTC)
    candidate = JourneyId.parse(journey).candidate
    log = Disposals(engine, database.with_suffix(".jsonl"), TestKeyring())
    log.propose(candidate, "KS-2026/114", Actor.parse("coordinator:anna.berg"), at)
    log.carry_out(candidate, None, Actor.parse("operator:kim.dahl"), at)
    end_rows(engine, candidate, day_in_sweden(at), at)
    engine.dispose()


async def test_erased_contents_leave_a_chain_that_holds(world: World, tmp_path: Path) -> None:
    """No history is kept either; nothing is left to be held against the rows but the checkpoint."""
    journey = world.journeys["whole"]
    erased = Tampering("", "", history=gone, against_checkpoint=True)
    database = tampered(world, erased, journey, tmp_path)
    erase_by_two(database, journey)
    one = await verdict(world, database, erased, journey)
    assert (one.verdict, one.findings, one.rows) == (Verdict.ERASED, (), 12)

    with closing(sqlite3.connect(database)) as connection:
        [change] = row(3, "actor = 'coordinator:x'")
        connection.execute(change, {"j": journey})
        connection.commit()
    one = await verdict(world, database, erased, journey)
    assert [place_of(finding) for finding in one.findings] == [
        ("finding.row_hash_differs", "row 3"),
        ("finding.not_the_authors", "row 3"),
    ]


@pytest.mark.parametrize("journey", ["whole", "placed", "waiting"])
async def test_a_history_that_is_kept_nowhere_is_no_finding(world: World, journey: str) -> None:
    one = await verdict(world, world.database, Tampering("", "", history=gone), world.journeys[journey])
    assert (one.verdict, one.findings) == (Verdict.NOT_VERIFIABLE, ())


async def test_a_history_whose_first_run_is_gone_is_not_verifiable(world: World) -> None:
    def continued(evidence: Evidence) -> Evidence:
        events = [HistoryEvent.FromString(event.SerializeToString()) for event in evidence.runs[0].events]
        events[0].workflow_execution_started_event_attributes.continued_execution_run_id = "the run before"
        return replace(evidence, runs=(WorkflowHistory(evidence.journey_id, events),))

    one = await verdict(world, world.database, Tampering("", "", history=continued), world.journeys["waiting"])
    assert (one.verdict, one.findings) == (Verdict.NOT_VERIFIABLE, ())
    assert one.because is not None
    assert one.because.id == "verdict.runs_missing"


def test_a_checkpoint_of_another_ledger_is_told_from_ours(world: World) -> None:
    assert not is_of_another_ledger(world.checkpoint, world.journeys.values())
    assert is_of_another_ledger(world.checkpoint, ["journey/K7Q29FMXB/service_division"])
