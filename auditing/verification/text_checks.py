"""Texts that are kept apart: whether each that an event refers to is as it was written, or was erased by a decision."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Engine

from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.findings import NOTHING, Finding, Noted, finding_of, noted, row_of
from auditing.evidence.history_model import JourneyHistory
from auditing.verification.checkpoint_checks import Check
from auditing.verification.ledger_checks import restored_rows
from models.events.texts import TextPlace, is_reference, reference_of, texts_in
from models.message import Message, msg
from services.texts import KeptText, texts_of


def text_check(engine: Engine) -> Check:
    """What `Verifier` holds each journey against where the database can be read."""

    def check(evidence: Evidence, _history: JourneyHistory | None) -> Iterator[Finding]:
        if any(any(texts_of_row(row)) for row in evidence.ledger):
            yield from text_findings(evidence.journey_id, evidence.ledger, texts_of(engine, evidence.journey_id))

    return check


def text_findings(journey_id: str, ledger: Sequence[JsonRow], texts: Mapping[str, KeptText]) -> Iterator[Finding]:
    """Texts that stand in events, are gone, say something else than what was written, or should be gone; each by the
    first row that refers to it."""
    seen: set[str] = set()
    restored = restored_rows(ledger)
    for row in ledger:
        for place, text in texts_of_row(row):
            if text in seen:
                continue
            seen.add(text)
            if text not in texts and is_reference(text) and row["row"] in restored:
                yield _lost(row_of(row["row"]), text)
            else:
                yield from _findings(journey_id, place, text, texts.get(text), row_of(row["row"]))


def _lost(where: Message, reference: str) -> Noted:
    return noted(
        finding_of(
            "noted.text_lost",
            "the text was lost when the database was put back, and the row was restored without it",
            where,
            reference,
            NOTHING,
        )
    )


def _findings(
    journey_id: str, place: TextPlace, reference: str, kept: KeptText | None, where: Message
) -> Iterator[Finding]:
    if not is_reference(reference):
        expected, found = msg("found.reference", "a reference to a text"), msg("found.text", "a text")
        yield finding_of("finding.text_in_event", "the event carries a text itself", where, expected, found)
    elif kept is None or (kept.text is None and kept.erased_at is None):
        yield finding_of("finding.text_missing", "the text of the event is gone", where, reference, NOTHING)
    elif kept.text is not None and kept.erased_at is not None:
        found = msg("found.text", "a text")
        yield finding_of("finding.text_not_erased", "the erased text is still there", where, NOTHING, found)
    elif kept.text is not None and reference_of(journey_id, place, kept.text, kept.salt or "") != reference:
        found = msg("found.another_text", "another text")
        yield finding_of("finding.text_differs", "the text was changed", where, reference, found)


def texts_of_row(row: JsonRow) -> Iterator[tuple[TextPlace, str]]:
    """The texts of an accepted row, with their places; none where nobody can read it."""
    if row["accepted"] and isinstance(row["event"], dict):
        yield from texts_in(row["event"])
