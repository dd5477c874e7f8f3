"""A union is consulted and a notice confirmed on real servers, and the audit folds the same from the ledger."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from auditing.evidence.recorded import JourneyRecord
from auditing.inspection.state_at import recorded_at
from auditing.inspection.timeline import timeline
from models.rules.recording import DECIDED_IN_RECORDING
from models.stages import Stage
from services.texts import opened, texts_of
from tests.support.agreeing import assert_agreement
from tests.support.office import DAY, TestOffice, event, full_way, open_office
from tests.support.programme_files import WITH_QUESTIONS, changed_programmes
from tests.support.waiting import until


@pytest.fixture
async def consultation(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    async with open_office(
        temporal.client, tmp_path, programmes=changed_programmes(tmp_path, WITH_QUESTIONS)
    ) as office:
        yield office


async def test_a_consultation_and_a_confirmation_are_recorded_and_can_be_audited(consultation: TestOffice) -> None:
    journey = await consultation.refer(effective_on=DAY)
    accepted, checked, agreed, *_ = full_way(DAY)
    for said in (accepted, checked):
        assert (await consultation.journeys.submit(journey, said)).accepted
    [notice] = [line for line in consultation.lists.notices(journey_id=journey) if line.recipient == "kommunen"]
    confirmed = {"notice_id": notice.notice_id, "actor": "partner:kommunen"}
    assert (await consultation.send(journey, "partner_acknowledged", **confirmed)).accepted
    assert (await consultation.journeys.submit(journey, agreed)).rule == "the_unions_have_been_consulted"
    question = {"about": "internship_agreed", "unions": ["kommunal"]}
    assert (await consultation.send(journey, "union_consulted", effective_on=DAY, **question)).accepted
    answer = {"union": "kommunal", "answer": "objects", "reason": "Too few supervisors", "effective_on": DAY}
    wrong = await consultation.send(journey, "union_answered", actor="partner:kommunen", **answer)
    assert wrong.rule == "the_union_answers_for_itself"
    assert (await consultation.send(journey, "union_answered", actor="partner:kommunal", **answer)).accepted
    again = event("internship_agreed", **{**agreed.model_dump(exclude={"event_id", "kind"})})
    assert (await consultation.journeys.submit(journey, again)).accepted
    await until(
        lambda: consultation.lists.notices(journey_id=journey), lambda all_: {n.status for n in all_} == {"sent"}
    )
    await assert_agreement(consultation, journey)
    lines = opened(consultation.ledger(journey), texts_of(consultation.engine, journey))
    assert "kommunal answered what it was asked: objects. Too few supervisors" in [row.what for row in timeline(lines)]
    recorded = JourneyRecord(journey, consultation.book.programme("service_division"), lines)
    found = recorded_at(recorded, lines[-1].recorded_at)
    assert found is not None
    assert (found.stage, len(recorded.entries)) == (Stage.INTERNSHIP, 7)
    assert not DECIDED_IN_RECORDING & {line.receipt.rule for line in lines}
