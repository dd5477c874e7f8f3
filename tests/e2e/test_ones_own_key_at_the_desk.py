"""A programme whose decisions of two take each one's own key, in a real browser with a key of its own (CDP)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from temporalio.testing import WorkflowEnvironment

from models.access.statements import PersonInvited, hash_of_code
from models.identifiers import JourneyId
from runtime.statement_log import StatementLog
from tests.support.agreeing import assert_agreement, eventually, verdict
from tests.support.authority import key_of
from tests.support.desk import chromium, served_desk, sign_in
from tests.support.desk_forms import TODAY, form_path, placed
from tests.support.office import TestOffice, event, open_office
from tests.support.page_checks import no_axe_findings
from tests.support.programme_files import SERVICE_FILE, changed_programmes
from tests.support.spoken import by_the_desk

DEMANDED = (SERVICE_FILE, "corrections_by_two = true", 'corrections_by_two = true\nown_key = "demanded"')

CODE = "code-of-anna"


@pytest.fixture
async def office(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    """An office of which one programme demands own keys."""
    programmes = changed_programmes(tmp_path, [DEMANDED])
    async with open_office(temporal.client, tmp_path / "data", programmes=programmes) as office:
        yield office


async def test_a_decision_of_two_is_signed_with_each_ones_own_key_and_an_audit_agrees(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = await placed(office)
    agreed = next(line for line in office.ledger(journey) if line.kind == "internship_agreed")
    strikes = event(
        "corrected", actor="coordinator:bo.lind", corrects=agreed.event_id, reason="Slip", effective_on=TODAY
    )
    refused = await by_the_desk(office, "bo.lind").submit(journey, strikes)
    assert (refused.accepted, refused.rule) == (False, "the_own_key_is_given")
    now = datetime.now(UTC)
    invited = PersonInvited(
        at=now, person="anna.berg", code_hash=hash_of_code(CODE), expires_at=now + timedelta(hours=1)
    )
    StatementLog(office.engine).add(invited, key_of("anna.berg"))
    settings = office.settings.model_copy(update={"desk_host": "localhost"})  # browsers make no keys for a number
    async with served_desk(settings, office.client) as address, chromium() as browser:
        page = await (await browser.new_context(locale="sv-SE")).new_page()
        await with_a_key(page)
        await sign_in(page, address, "anna.berg")
        await the_correction(page, address, journey, agreed.event_id)
        await expect(page.get_by_text("kräver att du signerar med en egen nyckel")).to_be_visible()
        assert await page.get_by_role("button", name="Föreslå för en kollega").count() == 0
        await a_key_is_registered(page)
        await the_correction(page, address, journey, agreed.event_id)
        await no_axe_findings(page)
        await page.get_by_role("button", name="Signera med din nyckel").click()
        await expect(page.get_by_role("status")).to_contain_text("Det här kräver två personer.")
    *_, proposed = office.ledger(journey)
    assert proposed.kind == "correction_proposed"
    assert proposed.sign_in is not None
    assert proposed.sign_in.own_key is not None
    assert proposed.sign_in.own_key.seen == proposed.row - 1
    assert proposed.event is not None
    said = {name: proposed.event[name] for name in ("corrects", "replacement")} | {"reason": "Approved"}
    by_bo = {"actor": "coordinator:bo.lind", "effective_on": TODAY, "proposal": proposed.event_id}
    receipt = await office.send(journey, "corrected", **by_bo, **said)  # with the key of his own machine
    assert receipt.accepted, (receipt.rule, receipt.reason)
    await assert_agreement(office, journey)
    monkeypatch.setattr("activities.authority.why_not_by", lambda *_: None)  # a worker that looks away
    strikes = event("corrected", corrects=agreed.event_id, reason="Slip", effective_on=TODAY)
    receipt = await by_the_desk(office, "anna.berg").submit(journey, strikes)
    assert receipt.accepted, (receipt.rule, receipt.reason)
    await eventually(lambda: verdict(office, journey), lambda said: "the_own_key_is_given.missing" in said)


async def with_a_key(page: Page) -> None:
    """The browser has a key that asks for a finger, and gets it at once."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def a_key_is_registered(page: Page) -> None:
    await page.get_by_role("main").get_by_role("link", name="Dina nycklar").click()
    await page.get_by_label("Vad du kallar nyckeln").fill("Den blå")
    await page.get_by_label("Koden i din inbjudan").fill(CODE)
    await no_axe_findings(page)
    await page.get_by_role("button", name="Registrera en nyckel").click()
    await expect(page.get_by_role("status")).to_contain_text("Nyckeln är registrerad.")
    await expect(page.get_by_text("Den blå").first).to_be_visible()
    await no_axe_findings(page)


async def the_correction(page: Page, address: str, journey: JourneyId, event_id: str) -> None:
    """The last day was wrong: what would follow."""
    await page.goto(f"{address}{form_path(journey, event_id, 'ratta')}")
    await page.get_by_label("Sista dag").fill(str(TODAY + timedelta(days=60)))
    await page.get_by_label("Varför det rättas").fill("Längre period")
    await page.get_by_role("button", name="Gå vidare", exact=True).click()
