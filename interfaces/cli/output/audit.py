"""How an audit looks in a terminal and as JSON: what verifying journeys found, verdict by verdict as it is read."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from auditing.evidence.findings import Verification
from auditing.verification.results import ResultsHeader, Totals
from auditing.verification.told import in_total, verdict_told
from interfaces.cli.output.show import aside, escaped, progress, tell
from runtime.i18n import _, _n, listed


def verifications(found: Iterable[Verification]) -> Totals:
    """Findings one by one, then the verdicts counted and the code that wrote the histories."""
    totals = Totals()
    for one in map(totals.count, found):
        for sentence in verdict_told(one):
            tell(sentence)
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


def verdicts_as_json(found: Iterable[Verification]) -> Totals:
    """A JSON array on stdout, an element at a time: there may be a hundred thousand."""
    totals = Totals()
    before = "["
    for one in map(totals.count, found):
        sys.stdout.write(f"{before}\n{escaped(one.model_dump_json())}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")
    return totals


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
