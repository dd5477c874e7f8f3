from dataclasses import fields, replace
from typing import Any
from unittest.mock import patch

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.worker import (
    ExecuteWorkflowInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInstanceDetails,
    WorkflowInterceptorClassInput,
)

from models.identifiers import JOURNEY_WORKFLOW, RESEND_NOTICES
from workflows.running import LetsGoOfFirstTasks, LetsGoOfInputs

TASK = Payloads(payloads=[Payload(data=b"the last result"), Payload(data=b"a header"), Payload(data=b"a memo")])
"""Stands for the task that the SDK has read: what is held of it holds all of it."""


def unset(kind: type) -> Any:
    return kind(**dict.fromkeys(field.name for field in fields(kind)))


def test_what_is_kept_of_a_runs_first_task_are_copies() -> None:
    info = replace(unset(workflow.Info), headers={"trace": TASK.payloads[1]}, raw_memo={"memo": TASK.payloads[2]})
    details = replace(unset(WorkflowInstanceDetails), info=info, last_completion_result=TASK)
    with patch.object(UnsandboxedWorkflowRunner, "create_instance") as created:
        LetsGoOfFirstTasks().create_instance(details)
    [[kept]] = [call.args for call in created.call_args_list]
    held = [kept.info.headers["trace"], kept.info.raw_memo["memo"], kept.last_completion_result]
    assert held == [TASK.payloads[1], TASK.payloads[2], TASK]
    assert not any(one is other for one in held for other in (TASK, *TASK.payloads))


class Runs(WorkflowInboundInterceptor):
    """Stands where the workflow is run, and keeps what it is run with."""

    def __init__(self) -> None:
        self.given: list[Any] = []

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> None:
        self.given = [input.args, input.headers]


@pytest.mark.parametrize(
    ("kind", "given"),
    [(JOURNEY_WORKFLOW, [[], {}]), (RESEND_NOTICES, [["input"], {"trace": TASK.payloads[1]}])],
)
async def test_a_journey_holds_its_input_no_longer_than_it_reads_it(
    kind: str, given: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "info", lambda: replace(unset(workflow.Info), workflow_type=kind))
    stands_before = LetsGoOfInputs().workflow_interceptor_class(unset(WorkflowInterceptorClassInput))
    runs = Runs()
    await stands_before(runs).execute_workflow(
        ExecuteWorkflowInput(
            type=Runs, run_fn=runs.execute_workflow, args=["input"], headers={"trace": TASK.payloads[1]}
        )
    )
    assert runs.given == given
