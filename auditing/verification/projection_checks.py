"""What the read models say of a journey, held against what its events amount to."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from auditing.evidence.evidence import Evidence
from auditing.evidence.findings import ExplainedFinding, Finding, finding
from auditing.verification.reconstruct import Refolding
from models.ledger.hash_chain import plain
from models.message import N_, msg
from models.projections.details import details
from models.projections.status import stand

TEXTS = frozenset({"of_whom", "waits_for", "due_on", "limit_on", "limit_by"})
"""Columns that today's code may say otherwise than the code that wrote them."""

READ_MODELS = N_("read models")


_TABLES = {
    "passages": msg("finding.passages_differ", "passages differ"),
    "findings": msg("finding.findings_differ", "findings differ"),
    "follow_ups": msg("finding.follow_ups_differ", "follow_ups differ"),
}


def projection_findings(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
    """What differs in list, details and place."""
    yield from _list_findings(evidence, refolded)
    expected = details(refolded.state)
    for table, what in _TABLES.items():
        ours = [_plain_row(row) for row in getattr(expected, table) or ()]
        if table == "passages":
            ours = [{"number": number, **row} for number, row in enumerate(ours)]
        theirs = [{name: value for name, value in row.items() if name != "journey_id"} for row in evidence.rows[table]]
        if _in_order(ours) != _in_order(theirs):
            yield Finding(what=what, where=READ_MODELS, expected=_told(ours), found=_told(theirs))
    yield from _place_findings(evidence, refolded)


def _list_findings(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
    line, state, fold = evidence.one("journeys"), refolded.state, refolded.fold
    if state is None or line is None or fold is None:
        stage, listed = state and state.stage, line and line["stage"]
        if state is not None or line is not None:
            yield finding("finding.lists_differ", "lists differ", READ_MODELS, stage, listed)
        return
    standing = stand(refolded.id.candidate, refolded.id.programme, state, len(fold.entries))
    expected = {**_plain_row(standing), "updated_at": plain(fold.entries[-1].recorded_at)}
    for name, value in expected.items():
        if (found := line[name]) != value:
            one = finding("finding.column_differs", "{column} differs", READ_MODELS, value, found, column=name)
            yield ExplainedFinding(**dict(one)) if name in TEXTS else one


def _place_findings(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
    row, where = evidence.one("places_taken"), N_("places")
    place, found = (refolded.state.place if refolded.state else None), row and row["position"]
    since = plain(refolded.place_since)
    if place != found:
        yield finding("finding.place_differs", "place differs", where, place or "no place", found or "no place")
    elif row is not None and since is not None and row["taken_at"] != since:
        yield finding(
            "finding.place_taken_another_moment", "place was taken at another moment", where, since, row["taken_at"]
        )


def _plain_row(row: BaseModel) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.model_dump().items()}


def _in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str(sorted(row.items())) for row in rows)


def _told(rows: list[dict[str, Any]]) -> str:
    return "; ".join(", ".join(f"{name} {value}" for name, value in sorted(row.items())) for row in rows) or "nothing"
