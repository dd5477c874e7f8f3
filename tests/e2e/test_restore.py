"""The database put back to an older copy: restored from Temporal's histories, on real servers, and verified."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from activities.record import Recorder
from activities.recording_checks import Directory
from auditing.verification.retelling import Reteller
from models.identifiers import Actor, JourneyId
from runtime.archive import nothing_archived
from services.operations.restore import Outcome, Restoration, Wanted
from services.operations.restoring import Restorer
from tests.support.agreeing import assert_agreement, eventually
from tests.support.authority import authority, signature_of
from tests.support.office import TestOffice, a_corrected_way, full_way
from tests.support.recording import rows_of

DAY = date(2026, 3, 2)
KIM = Actor.parse("operator:kim.dahl")
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
    with office.engine.begin() as connection:
        for table, rows in younger.items():
            for row in rows:
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


async def restored(office: TestOffice, most: int = 1_000) -> list[Outcome]:
    """What was restored; where `most` is less than all, somebody has killed the command then."""
    work = restoration(office)
    outcomes: list[Outcome] = []
    async for one in work.restore(await work.behind(Wanted()), KIM, "Put back", lambda: datetime.now(UTC)):
        outcomes += [one] if one else []
        if len(outcomes) == most:
            break
    return outcomes


async def nothing_is_behind(office: TestOffice) -> None:
    """Temporal's list shows what it will show, and no notice is on its way."""
    await eventually(lambda: restoration(office).behind(Wanted()), lambda found: found == [])


async def test_events_are_sent_while_the_database_is_put_back_and_nothing_is_lost(
    office: TestOffice, tmp_path: Path
) -> None:
    at_work = [await office.refer(effective_on=DAY) for _ in range(4)]
    ways = [iter(full_way(DAY)) for _ in at_work]
    for journey, way in zip(at_work, ways, strict=True):
        await office.journeys.submit(journey, next(way))
    closes = await office.refer(effective_on=DAY)
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
