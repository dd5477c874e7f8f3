"""The time-limited jobs with one employer count together: a journey learns of those in the person's other journeys.

Reckoned by hand: 2025-01-15 to 2025-12-31 are 351 days; with 365 allowed, the fifteenth day of a role is one too many.
"""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHistory

from auditing.evidence.findings import Verdict
from auditing.verification.verifier import live_verifier
from models.access.statements import CandidatesJoined
from models.events.events import Event
from models.identifiers import JourneyId
from models.projections.status import Status
from runtime.encryption.opened import opened
from runtime.statement_log import StatementLog
from services.identities.joining import Joined, have_looked
from tests.support.authority import SINCE, key_of
from tests.support.waiting import until
from tests.support.years import Year

CHAIN = {"position": "landsarkivet_case_support"}
SPECIAL = {"form": "special_fixed_term", "actor": "manager:lena.strand"}


async def until_evaluated(year: Year, programme: str, day: date, candidate: str | None = None, **at: Any) -> JourneyId:
    """A way in a programme, registered long after, to a favourable evaluation on a day."""
    on = {"effective_on": day}
    await year.refers(programme, candidate=candidate, **on)
    await year.happens("referral_accepted", **on)
    await year.happens("requirements_checked", **on)
    await year.happens("internship_agreed", starts_on=day, ends_on=day, **at, **on)
    await year.happens("internship_completed", **on)
    await year.happens("evaluation_recorded", **on)
    if programme == "agency_chain":
        await year.happens("self_evaluation_recorded", **on)
    return JourneyId.parse(year.journey)


async def two_ways(year: Year) -> tuple[JourneyId, Event, JourneyId]:
    """A role of 2025 in one programme, and an evaluation in another one in January 2026."""
    first = await until_evaluated(year, "service_division", date(2025, 1, 2))
    role = {"starts_on": date(2025, 1, 15), "ends_on": date(2025, 12, 31), "effective_on": date(2025, 1, 14)}
    agreed = await year.happens("temporary_role_agreed", **role, **SPECIAL)
    second = await until_evaluated(year, "agency_chain", date(2026, 1, 5), first.candidate, **CHAIN)
    return first, agreed, second


async def status(year: Year, journey: JourneyId) -> Status:
    return await year.office.journeys.status(journey)


async def agree_on_the_second(year: Year, journey: JourneyId) -> None:
    year.journey = journey
    days = {"starts_on": date(2026, 1, 6), "ends_on": date(2026, 6, 30), "effective_on": date(2026, 1, 5)}
    await year.happens("temporary_role_agreed", **days, **CHAIN, **SPECIAL)


def found(year: Year, journey: JourneyId) -> list[Any]:
    return [line.event for line in year.office.ledger(journey) if line.kind == "employment_found_elsewhere"]


async def test_a_coordinator_is_warned_before_a_role_is_agreed_and_the_days_count_together(year: Year) -> None:
    first, _, second = await two_ways(year)
    [ahead] = [limit for limit in (await status(year, second)).limits if limit.form == "special_fixed_term"]
    assert (ahead.days_used, ahead.days_allowed, ahead.if_from is not None) == (351, 365, True)
    before = year.office.ledger(first)[-1].row
    await agree_on_the_second(year, second)
    now = await status(year, second)
    assert now.limit_on == date(2026, 1, 20)
    assert now.limits[0].limit_on == date(2026, 1, 20)
    [event] = found(year, second)
    assert [(one["journey"], one["starts_on"], one["ends_on"]) for one in event["employments"]] == [
        (first, "2025-01-15", "2025-12-31")
    ]
    assert event["read_up_to"] == [{"journey": first, "row": before}]  # it hears of the second role in its turn


async def test_what_changes_in_one_journey_is_heard_of_in_the_other(year: Year) -> None:
    first, agreed, second = await two_ways(year)
    await agree_on_the_second(year, second)
    year.journey = first
    right = agreed.model_copy(update={"ends_on": date(2025, 12, 15)}).model_dump()
    by_bo = {"actor": "coordinator:bo.lind", "reason": "Read the wrong line"}
    await year.happens("corrected", corrects=agreed.event_id, replacement=right, **by_bo)
    later = await until(lambda: found(year, second), lambda events: len(events) == 2)
    assert later[-1]["employments"][0]["ends_on"] == "2025-12-15"
    assert (await status(year, second)).limit_on == date(2026, 2, 5)  # 335 days, and the 31st of the role
    told = [one.recipient for one in year.office.lists.notices(journey_id=second) if one.kind == later[-1]["kind"]]
    assert set(told) == {"anna.berg"}
    assert found(year, first)[-1]["employments"][0]["journey"] == second  # and the first one knows of the second


async def test_who_has_one_journey_is_told_of_none(year: Year) -> None:
    alone = await until_evaluated(year, "service_division", date(2025, 1, 2))
    await year.happens("temporary_role_agreed", starts_on=date(2025, 1, 15), ends_on=date(2025, 12, 31), **SPECIAL)
    assert found(year, alone) == []
    other = await until_evaluated(year, "service_division", date(2025, 1, 2))
    assert (other.candidate != alone.candidate, found(year, other)) == (True, [])


async def test_who_was_joined_has_the_days_of_both_counted_and_an_audit_agrees(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await until_evaluated(year, "service_division", date(2025, 1, 2))
    role = {"starts_on": date(2025, 1, 15), "ends_on": date(2025, 12, 31), "effective_on": date(2025, 1, 14)}
    await year.happens("temporary_role_agreed", **role, **SPECIAL)
    second = await until_evaluated(year, "agency_chain", date(2026, 1, 5), **CHAIN)
    await agree_on_the_second(year, second)
    assert (await status(year, second)).limit_on is None
    both = {"later": second.candidate, "earlier": first.candidate}
    StatementLog(year.office.engine).add(CandidatesJoined(at=SINCE, **both), key_of("anna.berg"))

    async def client() -> Client:
        return year.office.client

    office: Any = SimpleNamespace(client=client, lists=year.office.lists)
    await have_looked(office, Joined(**both))
    [event] = await until(lambda: found(year, second), bool)
    assert [one["journey"] for one in event["employments"]] == [first]
    assert (await status(year, second)).limit_on == date(2026, 1, 20)
    await until(lambda: {one.status.value for one in year.office.lists.notices()}, lambda seen: seen == {"sent"})
    await verified(year, monkeypatch, first, second)


async def test_a_journey_goes_on_where_the_others_cannot_be_read(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise ValueError("rows of a later version")

    monkeypatch.setattr("activities.other_journeys.employments_in", stumble)
    _, _, second = await two_ways(year)
    await agree_on_the_second(year, second)
    assert (found(year, second), (await status(year, second)).limit_on) == ([], None)
    assert await year.runs()


async def test_an_auditor_reads_the_same_in_the_other_journey(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _, second = await two_ways(year)
    await agree_on_the_second(year, second)
    await until(lambda: found(year, first), lambda events: len(events) == 1)
    await until(lambda: {one.status.value for one in year.office.lists.notices()}, lambda seen: seen == {"sent"})
    await verified(year, monkeypatch, first, second)


async def verified(year: Year, monkeypatch: pytest.MonkeyPatch, *journeys: JourneyId) -> None:
    """An audit agrees, against the histories, which this server gives and cannot list."""
    client = year.office.client
    runs = {id_: [await opened(client, await year.office.handle(id_).fetch_history())] for id_ in journeys}

    async def the_runs(_client: object, ids: list[str], *_: object) -> dict[str, list[WorkflowHistory]]:
        return {id_: runs[JourneyId.parse(id_)] for id_ in ids}

    monkeypatch.setattr("auditing.evidence.evidence.runs_of", the_runs)
    monkeypatch.setattr("auditing.verification.notice_checks.CLOCKS_AGREE_WITHIN", timedelta(days=3650))
    verdicts = await live_verifier(client, year.office.lists.engine).verify(journeys)
    assert [(one.verdict, one.findings) for one in verdicts] == [(Verdict.AGREES, ())] * len(journeys)
