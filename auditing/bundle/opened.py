"""What a bundle has opened: whether somebody signed each person and erased text, and its own opening is on record."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from auditing.bundle.layout import Manifest
from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.findings import NOTHING, Finding, finding_of, shown
from auditing.inspection.opening import EVERY_TEXT
from auditing.verification.authority_checks import moment_of
from models.access.identities import commitment_to
from models.access.permissions import Reading
from models.identifiers import Actor
from models.message import msg
from services.texts import KeptText

OPENED = (Reading.IDENTITY, *EVERY_TEXT)
"""What whoever has a bundle made with identities reads of each person in it."""


def person_findings(said: Any, commitments: Sequence[JsonRow], file: str) -> Iterator[Finding]:
    """Whether a person is who somebody last signed that they are. `commitments` are the rows of the candidate."""
    latest = max(commitments, key=lambda row: row["number"], default=None)
    if latest is None:
        expected = msg("found.identity_signature", "the signature of whoever registered the person")
        yield finding_of("finding.identity_not_signed", "nobody has signed for the identity", file, expected, NOTHING)
        return
    try:
        found = commitment_to(said) if said["number"] == latest["candidate"] else None
    except (KeyError, TypeError, ValueError):
        found = None
    if found != latest["commitment"]:
        expected = latest["commitment"]
        yield finding_of("finding.identity_changed", "the identity was changed", file, expected, shown(found))


def erasure_findings(texts: Iterable[KeptText], erasures: Sequence[JsonRow]) -> Iterator[Finding]:
    """Texts that are said to be erased, and not by a row that somebody signed."""
    rows = {row["text"]: row for row in erasures}
    for one in texts:
        if one.erased_at is None:
            continue
        row = rows.get(one.reference)
        said = (one.erased_by, one.decision, one.erased_at) if row else None
        if row is None or (row["decided_by"], row["decision"], moment_of(row["recorded_at"])) != said:
            where = msg("where.text", "text {reference}", reference=one.reference)
            expected = msg("found.text_erasure", "a signed row that says so")
            yield finding_of(
                "finding.text_erased_by_nobody",
                "nobody has signed that the text was erased",
                where,
                expected,
                shown(one.decision),
            )


def opening_findings(manifest: Manifest, evidence: Evidence) -> Iterator[Finding]:
    """Whether it stands among the readings that whoever had the bundle made opened what is in it."""
    opening = manifest.opening
    if opening is None or evidence.journey_id in opening.withheld:
        return
    by, since = Actor.read(opening.by), moment_of(manifest.at)
    theirs = {
        row["what"]
        for row in evidence.rows["reads"]
        if not row["refused"] and moment_of(row["read_at"]) >= since and _name(row["actor"]) == (by and by.name)
    }
    for what in OPENED:
        if what not in theirs:
            where = msg("where.readings", "readings")
            yield finding_of(
                "finding.opening_not_written",
                "the opening of what the bundle shows is not on record",
                where,
                what.in_words,
                NOTHING,
            )


def _name(actor: str) -> str | None:
    found = Actor.read(actor)
    return found.name if found else None
