"""A journey that has begun and waits for its first row: it is told from a workflow that is nobody's."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.reconciling.reconciler import Look, Reconciler, SecondLook
from activities.reconciling.records import Records, is_asked
from models.discrepancy import Difference, DifferenceKind
from models.message import msg
from models.projections.consistency import Recorded, Shown, compare, nothing

K = DifferenceKind
NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
LOOK = Look(workflow="CandidateJourney", now=NOW, today=NOW.date(), unsent_before=NOW - timedelta(days=3))
JOURNEY = "journey/K7Q29FMXB/service_division"
WAITS = Shown("running", {}, stuck=False, changed_at=NOW, waits=True)


def kinds(rows: int, shown: Shown) -> list[DifferenceKind]:
    return [one.kind for one in compare(Recorded(JOURNEY, rows), shown, lambda _: False)]


def test_a_run_of_ours_that_waits_for_its_first_row_is_not_called_unknown() -> None:
    assert kinds(0, WAITS) == [K.WORKFLOW_UNRECORDED]
    assert kinds(0, replace(WAITS, stuck=True)) == [K.WORKFLOW_UNRECORDED]
    assert kinds(0, replace(WAITS, waits=False)) == [K.WORKFLOW_UNKNOWN]
    assert kinds(0, replace(WAITS, workflow="Squatter")) == [K.WORKFLOW_UNKNOWN]
    assert kinds(1, WAITS) == []


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
