"""How an audit looks in a terminal: what happened, and what verifying it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runtime.desk.show_tables import console
from runtime.wording import in_words, listed, t

# Every command shows something, and replaying histories takes half a second to import.
if TYPE_CHECKING:
    from runtime.auditing.findings import Verification


def timeline(rows: Sequence[Mapping[str, Any]]) -> None:
    out = console()
    for row in rows:
        out.print(f"{row['row']:>3}  {row['effective_on'] or '–'}  {row['what']}", markup=False, highlight=False)
        recorded = f"{row['recorded_at']:%Y-%m-%d %H:%M} UTC"
        said = t("by {who}, recorded {moment}; {answer}", who=row["by"], moment=recorded, answer=row["answer"])
        out.print(f"     {said}", markup=False, highlight=False)


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
