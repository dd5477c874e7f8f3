"""A bundle as a source of evidence: what it keeps of journeys, and what lies beside and must fit it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from temporalio.client import WorkflowHistory

from auditing.bundle import layout
from auditing.bundle.histories import NotAHistory, events_in, inflated
from auditing.bundle.journey_files import UNTELLABLE, About, timeline_files
from auditing.bundle.layout import Manifest
from auditing.bundle.names import names_in
from auditing.bundle.opened import erasure_findings, opening_findings, person_findings
from auditing.bundle.pages import wording
from auditing.bundle.reader import Bundle, Damaged
from auditing.bundle.rows import is_of, read_json, read_row
from auditing.evidence.evidence import TABLES, Evidence, JsonRow
from auditing.evidence.findings import NOTHING, Finding, explained, finding_of
from auditing.evidence.history_model import JourneyHistory
from auditing.evidence.logs import LOGS
from auditing.evidence.runs import in_order
from auditing.verification.text_checks import text_findings
from models.access.disposals import read_disposal
from models.access.statements import SignedStatement
from models.canonical import digest_of
from models.message import Message, msg
from services.texts import KeptText

A_RULES_FILE = msg("found.rules", "rules")


ROOM = 64 * 1024 * 1024
"""Bytes, unpacked, that are read of journeys at a time: more than Temporal lets a run become. The rest is not read."""


class BundleSource:
    """See `Source`. What cannot be read becomes a finding of its journey, by `check`: nothing ends the audit."""

    def __init__(self, bundle: Bundle, manifest: Manifest) -> None:
        self._bundle = bundle
        self._manifest = manifest
        self._problems: defaultdict[str, list[Finding]] = defaultdict(list)
        self._abouts: dict[str, About | None] = {}
        self._room = ROOM

    async def read(self, journey_ids: Sequence[str]) -> list[Evidence]:
        self._room = ROOM
        return [self._evidence(journey_id) for journey_id in journey_ids]

    async def resent(self, journey_id: str) -> list[WorkflowHistory]:
        return self._histories(journey_id, layout.RESENT, None)

    def ledger(self, journey_id: str) -> Sequence[JsonRow]:
        return self._rows(journey_id, "ledger")

    def statements(self, after: int) -> list[SignedStatement]:
        """Those that can be read. Where one cannot, the next does not follow it, which the register tells."""
        return read_statements(self._bundle)[0][after:]

    def check(self, evidence: Evidence, history: JourneyHistory | None) -> Iterator[Finding]:
        """What could not be read, and whether rules, code versions and pages fit the rest; see `Verifier.checks`."""
        about = self._abouts.pop(evidence.journey_id, None)
        yield from self._problems.pop(evidence.journey_id, [])
        if about is not None:
            yield from self._about_findings(about, evidence, history)
        texts = self.texts(evidence.journey_id)
        yield from self._problems.pop(evidence.journey_id, [])
        if texts is not None:
            yield from text_findings(evidence.journey_id, evidence.ledger, texts)
            yield from erasure_findings(texts.values(), evidence.rows["text_erasures"])
        yield from self._person_findings(evidence)
        yield from opening_findings(self._manifest, evidence)
        yield from self._page_findings(evidence, texts)

    def texts(self, journey_id: str) -> dict[str, KeptText] | None:
        """What people wrote, by its reference; None where the bundle leaves it out."""
        file = layout.folder_of(journey_id) + layout.TEXTS
        if not self._bundle.has(file):
            return None
        try:
            found = [KeptText.model_validate_json(line) for line in self._bundle.read(file, ROOM).splitlines()]
        except (Damaged, ValidationError) as error:
            self._unreadable(journey_id, file, type(error).__name__)
            return None
        return {one.reference: one for one in found}

    def _person_findings(self, evidence: Evidence) -> Iterator[Finding]:
        file = layout.folder_of(evidence.journey_id) + layout.PERSON
        if self._bundle.has(file):
            try:
                said = read_json(self._bundle.read(file, ROOM))
            except Damaged:
                said = None
            yield from person_findings(said, evidence.rows["identity_commitments"], file)

    def _evidence(self, journey_id: str) -> Evidence:
        about = self._abouts[journey_id] = self._about(journey_id)
        runs = self._histories(journey_id, layout.HISTORIES, journey_id)
        rows = {table: self._rows(journey_id, table) for table in (*TABLES, *LOGS)}
        # Each once: of a run and one that was reset from it, both, although both are called alike.
        each = {(run.run_id, in_order(run)): run for run in runs}
        ordered, disposals = tuple(sorted(each.values(), key=in_order)), self._disposals(journey_id)
        changed, ended = (about.changed, about.ended) if about else (None, False)
        return Evidence(journey_id, ordered, rows, changed, ended, disposals)

    def _about(self, journey_id: str) -> About | None:
        file = layout.folder_of(journey_id) + layout.ABOUT
        try:
            about = About.model_validate_json(self._bundle.read(file))
        except (Damaged, ValidationError) as error:
            self._unreadable(journey_id, file, type(error).__name__)
            return None
        if about.journey != journey_id:
            id_ = about.journey
            self._note(
                journey_id,
                finding_of("finding.file_misplaced", "the file belongs to another journey", file, journey_id, id_),
            )
        return about

    def _histories(self, journey_id: str, folder: str, of: str | None) -> list[WorkflowHistory]:
        """The histories in a folder of a journey that can be read, and are those of the workflow `of`."""
        found: list[WorkflowHistory] = []
        for file in self._bundle.under(layout.folder_of(journey_id) + folder):
            try:
                history = inflated(self._bundle.read(file), self._room)
                self._room -= len(history)
                events = events_in(history)
            except (Damaged, ValueError) as error:
                self._unreadable(journey_id, file, error.what if isinstance(error, NotAHistory) else str(error))
                continue
            whose = events[0].workflow_execution_started_event_attributes.workflow_id or journey_id
            if of is not None and whose != of:
                self._note(
                    journey_id,
                    finding_of("finding.history_misplaced", "the history belongs to another journey", file, of, whose),
                )
                continue
            found.append(WorkflowHistory(whose, events))
        return found

    def _rows(self, journey_id: str, table: str) -> list[JsonRow]:
        file = f"{layout.folder_of(journey_id)}{layout.ROWS}{table}.jsonl"
        if not self._bundle.has(file):
            return []

        try:
            content = self._bundle.read(file, self._room)
        except Damaged as error:
            self._unreadable(journey_id, file, str(error))
            return []
        self._room -= len(content)
        lines = content.splitlines()
        rows: list[JsonRow] = []
        for number, line in enumerate(lines, 1):
            row = read_row(line, table)
            if row is None:
                self._unreadable(
                    journey_id, f"{file}:{number}", msg("found.not_a_row", "it is not a row of this table")
                )
            elif not is_of(row, journey_id):
                whose = msg("found.row_of_another_journey", "it belongs to another journey")
                self._unreadable(journey_id, f"{file}:{number}", whose)
            else:
                rows.append(row)
        return rows

    def _disposals(self, journey_id: str) -> list[JsonRow]:
        file = layout.folder_of(journey_id) + layout.DISPOSALS
        try:
            rows = (
                [read_json(line) for line in self._bundle.read(file, ROOM).splitlines()]
                if self._bundle.has(file)
                else []
            )
        except Damaged as error:
            self._unreadable(journey_id, file, str(error))
            return []
        known = [row for row in rows if isinstance(row, dict) and read_disposal(row) is not None]
        if len(known) < len(rows):
            self._unreadable(journey_id, file, msg("found.not_a_row", "it is not a row of this table"))
        return known

    def _about_findings(self, about: About, evidence: Evidence, history: JourneyHistory | None) -> Iterator[Finding]:
        file = layout.folder_of(evidence.journey_id) + layout.ABOUT
        runs = tuple(run.run_id for run in evidence.runs)
        if runs != about.runs:
            told, found = _listed(about.runs), _listed(runs)
            yield finding_of("finding.runs_differ", "the runs differ from those exported", file, told, found)
        resent = self._bundle.under(layout.folder_of(evidence.journey_id) + layout.RESENT)
        if len(resent) != len(about.resent):
            yield finding_of(
                "finding.resent_runs_differ",
                "the runs that sent notices again differ from those exported",
                file,
                len(about.resent),
                len(resent),
            )
        if history is None:
            return
        if about.builds != history.written_by:
            yield finding_of(
                "finding.builds_differ",
                "the code versions differ from those of the history",
                file,
                _listed(history.written_by),
                _listed(about.builds),
            )
        yield from self._rules_findings(about, history.pinned)

    def _rules_findings(self, about: About, pinned: dict[str, Any] | None) -> Iterator[Finding]:
        """Whether the file of rules that the journey names has those that its history has."""
        expected = digest_of(pinned) if pinned is not None else None
        if about.rules != expected:
            where = layout.folder_of(about.journey) + layout.ABOUT
            yield finding_of("finding.rules_exchanged", "the rules were replaced", where, expected, about.rules)
        if about.rules is None:
            return
        file = layout.rules_file(about.rules)
        try:
            found = digest_of(dict(json.loads(self._bundle.read(file))))
        except (Damaged, RecursionError, *UNTELLABLE) as error:
            why = type(error).__name__
            yield finding_of("finding.file_unreadable", "a file cannot be read", file, A_RULES_FILE, why)
            return
        if found != about.rules:
            yield finding_of("finding.rules_exchanged", "the rules were replaced", file, about.rules, found)

    def _page_findings(self, evidence: Evidence, texts: dict[str, KeptText] | None) -> Iterator[Finding]:
        """Whether the timelines say what the rows say: a remark where other code or texts wrote them."""
        ours, folder = self._manifest.wording == wording(), layout.folder_of(evidence.journey_id)
        names = names_in(read_names(self._bundle, folder + layout.NAMES))
        told = timeline_files(evidence.journey_id, evidence.rows, self._manifest.languages, texts, names)
        for name, content in told.items():
            try:
                if self._bundle.read(folder + name) == content:
                    continue
                found = msg("found.something_else", "something else")
            except Damaged:
                found = NOTHING
            file, expected = folder + name, msg("found.what_rows_say", "the contents of the rows")
            one = finding_of("finding.timeline_differs", "the timeline differs from the rows", file, expected, found)
            yield one if ours else explained(one)

    def _unreadable(self, journey_id: str, file: str, why: str | Message) -> None:
        expected = msg("found.as_exported", "a file as the export wrote it")
        self._note(journey_id, finding_of("finding.file_unreadable", "a file cannot be read", file, expected, why))

    def _note(self, journey_id: str, problem: Finding) -> None:
        self._problems[journey_id].append(problem)


def read_names(bundle: Bundle, file: str) -> object:
    """The names that the timelines tell; nothing where they cannot be read: then the timelines differ."""
    try:
        return read_json(bundle.read(file))
    except (Damaged, RecursionError, *UNTELLABLE):
        return None


def read_statements(bundle: Bundle) -> tuple[list[SignedStatement], list[Finding]]:
    """The statements of authority that can be read, and what cannot be."""
    file, expected = layout.STATEMENTS, msg("found.as_exported", "a file as the export wrote it")
    try:
        lines = bundle.read(file, ROOM).splitlines()
    except Damaged as error:
        return [], [finding_of("finding.file_unreadable", "a file cannot be read", file, expected, str(error))]
    read: list[SignedStatement] = []
    wrong: list[Finding] = []
    for number, line in enumerate(lines, 1):
        try:
            read.append(SignedStatement.model_validate(read_json(line)))
        except ValidationError as error:
            where, why = f"{file}:{number}", type(error).__name__
            wrong.append(finding_of("finding.file_unreadable", "a file cannot be read", where, expected, why))
    return read, wrong


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(ids)
