"""Texts that are kept apart: whether each that an event refers to is as it was written, or was erased by a decision."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, timedelta

from sqlalchemy import Engine

from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.findings import NOTHING, Finding, Noted, finding_of, noted, row_of
from auditing.evidence.history_model import JourneyHistory
from auditing.verification.authority_checks import moment_of
from auditing.verification.checkpoint_checks import Check
from auditing.verification.ledger_checks import restored_rows
from auditing.verification.notice_checks import CLOCKS_AGREE_WITHIN
from models.calendar.clocks import TOO_FAR_TO_WORK
from models.events.texts import TextPlace, is_reference, reference_of, texts_in
from models.ledger.hash_chain import plain
from models.message import Message, msg
from services.texts import KeptText, texts_of

WAITED_AT_MOST = timedelta(days=31)
"""How long an event may have waited to be recorded: no outage is as long."""


def text_check(engine: Engine) -> Check:
    """What `Verifier` holds each journey against where the database can be read."""

    def check(evidence: Evidence, _history: JourneyHistory | None) -> Iterator[Finding]:
        if any(any(_texts_in(row)) for row in evidence.ledger):
            yield from text_findings(evidence.journey_id, evidence.ledger, texts_of(engine, evidence.journey_id))

    return check


def text_findings(journey_id: str, ledger: Sequence[JsonRow], texts: Mapping[str, KeptText]) -> Iterator[Finding]:
    """Texts that stand in events, are gone, say something else than what was written, say so of another author or time,
    or should be gone; each by the first row that refers to it."""
    restored = restored_rows(ledger)
    rows: defaultdict[str, list[tuple[JsonRow, TextPlace]]] = defaultdict(list)
    for row in ledger:
        for place, text in _texts_in(row):
            rows[text].append((row, place))
    for text, of in rows.items():
        row, place = next((one for one in of if one[0]["accepted"]), of[0])
        where, kept = row_of(row["row"]), texts.get(text)
        if kept is None and is_reference(text) and row["row"] in restored:
            yield _lost(where, text)
        elif row["accepted"]:
            yield from _findings(journey_id, place, text, kept, where)
        elif is_reference(text) and (kept is None or (kept.text is None and kept.erased_at is None)):
            yield _refused_without(where, text)
        if kept is not None:
            yield from _origin_findings(kept, [one for one, _ in of], where)


def _refused_without(where: Message, reference: str) -> Noted:
    return noted(
        finding_of(
            "noted.refused_text_missing", "the text of an event that was refused is gone", where, reference, NOTHING
        )
    )


def _origin_findings(kept: KeptText, rows: Sequence[JsonRow], where: Message) -> Iterator[Finding]:
    """Whether a text says of itself that it is by whoever signed an event that refers to it, and from before that.

    It is kept before its event is sent, which may wait for days, by the clock of whoever sends it.
    """
    if kept.written_by not in (actors := [row["actor"] for row in rows]):
        yield finding_of(
            "finding.text_author_differs", "the author of the text differs", where, actors[0], kept.written_by
        )
    at, said = kept.written_at.astimezone(UTC), plain(kept.written_at.astimezone(UTC))
    recorded = min(moment_of(row["recorded_at"]) for row in rows)
    if at - recorded > TOO_FAR_TO_WORK or recorded - at > WAITED_AT_MOST:
        yield finding_of(
            "finding.text_moment_differs", "the time of the text does not fit its event", where, plain(recorded), said
        )
    elif at - recorded > CLOCKS_AGREE_WITHIN or recorded - at > TOO_FAR_TO_WORK:
        yield noted(
            finding_of(
                "noted.text_moment",
                "the text was written at another time than its event was recorded, by the clock of whoever sent it",
                where,
                plain(recorded),
                said,
            )
        )


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


def _texts_in(row: JsonRow) -> Iterator[tuple[TextPlace, str]]:
    """The texts of a row, with their places; none where nobody can read it."""
    if isinstance(row["event"], dict):
        yield from texts_in(row["event"])
