"""An audit agrees on what the journey's clock, a pause and a second run have written."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from auditing.evidence.findings import Verdict
from auditing.verification.verifier import live_verifier
from models.calendar.swedish_day import day_in_sweden
from tests.support.office import event, full_way, open_office


async def test_a_pause_with_a_day_reminders_and_a_note_after_the_end_are_verified(
    temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    today = day_in_sweden(datetime.now(UTC))
    async with open_office(temporal.client, tmp_path) as office:
        journey = await office.refer(effective_on=today)
        for said in full_way(today)[:3]:
            assert (await office.journeys.submit(journey, said)).accepted
        later = {"until": today + timedelta(days=60)}
        reminder = event("reminder_set", effective_on=today, remind_on=today + timedelta(days=9), task="Call on Friday")
        told = (
            event("paused", effective_on=today, reason="Parental leave", frees_place=True, **later),
            event("pause_extended", effective_on=today, until=today + timedelta(days=90)),
            reminder,
            event(
                "reminder_moved", effective_on=today, reminder=reminder.event_id, remind_on=today + timedelta(days=20)
            ),
            event("resumed", effective_on=today, seeks_new_place=True),
            event("reminder_done", effective_on=today, reminder=reminder.event_id),
        )
        for said in told:
            assert (await office.journeys.submit(journey, said)).accepted, said

        other = await office.refer(effective_on=today)
        assert (await office.send(other, "withdrawn", end_reason="other", effective_on=today)).accepted
        await office.handle(other).terminate("as after its end, which no clock of a test waits for")
        assert (await office.send(other, "note_added", text="Objects to the reason.", effective_on=today)).accepted

        found = await live_verifier(office.client, office.engine).verify([journey, other])
        assert [(one.verdict, one.findings) for one in found] == [(Verdict.AGREES, ())] * 2, found
