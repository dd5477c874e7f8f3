"""Staff at a terminal: entered, invited, enrolled, on leave, revoked and ended, and what they record meanwhile."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from auditing.evidence.findings import Verdict
from auditing.verification.verifier import live_verifier
from models.identifiers import JourneyId
from tests.support.office import TestOffice, open_office
from tests.support.processes import Ended, of_office, run
from tests.support.waiting import until

Admin = Callable[..., Coroutine[Any, Any, Ended]]

ASA = ("asa.oberg", "--name", "Åsa Öberg", "--role", "coordinator", "--email", "asa.oberg@employer.example")


@pytest.fixture
async def office(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    async with open_office(temporal.client, tmp_path) as office:
        yield office


@pytest.fixture
def admin(office: TestOffice) -> Admin:
    """`admin.py` in somebody's name."""

    async def says(by: str, *arguments: str, **more: object) -> Ended:
        return await run("admin.py", *arguments, env=of_office(office, HELAVAGEN_ACTOR=by, **more))

    return says


async def enrolled(admin: Admin, *where: str) -> None:
    """Åsa Öberg works here, and has a key."""
    assert (await admin("kim.dahl", "staff", "add", *ASA, *where)).status == 0
    invited = await admin("kim.dahl", "staff", "invite", "asa.oberg")
    code = invited.output.splitlines()[0].rpartition(" ")[2]
    done = await admin("asa.oberg", "enrol", "asa.oberg", "--code", code, HELAVAGEN_PASSPHRASE="hemligt ord")
    assert done.status == 0, done.errors
    again = await admin("asa.oberg", "enrol", "asa.oberg", "--code", code)
    assert again.status == 1
    assert "unknown or used" in again.errors


async def test_a_new_coordinator_records_in_her_town_and_nowhere_else(office: TestOffice, admin: Admin) -> None:
    await enrolled(admin, "--programme", "service_division", "--town", "2480")
    here, elsewhere = await office.refer(), await office.refer(site="2482")
    note = ("signal", "note_added", "--text", "Ringde")
    said = await admin("asa.oberg", note[0], here.candidate, *note[1:], HELAVAGEN_PASSPHRASE="hemligt ord")
    assert said.status == 0, said.errors
    refused = await admin("asa.oberg", note[0], elsewhere.candidate, *note[1:], HELAVAGEN_PASSPHRASE="hemligt ord")
    assert (refused.status, office.ledger(elsewhere)[-1].rule) == (1, "the_author_is_permitted")
    wrong = await admin("asa.oberg", note[0], here.candidate, *note[1:], HELAVAGEN_PASSPHRASE="annat ord")
    assert (wrong.status, wrong.errors) == (2, "The passphrase does not open the key of asa.oberg.\n")
    who = json.loads((await admin("asa.oberg", "whoami", "--json")).output)
    assert who["name"] == "Åsa Öberg"
    assert who["roles"][0]["may"]["note_added"] == "town"


async def test_what_was_signed_before_a_key_was_revoked_stays_valid(office: TestOffice, admin: Admin) -> None:
    await enrolled(admin)
    journey = await office.refer()
    note = ("signal", journey.candidate, "note_added", "--text", "Ringde")
    key = {"HELAVAGEN_PASSPHRASE": "hemligt ord"}
    assert (await admin("asa.oberg", *note, **key)).status == 0
    assert (await admin("kim.dahl", "staff", "revoke", "asa.oberg", "--because", "Tappad")).status == 0
    assert (await admin("asa.oberg", *note, **key)).status == 1
    rows = office.ledger(journey)
    assert [(row.accepted, row.rule) for row in rows[1:]] == [(True, None), (False, "the_key_is_the_authors")]
    [found] = await live_verifier(office.client, office.lists.engine).verify([journey])
    assert found.verdict is Verdict.AGREES, found.findings


async def test_who_has_left_records_nothing_more_and_stays_on_the_list(office: TestOffice, admin: Admin) -> None:
    await enrolled(admin)
    journey = await office.refer()
    left = await admin("kim.dahl", "staff", "end", "asa.oberg", "--on", "2020-01-01", "--because", "Slutat")
    assert left.status == 0
    note = ("signal", journey.candidate, "note_added", "--text", "Ringde")
    assert (await admin("asa.oberg", *note, HELAVAGEN_PASSPHRASE="hemligt ord")).status == 1
    assert office.ledger(journey)[-1].rule == "the_author_has_the_role"
    listed = (await admin("kim.dahl", "staff", "list")).output
    assert "Åsa Öberg" in listed
    assert "has left" in listed


async def test_a_substitute_acts_for_somebody_on_leave_until_the_last_day(office: TestOffice, admin: Admin) -> None:
    await enrolled(admin, "--programme", "service_division", "--town", "2480")
    journey = await office.refer(site="2482")
    leave = ("--substitute", "asa.oberg", "--from", "2020-01-01", "--until", "2199-01-01")
    assert (await admin("kim.dahl", "staff", "change", "anna.berg", *leave)).status == 0
    note = ("signal", journey.candidate, "note_added", "--text", "Ringde")
    said = await admin("asa.oberg", *note, HELAVAGEN_PASSPHRASE="hemligt ord")
    assert said.status == 0, said.errors
    await office.send(journey, "coordinator_changed", coordinator="bo.lind", reason="Parental leave")
    await until(
        lambda: {line.sent_to: line.recipient for line in office.lists.notices(journey_id=journey) if line.sent_at},
        lambda told: told.items() >= {"asa.oberg": "anna.berg", "bo.lind": "bo.lind"}.items(),
    )
    mailed = {item.recipient for item in office.received()}
    assert mailed >= {"Åsa Öberg <asa.oberg@employer.example>", "Bo Lind <bo.lind@employer.example>"}
    [found] = await live_verifier(office.client, office.lists.engine).verify([journey])
    assert found.verdict is Verdict.AGREES, found.findings
    await office.send(journey, "coordinator_changed", coordinator="anna.berg", reason="Parental leave")
    over = ("--substitute", "asa.oberg", "--from", "2020-01-01", "--until", "2020-02-01")
    assert (await admin("kim.dahl", "staff", "change", "anna.berg", *over)).status == 0
    assert (await admin("asa.oberg", *note, HELAVAGEN_PASSPHRASE="hemligt ord")).status == 1
    assert office.ledger(journey)[-1].rule == "the_author_is_permitted"


async def test_who_has_a_candidate_lent_acts_in_her_own_name_until_it_is_over(office: TestOffice, admin: Admin) -> None:
    await enrolled(admin, "--programme", "service_division", "--town", "2480")
    given_away, comes_back, stays = [await office.refer(site="2482") for _each in range(3)]
    lent = (given_away.candidate, comes_back.candidate, "--to", "Åsa Öberg", "--until", "2199-01-01")
    done = await admin("anna.berg", "hand-over", *lent)
    assert done.status == 0, done.errors

    async def notes(of: JourneyId) -> tuple[int, str | None, str | None]:
        note = ("signal", of.candidate, "note_added", "--text", "Ringde")
        done = await admin("asa.oberg", *note, HELAVAGEN_PASSPHRASE="hemligt ord")
        return done.status, office.ledger(of)[-1].actor, office.ledger(of)[-1].rule

    taken, refused = (0, "coordinator:asa.oberg", None), (1, "coordinator:asa.oberg", "the_author_is_permitted")
    assert [await notes(one) for one in (given_away, comes_back, stays)] == [taken, taken, refused]
    await office.send(given_away, "coordinator_changed", coordinator="bo.lind", reason="For good")
    await until(
        lambda: {line.recipient: line.sent_to for line in office.lists.notices(journey_id=given_away) if line.sent_at},
        lambda told: told.items() >= {"anna.berg": "anna.berg", "bo.lind": "bo.lind"}.items(),
    )
    asas = await until(lambda: [one for one in office.received() if "ersättare för Anna Berg" in one.subject])
    assert {one.recipient for one in asas} == {"asa.oberg@employer.example"}
    said = await run("audit.py", "state", comes_back.candidate, env=of_office(office))
    assert "Åsa Öberg had the candidate for Anna Berg from" in said.output, said.errors
    back = await admin("anna.berg", "hand-over", comes_back.candidate, "--back")
    assert back.status == 0, back.errors
    assert [await notes(one) for one in (given_away, comes_back)] == [refused, refused]
    for each in (given_away, comes_back):
        assert "had the candidate" not in (await run("audit.py", "state", each.candidate, env=of_office(office))).output
    for one in await live_verifier(office.client, office.lists.engine).verify([given_away, comes_back, stays]):
        assert one.verdict is Verdict.AGREES, one.findings


async def test_a_coordinator_may_not_enter_staff(admin: Admin) -> None:
    tried = await admin("anna.berg", "staff", "add", *ASA)
    assert tried.status == 1
    assert "Only an operator, or the manager" in tried.errors
    assert "asa.oberg" not in (await admin("kim.dahl", "staff", "list")).output
