"""What the read models say of a journey, held against what its events amount to."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from auditing.evidence.evidence import Evidence
from auditing.evidence.fields import FIELDS, in_words
from auditing.evidence.findings import Finding, as_data, explained, finding
from auditing.verification.reconstruct import Refolding
from models.ledger.hash_chain import plain
from models.message import msg
from models.projections.details import details
from models.projections.status import stand

TEXTS = frozenset({"of_whom", "waits_for", "due_on", "limit_on", "limit_by"})
"""Columns that today's code may say otherwise than the code that wrote them."""

READ_MODELS = msg("where.read_models", "read models")
PLACES = msg("where.places", "places")
NO_PLACE = msg("found.no_place", "no place")


def projection_findings(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
    """What differs in list, details and place."""
    yield from _list_findings(evidence, refolded)
    expected = details(refolded.state)
    for table, rows in (
        ("passages", expected.passages),
        ("findings", expected.findings),
        ("follow_ups", expected.follow_ups),
    ):
        ours = [_plain_row(row) for row in rows or ()]
        if table == "passages":
            ours = [{"number": number, **row} for number, row in enumerate(ours)]
        theirs = [{name: value for name, value in row.items() if name != "journey_id"} for row in evidence.rows[table]]
        if _in_order(ours) != _in_order(theirs):
            yield finding(_TABLES[table], READ_MODELS, *_differing(ours, theirs))
    yield from _place_findings(evidence, refolded)


_TABLES = {
    "passages": msg("finding.passages_differ", "stages passed differ"),
    "findings": msg("finding.findings_differ", "results of the requirement check differ"),
    "follow_ups": msg("finding.follow_ups_differ", "follow-ups differ"),
}


def _list_findings(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
    line, state, fold = evidence.one("journeys"), refolded.state, refolded.fold
    if (state is None) is not (line is None) or fold is None:
        if state is not None or line is not None:
            yield finding(
                msg("finding.lists_differ", "lists differ"),
                READ_MODELS,
                state and state.stage,
                line and in_words("stage", line["stage"]),
            )
        return
    if state is None or line is None:
        return
    standing = stand(refolded.id.candidate, refolded.id.programme, state, len(fold.entries))
    expected = {**_plain_row(standing), "updated_at": plain(fold.entries[-1].recorded_at)}
    for name, value in expected.items():
        if line[name] != value:
            differs = explained if name in TEXTS else finding
            yield differs(
                msg("finding.column_differs", "{column} differs", column=FIELDS.get(name, name)),
                READ_MODELS,
                in_words(name, value),
                in_words(name, line[name]),
            )


def _place_findings(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
    row = evidence.one("places_taken")
    expected, found = (refolded.state.place if refolded.state else None), row and row["position"]
    if expected != found:
        yield finding(msg("finding.place_differs", "place differs"), PLACES, expected or NO_PLACE, found or NO_PLACE)
    elif row is not None and refolded.place_since is not None and row["taken_at"] != plain(refolded.place_since):
        since = plain(refolded.place_since)
        yield finding(
            msg("finding.place_taken_another_moment", "place was taken at another moment"),
            PLACES,
            since,
            row["taken_at"],
        )


def _plain_row(row: BaseModel) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.model_dump().items()}


def _in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str(sorted(row.items())) for row in rows)


def _differing(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> tuple[str, str]:
    """The rows of each that the other does not have, as data."""
    return tuple(  # type: ignore[return-value]
        " ".join(as_data(row) for row in some if row not in others) for some, others in ((ours, theirs), (theirs, ours))
    )
