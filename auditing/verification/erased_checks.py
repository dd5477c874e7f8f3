"""Journeys whose candidate was erased: what was decided stands signed by two, and what is left of the rows fits."""

from collections.abc import Iterator
from typing import NamedTuple

from activities.contents import candidate_in
from activities.delivery import Delivery
from auditing.evidence.evidence import Evidence
from auditing.evidence.fields import FIELDS, in_words
from auditing.evidence.findings import NOTHING, Finding, finding_of, noted, so_many
from auditing.evidence.runs import is_open
from auditing.verification.authority_checks import is_a_workers, signature_findings
from auditing.verification.projection_checks import NO_PLACE, PLACES, READ_MODELS
from models.access.disposals import Erased, erasure_in
from models.access.register import Register
from models.message import Message, msg


class OfTheErased(NamedTuple):
    """What an audit finds of a journey whose candidate's key was ended, and why the rest is not verified."""

    findings: list[Finding]
    because: Message


def erased_findings(evidence: Evidence, register: Register) -> OfTheErased:
    """What is wrong with an erased journey, beside its chain and its workers' signatures: those of its authors, what
    the lists say, what still runs or waits, and an erasure that two people have not signed."""
    erased = erasure_in(evidence.disposals, candidate_in(evidence.journey_id), register)
    found = [
        *_decision_findings(evidence, erased),
        *signature_findings(evidence.ledger, register),
        *_left_findings(evidence),
        *_list_findings(evidence, erased, register),
    ]
    if erased is None:
        return OfTheErased(found, msg("verdict.contents_erased", "its contents are erased, and its chain holds"))
    because = msg(
        "verdict.erased_by",
        "its contents were erased on {day} by decision {decision}, and what is left holds",
        day=erased.day,
        decision=erased.decision,
    )
    return OfTheErased(found, because)


def unfinished_findings(evidence: Evidence, register: Register) -> Iterator[Finding]:
    """An erasure that two people have signed and whose key opens still: it was interrupted, or a backup was restored
    and nobody carried it out again."""
    if not evidence.disposals:
        return
    erased = erasure_in(evidence.disposals, candidate_in(evidence.journey_id), register)
    if erased is not None:
        where, found = _where(evidence), msg("found.key_opens", "a key that opens")
        yield finding_of("finding.erasure_not_done", "the erasure is not done", where, _in_words(erased), found)


def _decision_findings(evidence: Evidence, erased: Erased | None) -> Iterator[Finding]:
    where = _where(evidence)
    if erased is None:
        expected = msg("found.two_signatures", "an erasure that two people have signed")
        found = so_many(len(evidence.disposals)) if evidence.disposals else NOTHING
        yield finding_of(
            "finding.erased_by_nobody", "the key was ended without a decision that counts", where, expected, found
        )
        return
    contents, found = msg("found.contents", "contents and replay"), _in_words(erased)
    yield noted(finding_of("noted.erased", "the contents were erased and are not verified", where, contents, found))


def _left_findings(evidence: Evidence) -> Iterator[Finding]:
    """What an erasure should have ended."""
    for run in evidence.runs:
        if is_open(run):
            where, found = msg("where.run", "run {run}", run=run.run_id), msg("workflow_status.running", "running")
            yield finding_of("finding.erased_runs", "a workflow of an erased candidate runs", where, NOTHING, found)
    for row in evidence.rows["notices"]:
        if row["status"] == Delivery.PENDING:
            where = msg("where.notice", "notice {notice_id}", notice_id=row["notice_id"])
            found = Delivery.PENDING.in_words
            yield finding_of("finding.erased_notice", "a notice of an erased candidate waits", where, NOTHING, found)
    if (place := evidence.one("places_taken")) is not None:
        yield finding_of("finding.place_differs", "place differs", PLACES, NO_PLACE, place["position"])


def _list_findings(evidence: Evidence, erased: Erased | None, register: Register) -> Iterator[Finding]:
    """What the list says otherwise than the rows that are left."""
    accepted = [row for row in evidence.ledger if row["accepted"] and is_a_workers(register, row)]
    line = evidence.one("journeys")
    stage = accepted[-1]["stage_after"] if accepted else None
    if line is None or not accepted:
        if line is not None or accepted:
            told, listed = in_words("stage", stage), line and in_words("stage", line["stage"])
            yield finding_of("finding.lists_differ", "lists differ", READ_MODELS, told, listed)
        return
    day = erased.day.isoformat() if erased else line["erased_on"]
    for name, expected in (("stage", stage), ("events", len(accepted)), ("erased_on", day)):
        if line[name] != expected:
            column, told, found = FIELDS[name], in_words(name, expected), in_words(name, line[name])
            yield finding_of("finding.column_differs", "{column} differs", READ_MODELS, told, found, column=column)


def _in_words(erased: Erased) -> Message:
    return msg("found.erased_on", "erased on {day} by decision {decision}", day=erased.day, decision=erased.decision)


def _where(evidence: Evidence) -> Message:
    return msg("where.candidate", "candidate {number}", number=candidate_in(evidence.journey_id))
