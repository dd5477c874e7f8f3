"""How an audit looks in a terminal and as JSON: what verifying journeys found, verdict by verdict as it is read."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from auditing.evidence.findings import Finding, Verification
from auditing.verification.results import ResultsHeader, Totals
from interfaces.cli.output.show import aside, escaped, progress, tell
from runtime.i18n import _, _n, listed, shown, translate


def verifications(found: Iterable[Verification]) -> Totals:
    """Findings one by one, then the verdicts counted and the code that wrote the histories."""
    totals = Totals()
    for one in map(totals.count, found):
        for finding in one.findings:
            tell(_finding(one.journey_id, finding))
        for remark in one.remarks:
            tell(_("Explained by another version of the code:") + " " + _finding(one.journey_id, remark))
        for note in one.noted:
            tell(_("To be noted:") + " " + _finding(one.journey_id, note))
        if one.because:
            verdict, why = translate(one.verdict.in_words), translate(one.because)
            tell(_("{journey}: {verdict}, because {why}", journey=one.journey_id, verdict=verdict, why=why))
    tell(in_total(totals))
    if totals.builds:
        tell(_("written by: {builds}", builds=listed(totals.builds)))
    return totals


def founder(header: ResultsHeader) -> None:
    """On whose key the whole audit rests."""
    if header.founder is not None:
        aside(_("The register of staff was founded with the key {key}.", key=header.founder))
    if header.root is None:
        aside(_("Compare the key with the one you were told, or name that one with --root."))


def left_out(protected: int) -> None:
    """How many journeys a bundle has not, since nobody but the named staff may read of them."""
    if protected:
        aside(
            _n(
                "{count} journey was left out, since it is of a protected person.",
                "{count} journeys were left out, since they are of protected persons.",
                protected,
            )
        )


def in_total(totals: Totals) -> str:
    """How much was looked at, and how many of each verdict."""
    verdicts = ", ".join(f"{translate(verdict.in_words)}: {n}" for verdict, n in totals.verdicts.items())
    return _(
        "journeys: {journeys}, ledger rows: {rows}, notices: {notices}, history events: {events}. {verdicts}",
        journeys=totals.journeys,
        rows=totals.rows,
        notices=totals.notices,
        events=totals.history_events,
        verdicts=verdicts or _("nothing verified"),
    )


def verdicts_as_json(found: Iterable[Verification]) -> Totals:
    """A JSON array on stdout, an element at a time: there may be a hundred thousand."""
    totals = Totals()
    before = "["
    for one in map(totals.count, found):
        sys.stdout.write(f"{before}\n{escaped(one.model_dump_json())}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")
    return totals


def _finding(journey_id: str, finding: Finding) -> str:
    told = {name: shown(getattr(finding, name)) for name in ("where", "expected", "found")}
    what = translate(finding.what)
    return _("{journey}, {where}: {what}: expected {expected}, found {found}", journey=journey_id, what=what, **told)


@contextmanager
def verifying(known: int, left: int, file: Path) -> Iterator[Callable[[int], None]]:
    """A progress bar; and how many verdicts an interrupted audit has left in its file."""
    if known:
        taken = _n(
            "{count} verdict is taken from {file}.", "{count} verdicts are taken from {file}.", known, file=str(file)
        )
        now = _n("{count} journey is verified now.", "{count} journeys are verified now.", left)
        aside(f"{taken} {now}")
    with progress(_("verifying"), left) as advance:
        yield advance
