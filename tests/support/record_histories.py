"""Records the golden histories: one for each path through the machine, from real servers. `make record-histories`.

A history that was recorded once is the promise that later code takes the same way. Recording one anew breaks the
promise, so it needs a decision record that says why.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from auditing.evidence.runs import runs_of
from deploy.demo.stories import STORIES, teller
from models.identifiers import Actor, JourneyId
from models.stages import Stage
from runtime.encryption.opened import opened
from runtime.local.dev_server import start_dev_server, temporal_program
from runtime.temporal.client import data_converter
from services.operations.repair import Repairer
from tests.support.agreeing import eventually
from tests.support.authority import put_in_force, signature_of
from tests.support.histories import HISTORIES
from tests.support.office import TestOffice, event, full_way, open_office
from tests.support.programmes import DUTIES, LOTS, OFFERING
from tests.support.years import Year, open_year
from workflows.messages import RENEW_SIGNAL

DAY = date(2025, 3, 3)
IDENTITY = "hela-vagen"
"""Stands for whoever took part: a process and a machine are nobody's business."""

SHORT_RUNS = ("--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=40")


async def rubbish(office: TestOffice) -> str:
    """What is no event at all, by signal and by update, and a request to cancel."""
    journey = await office.refer(effective_on=DAY)
    handle = office.handle(journey)
    await handle.signal("event")
    await handle.signal("event", args=[1, 2])
    await handle.signal("no_such_signal", "x")
    await handle.execute_update("submit", {"kind": "nonsense"})
    await handle.cancel()
    await office.send(journey, "referral_accepted")
    return journey


async def extended(office: TestOffice) -> str:
    """An internship and a role that go on for longer than was agreed."""
    journey = await office.refer(effective_on=DAY)
    until = DAY + timedelta(days=30)
    for said in full_way(DAY)[:-1]:
        await office.journeys.submit(journey, said)
        if said.kind == "internship_agreed":
            await office.send(journey, "internship_extended", effective_on=DAY, ends_on=until, reason="It goes well.")
    bo = {"actor": "coordinator:bo.lind", "effective_on": DAY}
    await office.send(journey, "temporary_role_extended", ends_on=until, reason="Summer is long.", **bo)
    return journey


async def corrected_thrice(office: TestOffice) -> str:
    """A correction, one that strikes it, and one that the rules refuse."""
    journey = await office.refer(effective_on=DAY)
    accepted, *rest = full_way(DAY)
    await office.journeys.submit(journey, accepted)
    right = accepted.model_copy(update={"effective_on": DAY + timedelta(days=1)})
    mended = await office.send(
        journey, "corrected", corrects=accepted.event_id, reason="a day later", replacement=right
    )
    await office.send(journey, "corrected", corrects=mended.event_id, reason="it was right", replacement=None)
    await office.journeys.submit(journey, rest[0])
    await office.send(journey, "corrected", corrects=accepted.event_id, reason="refused", replacement=None)
    return journey


async def proposed_and_declined(office: TestOffice) -> str:
    """A correction of a decision that its author proposes, and another person declines."""
    journey = await office.refer(effective_on=DAY)
    accepted, checked, *_ = full_way(DAY)
    for said in (accepted, checked):
        await office.journeys.submit(journey, said)
    right = checked.model_copy(update={"effective_on": DAY + timedelta(days=1)})
    proposal = event(
        "correction_proposed", corrects=checked.event_id, reason="a day later", replacement=right.model_dump()
    )
    await office.journeys.submit(journey, proposal)
    bo = {"actor": "coordinator:bo.lind", "reason": "it was right"}
    await office.send(journey, "proposal_declined", proposal=proposal.event_id, **bo)
    return journey


async def employed_elsewhere(office: TestOffice) -> str:
    """A way to a permanent role of somebody who has had a role in another programme."""
    first = await office.refer(effective_on=DAY)
    for said in full_way(DAY)[:-1]:
        await office.journeys.submit(first, said)
    programme, day = "agency_chain", date(2017, 3, 1)
    journey = await office.refer(programme, candidate=first.candidate, effective_on=day)
    story, _ = STORIES["temporary, then permanent"]
    for told in story(teller(office.book.programme(programme), office.book.positions, "2480", day)):
        await office.journeys.submit(journey, told.event)
    return journey


async def continued(office: TestOffice) -> str:
    """More events than a run may have."""
    journey = await office.refer(effective_on=DAY)
    for number in range(8):
        await office.send(journey, "note_added", text=f"Note {number}")
    for said in full_way(DAY):
        await office.journeys.submit(journey, said)
    return journey


ENDS: dict[str, dict[str, Any]] = {
    "withdrawn": {"end_reason": "own_wish"},
    "returned_to_agency": {"end_reason": "no_suitable_place"},
    "discontinued": {"end_reason": "not_suitable", "reason": "As told.", "actor": "coordinator:bo.lind"},
    "internship_interrupted": {"reason": "The ward was moved.", "seeks_new_place": False},
}


async def ended_everywhere(office: TestOffice) -> str:
    """The whole way, ended and reopened in each way wherever it can be."""
    journey = await office.refer(effective_on=DAY)
    for said in (None, *full_way(DAY)):
        if said is not None:
            assert (await office.journeys.submit(journey, said)).accepted
        stage = office.ledger(journey)[-1].receipt.stage
        for kind, fields in ENDS.items():
            if kind == "internship_interrupted" and stage is not Stage.INTERNSHIP:
                continue
            for again in (
                event(kind, effective_on=DAY, **fields),
                event("reopened", effective_on=DAY, reason="Goes on."),
            ):
                receipt = await office.journeys.submit(journey, again)
                assert receipt.accepted, receipt
    return journey


async def overdue(year: Year) -> str:
    """A referral that nobody answers: reminder, due, escalation; a pause; and an end after the last follow-up."""
    await year.refers()
    await year.until(30)
    await year.comes("referral_accepted")
    await year.happens("paused", reason="Illness.")
    await year.until(100)
    await year.comes("resumed")
    await year.until(140)
    await year.happens("withdrawn", end_reason="own_wish")
    await year.until(600)
    return year.journey


async def handed_over(office: TestOffice) -> str:
    """Another coordinator, a confirmed notice, new rules, an end, and what came of it."""
    journey = await office.refer(effective_on=DAY)
    await office.send(journey, "referral_accepted", effective_on=DAY)
    await office.send(journey, "coordinator_changed", coordinator="bo.lind", reason="Parental leave")
    [notice, *_] = [line for line in office.lists.notices(journey_id=journey) if line.recipient == "arbetsformedlingen"]
    confirmed = {"notice_id": notice.notice_id, "actor": "partner:arbetsformedlingen"}
    await office.send(journey, "partner_acknowledged", **confirmed)
    rules = office.book.programme("service_division").model_copy(update={"reopen_within_days": 30})
    put_in_force(office.engine, rules)
    await office.send(journey, "rules_changed", actor="manager:lena.strand", reason="A shorter window", rules=rules)
    await office.send(journey, "withdrawn", end_reason="found_work")
    await office.send(journey, "follow_up_recorded", after_days=90, outcome="at_work")
    return journey


async def came_back(office: TestOffice) -> str:
    """Somebody who left long ago and is referred again, after a referral that was refused."""
    first = await office.refer(effective_on=DAY.replace(year=2023))
    await office.send(first, "withdrawn", end_reason="studies", effective_on=DAY.replace(year=2023))
    rules, said = office.book.programme("service_division"), {"site": "2480", "coordinator": "anna.berg"}
    for partner in ("nobody", "kommunen"):
        referral = event("referred", effective_on=DAY, referring_partner=partner, **said)
        await office.journeys.refer(first.candidate, rules, referral, 2)  # type: ignore[arg-type]
    again = JourneyId.of(first.candidate, rules.id, 2)
    await office.send(again, "referral_accepted", effective_on=DAY)
    return again


async def repaired(office: TestOffice) -> str:
    """A workflow that somebody terminated, begun anew from the ledger: the history is that of the new run."""
    journey = await office.refer(effective_on=DAY)
    for said in full_way(DAY)[:3]:
        await office.journeys.submit(journey, said)
    await _settled(office, journey)
    await office.handle(journey).terminate("by mistake")
    queue = office.settings.task_queue
    repairer = Repairer(office.client, queue, office.engine, office.book, lambda: datetime.now(UTC), signature_of)
    await repairer.repair(journey, Actor.parse("operator:kim.dahl"), "Terminated by mistake")
    await office.send(journey, "internship_completed", effective_on=DAY)
    return journey


async def converted(year: Year) -> str:
    """A role that goes on until the law makes it permanent, with employment from before the journey."""
    before = {"form": "special_fixed_term", "starts_on": year.day(-255), "ends_on": year.day(-11)}
    await year.refers(earlier_employment=[before])
    await year.comes("referral_accepted", "requirements_checked", "internship_agreed", "internship_completed")
    await year.comes("evaluation_recorded")
    days = {"starts_on": year.day(0), "ends_on": year.day(200)}
    await year.happens("temporary_role_agreed", form="special_fixed_term", **days)
    await year.until(130)
    return year.journey


async def paused_until(year: Year) -> str:
    """A pause with a day to return, which is reminded of, extended and ended, with the place freed."""
    await year.refers()
    await year.comes("referral_accepted", "requirements_checked", "internship_agreed")
    await year.happens("paused", reason="Parental leave.", until=year.day(40), frees_place=True)
    await year.until(42)
    await year.happens("pause_extended", until=year.day(60), reason="Some weeks more.")
    await year.until(61)
    await year.happens("resumed", seeks_new_place=True)
    return year.journey


async def reminded(year: Year) -> str:
    """Reminders in a pause: one moved and told of, one done before its day."""
    await year.refers()
    await year.happens("paused", reason="Parental leave.")
    first = await year.happens("reminder_set", remind_on=year.day(7), task="Call on Monday.")
    await year.happens("reminder_moved", reminder=first.event_id, remind_on=year.day(14))
    other = await year.happens("reminder_set", remind_on=year.day(21), task="Ask for the papers.")
    await year.until(15)
    for one in (first, other):
        await year.happens("reminder_done", reminder=one.event_id)
    await year.until(30)
    return year.journey


async def noted_after_the_end(year: Year) -> str:
    """A note on a journey that had come to its end: the history is that of the run that it began."""
    await year.refers()
    await year.happens("withdrawn", end_reason="own_wish")
    await year.until(600)
    await year.happens("note_added", text="Objects to the reason given.")
    await year.ended_on()
    return year.journey


async def offered(year: Year) -> str:
    """An offer of a place that lapses, one that is declined and one that is accepted and agreed on."""
    await year.refers()
    put_in_force(year.office.engine, OFFERING)
    await year.happens("rules_changed", rules=OFFERING.model_dump())
    await year.comes("referral_accepted", "requirements_checked", "place_offered")
    await year.until(8)
    for accepted in (False, True):
        await year.happens("place_offered")
        await year.happens("offer_answered", accepted=accepted)
    await year.comes("internship_agreed")
    return year.journey


async def drawn_by_lot(year: Year) -> str:
    """A number that is drawn, and a place that is offered to it."""
    await year.refers()
    put_in_force(year.office.engine, LOTS)
    await year.happens("rules_changed", rules=LOTS.model_dump())
    await year.comes("referral_accepted", "requirements_checked", "lot_drawn", "place_offered", "offer_answered")
    return year.journey


async def claimed(year: Year) -> str:
    """What recurs in a role: a claim that is late and then made, one that is given up, and a task done in time."""
    await year.refers()
    put_in_force(year.office.engine, DUTIES)
    await year.happens("rules_changed", rules=DUTIES.model_dump())
    await year.comes("referral_accepted", "requirements_checked", "internship_agreed", "internship_completed")
    await year.comes("evaluation_recorded", "temporary_role_agreed")
    month = f"{year.day(0):%Y-%m}"
    await year.happens("duty_done", duty="talk", period=month)
    await year.until(50)
    await year.happens("duty_done", duty="grant", period=month, days=20, kronor=10_000)
    await year.until(200)
    return year.journey


OF_A_YEAR: dict[str, Callable[[Year], Awaitable[str]]] = {
    "overdue": overdue,
    "converted": converted,
    "paused_until": paused_until,
    "reminded": reminded,
    "claimed": claimed,
    "offered": offered,
    "drawn_by_lot": drawn_by_lot,
    "noted_after_the_end": noted_after_the_end,
}

OF_AN_OFFICE: dict[str, Callable[[TestOffice], Awaitable[str]]] = {
    "rubbish": rubbish,
    "extended": extended,
    "corrected_thrice": corrected_thrice,
    "handed_over": handed_over,
    "came_back": came_back,
    "repaired": repaired,
    "employed_elsewhere": employed_elsewhere,
    "proposed_and_declined": proposed_and_declined,
    "ended_everywhere": ended_everywhere,
}


PROGRAMMES = (
    ("service_division", DAY, tuple(STORIES)),
    ("preparedness_jobs", date(2017, 3, 1), ("temporary, then permanent",)),
    ("easy_jobs", DAY, ("temporary, then permanent",)),
    ("agency_chain", date(2017, 3, 1), ("temporary, then permanent",)),
)
"""Whose stories are recorded: all of one programme, and of others the one that goes furthest."""


async def record() -> dict[str, WorkflowHistory]:
    """Every path, by name; the runs of a continued one are numbered."""
    found: dict[str, WorkflowHistory] = {}
    with tempfile.TemporaryDirectory() as data:
        async for name, history in _from_dev_server(Path(data)):
            found[name] = history
        async for name, history in _continued_as_new(Path(data)):
            found[name] = history
        async for name, history in _renewed(Path(data)):
            found[name] = history
        for name, path in OF_A_YEAR.items():
            found[name] = await _in_a_year(Path(data) / name, path)
    return found


async def _from_dev_server(data: Path) -> AsyncIterator[tuple[str, WorkflowHistory]]:
    async with await start_dev_server() as environment, open_office(environment.client, data / "office") as office:
        for programme, day, stories in PROGRAMMES:
            for name in stories:
                story, _ = STORIES[name]
                journey = await office.refer(programme, effective_on=day)
                tells = teller(office.book.programme(programme), office.book.positions, "2480", day)
                for said in story(tells):
                    await office.journeys.submit(journey, said.event)
                yield f"{programme}-{name.replace(', ', '_').replace(' ', '_')}", await _settled(office, journey)
        for name, path in OF_AN_OFFICE.items():
            yield name, await _settled(office, await path(office))


async def _continued_as_new(data: Path) -> AsyncIterator[tuple[str, WorkflowHistory]]:
    async with (
        await start_dev_server(more=SHORT_RUNS) as environment,
        open_office(environment.client, data / "long") as office,
    ):
        journey = await continued(office)
        await _settled(office, journey)
        for number, run in enumerate((await runs_of(office.client, [journey]))[journey], 1):
            yield f"continued_as_new-{number}", run


async def _renewed(data: Path) -> AsyncIterator[tuple[str, WorkflowHistory]]:
    """A journey that an operator has renewed, with what came before and after."""
    async with await start_dev_server() as environment, open_office(environment.client, data / "renewed") as office:
        journey = await office.refer(effective_on=DAY)
        await office.handle(journey).signal(RENEW_SIGNAL)
        await eventually(lambda: _runs(office, journey), lambda runs: len(runs) > 1)
        await office.send(journey, "referral_accepted", effective_on=DAY)
        await _settled(office, journey)
        for number, run in enumerate(await _runs(office, journey), 1):
            yield f"renewed-{number}", run


async def _runs(office: TestOffice, journey: str) -> list[WorkflowHistory]:
    return (await runs_of(office.client, [journey]))[journey]


async def _in_a_year(data: Path, path: Callable[[Year], Awaitable[str]]) -> WorkflowHistory:
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_program("temporal-test-server"), data_converter=data_converter()
    )
    async with environment, open_year(environment, data) as year:
        journey = await path(year)
        return await opened(year.office.client, await year.office.handle(journey).fetch_history())


async def _settled(office: TestOffice, journey: str) -> WorkflowHistory:
    """The history once all notices of the journey are sent and the workflow has taken note."""
    handle = office.handle(journey)

    async def quiet() -> WorkflowHistory:
        return await opened(office.client, await handle.fetch_history())

    def is_quiet(history: WorkflowHistory) -> bool:
        types = [event.WhichOneof("attributes") or "" for event in history.events]
        started = sum(name.startswith("activity_task_scheduled") for name in types)
        done = sum(name.startswith("activity_task_completed") for name in types)
        return started == done and types[-1].startswith(("workflow_task_completed", "upsert", "marker", "timer"))

    try:
        return await eventually(quiet, is_quiet)
    except AssertionError:
        return await quiet()


def scrubbed(history: WorkflowHistory) -> str:
    """The history as JSON, without processes, machines and task queues of the day."""

    def clean(value: object) -> object:
        if isinstance(value, dict):
            return {key: IDENTITY if key == "identity" else clean(inner) for key, inner in value.items()}
        return [clean(inner) for inner in value] if isinstance(value, list) else value

    return json.dumps({"workflowId": history.workflow_id, **dict(clean(history.to_json_dict()))}, separators=(",", ":"))  # type: ignore[call-overload]


def main() -> int:
    """Record every path; write down those that are not recorded yet, and those that are named: `all` means each."""
    HISTORIES.mkdir(exist_ok=True)
    for name, history in asyncio.run(record()).items():
        if (HISTORIES / f"{name}.json").exists() and not {name, "all"}.intersection(sys.argv[1:]):
            continue
        (HISTORIES / f"{name}.json").write_text(scrubbed(history) + "\n")
        sys.stdout.write(f"{name}: {len(history.events)} events\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
