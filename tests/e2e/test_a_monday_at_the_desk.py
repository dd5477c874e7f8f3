"""A coordinator's Monday at the desk, in a browser: somebody new, found by phone, placed, a slip put right by two."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, Page, expect

from models.calendar.swedish_day import day_in_sweden
from tests.support.desk import chromium, served_desk, sign_in
from tests.support.office import MET, TestOffice

TODAY = day_in_sweden(datetime.now(UTC))
END, RIGHT_END = TODAY + timedelta(days=60), TODAY + timedelta(days=90)
PHONE = "070-174 06 05"


async def test_a_monday_at_the_desk(office: TestOffice) -> None:
    async with served_desk(office.settings, office.client) as address, chromium() as browser:
        anna = await at_the_desk(browser, address, "anna.berg")
        await somebody_is_referred(anna, address)
        await anna.goto(f"{address}/sok")
        await anna.get_by_role("searchbox").fill(PHONE)
        await anna.keyboard.press("Enter")
        await anna.get_by_role("link", name="Amina Påhittad").first.click()
        await records(anna, "Godtagen anvisning")
        await a_check(anna)
        await a_placement(anna)
        await records(anna, "Avstämning")
        await a_slip_is_proposed(anna)
        bo = await at_the_desk(browser, address, "bo.lind")
        await approves(bo, address)
    [line] = office.lists.journeys()
    rows = office.ledger(line.journey_id)
    assert [row.kind for row in rows if row.receipt.accepted] == [
        *("referred", "referral_accepted", "requirements_checked", "internship_agreed", "check_in_recorded"),
        *("correction_proposed", "corrected"),
    ]
    assert rows[-1].event is not None
    assert rows[-1].event["replacement"]["ends_on"] == str(RIGHT_END)
    assert rows[-1].actor == "coordinator:bo.lind"


async def at_the_desk(browser: Browser, address: str, person: str) -> Page:
    """A browser of somebody's own, signed in."""
    page = await (await browser.new_context(locale="sv-SE")).new_page()
    await sign_in(page, address, person)
    return page


async def somebody_is_referred(page: Page, address: str) -> None:
    """A person whose number is mistyped at first."""
    await page.goto(f"{address}/ny")
    for label, text in (("Personnummer", "19850505-9802"), ("Namn", "Amina Påhittad"), ("Telefon", PHONE)):
        await page.get_by_label(label, exact=False).first.fill(text)
    for name, value in (
        ("programme", "service_division"),
        ("referring_partner", "arbetsformedlingen"),
        ("site", "2480"),
    ):
        await chooses(page, name, value)
    await goes_on(page)
    await expect(page.get_by_role("alert")).to_be_focused()
    await page.get_by_role("alert").get_by_role("link").first.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("19850505-9801")
    await goes_on(page)
    await is_sent(page, "Anvisa")


async def records(page: Page, what: str) -> None:
    """A step that asks for nothing but its day."""
    await page.get_by_role("link", name=what).first.click()
    await goes_on(page)
    await is_sent(page, "Registrera")


async def a_check(page: Page) -> None:
    """Each requirement by its text, all of them met."""
    await page.get_by_role("link", name="Kravprövning").first.click()
    await page.get_by_label("Serviceassistent på sjukhus").check()
    await page.get_by_role("button", name="Gå vidare till kraven").click()
    for requirement in MET:
        await page.locator(f"input[name='findings.{requirement}'][value='met']").check()
    await goes_on(page)
    await is_sent(page, "Registrera")


async def a_placement(page: Page) -> None:
    """A position that fits, with whoever it names as supervisor."""
    await page.get_by_role("link", name="Överenskommen praktik").first.click()
    await chooses(page, "position", "lasarettet_ward_service")
    await page.get_by_label("Första dag").fill(str(TODAY))
    await page.get_by_label("Sista dag").fill(str(END))
    await goes_on(page)
    await expect(page.get_by_text("Jonas Alm", exact=True)).to_be_visible()
    await is_sent(page, "Registrera")


async def a_slip_is_proposed(page: Page) -> None:
    """The last day was wrong, and to correct a decision takes two."""
    await page.locator("a[href*='/ratta/']").nth(1).click()
    await page.get_by_label("Sista dag").fill(str(RIGHT_END))
    await page.get_by_label("Varför det rättas").fill("Överenskommelsen gäller tre månader")
    await goes_on(page)
    await is_sent(page, "Föreslå för en kollega")
    await expect(page.get_by_role("status")).to_contain_text("Det här kräver två personer.")


async def approves(page: Page, address: str) -> None:
    """A colleague finds what waits, and approves it."""
    await page.goto(f"{address}/godkannanden")
    await page.get_by_role("main").get_by_role("link").first.click()
    await page.get_by_role("button", name="Godkänn").click()
    await page.wait_for_load_state()


async def chooses(page: Page, name: str, value: str) -> None:
    """One of few is seen at once, one of many chosen from a list."""
    await page.locator(f"[name='{name}']").first.wait_for(state="attached")
    if await page.locator(f"select[name='{name}']").count():
        await page.locator(f"select[name='{name}']").select_option(value)
    else:
        await page.locator(f"input[name='{name}'][value='{value}']").check()


async def goes_on(page: Page) -> None:
    await page.get_by_role("button", name="Gå vidare", exact=True).click()


async def is_sent(page: Page, button: str) -> None:
    """What would follow is looked through and sent; the receipt stands on the person's page."""
    await page.get_by_role("button", name=button, exact=True).click()
    await expect(page.get_by_role("status").first).to_contain_text("Registrerat")
