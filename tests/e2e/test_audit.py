"""The audit against real histories and a real ledger: it agrees with what is untouched, and names what was changed."""

from collections.abc import Callable
from datetime import timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from auditing.evidence.findings import Verdict, Verification
from auditing.evidence.recorded import recorded_in
from auditing.inspection.snapshot import snapshot
from auditing.inspection.state_at import recorded_at
from auditing.inspection.timeline import timeline
from auditing.verification.verifier import live_verifier
from models.stages import Stage
from tests.support.agreeing import eventually
from tests.support.office import TestOffice, a_corrected_way, event
from tests.support.recording import by_hand


async def verified(office: TestOffice, journey: str) -> Verification:
    [one] = await live_verifier(office.client, office.lists.engine).verify([journey])
    return one


async def test_an_untouched_journey_agrees(office: TestOffice) -> None:
    one = await verified(office, await a_corrected_way(office))
    assert (one.verdict, one.findings) == (Verdict.AGREES, ())
    assert one.rows == 11


async def test_a_journey_without_a_history_is_not_verifiable(office: TestOffice) -> None:
    journey = await a_corrected_way(office)
    of_journey = WorkflowExecution(workflow_id=journey)
    request = DeleteWorkflowExecutionRequest(namespace=office.client.namespace, workflow_execution=of_journey)
    await office.client.workflow_service.delete_workflow_execution(request)
    one = await eventually(lambda: verified(office, journey), lambda one: one.runs == 0)
    assert (one.verdict, one.findings) == (Verdict.NOT_VERIFIABLE, ())
    assert one.because is not None
    assert one.because.id == "verdict.no_history"


async def test_the_timeline_tells_everything_in_words(office: TestOffice) -> None:
    rows = timeline(office.ledger(await a_corrected_way(office)))
    told = [row.what for row in rows]
    assert told[0].startswith("Referred by arbetsformedlingen")
    assert any("could not be read" in what for what in told)
    assert any("It now reads" in what and "2026-04-01" in what for what in told)
    assert [row.answer == "accepted" for row in rows].count(False) == 2


async def test_the_state_at_a_moment_is_what_was_recorded_by_then(office: TestOffice) -> None:
    journey = await a_corrected_way(office)
    lines = office.ledger(journey)
    [evidence] = await live_verifier(office.client, office.lists.engine).source.read([journey])
    recorded = await recorded_in(evidence)
    assert list(recorded.lines) == lines
    after: Callable[[int], Stage | None] = lambda row: snapshot(recorded_at(recorded, lines[row - 1].recorded_at)).stage  # noqa: E731
    assert [after(row) for row in (1, 3, 5, 11)] == [
        Stage.REFERRAL,
        Stage.REQUIREMENT_CHECK,
        Stage.AWAITING_PLACEMENT,
        Stage.PERMANENT_ROLE,
    ]
    assert recorded_at(recorded, lines[0].recorded_at - timedelta(days=1)) is None


async def test_a_note_that_arrives_by_signal_verifies_too(office: TestOffice) -> None:
    journey = await office.refer()
    await office.journeys.signal(journey, event("note_added", text="called"))
    await office.send(journey, "referral_accepted")
    assert (await verified(office, journey)).verdict is Verdict.AGREES


async def test_an_event_that_was_put_into_the_ledger_by_hand_is_named(office: TestOffice) -> None:
    """The journey catches up with its ledger, so a forged row could move it; that nobody ever sent it stays visible."""
    journey = await office.refer()
    by_hand(
        office.engine,
        "insert into ledger (id, journey_id, row, event_id, kind, actor, effective_on, recorded_at, accepted,"
        " stage_before, stage_after, event, digest, receipt, previous, hash)"
        " select 99, journey_id, 2, substr(event_id, 2) || substr(event_id, 1, 1), 'note_added', actor, effective_on,"
        ' recorded_at, 1, stage_before, stage_after, \'{"kind": "note_added", "event_id": "\''
        ' || \'ffffffff-ffff-4fff-8fff-ffffffffffff\' || \'", "actor": "coordinator:anna.berg", "effective_on":'
        " \"2026-01-01\", \"text\": \"forged\"}', 'x', json_set(receipt, '$.row', 2), hash, 'x'"
        " from ledger where row = 1",
    )
    await office.send(journey, "referral_accepted")
    assert (await verified(office, journey)).verdict is Verdict.DIFFERS
