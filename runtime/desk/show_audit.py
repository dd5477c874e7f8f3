"""How an audit looks in a terminal: what verifying journeys found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from runtime.desk.show_tables import console
from runtime.wording import in_words, listed, t

# Every command shows something, and replaying histories takes half a second to import.
if TYPE_CHECKING:
    from runtime.auditing.findings import Verification


def verifications(found: Sequence[Verification]) -> None:
    """Findings one by one, then the verdicts counted."""
    out = console()
    for one in found:
        for finding in one.findings:
            said = t(
                "{journey}, {where}: {what}: expected {expected}; found {found}",
                journey=one.journey_id,
                where=finding.where,
                what=t(finding.what),
                expected=finding.expected,
                found=finding.found,
            )
            out.print(said, markup=False)
        if one.because:
            verdict = in_words(one.verdict.in_words)
            out.print(
                t("{journey}: {verdict}, because {why}", journey=one.journey_id, verdict=verdict, why=t(one.because)),
                markup=False,
            )
    verdicts = Counter(in_words(one.verdict.in_words) for one in found)
    said = t(
        "{journeys} journeys, {rows} ledger rows, {events} history events: {verdicts}",
        journeys=len(found),
        rows=sum(one.rows for one in found),
        events=sum(one.history_events for one in found),
        verdicts=listed(f"{n} {verdict}" for verdict, n in verdicts.items()),
    )
    out.print(said)
