"""The notices of a journey, held against its history: each that was due, no other, and none sent by nobody."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from activities.outbox import Delivery
from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.findings import Finding, finding
from auditing.evidence.history_model import JourneyHistory, Sending
from auditing.verification.expected_entries import ExpectedNotice
from auditing.verification.reconstruct import Refolding
from models.ledger.hash_chain import plain
from models.partners.notice import TOLD

CLOCKS_AGREE_WITHIN = timedelta(minutes=1)
"""How far the clocks of the server and of the workers may lie apart."""


def notice_findings(evidence: Evidence, refolded: Refolding, history: JourneyHistory) -> Iterator[Finding]:
    """What differs between the notices that were due and those that are kept, and how far each has come."""
    found = {row["notice_id"]: row for row in evidence.rows["notices"]}
    for id_, expected in refolded.notices.items():
        if id_ not in found:
            what = f"{expected.entry.event.kind} to {expected.recipient}"
            yield finding("finding.notice_missing", "notice is missing", f"notice {id_}", what, "nothing")
    for id_, row in found.items():
        due, where = refolded.notices.get(id_), f"notice {id_}"
        if due is None:
            said = f"{row['recipient']}, {row['status']}"
            yield finding("finding.notice_never_due", "notice was never due", where, "nothing", said)
            continue
        for wanted, told in _content_differences(row, due):
            yield finding("finding.notice_differs", "notice differs", where, wanted, told)
        yield from _delivery_findings(row, history.sendings.get(row["event_id"], []), where)
        on = plain(refolded.acknowledged.get(id_))
        if row["acknowledged_at"] != on:
            told = row["acknowledged_at"]
            yield finding("finding.acknowledgement_differs", "acknowledgement differs", where, on or "none", told)


def _content_differences(row: JsonRow, due: ExpectedNotice) -> Iterator[tuple[Any, Any]]:
    """What a notice and its columns should say, and what they say."""
    event, notice = due.entry.event, row["notice"]
    said = {"event_id": str(event.event_id), "recipient": due.recipient}
    columns = {**said, "journey_id": notice.get("journey_id"), "created_at": plain(due.entry.recorded_at)}
    yield from ((f"{name} {value}", row[name]) for name, value in columns.items() if row[name] != value)
    said |= {"notice_id": due.notice_id, "kind": event.kind}
    yield from ((f"{name} {value}", notice.get(name)) for name, value in said.items() if notice.get(name) != value)
    for name, value in (("stage", due.stage), ("effective_on", plain(event.effective_on))):
        if notice.get(name) not in (None, value):
            yield f"{name} {value}", notice.get(name)
    fields = event.model_dump(mode="json")
    for name, value in (notice.get("details") or {}).items():
        if name != "answer_by" and (name not in TOLD or str(fields.get(name)) != value):
            yield f"{name} {fields.get(name)}" if name in TOLD else "nothing of that", f"{name} {value}"


def _delivery_findings(row: JsonRow, sendings: Sequence[Sending], where: str) -> Iterator[Finding]:
    """How far a notice says that it has come, held against the activities that sent the notices of its event."""
    is_sent, sent_at = row["status"] == Delivery.SENT, row["sent_at"]
    said = f"{row['status']} {sent_at or ''}".strip()
    if is_sent is not bool(sent_at):
        wanted = "a moment where it was sent, and only there"
        yield finding("finding.notice_contradicts_itself", "notice contradicts itself", where, wanted, said)
    if is_sent and not sendings:
        wanted = "an activity that sent it"
        yield finding("finding.notice_sent_nobody", "notice was sent by nobody", where, wanted, said)
        return
    first = min((one.asked_at for one in sendings), default=None)
    if sent_at and first and datetime.fromisoformat(sent_at) < first - CLOCKS_AGREE_WITHIN:
        yield finding("finding.notice_sent_before_due", "notice was sent before it was due", where, plain(first), said)
    settled = _settled(UUID(row["notice_id"]), sendings)
    if settled is not None and settled != row["status"]:
        yield finding("finding.delivery_differs", "delivery differs", where, settled, said)


def _settled(notice_id: UUID, sendings: Sequence[Sending]) -> Delivery | None:
    """What the last of these activities said became of a notice; None while it is at it, or where it does not say."""
    outcome = sendings[-1].outcome if sendings else None
    if outcome is not None and notice_id in outcome.sent:
        return Delivery.SENT
    return Delivery.DEAD if outcome is not None and notice_id in outcome.dead else None
