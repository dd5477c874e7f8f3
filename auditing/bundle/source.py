"""A bundle as a source of evidence: what it keeps of journeys, and what lies beside and must fit it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from temporalio.client import WorkflowHistory

from auditing.bundle import names
from auditing.bundle.histories import unpacked
from auditing.bundle.journey_files import UNTELLABLE, About, pinned_in, timeline_files
from auditing.bundle.manifest import Manifest
from auditing.bundle.reader import Bundle, Damaged
from auditing.bundle.rows import read_rows
from auditing.bundle.wording import wording
from auditing.evidence.evidence import TABLES, Evidence, JsonRow
from auditing.evidence.findings import Finding
from auditing.evidence.history_model import Story
from auditing.evidence.runs import started_at
from models.canonical import digest_of
from models.message import Message, msg

NOTHING = "nothing"


class BundleSource:
    """See `Source`. What cannot be read becomes a finding of its journey, by `beside`: nothing ends the audit."""

    def __init__(self, bundle: Bundle, manifest: Manifest) -> None:
        self._bundle = bundle
        self._manifest = manifest
        self._problems: defaultdict[str, list[Finding]] = defaultdict(list)
        self._abouts: dict[str, About | None] = {}

    async def read(self, journey_ids: Sequence[str]) -> list[Evidence]:
        return [self._evidence(journey_id) for journey_id in journey_ids]

    async def resent(self, journey_id: str) -> list[WorkflowHistory]:
        return self._histories(journey_id, names.RESENT, None)

    def beside(self, evidence: Evidence, story: Story | None) -> tuple[list[Finding], list[Finding]]:
        """See `Verifier.beside`: what could not be read, and whether rules, code versions and pages fit the rest."""
        about = self._abouts.pop(evidence.journey_id, None)
        findings = self._problems.pop(evidence.journey_id, [])
        if about is not None:
            findings += self._about_findings(about, evidence, story)
        pages = list(self._page_findings(evidence))
        if self._manifest.wording == wording():
            return [*findings, *pages], []
        return findings, pages

    def _evidence(self, journey_id: str) -> Evidence:
        about = self._abouts[journey_id] = self._about(journey_id)
        runs = self._histories(journey_id, names.HISTORIES, journey_id)
        rows = {table: self._rows(journey_id, table) for table in TABLES}
        by_id = {run.run_id: run for run in runs}
        in_order = tuple(sorted(by_id.values(), key=started_at))
        return Evidence(journey_id, in_order, rows, about.changed if about else "")

    def _about(self, journey_id: str) -> About | None:
        file = names.folder_of(journey_id) + names.ABOUT
        try:
            about = About.model_validate_json(self._bundle.read(file))
        except (Damaged, ValidationError) as error:
            self._unreadable(journey_id, file, type(error).__name__)
            return None
        if about.journey != journey_id:
            self._note(
                journey_id,
                msg("finding.file_another_journey", "the file is of another journey"),
                file,
                journey_id,
                about.journey,
            )
        return about

    def _histories(self, journey_id: str, folder: str, of: str | None) -> list[WorkflowHistory]:
        """The histories in a folder of a journey that can be read, and are those of the workflow `of`."""
        found: list[WorkflowHistory] = []
        for file in self._bundle.under(names.folder_of(journey_id) + folder):
            try:
                events = unpacked(self._bundle.read(file))
            except (Damaged, ValueError) as error:
                self._unreadable(journey_id, file, str(error))
                continue
            whose = events[0].workflow_execution_started_event_attributes.workflow_id or journey_id
            if of is not None and whose != of:
                self._note(
                    journey_id,
                    msg("finding.history_another_journey", "the history is of another journey"),
                    file,
                    of,
                    whose,
                )
                continue
            found.append(WorkflowHistory(whose, events))
        return found

    def _rows(self, journey_id: str, table: str) -> list[JsonRow]:
        file = f"{names.folder_of(journey_id)}{names.ROWS}{table}.jsonl"
        if not self._bundle.has(file):
            return []

        def problem(where: str, what: str) -> None:
            self._unreadable(journey_id, f"{file}:{where}", what)

        try:
            return list(read_rows(self._bundle.read(file), table, journey_id, problem))
        except Damaged as error:
            self._unreadable(journey_id, file, str(error))
            return []

    def _about_findings(self, about: About, evidence: Evidence, story: Story | None) -> Iterator[Finding]:
        file = names.folder_of(evidence.journey_id) + names.ABOUT
        runs = tuple(run.run_id for run in evidence.runs)
        if runs != about.runs:
            yield _finding(
                msg("finding.runs_are_not_those_exported", "the runs are not those that were exported"),
                file,
                _listed(about.runs),
                _listed(runs),
            )
        resent = self._bundle.under(names.folder_of(evidence.journey_id) + names.RESENT)
        if len(resent) != len(about.resent):
            what = msg(
                "finding.runs_sent_notices_again_are",
                "the runs that sent notices again are not those that were exported",
            )
            yield _finding(what, file, len(about.resent), len(resent))
        if story is None:
            return
        if about.builds != story.written_by:
            what = msg("finding.code_versions_are_not_those", "the code versions are not those of the history")
            yield _finding(what, file, _listed(story.written_by), _listed(about.builds))
        yield from self._rules_findings(about, pinned_in(story))

    def _rules_findings(self, about: About, pinned: dict[str, Any] | None) -> Iterator[Finding]:
        """Whether the file of rules that the journey names has those that its history has."""
        expected = digest_of(pinned) if pinned is not None else NOTHING
        if (about.rules or NOTHING) != expected:
            where = names.folder_of(about.journey) + names.ABOUT
            yield _finding(
                msg("finding.rules_exchanged", "the rules were exchanged"), where, expected, about.rules or NOTHING
            )
        if about.rules is None:
            return
        file = names.rules_file(about.rules)
        try:
            found = digest_of(dict(json.loads(self._bundle.read(file))))
        except (Damaged, RecursionError, *UNTELLABLE) as error:
            yield _finding(
                msg("finding.file_cannot_read", "a file cannot be read"), file, "rules", type(error).__name__
            )
            return
        if found != about.rules:
            yield _finding(msg("finding.rules_exchanged", "the rules were exchanged"), file, about.rules, found)

    def _page_findings(self, evidence: Evidence) -> Iterator[Finding]:
        """Whether the timelines say what the rows say, as today's code tells it."""
        folder = names.folder_of(evidence.journey_id)
        told = timeline_files(evidence.journey_id, evidence.rows, self._manifest.languages)
        for name, content in told.items():
            try:
                if self._bundle.read(folder + name) == content:
                    continue
                found = "something else"
            except Damaged:
                found = NOTHING
            yield _finding(
                msg("finding.timeline_not_what_rows_say", "the timeline is not what the rows say"),
                folder + name,
                "what the rows say",
                found,
            )

    def _unreadable(self, journey_id: str, file: str, why: str) -> None:
        self._note(
            journey_id,
            msg("finding.file_cannot_read", "a file cannot be read"),
            file,
            "a file as the export wrote it",
            why,
        )

    def _note(self, journey_id: str, what: Message, where: str, expected: str, found: str) -> None:
        self._problems[journey_id].append(_finding(what, where, expected, found))


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(ids) or NOTHING


def _finding(what: Message, where: str, expected: object, found: object) -> Finding:
    return Finding(what=what, where=where, expected=str(expected), found=str(found))
