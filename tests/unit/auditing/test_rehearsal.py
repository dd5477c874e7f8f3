"""What a rehearsal reads from histories, and how it and a renewal are told."""

import re
from dataclasses import replace

import pytest
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.workflow import NondeterminismError

from activities.language import said
from auditing.evidence.runs import sdk_versions, written_by
from auditing.verification.rehearsal import Rehearsal, Rehearsed, why_it_breaks, why_wedged
from auditing.verification.replay import kinds_of, replayable
from interfaces.cli.output import rehearsal as show_rehearsal
from models.message import Message, msg
from runtime.i18n import using_language
from services.operations.renewal import Chosen, Outcome, Sleeper
from tests.support.histories import HISTORIES, read_history

JOURNEY = "journey/K7Q29FMXB/service_division"


def history(*kinds: str) -> WorkflowHistory:
    """A history of events of these kinds, without contents."""
    events = [HistoryEvent(event_id=number) for number, _ in enumerate(kinds, 1)]
    for event, kind in zip(events, kinds, strict=True):
        getattr(event, f"{kind}_event_attributes").SetInParent()
    return WorkflowHistory(JOURNEY, events)


BEGUN = ("workflow_execution_started", "workflow_task_scheduled")
AT_REST = (*BEGUN, "workflow_task_started", "workflow_task_completed", "timer_started")
ASKED = (*AT_REST, "workflow_execution_signaled", "workflow_task_scheduled")
FAILED = (*ASKED, "workflow_task_started", "workflow_task_failed")


def test_a_golden_history_names_the_build_and_the_sdk_that_wrote_it() -> None:
    [build] = written_by(read_history(HISTORIES / "converted.json"))
    assert re.fullmatch(r"0\.1\.0-[0-9a-f]{12}", build)
    assert sdk_versions(read_history(HISTORIES / "extended.json")) == ("1.31.0",)
    assert written_by(history(*BEGUN)) == ()


def test_the_builds_are_named_in_the_order_in_which_they_wrote() -> None:
    written = history(*AT_REST, *AT_REST[1:4], *AT_REST[1:4])
    tasks = [written.events[number].workflow_task_completed_event_attributes for number in (3, 7, 10)]
    tasks[0].worker_version.build_id = tasks[2].worker_version.build_id = "a"
    tasks[1].worker_version.build_id, tasks[1].deployment_version.build_id = "ignored", "b"
    assert written_by(written) == ("a", "b")


@pytest.mark.parametrize(
    ("kinds", "taken"),
    [(BEGUN, None), (AT_REST, 5), (ASKED, 7), ((*ASKED, "workflow_task_started"), 8), (FAILED, 8)],
)
def test_of_a_task_under_way_nothing_is_replayed_but_its_beginning(kinds: tuple[str, ...], taken: int | None) -> None:
    part = replayable(history(*kinds))
    assert (len(part.events) if part else None) == taken


def test_a_journey_stands_still_from_a_failed_task_until_the_next_one_that_is_completed() -> None:
    failed = history(*FAILED)
    failure = failed.events[-1].workflow_task_failed_event_attributes
    failure.failure.application_failure_info.type = "LookupError"
    assert "LookupError" in str(why_wedged(failed))
    mended = WorkflowHistory(JOURNEY, [*failed.events, *history(*AT_REST[1:4]).events])
    assert why_wedged(mended) is why_wedged(history(*ASKED)) is None
    failure.cause = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
    assert why_wedged(failed) is None, "the server itself repeats such a task"


def test_an_error_is_told_by_its_kinds_alone() -> None:
    inner = Failure(message="a person's name")
    inner.application_failure_info.type = "ValidationError"
    outer = Failure(message="Failed decoding arguments", cause=inner)
    outer.application_failure_info.type = "RuntimeError"
    assert kinds_of(outer) == "RuntimeError, from ValidationError"


TIMER = "Timer machine does not handle this event: HistoryEvent(id: 5, MarkerRecorded)"
NONDETERMINISM = (
    "Workflow activation completion failed: Failure { failure: Some(Failure { message:"
    f' "[TMPRL1100] Nondeterminism error: {TIMER}", source: "", stack_trace: "…'
)


def told(why: Message | None) -> str:
    assert why is not None
    return said(why, "en")


def test_why_a_journey_would_break_is_said_in_one_plain_line() -> None:
    other_way = told(why_it_breaks(NondeterminismError(NONDETERMINISM), None))
    assert other_way == f"this code takes another way than its history: {TIMER}"
    assert "LookupError" in told(why_it_breaks(RuntimeError("4: with a person's name"), "LookupError"))
    assert told(why_it_breaks(RuntimeError("a person's name"), None)).endswith("replayed: RuntimeError")
    assert why_it_breaks(None, None) is None


def rehearsal() -> Rehearsal:
    sound = Rehearsed(JOURNEY, "internship", ("a", "b"), ("1.31.0",), None, None)
    found = Rehearsal("b")
    wedged: Message = msg(
        "rehearsal.wedged", "its workflow task fails since {since}: {error}", since="2026-03-02", error="KeyError"
    )
    for one in (sound, replace(sound, breaks=why_it_breaks(None, "KeyError")), replace(sound, wedged=wedged)):
        found.add(one)
    return found


def test_a_rehearsal_is_told_in_the_terminal_and_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    show_rehearsal.rehearsal(rehearsal())
    wedged, broken, counts, builds = capsys.readouterr().out.splitlines()
    assert wedged.startswith("K7Q29FMXB in service_division, internship: its workflow task fails since")
    assert broken.endswith("this code fails on what is in its history: KeyError")
    assert counts == "3 journeys rehearsed, 2 pass, 1 would break, 1 stand still now"
    assert builds == "written by builds a (3), b (3) with SDK 1.31.0 (3), rehearsed with b"

    told = show_rehearsal.plain(rehearsal())
    assert (told["journeys"], told["passed"], told["build_ids"]) == (3, 2, {"a": 3, "b": 3})
    assert [(one["candidate"], one["stage"]) for one in told["would_break"]] == [("K7Q29FMXB", "internship")]


def test_nothing_to_rehearse_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with using_language("sv"):
        show_rehearsal.rehearsal(Rehearsal("b"))
    assert capsys.readouterr().out.startswith("0 pågående vägar")


def test_a_renewal_says_how_many_and_which_have_not_continued(capsys: pytest.CaptureFixture[str]) -> None:
    one = Sleeper(JOURNEY, "run", "internship", ("a",))
    show_rehearsal.renewed([(one, Outcome.RENEWED), (one, Outcome.NOT_YET), (one, Outcome.ENDED)], Chosen("b"))
    late, counts = capsys.readouterr().out.splitlines()
    assert late == f"{JOURNEY} was asked and has not continued yet. See: admin.py rehearse."
    assert counts == "1 journey renewed by b, 1 had gone on by themselves, 1 not yet"
    show_rehearsal.to_renew([one], Chosen("b"))
    assert capsys.readouterr().out.splitlines()[-1] == "1 journey would be renewed by b"
    assert show_rehearsal.plain_sleepers([one], Chosen("b"))["to_renew"][0]["journey_id"] == JOURNEY
    assert show_rehearsal.plain_renewed([(one, Outcome.ENDED)], Chosen("b"))["journeys"][0]["outcome"] == "ended"
