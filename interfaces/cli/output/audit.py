"""How an audit looks in a terminal and as JSON: what verifying journeys found, verdict by verdict as it is read."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from auditing.evidence.findings import Finding, Verification
from auditing.verification.results import Totals
from interfaces.cli.output.tables import aside, console, escaped, progress
from runtime.i18n import _, listed, shown, translate


def verifications(found: Iterable[Verification]) -> Totals:
    """Findings one by one, then the verdicts counted and the code that wrote the histories."""

    out, totals = console(), Totals()
    for one in found:
        totals.count(one)
        for finding in one.findings:
            _print(out, one.journey_id, finding)
        for remark in one.remarks:
            out.print(_("Explained by another version of the code:"), markup=False, end=" ")
            _print(out, one.journey_id, remark)
        for note in one.noted:
            out.print(_("To be noted:"), markup=False, end=" ")
            _print(out, one.journey_id, note)
        if one.because:
            said = _(
                "{journey}: {verdict}, because {why}",
                journey=one.journey_id,
                verdict=translate(one.verdict.in_words),
                why=translate(one.because),
            )
            out.print(said, markup=False)
    out.print(in_total(totals), markup=False, highlight=False)
    if totals.builds:
        out.print(_("written by: {builds}", builds=listed(totals.builds)), markup=False, highlight=False)
    return totals


def in_total(totals: Totals) -> str:
    """How much was looked at, and how many of each verdict."""
    return _(
        "journeys: {journeys}, ledger rows: {rows}, notices: {notices}, history events: {events}. {verdicts}",
        journeys=totals.journeys,
        rows=totals.rows,
        notices=totals.notices,
        events=totals.history_events,
        verdicts=", ".join(f"{translate(verdict.in_words)}: {n}" for verdict, n in totals.verdicts.items())
        or _("nothing verified"),
    )


def verdicts_as_json(found: Iterable[Verification]) -> Totals:
    """A JSON array on stdout, an element at a time: there may be a hundred thousand."""

    totals = Totals()
    before = "["
    for one in found:
        totals.count(one)
        sys.stdout.write(f"{before}\n{escaped(one.model_dump_json())}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")
    return totals


def _print(out: Console, journey_id: str, finding: Finding) -> None:
    said = _(
        "{journey}, {where}: {what}: expected {expected}, found {found}",
        journey=journey_id,
        where=shown(finding.where),
        what=translate(finding.what),
        expected=shown(finding.expected),
        found=shown(finding.found),
    )
    out.print(said, markup=False)


@contextmanager
def verifying(known: int, left: int, file: Path) -> Iterator[Callable[[int], None]]:
    """A progress bar; and how many verdicts an interrupted audit has left in its file."""
    if known:
        told = {"known": known, "file": str(file), "journeys": left}
        aside(_("{known} verdicts are taken from {file}. {journeys} journeys are verified now.", **told))
    with progress(_("verifying"), left) as advance:
        yield advance
