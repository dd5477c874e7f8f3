"""The desk's pages of an office: handing over, places, programmes, settings and audits, and who may see which."""

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from auditing.bundle.journey_files import timeline_files
from auditing.bundle.names import names_in
from models.access.permissions import Reading
from models.calendar.swedish_day import day_in_sweden
from models.fields import BothLanguages
from models.identifiers import JourneyId, Role
from models.programme.periods import PlacePeriod
from runtime.keyring import Keyring
from runtime.local.people import everywhere
from runtime.rulebook.loader import RuleBook
from services.queries.reads import reads
from tests.support.authority import enter, key_of
from tests.support.begun import at_rest
from tests.support.desk import NOWHERE, TestDesk, Visitor, open_desk, text_of
from tests.support.office import TestOffice, a_corrected_way, open_office

TODAY = day_in_sweden(datetime.now(UTC))
PEOPLE = {
    "anna.berg": "coordinator",
    "lena.strand": "manager",
    "eva.granskare": "auditor",
    "sven.handledare": "supervisor",
    "kim.dahl": "operator",
}


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    async with open_office(temporal.client, tmp_path_factory.mktemp("desk")) as office:
        enter(office.engine, "eva.granskare", *everywhere((Role.AUDITOR,)))
        enter(office.engine, "sven.handledare", *everywhere((Role.SUPERVISOR,)))
        keep(office)
        yield office


def keep(office: TestOffice) -> None:
    keyring = Keyring(office.settings.data / "keys")
    for name in ("eva.granskare", "sven.handledare"):
        keyring.add(name, key_of(name))


@pytest.fixture(scope="module")
async def desk(office: TestOffice) -> AsyncIterator[TestDesk]:
    async with open_desk(office.settings, office.client) as desk:
        yield desk


@pytest.fixture(scope="module")
async def way(office: TestOffice) -> JourneyId:
    """A whole way with a refusal and a correction in it."""
    return JourneyId.parse(await a_corrected_way(office))


@pytest.fixture
def anna(desk: TestDesk) -> Visitor:
    return desk.visitor("anna.berg")


@pytest.fixture
def eva(desk: TestDesk) -> Visitor:
    return desk.visitor("eva.granskare")


MAY_SEE = {
    "/import": "anna.berg lena.strand",
    "/lamna-over": "anna.berg lena.strand",
    "/platser": "anna.berg lena.strand eva.granskare kim.dahl",
    "/program": "anna.berg lena.strand eva.granskare kim.dahl sven.handledare",
    "/program/service_division": "anna.berg lena.strand eva.granskare kim.dahl sven.handledare",
    "/program/service_division/intern": "lena.strand eva.granskare",
    "/program/service_division/intern.csv": "lena.strand eva.granskare",
    "/installningar": "anna.berg lena.strand eva.granskare kim.dahl sven.handledare",
    "/granskning": "eva.granskare",
    "/granskning/lasningar": "eva.granskare",
    "/granskning/verifiera/nothing": "",
    "/granskning/K000000": "",
}


@pytest.mark.parametrize("person", PEOPLE)
async def test_each_role_sees_its_own_pages_and_its_menu_leads_to_no_other(desk: TestDesk, person: str) -> None:
    visitor = desk.visitor(person)
    for path, who in MAY_SEE.items():
        answer = await visitor.get(path)
        wanted = {200} if person in who.split() else {403, 422}
        assert answer.status_code in wanted, (path, text_of(answer))
        if person != "eva.granskare" and path.startswith("/granskning"):
            assert answer.status_code == 403
    home = await visitor.get("/installningar")
    menu = re.findall(r'<a href="(/[a-z-]*)"', home.text.partition("</nav>")[0].partition("<nav")[2])
    assert {path: (await visitor.get(path)).status_code for path in menu} == dict.fromkeys(menu, 200)


async def test_candidates_go_to_a_colleague_once_however_often_it_is_sent(office: TestOffice, anna: Visitor) -> None:
    mine = [await office.refer() for _each in range(3)]
    first = await anna.get("/lamna-over")
    assert all(one.candidate in first.text for one in mine)
    said = {"leaves": "anna.berg", "to": "bo.lind", "how": "good", "day": str(TODAY), "because": "Parental leave"}
    nobody = await anna.send("/lamna-over", **said)
    assert nobody.status_code == 422
    assert 'href="#who"' in nobody.text
    unexplained = await anna.send("/lamna-over", **{**said, "because": ""})
    assert "Write why they are handed over." in text_of(unexplained)
    who = [str(one) for one in mine[:2]]
    preview = await anna.send("/lamna-over", **said, who=who)
    assert "Hand over 2 candidates to Bo Lind" in text_of(preview)
    assert {
        line.coordinator for line in office.lists.found(candidate=frozenset(one.candidate for one in mine[:2]))
    } == {"anna.berg"}
    changed = await anna.send("/lamna-over", **said, who=who, step="change")
    assert changed.text.count(" checked") == 3
    for _each in range(2):
        sent = await anna.send("/lamna-over", **said, who=who, step="send")
        assert sent.headers["location"].startswith("/lamna-over?klart=lamnat"), text_of(sent)
    assert "They are handed over" in text_of(await anna.get(sent.headers["location"]))
    assert {
        line.coordinator for line in office.lists.found(candidate=frozenset(one.candidate for one in mine[:2]))
    } == {"bo.lind"}
    assert [one.kind for one in office.ledger(mine[0])].count("coordinator_changed") == 1
    by = office.ledger(mine[0])[-1].sign_in
    assert by is not None
    assert (by.server, by.how, by.issuer) == ("desk", "session", NOWHERE)
    assert office.lists.found(candidate=mine[2].candidate)[0].coordinator == "anna.berg"
    lent = {**said, "how": "lend", "until": str(TODAY + timedelta(days=9)), "who": who}
    nobody = await anna.send("/lamna-over", **lent)
    assert "Nobody is left to hand over." in text_of(nobody)
    assert 'value="change"' in nobody.text
    assert 'value="send"' not in nobody.text


async def test_a_reason_that_tells_too_much_is_asked_about(office: TestOffice, anna: Visitor) -> None:
    one = await office.refer()
    said = {"leaves": "anna.berg", "to": "bo.lind", "how": "good", "day": str(TODAY), "who": one.candidate}
    unsure = await anna.send("/lamna-over", **said, because="She has a diagnosis")
    assert unsure.status_code == 422
    assert 'name="sure"' in unsure.text
    assert (await anna.send("/lamna-over", **said, because="She has a diagnosis", sure="yes")).status_code == 200


async def test_a_colleague_stands_in_until_a_day_or_until_somebody_is_back(
    office: TestOffice, desk: TestDesk, anna: Visitor
) -> None:
    said = {"leaves": "anna.berg", "to": "bo.lind", "how": "until", "day": str(TODAY)}
    assert 'href="#until"' in (await anna.send("/lamna-over", **said)).text
    until = {**said, "until": str(TODAY + timedelta(days=9))}
    backwards = {**said, "until": str(TODAY - timedelta(days=1))}
    assert re.findall(r'href="#(to|until)"', (await anna.send("/lamna-over", **backwards)).text) == ["until"]
    mine = [(await office.refer()).candidate for _each in range(2)]
    looked_through = text_of(await anna.send("/lamna-over", **until, who=mine[0]))
    for told in (
        "Bo Lind stands in for Anna Berg from",
        "You have chosen 1 candidate, and Bo Lind stands in for Anna Berg with all of them.",
        "It holds of everybody in the charge of Anna Berg:",
        "A mail tells Bo Lind of it",
    ):
        assert told in looked_through
    assert "You have chosen" not in text_of(await anna.send("/lamna-over", **until, who=mine, all="yes"))
    assert (await anna.send("/lamna-over", **until, step="send")).status_code == 303
    assert "Bo Lind stands in for Anna Berg" in text_of(await anna.get("/installningar"))
    assert "Bo Lind stands in for Anna Berg" in text_of(await desk.visitor("bo.lind").get("/installningar"))
    assert "You stand in for Anna Berg from" in text_of(await desk.visitor("bo.lind").get("/"))
    assert "Bo Lind stands in for Anna Berg" in text_of(await anna.get("/"))
    for _each in range(2):
        assert (await anna.send("/lamna-over/tillbaka", leaves="anna.berg")).status_code == 303
    assert "Nobody stands in for you" in text_of(await anna.get("/installningar"))


async def test_those_who_are_chosen_are_with_a_colleague_until_a_day_and_back_before_it(
    office: TestOffice, desk: TestDesk, anna: Visitor
) -> None:
    long_ago, bo = TODAY - timedelta(days=20), desk.visitor("bo.lind")
    mine = [await office.refer(effective_on=long_ago) for _each in range(3)]
    [first, second, third] = [one.candidate for one in mine]
    elsewhere = await office.refer("easy_jobs", first, effective_on=long_ago)
    person = f"/person/{first}?program=service_division/1"
    assert f"/lamna-over?vem={mine[0]}" in (await anna.get(person)).text
    form = await anna.get("/lamna-over", vem=mine[0])
    assert re.findall(r'value="([^"]*)" checked', form.text) == ["lend", mine[0]]
    said = {"leaves": "anna.berg", "to": "bo.lind", "how": "lend", "day": str(TODAY), "who": [*mine[:2], elsewhere]}
    for wrong, field in (
        ({}, "until"),
        ({"until": str(TODAY - timedelta(days=1))}, "until"),
        ({"until": str(TODAY), "who": []}, "who"),
        ({"until": str(TODAY), "to": "anna.berg"}, "to"),
    ):
        answer = await anna.send("/lamna-over", **{**said, **wrong})
        assert (answer.status_code, re.findall(r'<a href="#(\w+)"', answer.text)) == (422, [field])
    until = {**said, "until": str(TODAY + timedelta(days=9))}
    preview = text_of(await anna.send("/lamna-over", **until))
    assert "3 candidates of Anna Berg are with Bo Lind from" in preview
    assert "it ends by itself" in preview
    assert "A mail tells Bo Lind of it" in preview
    for _each in range(2):
        sent = await anna.send("/lamna-over", **until, step="send")
        assert sent.headers["location"] == "/lamna-over?klart=utlanade&fran=anna.berg", text_of(sent)
    assert "It is recorded already." in text_of(await anna.send("/lamna-over", **until))
    assert {line.coordinator for line in office.lists.found(candidate=frozenset((first, second)))} == {"anna.berg"}
    his, hers = text_of(await bo.get("/")), text_of(await anna.get("/"))
    assert "You have 3 candidates of Anna Berg from" in his
    assert "Bo Lind has 3 of your candidates from" in hers
    assert "Bo Lind has 3 of your candidates from" in text_of(await anna.get("/installningar"))
    assert [one in text_of(await bo.get("/", vecka="ja")) for one in (first, second, third)] == [True, True, False]
    assert "lent by Anna Berg until" in text_of(await bo.get("/", vecka="ja"))
    assert "with Bo Lind until" in text_of(await anna.get("/", vecka="ja"))
    assert "lent by Anna Berg until" in text_of(await bo.get(person))
    hers = text_of(await anna.get(person))
    assert "with Bo Lind until" in hers
    assert "Back with you from today" in hers
    [own] = {one.relation for one in reads(office.engine, candidate=first) if one.actor == "coordinator:bo.lind"}
    assert own == "own"
    for _each in range(2):
        back = await anna.send("/lamna-over/tillbaka", leaves="anna.berg", who=mine[0])
        assert back.headers["location"] == "/lamna-over?klart=hos-dig&fran=anna.berg"
    assert "2 candidates of Anna Berg are with Bo Lind" in text_of(await anna.get("/lamna-over"))
    [lending] = re.findall(r'name="lending" value="([^"]*)"', (await anna.get("/lamna-over")).text)
    assert (await anna.send("/lamna-over/tillbaka", leaves="anna.berg", lending=lending)).status_code == 303
    assert "with Bo Lind" not in text_of(await anna.get("/lamna-over"))
    assert [one in text_of(await bo.get("/", vecka="ja")) for one in (first, second, third)] == [False] * 3


async def test_places_are_shown_with_who_waits_and_lead_to_the_form(
    office: TestOffice, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await office.refer()
    findings = [
        {"requirement": each, "result": "met"}
        for each in ("swedish_for_safety", "hygiene_routines", "shift_work", "kitchen_experience")
    ]
    await office.send(one, "referral_accepted")
    await office.send(one, "requirements_checked", profile="hospital_service", findings=findings)
    page = await anna.get("/platser")
    form = f"/person/{one.candidate}/registrera/internship_agreed?position=lasarettet_ward_service"
    assert f'"{form}&amp;program=service_division"' in page.text
    offered = await anna.get(f"{form}&program=service_division")
    assert re.search(r'value="lasarettet_ward_service"\s+(selected|checked)', offered.text)
    with monkeypatch.context() as patched:
        name, until = BothLanguages(sv="Första veckorna", en="First weeks"), TODAY + timedelta(days=20)
        first = PlacePeriod(id="first", name=name, starts_on=TODAY, ends_on=until)
        patched.setattr(RuleBook, "periods", lambda _book, _programme: (first,))
        by_period = await anna.get("/platser")
        assert "First weeks: 8 of 8" in text_of(by_period)
        assert f"{form}&amp;starts_on={TODAY}&amp;ends_on={until}&amp;" in by_period.text
    free = office.lists.free_places(one.programme, TODAY)["lasarettet_ward_service"]
    period = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=30)}
    agreed = {"supervisor": "maria.ek", "position": "lasarettet_ward_service", **period}
    await office.send(one, "internship_agreed", **agreed)
    assert f"{free - 1} of" in text_of(await anna.get("/platser"))
    assert office.lists.free_from()["lasarettet_ward_service"] == TODAY + timedelta(days=30)
    assert one.candidate not in (await anna.get("/platser")).text


@pytest.mark.usefixtures("way")
async def test_a_report_is_published_shown_with_pictures_and_downloaded(desk: TestDesk, anna: Visitor) -> None:
    lena = desk.visitor("lena.strand", "sv")
    before = await anna.get("/program/service_division")
    assert "No report of this programme has been published yet" in text_of(before)
    assert "An internship lasts 6 months at most." in text_of(before)
    assert (await anna.get("/program/service_division/rapport.csv")).status_code == 422
    assert (await anna.send("/program/service_division/publicera")).status_code == 403
    own = await lena.get("/program/service_division/intern")
    assert "Lämna dem inte vidare" in text_of(own)
    assert "<svg" in own.text
    assert "style=" not in own.text
    sent = await lena.send("/program/service_division/publicera")
    assert sent.headers["location"] == "/program/service_division?klart=ja"
    assert "Rapporten för den här månaden är publicerad" in text_of(await lena.get(sent.headers["location"]))
    after = await anna.get("/program/service_division")
    assert "Published figures" in text_of(after)
    assert after.text.count("<details>") == after.text.count("<svg")
    for form in ("csv", "html", "json"):
        file = await anna.get(f"/program/service_division/rapport.{form}")
        assert file.headers["content-disposition"].endswith(f'.{form}"')
        assert len(file.content) > 200
    assert (await anna.get("/program/service_division/rapport.exe")).status_code == 422
    assert (await anna.get("/program/no_such")).status_code == 422


async def test_whoever_signs_out_everywhere_else_stays_here(desk: TestDesk, anna: Visitor) -> None:
    other = desk.visitor("anna.berg")
    assert (await other.get("/installningar")).status_code == 200
    assert (await anna.send("/installningar/sessioner")).status_code == 303
    assert (await anna.get("/installningar")).status_code == 200
    assert (await other.get("/installningar")).status_code == 303


async def test_an_auditor_says_why_before_anything_is_shown(office: TestOffice, eva: Visitor, way: JourneyId) -> None:
    path = f"/granskning/{way.candidate}?program=service_division"
    unsaid = await eva.get(path)
    assert unsaid.headers["location"].startswith("/granskning?nummer=")
    for because in ("", " "):
        said = {"candidate": way.candidate, "because": because}
        assert (await eva.send("/granskning/oppna", **said)).status_code == 422
    opened = await eva.send("/granskning/oppna", candidate=way.candidate, because="The yearly control")
    assert opened.headers["location"] == path
    page = await eva.get(path)
    assert page.text.count("/varfor/") == len(office.ledger(way))
    assert "<del>" in page.text
    written = [one for one in reads(office.engine, candidate=way.candidate) if one.what == Reading.AUDIT]
    assert [(one.actor, one.because) for one in written] == [("auditor:eva.granskare", "The yearly control")]
    refused = next(one.row for one in office.ledger(way) if not one.accepted and one.event)
    why = await eva.get(f"/granskning/{way.candidate}/varfor/{refused}?program=service_division")
    assert "Refused:" in text_of(why)
    whole = text_of(await eva.get(f"/granskning/{way.candidate}/varfor?program=service_division"))
    assert all(said in whole for said in ("did not apply", "missing or untold", "Refused:"))
    state = await eva.get(f"/granskning/{way.candidate}/lage?program=service_division&dag={TODAY}")
    assert "recorded by then" in text_of(state)
    assert "Anna Berg" in text_of(state)
    assert not re.search(r"anna\.berg|\b2480\b|arbetsformedlingen", text_of(state))
    assert (await eva.get(f"/granskning/{way.candidate}/lage?program=service_division&dag=yes")).status_code == 422
    assert (await eva.get(f"/granskning/{way.candidate}/varfor/999?program=service_division")).status_code == 422
    readings = await eva.get("/granskning/lasningar", nummer=way.candidate)
    assert "The yearly control" in text_of(readings)
    drawn = await eva.get("/granskning/lasningar", antal="1", fro="7")
    assert "drawn with the seed 7" in text_of(drawn)
    assert (await eva.get("/granskning/lasningar", nummer="rubbish")).status_code == 422


async def test_an_auditor_looks_at_whom_something_waits_for_and_is_offered_no_step(
    office: TestOffice, anna: Visitor, eva: Visitor
) -> None:
    await office.refer(effective_on=TODAY - timedelta(days=30))
    assert "#registrera" in (await anna.get("/", alla="ja")).text
    assert "#registrera" not in (await eva.get("/")).text
    assert "Look at the candidate" in text_of(await eva.get("/"))


async def test_an_auditor_verifies_and_takes_a_bundle(
    office: TestOffice, desk: TestDesk, eva: Visitor, way: JourneyId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", str(office.client.service_client.config.target_host))
    begun = await eva.send("/granskning/verifiera", **{"verify-candidate": way.candidate})
    assert "Everything agrees" in text_of(await eva.get(await at_rest(begun.headers["location"])))
    assert (await eva.send("/granskning/verifiera", **{"verify-candidate": "rubbish"})).status_code == 422
    await eva.send("/granskning/oppna", candidate=way.candidate, because="The yearly control")
    made = await eva.send("/granskning/paket", **{"export-candidate": way.candidate})
    path = await at_rest(made.headers["location"])
    assert "Download the bundle" in text_of(await eva.get(path))
    for _twice in range(2):
        bundle = zipfile.ZipFile(io.BytesIO((await eva.get(f"{path}/fil")).content))
        assert "manifest.json" in bundle.namelist()
    of_way = {Path(name).name: bundle.read(name) for name in bundle.namelist() if name.startswith("journeys/")}
    rows = {
        table: [json.loads(one) for one in of_way[f"{table}.jsonl"].splitlines()] for table in ("ledger", "notices")
    }
    made_anew = timeline_files(str(way), rows, ("en",), None, names_in(json.loads(of_way["names.json"])))
    assert made_anew.items() <= of_way.items(), "as whoever verifies the bundle makes them"
    unsaid = await eva.send("/granskning/paket", **{"export-personal": "yes"})
    assert 'href="#export-because"' in unsaid.text
    other = await desk.visitor("kim.dahl").get(f"{path}/fil")
    assert other.status_code == 403
