"""A checkpoint of a real ledger: verifying finds against it what fits together in all else, and nothing that grew."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from auditing.evidence.findings import Verification
from auditing.transparency.checkpoint import read_checkpoint
from auditing.transparency.checkpointing import make_checkpoint
from auditing.verification.checkpoint_checks import checkpoint_check
from auditing.verification.verifier import live_verifier
from models.ledger.hash_chain import row_hash
from tests.support.checkpoints import AUDITOR, LEDGER, PUBLIC
from tests.support.findings import english
from tests.support.office import TestOffice, event
from tests.support.recording import by_hand
from tests.support.sealing import open_keyed_for_reading

OF_CHECKPOINTS = {f"finding.{name}" for name in ("rows_gone", "journey_gone", "head_differs", "row_backdated")}


def checkpoint(office: TestOffice, file: Path) -> Path:
    reading = open_keyed_for_reading(office.settings.database_url)
    make_checkpoint(reading, file, ledger=LEDGER, key=AUDITOR, now=lambda: datetime.now(UTC))
    reading.dispose()
    return file


async def verified(office: TestOffice, journey: str, file: Path) -> Verification:
    held = checkpoint_check(read_checkpoint(file, PUBLIC, LEDGER))
    [one] = await live_verifier(office.client, office.lists.engine, checks=[held]).verify([journey])
    return one


async def hash_anew(office: TestOffice, journey: str, first: int) -> None:
    """What an operator can do who knows our code: the chain holds afterwards."""
    [evidence] = await live_verifier(office.client, office.lists.engine).source.read([journey])
    previous = evidence.ledger[first - 2]["hash"]
    for row in evidence.ledger[first - 1 :]:
        row.update(previous=previous, actor="coordinator:bo.lind")
        previous = row_hash(row)
        changed = f"actor = 'coordinator:bo.lind', previous = '{row['previous']}', hash = '{previous}'"
        by_hand(office.engine, f"update ledger set {changed} where id = {row['id']}")


async def test_what_only_grew_agrees_and_what_was_hashed_anew_does_not(office: TestOffice, tmp_path: Path) -> None:
    journey = await office.refer()
    await office.send(journey, "referral_accepted")
    before, after = checkpoint(office, tmp_path / "before.json"), tmp_path / "after.json"
    newcomer = await office.refer()
    await office.journeys.submit(journey, event("note_added", text="Called."))
    checkpoint(office, after)
    for file in (before, after):
        for each in (journey, newcomer):
            assert (await verified(office, each, file)).findings == ()

    await hash_anew(office, journey, 3)
    assert "finding.head_differs" in [one.what.id for one in (await verified(office, journey, after)).findings]
    found = [one.what.id for one in (await verified(office, journey, before)).findings]
    assert found
    assert "finding.head_differs" not in found  # the row came later, and only the history tells of it
    with office.engine.begin() as connection:
        connection.execute(text("delete from ledger where row > 1"))
    [finding] = [one for one in (await verified(office, journey, before)).findings if one.what.id in OF_CHECKPOINTS]
    assert (finding.what.id, english(finding.found)) == ("finding.rows_gone", "1 row")
