"""The auditor's commands on moments, against a real history and a real ledger, with the rules that were pinned."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import audit
from auditing.evidence.runs import runs_of
from models.identifiers import CandidateNumber, JourneyId
from runtime.errors import UserError
from tests.support.agreeing import eventually
from tests.support.errors import raises
from tests.support.office import DAY, TestOffice, a_corrected_way, event
from tests.support.processes import of_office


class Auditor:
    """Runs `audit.py` on an office; in this process, which is quicker than one of its own for each command."""

    def __init__(self, office: TestOffice, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in of_office(office).items():
            monkeypatch.setenv(name, value)

    async def told(self, *command: str) -> str:
        ended = await asyncio.to_thread(CliRunner().invoke, audit.app, command, standalone_mode=False)
        if ended.exception is not None:
            raise ended.exception
        return ended.output

    async def read(self, *command: str) -> Any:
        return json.loads(await self.told(*command, "--json"))


async def listed(office: TestOffice, journey: str) -> str:
    """The candidate's number, once Temporal's lists, which lag behind, have the journey: the rules stand there."""
    await eventually(lambda: runs_of(office.client, [journey]), lambda runs: bool(runs[journey]))
    return journey.split("/")[1]


@pytest.fixture
def auditor(office: TestOffice, monkeypatch: pytest.MonkeyPatch) -> Auditor:
    return Auditor(office, monkeypatch)


async def test_an_auditor_asks_what_was_why_and_what_changed(
    office: TestOffice, auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = await listed(office, await a_corrected_way(office))

    then = await auditor.read("state", candidate, "--at", DAY.isoformat())
    assert (then["recorded"]["stage"], then["in_effect"]["stage"]) == (None, "permanent_role")
    assert {reason["row"] for reason in then["reasons"]} >= {1, 3, 6, 11}
    now = await auditor.read("state", candidate)
    assert (now["recorded"], now["differences"]) == (now["in_effect"], [])
    early = await auditor.read("state", candidate, "--at", DAY.isoformat(), "--known-by", "2026-01-01")
    assert early["in_effect"]["stage"] is None

    changed = await auditor.read("diff", candidate, "--from", DAY.isoformat())
    assert [row["row"] for row in changed["rows"]] == list(range(1, 12))
    assert [one["fields"][0]["field"] for one in changed["corrections"]] == ["ends_on"]

    refused = await auditor.read("why", candidate, "2")
    assert refused["refused"]["rule"] == "possible_in_this_stage"
    accepted = await auditor.read("why", candidate, "6")
    assert accepted["led_to"]["place_taken"] == "lasarettet_ward_service"
    assert any(figure["verified"] for figure in accepted["figures"])
    assert (await auditor.read("why", candidate, accepted["event_id"])) == accepted
    whole = await auditor.read("why", candidate)
    assert (whole["rows"][5], [row["row"] for row in whole["rows"]]) == (accepted, list(range(1, 12)))

    page = tmp_path / "why.html"
    assert await auditor.told("why", candidate, "--html", str(page)) == f"written: {page}\n"

    file = tmp_path / "timeline.html"
    await auditor.told("timeline", candidate, "--lang", "sv", "--format", "html", "--notices", "--output", str(file))
    assert '<html lang="sv">' in file.read_text(encoding="utf-8")
    (mine := tmp_path / "mine").write_text("hej")
    for command in (("timeline", candidate, "--output"), ("why", candidate, "--html")):
        with raises(UserError, "file.unwritable"):
            await auditor.told(*command, str(mine))
    assert mine.read_text() == "hej"
    assert (await auditor.told("timeline", candidate, "--format", "csv")).startswith("\ufeffrow;sort;")
    assert (await auditor.read("timeline", candidate))[0]["kind"] == "referred"

    by_the_files = await auditor.read("find", "overdue")
    assert by_the_files["rows"]
    # Where the files have other rules by now, those of then are in the history.
    monkeypatch.setattr("auditing.inquiry.overdue.rules_of_files", lambda _book, _programmes: {})
    by_histories = await auditor.read("find", "overdue", "--known-by", by_the_files["known_by"])
    assert (by_histories["rows"], by_histories["counts"]["untold"]) == (by_the_files["rows"], {})


async def test_a_referral_that_was_refused_is_explained_though_no_journey_began(
    office: TestOffice, auditor: Auditor
) -> None:
    candidate = CandidateNumber.draw(office.random)
    nobody = event("referred", referring_partner="nobody", site="2480", coordinator="anna.berg", effective_on=DAY)
    receipt = await office.journeys.refer(candidate, office.book.programme("service_division"), nobody)  # type: ignore[arg-type]
    assert not receipt.accepted
    await listed(office, JourneyId.of(candidate, "service_division"))
    found = await auditor.read("why", candidate, "1")
    assert found["refused"]["rule"] == "the_partner_may_refer"
    assert [figure["value"] for figure in found["figures"] if figure["name"] == "referring_partners"] != []
    with raises(UserError, "journey.unknown_in_programme", programme="easy_jobs"):
        await auditor.told("why", candidate, "1", "--programme", "easy_jobs")
