"""A journey that has begun and waits for its first row: it is told from a workflow that is nobody's."""

from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.reconciling.reconciler import Reconciler, SecondLook
from activities.reconciling.records import Records, is_asked
from models.discrepancy import Difference, DifferenceKind
from models.message import msg
from models.projections.consistency import Recorded, nothing
from tests.integration.activities.test_reconciling import JOURNEY, LOOK, RECORDED, SHOWN, K, kinds


def test_a_run_of_ours_that_waits_for_its_first_row_is_not_called_unknown() -> None:
    nothing_yet, waits = Recorded(JOURNEY), replace(SHOWN, waits=True)
    assert kinds(nothing_yet, waits) == [K.WORKFLOW_UNRECORDED]
    assert kinds(nothing_yet, replace(waits, stuck=True)) == [K.WORKFLOW_UNRECORDED]
    assert kinds(nothing_yet, replace(waits, workflow="Squatter")) == [K.WORKFLOW_UNKNOWN]
    assert kinds(RECORDED, waits) == []


@pytest.mark.parametrize(
    ("kinds_of_event", "asked"),
    [
        (["started"], False),
        (["started", "update_accepted"], True),
        (["started", "update_accepted", "update_completed"], False),
        (["started", "update_accepted", "update_completed", "update_accepted"], True),
        (["started", "signaled"], True),
    ],
)
async def test_a_run_waits_while_what_was_sent_to_it_has_no_answer(kinds_of_event: list[str], *, asked: bool) -> None:
    async def history() -> AsyncIterator[HistoryEvent]:
        for kind in kinds_of_event:
            event = HistoryEvent()
            getattr(event, f"workflow_execution_{kind}_event_attributes").SetInParent()
            yield event

    handle = SimpleNamespace(fetch_history_events=history)
    client = SimpleNamespace(get_workflow_handle=lambda _journey: handle)
    assert await is_asked(cast("Client", client), JOURNEY) is asked


@pytest.mark.parametrize("listed_as", [K.WORKFLOW_UNKNOWN, K.WORKFLOW_UNRECORDED])
async def test_what_a_list_calls_unknown_may_prove_to_wait(
    listed_as: DifferenceKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    def difference(kind: DifferenceKind) -> Difference:
        return Difference(
            journey_id=JOURNEY, kind=kind, expected=nothing(), found=msg("workflow_status.running", "running")
        )

    async def differences_of(*_of: object) -> list[Difference]:
        return [difference(K.WORKFLOW_UNRECORDED)]

    looking = Reconciler(cast("Client", None), cast("Records", None))
    monkeypatch.setattr(looking, "differences_of", differences_of)
    second = SecondLook(look=LOOK, differences=(difference(listed_as),))
    [found] = await ActivityEnvironment().run(looking.look_again, second)
    assert found.kind is K.WORKFLOW_UNRECORDED
