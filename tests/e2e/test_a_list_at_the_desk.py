"""A list of people imported in a browser: three rows are put right on the page, one before the start, two after it."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Page, expect

from models.calendar.swedish_day import day_in_sweden
from tests.support.desk import chromium, served_desk, sign_in
from tests.support.import_files import csv_text, made_up_number
from tests.support.office import TestOffice

HEADINGS = ["Personnummer", "Namn", "Program", "Anvisad av", "Kommun", "Vem tar hand om", "Anvisningsdatum"]
TODAY = day_in_sweden(datetime.now(UTC)).isoformat()


def a_row(serial: int, number: str | None = None, name: str = "Påhittad Person", town: str = "Umeå") -> list[str]:
    number = number or made_up_number("19910304", serial)
    return [number, name, "service_division", "Samhall", town, "Anna Berg", TODAY]


async def test_three_rows_of_a_list_are_put_right_on_the_page(office: TestOffice, tmp_path: Path) -> None:
    rows = [a_row(980), a_row(981), a_row(982, number="1991"), a_row(983, town="Nirgendstad"), a_row(984, name="")]
    file = tmp_path / "lista.csv"
    file.write_text(csv_text([HEADINGS, *rows]))
    async with served_desk(office.settings, office.client) as address, chromium() as browser:
        anna = await (await browser.new_context(locale="sv-SE")).new_page()
        await sign_in(anna, address, "anna.berg")
        await anna.goto(f"{address}/import")
        await anna.get_by_label("Listan").set_input_files(file)
        await anna.get_by_role("button", name="Gå igenom listan").click()
        await anna.get_by_label("”Vem tar hand om”: Anna Berg").check()
        await anna.get_by_role("button", name="Gå vidare", exact=True).click()
        await expect(anna.get_by_text("2 påbörjas, 3 att rätta")).to_be_visible()
        await puts_right(anna, 4, "Personnummer", "nonsens")
        await expect(anna.get_by_role("alert")).to_be_focused()
        await puts_right(anna, 4, "Personnummer", made_up_number("19910304", 982))
        await anna.get_by_role("button", name="Importera 3 rader").click()
        await expect(anna.get_by_text("Listan är importerad: 3 påbörjade, 2 att rätta.")).to_be_visible()
        await anna.locator("#rad-5").get_by_label("Kommun").select_option("Umeå")
        await anna.get_by_role("button", name="Importera rad 5").click()
        await puts_right(anna, 6, "Namn", "Påhittad Namnsson")
        await expect(anna.get_by_text("Listan är importerad: 5 påbörjade.")).to_be_visible()
    assert len(office.lists.journeys()) == len(rows)


async def puts_right(page: Page, line: int, title: str, text: str) -> None:
    """One cell of a row, and the row is sent again."""
    await page.locator(f"#rad-{line}").get_by_label(title).fill(text)
    await page.get_by_role("button", name=f" rad {line}").click()
