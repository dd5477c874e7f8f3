"""What is wrong with the histories of a journey by themselves: strangers, replays that fail, what cannot be read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from auditing.evidence.evidence import Evidence
from auditing.evidence.findings import Finding, Noted, finding_of, noted
from auditing.evidence.history_model import JourneyHistory
from auditing.evidence.history_reading import is_shut
from auditing.evidence.runs import is_journeys, is_open
from models.message import InvalidValue, msg
from runtime.errors import ServiceUnavailable

LONGEST = 500
"""Characters of what is wrong with a history."""


def stranger_findings(history: JourneyHistory) -> Iterable[Noted]:
    """Runs that somebody started by hand under the journey's id, and that ended as they began."""
    for run_id, why in history.no_journey:
        where, expected = msg("where.run", "run {run}", run=run_id), msg("found.journey", "a journey")
        yield noted(
            finding_of(
                "noted.run_no_journey",
                "a run under this id never was a journey, and changed nothing",
                where,
                expected,
                why,
            )
        )


def usurper_findings(evidence: Evidence) -> Iterable[Finding]:
    """Workflows of another kind that somebody has started under the journey's id, and that nobody has ended: whoever
    wants something of the journey meets them in its place."""
    for run in evidence.runs:
        if is_open(run) and not is_journeys(run):
            name = run.events[0].workflow_execution_started_event_attributes.workflow_type.name
            where, expected = msg("where.run", "run {run}", run=run.run_id), msg("found.journey", "a journey")
            yield finding_of(
                "finding.another_workflow", "another workflow runs under the id of the journey", where, expected, name
            )


def replay_findings(evidence: Evidence, failures: dict[str, str], history: JourneyHistory | None) -> Iterable[Finding]:
    strangers = {run_id for run_id, _ in history.no_journey} if history else set()
    for number, run in enumerate(evidence.runs, 1):
        if is_shut(run):
            continue  # told as that: what does not open tells nothing of the way that it took
        if run.run_id not in strangers and (found := failures.get(run.run_id)) is not None:
            where, expected = (
                msg("where.run", "run {run}", run=number),
                msg("found.commands", "the commands in the history"),
            )
            yield finding_of("finding.replay_fails", "replay fails", where, expected, found)


def archive_findings(evidence: Evidence) -> Iterable[Finding]:
    if found := evidence.changed:
        where, told = msg("where.archive", "archive"), msg("found.as_archived", "the history as it was archived")
        yield finding_of("finding.archive_changed", "the archived history was changed", where, told, found)


def unreadable(error: Exception) -> Finding:
    where, expected = msg("where.history", "history"), msg("found.journey", "a journey")
    match error:
        case InvalidValue():
            return finding_of("finding.history_shut", "the history does not open", where, expected, error.message)
        case ValidationError():  # by its kinds alone: its text repeats what stood there
            kinds = (f"{'.'.join(map(str, one['loc']))} {one['type']}".strip() for one in error.errors())
            found = ", ".join(kinds)[:LONGEST]
        case _:
            found = " ".join(str(error).split())[:LONGEST]
    return finding_of("finding.history_unreadable", "the history cannot be read", where, expected, found)


@contextmanager
def reading_on(found: list[Finding]) -> Iterator[None]:
    """Whatever somebody has put in the place of what we write is a finding, and ends no audit of the other journeys."""
    try:
        yield
    except ServiceUnavailable:
        raise
    except Exception as error:
        expected = msg("found.as_written", "what our program writes")
        found.append(
            finding_of(
                "finding.journey_unreadable",
                "what is kept of the journey cannot be read to its end",
                msg("where.journey", "journey"),
                expected,
                type(error).__name__,
            )
        )
