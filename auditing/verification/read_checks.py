"""Whether the log of readings is whole: each row in its place in the journey's chain, and signed by its reader."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from auditing.evidence.evidence import JsonRow
from auditing.evidence.findings import Finding, finding_of, shown
from models.access.keys import Key
from models.access.permissions import Reading, Relation, is_permitted
from models.access.readings import BEGINNING, commitment_to_reason, reading_bytes, reading_hash
from models.access.register import Register
from models.access.speaking import sign_in_of, why_not_word_of
from models.identifiers import Actor
from models.message import Message, msg
from models.signatures import is_signed


def read_findings(rows: Sequence[JsonRow], register: Register) -> Iterator[Finding]:
    """What is wrong with a journey's readings: rows that were changed, taken out, put in or signed by somebody else."""
    previous = BEGINNING
    for number, row in enumerate(rows, 1):
        where = msg("where.reading", "reading {number}", number=row["number"])
        if row["number"] != number:
            yield finding_of(
                "finding.reading_missing", "a reading is missing or there twice", where, number, row["number"]
            )
        if row["previous"] != previous:
            yield finding_of(
                "finding.readings_chain_broken",
                "the chain of readings is broken",
                where,
                previous,
                row["previous"],
            )
        yield from _reader_findings(row, register, where)
        previous = reading_hash(row)


def _reader_findings(row: JsonRow, register: Register, where: Message) -> Iterator[Finding]:
    actor, at = Actor.read(row["actor"]), datetime.fromisoformat(row["read_at"])
    if not is_signed(reading_bytes(row), row["signature"], row["key"]):
        expected = msg("found.readers_signature", "the reader's signature over this row")
        found = row["signature"]
        yield finding_of("finding.reading_not_signed", "the reader has not signed the row", where, expected, found)
        return
    key = register.key_of(row["key"], at)
    why_not = _why_not_signed(key, actor, row, at) if key and actor else None
    if actor is None or key is None or why_not is not None:
        expected = msg("found.word_of", "a key of {holder}, or the word of a server for them", holder=row["actor"])
        found = why_not or row["key"]
        yield finding_of("finding.reading_by_another", "the row is signed by somebody else", where, expected, found)
        return
    held = any(one.role is actor.role for one in register.assignments(actor.name, at))
    relation = Relation.__members__.get(row["relation"].upper())
    if not held or not (row["refused"] or is_permitted(actor.role, row["what"], relation)):
        expected = msg("found.permitted_reading", "a reading that the role permits")
        found = msg("found.reading_of", "{what} by {actor}", what=row["what"], actor=row["actor"])
        yield finding_of("finding.reading_not_permitted", "the reading was not permitted", where, expected, found)
    own = commitment_to_reason(row["because"], row["salt"] or "") if row["because"] is not None else None
    if row["damaged"] or (own is not None and own != row["commitment"]):
        found = shown(own)
        yield finding_of("finding.reading_reason_changed", "the reason was changed", where, row["commitment"], found)
    if row["commitment"] is None and relation is not Relation.OWN and not row["refused"]:
        expected = msg("found.reason", "a reason")
        found = shown(None)
        yield finding_of("finding.reading_without_reason", "the reading has no reason", where, expected, found)


def _why_not_signed(key: Key, actor: Actor, row: JsonRow, at: datetime) -> Message | None:
    """Why a row is not the reader's word. Payloads are opened by a server of ours alone."""
    if row["what"] == Reading.PAYLOADS and key.of != "server":
        return msg("found.not_a_servers", "the key of no server")
    return why_not_word_of(key, actor, sign_in_of(row), at, reads=True)
