"""Remarks: whether each that an event names is kept as it was written. Its id follows from its text, and is signed."""

from collections.abc import Iterator

from sqlalchemy import Engine, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.findings import NOTHING, Finding, finding_of, row_of
from auditing.evidence.history_model import JourneyHistory
from auditing.verification.checkpoint_checks import Check
from models.message import msg
from models.tables import RemarkRow
from services.remarks import CORRECTION_OF, remark_id


def remark_check(engine: Engine) -> Check:
    """What `Verifier` holds each journey against where remarks can be read. The auditors' own role may not."""

    def check(evidence: Evidence, _history: JourneyHistory | None) -> Iterator[Finding]:
        named = {id_: row for row in evidence.ledger if row["accepted"] for id_ in _named_in(row["event"])}
        if named:
            yield from remark_findings(named, evidence, engine)

    return check


def remark_findings(named: dict[str, JsonRow], evidence: Evidence, engine: Engine) -> Iterator[Finding]:
    """Remarks that are gone, or say something else than when they were written; by the row that names them."""
    query = select(RemarkRow.id, RemarkRow.text).where(RemarkRow.journey_id == evidence.journey_id)
    try:
        with Session(engine) as session:
            kept = {str(id_): text for id_, text in session.execute(query)}
    except ProgrammingError:
        return
    for id_, row in named.items():
        where = row_of(row["row"])
        if id_ not in kept:
            yield finding_of("finding.remark_missing", "the remark of the event is gone", where, id_, NOTHING)
        elif id_ not in _ids(evidence, kept[id_]):
            found = msg("found.another_text", "another text")
            yield finding_of("finding.remark_differs", "the remark was changed", where, id_, found)


def _named_in(event: JsonRow | None) -> Iterator[str]:
    replacement = (event or {}).get("replacement")
    for said in (event, replacement):
        if isinstance(said, dict) and isinstance(said.get("remark_id"), str):
            yield said["remark_id"]


def _ids(evidence: Evidence, text: str) -> Iterator[str]:
    """The ids that a text can have in this journey: of each event, sent or corrected, with either line end."""
    for row in evidence.ledger:
        for about in (row["event_id"], f"{CORRECTION_OF}{row['event_id']}"):
            for written in {text, text.replace("\n", "\r\n")}:
                yield str(remark_id(evidence.journey_id, about, written.strip()))
