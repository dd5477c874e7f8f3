"""The audit against real histories and a real ledger: it agrees with what is untouched, and names what was changed."""

from pathlib import Path

import pytest

from activities import translations
from activities.language import said
from auditing.evidence.findings import Verdict, Verification
from auditing.verification.verifier import live_verifier
from tests.support.office import TestOffice, a_corrected_way, event
from tests.support.retention import lose


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
