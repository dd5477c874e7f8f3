"""The files that a bundle has of one journey: histories, rows, rules, and what happened in plain words."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from temporalio.client import WorkflowHistory

from activities.language import Language
from auditing.bundle import layout
from auditing.bundle.histories import packed
from auditing.bundle.names import NotedNames
from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.history_model import JourneyHistory
from auditing.evidence.history_reading import read_runs
from auditing.evidence.recorded import ledger_lines, notice_lines
from auditing.inspection.timeline import timeline
from auditing.inspection.timeline_forms import as_text, timeline_page
from auditing.transparency.signing import AsWritten, Digest
from models.canonical import digest_of
from models.message import Message
from models.programme.programme import Programme
from runtime.i18n import Names, using_days_in_words, using_language, using_names
from services.texts import KeptText, opened

UNTELLABLE = (ValidationError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
"""What reading rows or a history raises that somebody has meddled with: an export hands them over as they are."""


NamesUnder = Callable[[Programme | None], Names]
"""What things are called where these rules are pinned, or none can be read."""


class About(AsWritten):
    """What `journey.json` says of a journey: ids of its runs, of those that sent notices again, the code versions that
    wrote it, and the digest of the rules pinned at its referral, by which their file is called.

    `changed` says of an archived run that it was not as it was archived; it is not among the runs. `ended` says that
    the candidate was erased, so that nothing in the histories opens.
    """

    journey: str
    runs: tuple[str, ...]
    resent: tuple[str, ...]
    builds: tuple[str, ...]
    rules: Digest | None
    changed: Message | None = None
    ended: bool = False


@dataclass(frozen=True)
class JourneyFiles:
    """Files by their names in the journey's folder, and the rules that are pinned, as they stand in the history."""

    about: About
    files: dict[str, bytes]
    rules: dict[str, Any] | None


async def files_of(
    evidence: Evidence,
    resent: Sequence[WorkflowHistory],
    languages: Sequence[Language],
    texts: Mapping[str, KeptText] | None,
    names: NamesUnder,
) -> JourneyFiles:
    """Everything that is kept of a journey, as files; without `texts` nothing that people wrote freely."""
    history = await _told(evidence.runs) if not evidence.ended else None
    rules = history.pinned if history else None
    about = About(
        journey=evidence.journey_id,
        runs=tuple(run.run_id for run in evidence.runs),
        resent=tuple(run.run_id for run in resent),
        builds=history.written_by if history else (),
        rules=digest_of(rules) if rules is not None else None,
        changed=evidence.changed,
        ended=evidence.ended,
    )
    files = {layout.ABOUT: as_json(about.model_dump(mode="json"))}
    for folder, runs in ((layout.HISTORIES, evidence.runs), (layout.RESENT, resent)):
        for number, run in enumerate(runs, 1):
            files[layout.history_file(folder, number, run.run_id)] = packed(run.events)
    files |= {f"{layout.ROWS}{table}.jsonl": as_lines(rows) for table, rows in evidence.rows.items() if rows}
    if evidence.disposals:
        files[layout.DISPOSALS] = as_lines(evidence.disposals)
    noted = NotedNames(names(rules_of(history)))
    files |= timeline_files(evidence.journey_id, evidence.rows, languages, texts, noted)
    return JourneyFiles(about, files | {layout.NAMES: as_json(noted.table)}, rules)


def timeline_files(
    journey_id: str,
    rows: Mapping[str, Sequence[JsonRow]],
    languages: Sequence[Language],
    texts: Mapping[str, KeptText] | None,
    names: Names,
) -> dict[str, bytes]:
    """The timeline as pages and as text, with what became of the notices; nothing where the rows cannot be read.

    With the same names it is the same wherever it is made: whoever verifies a bundle makes it anew and compares.
    """
    try:
        lines, notices = ledger_lines(rows["ledger"]), notice_lines(rows["notices"])
        files: dict[str, bytes] = {}
        for language in languages:
            with using_language(language), using_days_in_words(False), using_names(names):
                told = timeline(opened(lines, texts), notices)
                files[layout.page_file(language, "html")] = timeline_page(told, journey_id).encode()
                files[layout.page_file(language, "txt")] = as_text(told).encode()
        return files
    except UNTELLABLE:
        return {}


def as_json(value: Any) -> bytes:
    """JSON for people and programs: the same for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def as_lines(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """JSON, a row a line."""
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()


def rules_of(history: JourneyHistory | None) -> Programme | None:
    """The rules that are pinned; None where nobody can read them."""
    try:
        return history.rules if history else None
    except UNTELLABLE:
        return None


async def _told(runs: Sequence[WorkflowHistory]) -> JourneyHistory | None:
    try:
        return await read_runs(runs)
    except UNTELLABLE:
        return None
