"""The notices of a journey, held against its history: each that was due, no other, and none sent by nobody."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from activities.outbox import Delivery
from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.fields import in_words, named
from auditing.evidence.findings import NOTHING, Finding, finding
from auditing.evidence.history_model import JourneyHistory, Sending
from auditing.verification.expected_entries import ExpectedNotice
from auditing.verification.reconstruct import Refolding
from models.events.descriptions import name_of
from models.ledger.hash_chain import plain
from models.message import Message, msg
from models.partners.notice import TOLD

CLOCKS_AGREE_WITHIN = timedelta(minutes=1)
"""How far the clocks of the server and of the workers may lie apart."""


def notice_findings(evidence: Evidence, refolded: Refolding, history: JourneyHistory) -> Iterator[Finding]:
    """What differs between the notices that were due and those that are kept, and how far each has come."""
    found = {row["notice_id"]: row for row in evidence.rows["notices"]}
    for id_, expected in refolded.notices.items():
        if id_ not in found:
            kind = name_of(expected.entry.event.kind)
            what = msg("found.notice_to", "{kind}, to {recipient}", kind=kind, recipient=expected.recipient)
            yield _finding(msg("finding.notice_missing", "notice is missing"), id_, what, NOTHING)
    for id_, row in found.items():
        due = refolded.notices.get(id_)
        if due is None:
            yield _finding(
                msg("finding.notice_never_due", "notice was never due"),
                id_,
                NOTHING,
                msg(
                    "found.notice",
                    "{recipient}, {status}",
                    recipient=row["recipient"],
                    status=in_words("status", row["status"]),
                ),
            )
            continue
        yield from _content_findings(row, due)
        yield from _delivery_findings(row, history)
        acknowledged = plain(refolded.acknowledged.get(id_))
        if row["acknowledged_at"] != acknowledged:
            yield _finding(
                msg("finding.acknowledgement_differs", "acknowledgement differs"),
                id_,
                acknowledged,
                row["acknowledged_at"],
            )


def _content_findings(row: JsonRow, due: ExpectedNotice) -> Iterator[Finding]:
    event, notice = due.entry.event, row["notice"]
    columns = {
        "journey_id": notice.get("journey_id"),
        "event_id": str(event.event_id),
        "recipient": due.recipient,
        "created_at": plain(due.entry.recorded_at),
    }
    said = {"notice_id": due.notice_id, "event_id": str(event.event_id), "kind": event.kind, "recipient": due.recipient}
    if row["journey_id"] != notice.get("journey_id"):
        yield _finding(
            msg("finding.notice_differs", "notice differs"), due.notice_id, row["journey_id"], notice.get("journey_id")
        )
    for name, value in columns.items():
        if row[name] != value:
            yield _finding(
                msg("finding.notice_differs", "notice differs"),
                due.notice_id,
                named(name, value),
                in_words(name, row[name]),
            )
    for name, value in said.items():
        if notice.get(name) != value:
            yield _finding(
                msg("finding.notice_differs", "notice differs"),
                due.notice_id,
                named(name, value),
                in_words(name, notice.get(name)),
            )
    may_say = {"stage": (None, due.stage), "effective_on": (None, plain(event.effective_on))}
    for name, values in may_say.items():
        if notice.get(name) not in values:
            yield _finding(
                msg("finding.notice_differs", "notice differs"),
                due.notice_id,
                named(name, values[1]),
                in_words(name, notice.get(name)),
            )
    yield from _detail_findings(notice.get("details") or {}, event.model_dump(mode="json"), due.notice_id)


def _detail_findings(told: Mapping[str, Any], event: Mapping[str, Any], notice_id: str) -> Iterator[Finding]:
    for name, value in told.items():
        if name != "answer_by" and (name not in TOLD or str(event.get(name)) != value):
            expected = named(name, event.get(name)) if name in TOLD else NOTHING
            yield _finding(msg("finding.notice_differs", "notice differs"), notice_id, expected, named(name, value))


def _delivery_findings(row: JsonRow, history: JourneyHistory) -> Iterator[Finding]:
    """How far a notice says that it has come, held against the activities that sent the notices of its event."""
    sendings, id_ = history.sendings.get(row["event_id"], []), row["notice_id"]
    said = in_words("status", row["status"])
    if row["sent_at"]:
        said = msg("found.status_at", "{status} {moment}", status=said, moment=row["sent_at"])
    if (row["status"] == Delivery.SENT and not row["sent_at"]) or (row["status"] != Delivery.SENT and row["sent_at"]):
        yield _finding(
            msg("finding.notice_contradicts_itself", "notice contradicts itself"),
            id_,
            msg("found.moment_if_sent", "a time only if it was sent"),
            said,
        )
    if row["status"] == Delivery.SENT and not sendings:
        yield _finding(
            msg("finding.notice_sent_nobody", "no activity sent the notice"),
            id_,
            msg("found.activity", "an activity that sent it"),
            said,
        )
        return
    first = min((one.asked_at for one in sendings), default=None)
    if row["sent_at"] and first and _moment(row["sent_at"]) < first - CLOCKS_AGREE_WITHIN:
        yield _finding(
            msg("finding.notice_sent_before_due", "notice was sent before it was due"), id_, plain(first), said
        )
    settled = _settled(UUID(id_), sendings)
    if settled is not None and settled != row["status"]:
        yield _finding(msg("finding.delivery_differs", "delivery differs"), id_, settled.in_words, said)


def _settled(notice_id: UUID, sendings: list[Sending]) -> Delivery | None:
    """What the last of these activities said became of a notice; None while it is at it, or where it does not say."""
    outcome = sendings[-1].outcome if sendings else None
    if outcome is not None and notice_id in outcome.sent:
        return Delivery.SENT
    return Delivery.DEAD if outcome is not None and notice_id in outcome.dead else None


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _finding(what: Message, notice_id: str, expected: object, found: object) -> Finding:
    return finding(what, msg("where.notice", "notice {notice_id}", notice_id=notice_id), expected, found)
