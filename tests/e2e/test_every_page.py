"""Every page of the desk and of letters, in each of its states, walked through without scripts: axe finds nothing,
nothing is wider than a telephone or than 400 per cent, the keyboard reaches everything, and each page says what it is.

Which pages there are say the routes themselves: a new one without a walk to it fails."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser
from temporalio.testing import WorkflowEnvironment

from auditing.report.page import page
from auditing.verification.held import HeldAudit
from interfaces.desk import begun
from interfaces.gateway.app import Gateway, gateway_app
from interfaces.gateway.letter_pages import LetterPages
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import JourneyId, Role
from runtime.keyring import keyring_of
from runtime.local.dev_server import HOST
from runtime.local.people import everywhere
from runtime.local.stack import free_port
from runtime.observation.health import Health
from services.incoming.house import House
from tests.support.authority import enter, key_of
from tests.support.desk import TestDesk, chromium, open_desk
from tests.support.desk_walk import Walk, WalkedServer, walk
from tests.support.import_files import csv_text, made_up_number
from tests.support.kept_mails import keep_mail
from tests.support.letters import KOMMUNAL, MARIA, LetterDesk, open_letters
from tests.support.page_checks import page_checks, skeleton_of
from tests.support.reports import report

TODAY = day_in_sweden(datetime.now(UTC))
LATER, SOON = TODAY + timedelta(days=9), TODAY + timedelta(days=40)

OTHERWISE_TRIED = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/logga-in/svar"),
    ("GET", "/openapi.json"),
    ("POST", "/events"),
    ("POST", "/logga-ut/fran-tjansten"),
    ("POST", "/import/{id}/stoppa"),
    ("POST", "/installningar/nycklar"),
    ("POST", "/installningar/nycklar/bort"),
}
"""Routes that show no page of their own to anybody, each tried by a test of its own."""

NEW_NUMBER = {"phone": "070-174 06 07", "how": "changed"}

OF_THE_OPERATOR = re.compile(r"(HELAVAGEN|TEMPORAL)_[A-Z]")


class Pages(NamedTuple):
    """What all walks share."""

    letters: LetterDesk
    desk: TestDesk
    server: WalkedServer
    gateway: WalkedServer
    browser: Browser
    begun: dict[str | None, Walk]

    async def walks(self, person: str | None = None, *, again: bool = False) -> Walk:
        """Somebody's browser, the same each time; `again` is a second one of theirs."""
        if again or person not in self.begun:
            found = await walk(self.server, self.browser, self.desk.office, person)
            return found if again else self.begun.setdefault(person, found)
        return self.begun[person]


@pytest.fixture
async def pages(temporal: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pages]:
    monkeypatch.setenv("TEMPORAL_ADDRESS", str(temporal.client.service_client.config.target_host))
    monkeypatch.setattr(begun, "PATIENCE_SECONDS", 60)
    address, of_letters = (f"http://{HOST}:{free_port()}" for _ in range(2))
    async with open_letters(temporal.client, tmp_path) as letters:
        office = letters.office
        for name, role in (("eva.granskare", Role.AUDITOR), ("sven.handledare", Role.SUPERVISOR)):
            enter(office.engine, name, *everywhere((role,)))
            keyring_of(office.settings).add(name, key_of(name))
        house = House(office.settings, office.client)
        gateway = gateway_app(Gateway(house.senders, house.incoming, Health({})), LetterPages(letters.letters).routes)
        async with (
            open_desk(office.settings, office.client, address=address) as desk,
            WalkedServer(address, desk.app).listening() as server,
            WalkedServer(of_letters, gateway).listening() as answering,
            chromium() as browser,
        ):
            yield Pages(letters, desk, server, answering, browser, {})
        house.close()


async def test_every_page_can_be_used_by_everybody(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    placed, waiting = await pages.letters.asks_unions(), await pages.letters.asks_unions()
    await pages.letters.agrees(placed)
    await pages.letters.office.refer(coordinator="bo.lind")
    await outside(pages)
    await a_day_of_a_coordinator(pages)
    await a_step_and_what_stands_in_its_way(pages, placed, waiting)
    await a_correction_by_two(pages, placed)
    await corrected_otherwise(pages, placed, waiting)
    await handing_over(pages)
    await a_list(pages)
    await figures_and_settings(pages)
    await an_audit(pages, placed, monkeypatch)
    await letters_and_their_links(pages, placed, waiting)
    await services_that_are_away(pages, placed, monkeypatch)
    await ends_of_a_session(pages)
    for server in (pages.server, pages.gateway):
        assert server.never_asked() - OTHERWISE_TRIED == set(), "routes that no walk has come to"
    await everything_seen_is_right(pages)


async def everything_seen_is_right(pages: Pages) -> None:
    """Of each page and state; tabbed through once a page."""
    wrong = []
    for server, style in ((pages.server, "/static/desk.css"), (pages.gateway, "/stil/desk.css")):
        checks, routes, titles = await page_checks(pages.browser, server.address + style), set[str](), dict[str, str]()
        alike = set[str]()
        for one in server.seen:
            if (skeleton := skeleton_of(one.html)) not in alike:
                alike.add(skeleton)
                wrong += [(one.what, it) for it in await checks.of(one.html, by_keyboard=one.route not in routes)]
            routes.add(one.route)
            if f'<html lang="{one.language}"' not in one.html:
                wrong.append((one.what, "its language is not marked"))
            if OF_THE_OPERATOR.search(one.html):
                wrong.append((one.what, "it names a setting, which nobody who reads it can set"))
            if not one.route.startswith(titles.setdefault(one.title, one.route)) and one.status == 200:
                wrong.append((one.what, f"it is called as another page is: {one.title}"))
    wrong += [("a report to a board", it) for it in await checks.of(page(report()).decode(), by_keyboard=False)]
    assert not wrong, "\n".join(map(str, wrong))


async def outside(pages: Pages) -> None:
    """Before anybody is signed in, where one may not go, and what comes from elsewhere."""
    stranger = await pages.walks()
    await stranger.to("/", "signed out")
    await stranger.to("/logga-in?ut", "after signing out")
    await stranger.to("/tillganglighet")
    await stranger.to("/logga-in/vidare", "the sign-in service is away", 503)
    await stranger.clicks("form[action='/sprak'] button", "in English")
    bo = await pages.walks("bo.lind")
    await bo.to("/no-such", "not found", 404)
    await bo.to("/person/K7Q29FMXB", "nobody of that number", 404)
    await bo.to("/granskning", "forbidden", 403)
    await bo.page.set_content(f"<main><form method=post action='{pages.server.address}/sok'><button>x</button></form>")
    await bo.clicks("button", "sent from another page", 403)
    await (await pages.walks("sven.handledare")).to("/", "nothing for a supervisor")


async def a_day_of_a_coordinator(pages: Pages) -> None:
    """Her lists, a search, somebody new, and their page."""
    anna = await pages.walks("anna.berg")
    await (await pages.walks("bo.lind")).to("/", "a day with little in it")
    for path in ("/", "/?alla=ja&vecka=ja", "/?sida=9", "/vecka", "/lasningar", "/sok"):
        await anna.to(path)
    await anna.sends("a search for nothing", 422, q=" ")
    await anna.sends("a search that finds nobody", q="Ingenstans Alls")
    await anna.sends("a search that finds a colleague's", q=_of_bo(pages).candidate)
    await anna.to("/ny")
    somebody = {"name": "Amina Påhittad", "phone": "070-174 06 05", "programme": "service_division"}
    where = {"referring_partner": "arbetsformedlingen", "site": "2480", "referred_on": str(TODAY - timedelta(days=15))}
    await anna.sends("a mistyped number", 422, identity_number="19850505-9802", said=somebody | where)
    await anna.sends("a new candidate looked through", identity_number="19850505-9801")
    await anna.sends("the receipt", button="[value=send]")
    await anna.page.locator("#kontakt ~ details summary").first.click()
    await anna.sends("who it is", button=":text('Öppna')", because="Ringer om första dagen")
    await anna.clicks("form[action*='/anmarkningar'] button", "with remarks")
    await anna.clicks("main a[href*='/uppgifter']", "contact details to change")
    await anna.sends("nothing to change", 422, how="changed")
    await anna.sends("contact details looked through", because="Ringde från sitt nya nummer", said=NEW_NUMBER)
    await anna.sends("the receipt of contact details", button="[value=send]")
    await anna.to("/", "a day with something late")
    await anna.to("/sok", "the search form")
    await anna.sends("a search that finds her", q="Amina")
    await anna.to(f"/person/{_of_bo(pages).candidate}", "somebody in a colleague's charge")
    await anna.sends("read without a reason", 422, because=" ")
    await anna.sends("read with a reason", because="Täcker upp för Bo")
    await details_of_somebody(pages)
    await anna.to("/platser")
    await anna.to("/platser?lediga=ja")
    await anna.fetches("/vecka/kalender.ics")


async def details_of_somebody(pages: Pages) -> None:
    """The door before a colleague's candidate, of whom nobody knows who it is."""
    lena = await pages.walks("lena.strand")
    await lena.to(f"/person/{_of_bo(pages).candidate}/uppgifter", "the door before a colleague's candidate")
    await lena.sends("no reason at the door", 422, because=" ")
    await lena.sends("contact details of a colleague's candidate", because="Täcker upp för Bo")
    await lena.sends("details of nobody known", because="Ringde själv", said=NEW_NUMBER)
    await lena.sends("nobody is known", 409, button="[value=send]")


def _of_bo(pages: Pages) -> JourneyId:
    [line] = pages.letters.office.lists.journeys(coordinator="bo.lind")
    return JourneyId.parse(line.journey_id)


async def a_step_and_what_stands_in_its_way(pages: Pages, placed: JourneyId, waiting: JourneyId) -> None:
    """A form, what it must not say, what has happened meanwhile, what a rule refuses, and undoing."""
    anna, office = await pages.walks("anna.berg"), pages.letters.office
    await anna.to(_form(placed, "check_in_recorded"))
    await anna.sends("a day to come", 422, effective_on=str(LATER))
    await anna.sends("a day before the way began", 409, effective_on="2020-01-02")
    await anna.to(_form(placed, "note_added"), "the form of a note")
    await anna.sends("a note without a text", 422)
    await anna.sends("a text that tells too much", text="Sjuk i dag, ringde")
    await anna.sends("not sure of the text", 422, button="[value=send]")
    assert (await office.send(placed, "note_added", text="x", actor="coordinator:bo.lind")).accepted
    await anna.page.locator("[name=sure]").check()
    await anna.sends("somebody else was faster", 409, button="[value=send]")
    await anna.sends("looked through again", text="Ringde")
    await anna.sends("the receipt of a note", button="[value=send]")
    await anna.clicks("[role=status] a.button", "what undoing would do")
    await anna.sends("undone", button="[value=send]")
    await anna.to(_form(waiting, "internship_agreed"), "a form of places")
    await anna.to(_form(waiting, "requirements_checked"), "a form of requirements")
    await anna.to(_form(placed, "withdrawn"), "the end of a way")
    await anna.sends("the end looked through", end_reason="own_wish")


def _form(journey: JourneyId, kind: str) -> str:
    return f"/person/{journey.candidate}/registrera/{kind}?program={journey.programme}/1"


async def a_correction_by_two(pages: Pages, placed: JourneyId) -> None:
    """Proposed by one; declined without a reason, and approved, by another; and then it waits no more."""
    anna, bo = await pages.walks("anna.berg"), await pages.walks("bo.lind")
    await anna.to("/godkannanden", "nothing to approve")
    agreed = next(row for row in pages.letters.office.ledger(placed) if row.kind == "internship_agreed")
    await anna.to(f"/person/{placed.candidate}/ratta/{agreed.event_id}?program={placed.programme}/1", "a correction")
    await anna.sends("a correction looked through", ends_on=str(SOON), because="Gäller tre månader")
    await anna.sends("a correction proposed", button="[value=send]")
    await anna.to("/godkannanden", "one's own proposal")
    await anna.clicks("main a[href*='/godkannanden/']", "one's own proposal, opened")
    await bo.to("/godkannanden", "a colleague's proposal")
    await bo.clicks("main a[href*='/godkannanden/']", "a colleague's proposal, opened")
    path = bo.page.url.removeprefix(pages.server.address)
    await bo.sends("declined without a reason", 422, button="[value=decline]", because=" ")
    await bo.sends("approved", button="[value=approve]")
    await bo.to(path, "decided already")


async def corrected_otherwise(pages: Pages, placed: JourneyId, waiting: JourneyId) -> None:
    """An event that was of another kind, a remark, and what belongs to somebody else."""
    anna, office = await pages.walks("anna.berg"), pages.letters.office
    for kind, said in (("note_added", {"text": "Stod av"}), ("check_in_recorded", {"remark": "Trivs i köket"})):
        assert (await office.send(placed, kind, **said)).accepted
    [*_, note, check_in] = office.ledger(placed)
    place, query = f"/person/{placed.candidate}", f"?program={placed.programme}/1"
    await anna.to(f"{place}/ratta/{note.event_id}/slag/check_in_recorded{query}", "an event of another kind")
    await anna.sends("another kind looked through", because="Det var en avstämning")
    await anna.to(f"{place}/ratta/{check_in.event_id}/anmarkning{query}", "a remark to correct")
    await anna.sends("a remark looked through", remark="Trivs i tvätten", because="Fel ställe")
    await anna.to(f"{place}/flytta{query}&rad={note.row}", "what may be moved")
    await anna.sends("moved to nobody", 422, target="ZZZ", because="Fel person")
    await anna.sends("a move looked through", target=waiting.candidate)
    await anna.sends("moved", button="[value=send]")


async def handing_over(pages: Pages) -> None:
    """For good and for a while."""
    anna = await pages.walks("anna.berg")
    await anna.to("/lamna-over")
    said = {"to": "lena.strand", "day": str(TODAY)}
    await anna.sends("nobody chosen", 422, how="good", because="Föräldraledig", said=said)
    await anna.page.locator("[name=who]").first.check()
    await anna.sends("handing over looked through")
    await anna.sends("handed over", button="[value=send]")
    await anna.to("/lamna-over", "the form of handing over")
    await anna.sends("a stand-in looked through", how="until", until=str(SOON), said=said)
    await anna.sends("a stand-in", button="[value=send]")
    await anna.clicks("form[action$='/tillbaka'] button", "back early")
    await anna.to("/lamna-over", "the form of lending")
    await anna.sends("nobody lent", 422, how="lend", until=str(SOON), said=said)
    await anna.page.locator("[name=who]").first.check()
    await anna.sends("a lending looked through")
    await anna.sends("lent", button="[value=send]")
    await anna.clicks("form[action$='/tillbaka'] button", "lent no more")
    await (await pages.walks("lena.strand")).to("/lamna-over?fran=bo.lind", "handing over for a colleague")


async def a_list(pages: Pages) -> None:
    """From a file that is none to a receipt."""
    anna, headings = await pages.walks("anna.berg"), ["Personnummer", "Namn", "Program", "Anvisad av", "Kommun", "Vem"]
    rows = [
        [made_up_number("19910304", 980 + n), "Påhittad Person", "service_division", "Samhall", "Umeå", "Anna Berg"]
        for n in range(3)
    ]
    rows[1][4], rows[2][0] = "Nirgendstad", "1991"
    await anna.to("/import")
    for form in ("csv", "xlsx"):
        await anna.fetches(f"/importmall.{form}")
    await hands_in(anna, "%PDF-1.7", "a file that is no list")
    await anna.clicks("form[action$='/igen'] button", "the same file again")
    await anna.to("/import", "where a list was begun")
    await hands_in(anna, csv_text([headings, *rows]), "a list whose headings are asked about")
    await anna.fills("heading-referred_on", "ingen")
    await anna.sends("a heading not explained", 422, said={"heading-coordinator": "vem", "all-referred_on": " "})
    await anna.sends("rows looked through", said={"all-referred_on": str(TODAY)})
    await anna.sends("a row still wrong", 422, button=":text('rad 4')")
    await anna.clicks("form[action$='/starta'] button", "a list imported")
    for link in ("att-ratta.csv", "nummer.csv"):
        await anna.fetches(f"{urlsplit(anna.page.url).path}/{link}")
    await anna.to("/import", "lists that were begun")
    await anna.clicks("main ul a", "a list that was imported")
    await anna.clicks("form[action$='/bort'] button", "done with a list")


async def hands_in(anna: Walk, content: str, what: str) -> None:
    """Give a file to the form of imports."""
    file = {"name": "lista.csv", "mimeType": "text/csv", "buffer": content.encode()}
    await anna.page.locator("[type=file]").set_input_files(file)  # type: ignore[arg-type]
    await anna.sends(what)


async def figures_and_settings(pages: Pages) -> None:
    """Reports, published and true, and what is known of oneself."""
    lena = await pages.walks("lena.strand")
    for path in ("/program", "/program/service_division", "/program/service_division/intern"):
        await lena.to(path)
    await lena.to("/program/service_division", "before publishing")
    await lena.clicks("form[action$='/publicera'] button", "published")
    await lena.to("/program/no_such", "no such programme", 422)
    for file in ("rapport.html", "intern.html"):
        await lena.fetches(f"/program/service_division/{file}")
    keep_mail(pages.letters.office.engine, "a" * 64)
    await lena.to("/svar-pa-brev", "a mail that nothing was recorded of")
    await lena.clicks("main form[action*='/svar-pa-brev/'] button", "a mail, opened")
    await lena.sends("a mail, without an outcome", 422)
    await lena.sends("a mail settled", outcome="called")
    await lena.to("/installningar", "settings")
    await (await pages.walks("lena.strand", again=True)).to("/installningar", "settings, signed in twice")
    await lena.to("/installningar", "settings, signed in twice")
    await lena.clicks("form[action$='/sessioner'] button", "signed out elsewhere")


async def an_audit(pages: Pages, placed: JourneyId, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happened and why, readings, verifying while it goes on and when it is done, a bundle."""
    eva = await pages.walks("eva.granskare")
    await eva.to("/granskning")
    await eva.sends("nobody to look into", 422, candidate="x", because=" ")
    await eva.sends("what happened", candidate=placed.candidate, because="Årlig kontroll")
    path = f"/granskning/{placed.candidate}"
    await eva.sends("where the way stood")
    await eva.to(f"{path}/varfor/1?program={placed.programme}/1")
    await eva.to(f"{path}/varfor?program={placed.programme}/1")
    await eva.to("/granskning/lasningar")
    await eva.sends("readings of nobody", 422, nummer="rubbish")
    await eva.sends("a sample of readings", nummer="", antal="1", fro="7")
    gate, run = asyncio.Event(), HeldAudit.run

    async def held(self: HeldAudit) -> None:
        await gate.wait()
        await run(self)

    with monkeypatch.context() as patched:
        patched.setattr(begun, "PATIENCE_SECONDS", 0)
        patched.setattr(HeldAudit, "run", held)
        await eva.to("/granskning", "before verifying")
        await eva.clicks("form[action$='/verifiera'] button", "verifying goes on")
        busy = eva.page.url.removeprefix(pages.server.address)
        await eva.to(f"{busy}?stilla=1", "verifying goes on, and the page stands still")
        gate.set()
    await eva.to("/granskning", "what was begun")
    await eva.fills("export-candidate", placed.candidate)
    await eva.clicks("form[action$='/paket'] button", "a bundle")
    await eva.fetches(f"{urlsplit(eva.page.url).path}/fil")
    await eva.to(busy, "verified")


async def letters_and_their_links(pages: Pages, placed: JourneyId, waiting: JourneyId) -> None:
    """A union's letter and a supervisor's, answered and answered wrongly, and a link that leads nowhere."""
    reader, letters = await walk(pages.gateway, pages.browser), pages.letters
    await reader.to("/", "what partners' systems send")
    await reader.to("/brev/" + "A" * 32, "a link that does not count", 404)
    await reader.to(await letters.link(KOMMUNAL, waiting.candidate), "a union's letter")
    await reader.sends("asked without a question", 422, button="[value=ask]", text=" ")
    await reader.sends("a question that tells too much", 422, button="[value=ask]", text="Gäller det 19850505-9807?")
    await reader.sends("a letter confirmed", button="[value=confirm]")
    await reader.sends("a letter answered", button="[value=answer]", answer="wants_negotiation", reason="Schemat")
    await reader.to(await letters.link(MARIA, placed.candidate), "a supervisor's door")
    await reader.sends("a supervisor's page")
    await reader.sends("a check-in to come", 422, button="[value=check_in_recorded]", day=str(LATER))
    await reader.sends("a check-in recorded", button="[value=check_in_recorded]", day=str(TODAY))
    assert (await letters.office.send(placed, "internship_completed")).accepted
    await reader.sends("a supervisor evaluates")


async def services_that_are_away(pages: Pages, placed: JourneyId, monkeypatch: pytest.MonkeyPatch) -> None:
    """While Temporal does not answer a person is shown, and what was typed is kept; a broken file is told in words."""
    lena, office = await pages.walks("lena.strand"), pages.desk.office
    with monkeypatch.context() as patched:
        patched.setattr(office, "_client", None)
        patched.setenv("TEMPORAL_ADDRESS", f"{HOST}:{free_port()}")
        await lena.to(f"/person/{placed.candidate}", "a person while Temporal is away")
        assert "Det går inte att fråga vägen just nu" in await lena.page.content()
        await lena.to(_form(placed, "note_added"), "a form while Temporal is away")
        await lena.sends("looked through while Temporal is away", text="Ringde")
        await lena.sends("sent while Temporal is away", 503, button="[value=send]")
    file = office.settings.programmes / "partners.toml"
    kept = file.read_text()
    file.write_text("[")
    await lena.to("/program", "a file of programmes is broken", 503)
    file.write_text(kept)


async def ends_of_a_session(pages: Pages) -> None:
    """Signed out in one window, a form is sent in another."""
    anna = await pages.walks("anna.berg")
    await anna.to("/ny", "a form left open")
    other = Walk(pages.server, await anna.page.context.new_page())
    await other.to("/installningar", "settings in another window")
    await other.clicks("form[action='/logga-ut'] button", "signed out")
    await anna.sends("sent after signing out", 401, name="Amina Påhittad")
