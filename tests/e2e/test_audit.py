"""The audit against real histories and a real ledger: it agrees with what is untouched, and names what was changed."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from activities import translations
from activities.announce import Announced
from activities.language import said
from auditing.evidence.findings import Verdict, Verification
from auditing.verification.verifier import live_verifier
from models.tables.base import table_of
from models.tables.ledger import NoticeRow
from tests.support.office import TestOffice, a_corrected_way, event
from tests.support.retention import lose
from tests.support.waiting import until


async def verified(office: TestOffice, journey: str) -> Verification:
    [one] = await live_verifier(office.client, office.lists.engine).verify([journey])
    return one


async def test_a_journey_without_a_history_is_not_verifiable(office: TestOffice) -> None:
    journey = await a_corrected_way(office)
    await lose(office.client, journey)
    one = await verified(office, journey)
    assert (one.verdict, one.findings, one.runs) == (Verdict.NOT_VERIFIABLE, (), 0)
    assert one.because is not None
    assert one.because.id == "verdict.no_history"


@pytest.mark.parametrize(
    ("moved", "is_told", "what"),
    [
        (timedelta(hours=-20), False, "noted.notice_too_early"),
        (timedelta(hours=-25), False, "finding.notice_too_early"),
        (timedelta(hours=20), False, "noted.notice_too_late"),
        (timedelta(hours=25), False, "finding.notice_too_late"),
        (timedelta(), True, None),
        (timedelta(microseconds=-1), True, "finding.notice_sent_at_another_moment"),
        (timedelta(microseconds=1), True, "finding.notice_sent_at_another_moment"),
    ],
)
async def test_a_notice_of_another_moment_is_found_and_may_be_a_clock_where_the_history_did_not_tell_it(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch, moved: timedelta, is_told: bool, what: str | None
) -> None:
    if not is_told:
        monkeypatch.setattr(Announced, "moments", {})
    journey = await office.refer()
    [first, *_] = await until(
        lambda: office.lists.notices(journey_id=journey),
        lambda lines: bool(lines) and all(one.sent_at for one in lines),
    )
    assert first.sent_at is not None
    notices = table_of(NoticeRow)
    of_it = update(notices).where(notices.c.notice_id == UUID(str(first.notice_id)))
    with office.engine.begin() as connection:
        connection.execute(of_it.values(sent_at=first.sent_at + moved))
    one = await verified(office, journey)
    assert [each.what.id for each in (*one.findings, *one.noted)] == ([what] if what else [])
    assert (one.verdict is Verdict.AGREES) == (not one.findings)


async def test_a_note_that_arrives_by_signal_verifies_too(office: TestOffice) -> None:
    journey = await office.refer()
    await office.journeys.signal(journey, event("note_added", text="called"))
    await office.send(journey, "referral_accepted")
    assert (await verified(office, journey)).verdict is Verdict.AGREES


async def test_a_refusal_verifies_after_its_sentence_was_reworded(
    office: TestOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = await office.refer()
    refused = await office.send(journey, "internship_completed")
    assert refused.reason is not None
    assert said(refused.reason, "en") == refused.message
    text = translations.CATALOGUE.read_text("utf-8")
    (tmp_path / "reworded.po").write_text(text.replace("is not possible in the stage", "cannot happen in the stage"))
    monkeypatch.setattr(translations, "CATALOGUE", tmp_path / "reworded.po")
    assert "cannot happen in the stage" in said(refused.reason, "en")
    one = await verified(office, journey)
    assert (one.verdict, one.findings, one.remarks) == (Verdict.AGREES, (), ())
