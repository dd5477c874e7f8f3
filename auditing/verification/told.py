"""What verifying has found, in sentences."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from auditing.evidence.findings import Finding, Verification
from auditing.evidence.values_told import in_words
from auditing.verification.results import Totals
from runtime.i18n import _, _n, translate

NAMED = 3
"""Journeys that are named of those that share a finding: with more than these it is said once."""


@dataclass
class Shared:
    """A finding that several journeys have in the same words: how often, in how many of them, and where first."""

    times: int = 0
    journeys: int = 0
    first: dict[str, Finding] = field(default_factory=dict)
    last: str = ""
    is_told: bool = False

    def count(self, journey_id: str, finding: Finding) -> None:
        self.times += 1
        if journey_id != self.last:
            self.journeys, self.last = self.journeys + 1, journey_id
        if len(self.first) < NAMED:
            self.first.setdefault(journey_id, finding)


def told_of(read: Callable[[], Iterable[Verification]], totals: Totals) -> Iterator[str]:
    """All that is to be said of verdicts, which are read twice and counted the second time.

    What one cause makes differ in many journeys, such as a statement of the register of staff, a worker's key, the
    rules of a programme or what a position offers, is said once, where it comes first.
    """
    shared: dict[int, Shared] = {}
    for one in read():
        for sort, finding in _sorts(one):
            shared.setdefault(_same(sort, finding), Shared()).count(one.journey_id, finding)
    for one in map(totals.count, read()):
        yield from verdict_told(one, shared)


def verdict_told(one: Verification, shared: dict[int, Shared] | None = None) -> Iterator[str]:
    """All that is to be said of a journey: findings, what another version explains, what is to be noted, and why. Of
    what is `shared`, only what has not been said."""
    for sort, finding in _sorts(one):
        same = (shared or {}).get(_same(sort, finding))
        if same is None or same.journeys <= NAMED:
            yield sort + _finding(one.journey_id, finding)
        elif not same.is_told:
            same.is_told = True
            yield sort + _of_several(same, finding)
    if one.because:
        verdict, why = translate(one.verdict.in_words), translate(one.because)
        yield _("{journey}: {verdict}, because {why}", journey=one.journey_id, verdict=verdict, why=why)


def _sorts(one: Verification) -> Iterator[tuple[str, Finding]]:
    """What was found, each with the words that say how much it weighs."""
    for finding in one.findings:
        yield "", finding
    for remark in one.remarks:
        yield _("Explained by another version of the code:") + " ", remark
    for note in one.noted:
        yield _("To be noted:") + " ", note


def _same(sort: str, finding: Finding) -> int:
    """The same for what is said in the same words, wherever it stands."""
    return hash((sort, *(str(getattr(finding, name)) for name in ("what", "expected", "found"))))


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


def _of_several(same: Shared, finding: Finding) -> str:
    places = ", ".join(
        _("{journey} ({where})", journey=one, where=in_words(of.where)) for one, of in same.first.items()
    )
    return _n(
        "{what}: expected {expected}, found {found}, {times} times in {all} journeys: {places} and {count} other",
        "{what}: expected {expected}, found {found}, {times} times in {all} journeys: {places} and {count} others",
        same.journeys - len(same.first),
        what=translate(finding.what),
        expected=in_words(finding.expected),
        found=in_words(finding.found),
        times=same.times,
        all=same.journeys,
        places=places,
    )


def _finding(journey_id: str, finding: Finding) -> str:
    told = {name: in_words(getattr(finding, name)) for name in ("where", "expected", "found")}
    what = translate(finding.what)
    if told["where"] == journey_id:
        return _("{where}: {what}: expected {expected}, found {found}", what=what, **told)
    return _("{journey}, {where}: {what}: expected {expected}, found {found}", journey=journey_id, what=what, **told)
