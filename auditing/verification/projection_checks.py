"""What the read models say of a journey, held against what its events amount to."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.fields import FIELDS, fields_of, in_words
from auditing.evidence.findings import NOTHING, Finding, explained, finding_of
from auditing.verification.reconstruct import Refolding
from models.ledger.hash_chain import plain
from models.message import Message, msg
from models.projections.consistency import MAY_HOLD
from models.projections.details import details, rows_of_items
from models.projections.open_items import open_items
from models.projections.status import Standing, stand
from models.stages import Stage

TEXTS = frozenset({"of_whom", "waits_for", "due_on", "limit_on", "limit_by"})
"""Columns that today's code may say otherwise than the code that wrote them."""

READ_MODELS = msg("where.read_models", "read models")
PLACES = msg("where.places", "places")
NO_PLACE = msg("found.no_place", "no place")


_TABLES = {
    "passages": msg("finding.passages_differ", "stages passed differ"),
    "findings": msg("finding.findings_differ", "results of the requirement check differ"),
    "follow_ups": msg("finding.follow_ups_differ", "follow-ups differ"),
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
            told, found = _beside(ours, theirs) or NOTHING, _beside(theirs, ours) or NOTHING
            yield Finding(what=what, where=READ_MODELS, expected=told, found=found)
    yield from _item_findings(evidence, refolded)
    yield from _place_findings(evidence, refolded)


def _item_findings(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
    """What differs in what the journey is said to wait for. Another version may wait for other things."""
    standing, items = _standing(refolded), open_items(refolded.state)
    ours = [{name: plain(value) for name, value in row.items()} for row in rows_of_items(standing, items)]
    theirs = [
        {name: value for name, value in row.items() if name != "journey_id"} for row in evidence.rows["open_items"]
    ]
    if _in_order(ours) != _in_order(theirs):
        told, found = _beside(ours, theirs) or NOTHING, _beside(theirs, ours) or NOTHING
        what = msg("finding.items_differ", "what the journey waits for differs")
        yield explained(Finding(what=what, where=READ_MODELS, expected=told, found=found))


def _standing(refolded: Refolding) -> Standing:
    events = len(refolded.fold.entries) if refolded.fold else 0
    return stand(refolded.id.candidate, refolded.id.programme, refolded.state, events)


def _list_findings(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
    line, state, fold = evidence.one("journeys"), refolded.state, refolded.fold
    if state is None or line is None or fold is None:
        stage, listed = state and state.stage, line and in_words("stage", line["stage"])
        if state is not None or line is not None:
            yield finding_of("finding.lists_differ", "lists differ", READ_MODELS, stage, listed)
        return
    columns = {**_plain_row(_standing(refolded)), "updated_at": plain(fold.entries[-1].recorded_at)}
    for name, value in columns.items():
        if line[name] != value:
            column, told, found = FIELDS.get(name, name), in_words(name, value), in_words(name, line[name])
            one = finding_of("finding.column_differs", "{column} differs", READ_MODELS, told, found, column=column)
            yield explained(one) if name in TEXTS else one


def _place_findings(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
    row, since = evidence.one("places_taken"), plain(refolded.place_since)
    place, found = (refolded.state.place if refolded.state else None), row and row["position"]
    if place != found:
        yield finding_of("finding.place_differs", "place differs", PLACES, place or NO_PLACE, found or NO_PLACE)
    elif row is not None and since is not None and row["taken_at"] != since:
        at = row["taken_at"]
        yield finding_of("finding.taken_at_differs", "place was taken at another moment", PLACES, since, at)


def place_findings_by_rows(evidence: Evidence, rows: Sequence[JsonRow]) -> Iterator[Finding]:
    """Whether the place fits these rows, where there is no history to tell: an internship holds a place of a position
    that an agreement names, and nothing else holds one; what a pause may have freed is not missed. Of erased contents
    the stages are left."""
    accepted, row = [one for one in rows if one["accepted"]], evidence.one("places_taken")
    holds, found = bool(accepted) and accepted[-1]["stage_after"] == Stage.INTERNSHIP, row and row["position"]
    said = [said for one in accepted for said in (one["event"], (one["event"] or {}).get("replacement")) if said]
    agreed = sorted({str(one.get("position")) for one in said if one.get("kind") in TAKE_A_PLACE})
    if found in agreed and accepted[-1]["stage_after"] in MAY_HOLD:
        return
    if holds and found is None and any(_may_free(one) for one in accepted):
        return
    if holds != (found is not None) or (agreed and holds and found not in agreed):
        expected = ", ".join(agreed) or msg("found.a_place", "a place") if holds else NO_PLACE
        yield finding_of("finding.place_differs", "place differs", PLACES, expected, found or NO_PLACE)


TAKE_A_PLACE = frozenset({"internship_agreed", "place_offered", "temporary_role_agreed"})


def _may_free(row: JsonRow) -> bool:
    return row["kind"] == "paused" and (row["event"] is None or bool(row["event"].get("frees_place")))


def _plain_row(row: BaseModel) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.model_dump().items()}


def _in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str(sorted(row.items())) for row in rows)


def _beside(some: list[dict[str, Any]], others: list[dict[str, Any]]) -> Message | None:
    """The rows that the others do not have, each with its columns; of one that differs only those that do."""
    known = {_name(row): row for row in others}
    rows = [fields_of(_unlike(row, known.get(_name(row)))) for row in some if row not in others]
    return (
        msg("found.several", "{several}", several=[msg("found.one_of", "({one})", one=one) for one in rows])
        if rows
        else None
    )


def _name(row: dict[str, Any]) -> tuple[str, Any]:
    """What tells a row from the others of its table: the first of these columns that it has."""
    return next((name, row[name]) for name in ("item", "number", "requirement", "after_days") if name in row)


def _unlike(row: dict[str, Any], other: dict[str, Any] | None) -> dict[str, Any]:
    name, _value = _name(row)
    return {one: value for one, value in row.items() if other is None or one == name or value != other.get(one)}
