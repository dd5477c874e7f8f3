"""What verifying has found, in sentences."""

from collections.abc import Iterator

from auditing.evidence.findings import Finding, Verification
from auditing.evidence.values_told import in_words
from auditing.verification.results import Totals
from runtime.i18n import _, translate


def verdict_told(one: Verification) -> Iterator[str]:
    """All that is to be said of a journey: findings, what another version explains, what is to be noted, and why."""
    for finding in one.findings:
        yield _finding(one.journey_id, finding)
    for remark in one.remarks:
        yield _("Explained by another version of the code:") + " " + _finding(one.journey_id, remark)
    for note in one.noted:
        yield _("To be noted:") + " " + _finding(one.journey_id, note)
    if one.because:
        verdict, why = translate(one.verdict.in_words), translate(one.because)
        yield _("{journey}: {verdict}, because {why}", journey=one.journey_id, verdict=verdict, why=why)


def in_total(totals: Totals) -> str:
    """How much was looked at, and how many of each verdict."""
    verdicts = ", ".join(f"{translate(verdict.in_words)}: {n}" for verdict, n in totals.verdicts.items())
    told = _(
        "journeys: {journeys}, ledger rows: {rows}, notices: {notices}, history events: {events}. {verdicts}",
        journeys=totals.journeys,
        rows=totals.rows,
        notices=totals.notices,
        events=totals.history_events,
        verdicts=verdicts or _("nothing verified"),
    )
    if not totals.findings_beside:
        return told
    beside = _(
        "Findings in what journeys share, such as readings, the register of staff and the manifest: {count}",
        count=totals.findings_beside,
    )
    return f"{told}. {beside}"


def _finding(journey_id: str, finding: Finding) -> str:
    told = {name: in_words(getattr(finding, name)) for name in ("where", "expected", "found")}
    what = translate(finding.what)
    if told["where"] == journey_id:
        return _("{where}: {what}: expected {expected}, found {found}", what=what, **told)
    return _("{journey}, {where}: {what}: expected {expected}, found {found}", journey=journey_id, what=what, **told)
