"""How an audit looks in a terminal and as JSON: what verifying journeys found, verdict by verdict as it is read."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel

from auditing.evidence.findings import Verification
from auditing.verification.about import About, about_told
from auditing.verification.results import Results, Totals
from auditing.verification.told import in_total, told_of
from interfaces.cli.output.show import aside, escaped, progress, tell
from runtime.i18n import _, _n, listed


def verifications(read: Callable[[], Iterable[Verification]]) -> Totals:
    """Findings one by one, what many journeys share once, then the verdicts counted and the code that wrote the
    histories."""
    totals = Totals()
    for sentence in told_of(read, totals):
        tell(sentence)
    tell(in_total(totals))
    if totals.builds:
        tell(_("written by: {builds}", builds=listed(totals.builds)))
    return totals


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


def audit(about: About, found: Results) -> Totals:
    """What was verified and against what, and then what was found."""
    for sentence in about_told(about):
        tell(sentence)
    return verifications(found.read)


def audit_as_json(about: About, found: Results) -> Totals:
    """One object on stdout, with a verdict a line: there may be a hundred thousand of them."""
    totals, beside = Totals(), []
    sys.stdout.write(f'{{"about": {_plain(about)},\n"verdicts": [')
    before = ""
    for one in map(totals.count, found.read()):
        if one.is_journey:
            sys.stdout.write(f"{before}\n{_plain(one)}")
            before = ","
        else:
            beside.append(_plain(one))
    sys.stdout.write(f'],\n"beside": [{", ".join(beside)}],\n"totals": {json.dumps(totals.as_json())}}}\n')
    return totals


def _plain(one: BaseModel) -> str:
    return escaped(one.model_dump_json())


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
