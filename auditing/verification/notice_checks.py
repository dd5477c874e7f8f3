"""The notices of a journey, held against its history: each that was due, no other, and none sent by nobody."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from activities.delivery import Delivery
from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.fields import in_words, named
from auditing.evidence.findings import NOTHING, Finding, finding_of, noted, row_of
from auditing.evidence.history_model import JourneyHistory, Sending
from auditing.verification.authority_checks import moment_of
from auditing.verification.expected import ExpectedNotice
from auditing.verification.ledger_checks import last_repair_of_temporal
from auditing.verification.reconstruct import Refolding
from models.access.charge import InCharge, is_staff, readers
from models.access.register import Register
from models.calendar.clocks import TOO_FAR_TO_WORK
from models.events.descriptions import name_of
from models.events.events import PartnerAcknowledged
from models.identifiers import Actor, JourneyId, Role
from models.ledger.hash_chain import plain
from models.message import Message, msg
from models.partners.notice import TOLD

ACKNOWLEDGED = PartnerAcknowledged.model_fields["kind"].default

CLOCKS_AGREE_WITHIN = timedelta(minutes=1)
"""How far the clocks of the server and of the workers lie apart where they are kept. When a notice was sent is told by
the clock of the worker, which works with one that is off, but not by more than TOO_FAR_TO_WORK."""


def notice_findings(
    evidence: Evidence, refolded: Refolding, history: JourneyHistory, register: Register
) -> Iterator[Finding]:
    """What differs between the notices that were due and those that are kept, and how far each has come."""
    rows = {row["notice_id"]: row for row in evidence.rows["notices"]}
    repair = last_repair_of_temporal(evidence.ledger)
    repaired_at = repair["recorded_at"] if repair else None
    lost = _told_by_a_lost_history(evidence.ledger, repair, refolded)
    for id_ in {**refolded.notices, **rows}:
        row, due = rows.get(id_), refolded.notices.get(id_)
        where = msg("where.notice", "notice {notice_id}", notice_id=id_)
        if row is None and due is not None:
            kind, recipient = name_of(due.entry.event.kind), in_words("recipient", due.recipient)
            wanted = msg("found.notice_to", "{kind}, to {recipient}", kind=kind, recipient=recipient)
            yield finding_of("finding.notice_missing", "notice is missing", where, wanted, NOTHING)
        elif row is not None and due is None:
            recipient, status = (in_words(name, row[name]) for name in ("recipient", "status"))
            told = msg("found.notice", "{recipient}, {status}", recipient=recipient, status=status)
            yield finding_of("finding.notice_never_due", "notice was never due", where, NOTHING, told)
        elif row is not None and due is not None:
            for expected, found in _content_differences(row, due):
                yield finding_of("finding.notice_differs", "notice differs", where, expected, found)
            since = due.entry.recorded_at if row["event_id"] in lost else None
            yield from _delivery_findings(row, history, since, repaired_at, where)
            yield from _reader_findings(row, due, refolded, register, where)
            on, told = plain(refolded.acknowledged.get(id_)), row["acknowledged_at"]
            if told != on:
                yield finding_of("finding.acknowledgement_differs", "acknowledgement differs", where, on, told)

    yield from _confirmed_findings(evidence.ledger, rows, refolded)


def _confirmed_findings(
    ledger: Sequence[JsonRow], rows: Mapping[str, JsonRow], refolded: Refolding
) -> Iterator[Finding]:
    """Confirmations of what is no notice of this journey to that partner."""
    recipients = {id_: due.recipient for id_, due in refolded.notices.items()}
    recipients |= {id_: row["recipient"] for id_, row in rows.items()}
    for row in ledger:
        if not row["accepted"] or row["kind"] != ACKNOWLEDGED or not isinstance(row["event"], dict):
            continue
        actor, recipient = Actor.read(row["actor"] or ""), recipients.get(str(row["event"].get("notice_id")))
        if recipient is None or (actor is not None and actor.role is Role.PARTNER and actor.name != recipient):
            yield finding_of(
                "finding.confirmed_no_notice",
                "what was confirmed is no notice of this journey to that partner",
                row_of(row["row"]),
                msg("found.notice_to_actor", "a notice to {actor}", actor=row["actor"]),
                row["event"].get("notice_id"),
            )


def _told_by_a_lost_history(ledger: Sequence[JsonRow], repair: JsonRow | None, refolded: Refolding) -> set[str]:
    """The events that a journey learnt from its ledger before Temporal was repaired: who sent their notices, and when,
    stood in a history that is lost."""
    before = [row["event_id"] for row in ledger if repair and row["row"] < repair["row"]]
    return {event_id for event_id in before if event_id in refolded.taken}


def _sending_lost(where: Message, expected: object, found: object) -> Finding:
    return noted(
        finding_of(
            "noted.sending_of_lost_history",
            "the history that told of the sending was lost with Temporal",
            where,
            expected,
            found,
        )
    )


def _content_differences(row: JsonRow, due: ExpectedNotice) -> Iterator[tuple[Message, Any]]:
    """What a notice and its columns should say, and what they say."""
    event, notice = due.entry.event, row["notice"] or {}
    both = {"event_id": str(event.event_id), "recipient": due.recipient}
    columns = {**both, "journey_id": notice.get("journey_id"), "created_at": plain(due.entry.recorded_at)}
    columns["kind"] = event.kind
    said = {**both, "notice_id": due.notice_id, "kind": event.kind}
    if_said = {"stage": due.stage, "effective_on": plain(event.effective_on)}
    said |= {name: value for name, value in if_said.items() if notice.get(name) is not None}
    for expected, found in ((columns, row), (said, notice)):
        for name, value in expected.items():
            if found.get(name) != value:
                yield named(name, value), named(name, found.get(name))
    said_so = {name: value for name, value in event.model_dump(mode="json").items() if name in TOLD}
    fields = {**said_so, **due.beside}
    for name, value in (notice.get("details") or {}).items():
        if name != "answer_by" and str(fields.get(name)) != value:
            yield named(name, fields[name]) if name in fields else NOTHING, named(name, value)


def _delivery_findings(
    row: JsonRow, history: JourneyHistory, since: datetime | None, repaired_at: str | None, where: Message
) -> Iterator[Finding]:
    """How far a notice says that it has come, held against the activities that sent the notices of its event, or
    against the moment since when it could be sent where an activity may have sent it that no history tells."""
    sendings = history.sendings.get(row["event_id"], [])
    is_sent, sent_at, said = row["status"] == Delivery.SENT, row["sent_at"], in_words("status", row["status"])
    if sent_at:
        said = msg("found.status_at", "{status} {moment}", status=said, moment=sent_at)
    if is_sent is not bool(sent_at):
        wanted = msg("found.moment_if_sent", "a time only if it was sent")
        yield finding_of("finding.notice_contradicts_itself", "notice contradicts itself", where, wanted, said)
    if is_sent and not sendings:
        wanted = msg("found.activity", "an activity that sent it")
        if since is not None:
            yield _sending_lost(where, wanted, said)
            return
        yield finding_of("finding.notice_sent_by_nobody", "no activity sent the notice", where, wanted, said)
        return
    if sent_at:
        yield from _moment_findings(row, history, since, where, said)
    settled = _settled(UUID(row["notice_id"]), sendings)
    if settled is Delivery.DEAD and is_sent and sent_at and repaired_at and sent_at < repaired_at:
        yield _sending_lost(where, settled, said)  # it was sent again by a workflow of its own
    elif settled is not None and settled != row["status"]:
        yield finding_of("finding.delivery_differs", "delivery differs", where, settled, said)


def _moment_findings(
    row: JsonRow, history: JourneyHistory, since: datetime | None, where: Message, said: Message
) -> Iterator[Finding]:
    """When a notice says that it was sent, held against the moment that the activity which sent it told.

    What was written before activities told it says only when they were asked for and when they were done, by the
    server's clock, and the row says it by the worker's: less than a day apart they are something to know of.
    """
    sent_at, sendings = moment_of(row["sent_at"]), history.sendings.get(row["event_id"], [])
    notice_id = UUID(row["notice_id"])
    told = [one for one in sendings if one.outcome is not None and notice_id in one.outcome.sent]
    moments = [at for one in told if one.outcome is not None and (at := one.outcome.moments.get(notice_id))]
    if moments:
        if sent_at not in moments:  # there are several where it was sent again from a ledger that had been put back
            yield finding_of(
                "finding.notice_sent_at_another_moment",
                "notice was sent at another moment than the history tells",
                where,
                plain(moments[-1]),
                said,
            )
        return
    first = since or min((one.asked_at for one in sendings), default=None)
    if first and (early := first - sent_at) > CLOCKS_AGREE_WITHIN:
        one = finding_of("finding.notice_too_early", "notice was sent before it was due", where, plain(first), said)
        by_its_clock = finding_of(
            "noted.notice_too_early",
            "notice was sent before it was due, by the clock of the worker that sent it",
            where,
            plain(first),
            said,
        )
        yield one if early > TOO_FAR_TO_WORK else noted(by_its_clock)
    last = max((one.done_at for one in told if one.done_at), default=None)
    if last and not since and (late := sent_at - last) > CLOCKS_AGREE_WITHIN:
        wanted = msg("found.at_the_latest", "{moment} at the latest", moment=plain(last))
        one = finding_of(
            "finding.notice_too_late", "notice is said to be sent after its sending was done", where, wanted, said
        )
        by_its_clock = finding_of(
            "noted.notice_too_late",
            "notice was sent after its sending was done, by the clock of the worker that sent it",
            where,
            wanted,
            said,
        )
        yield one if late > TOO_FAR_TO_WORK else noted(by_its_clock)


def _reader_findings(
    row: JsonRow, due: ExpectedNotice, refolded: Refolding, register: Register, where: Message
) -> Iterator[Finding]:
    """Whether whoever a notice was sent to might read it then: the partner, or of staff somebody in charge."""
    sent_to, sent_at, meant_for = row["sent_to"], row["sent_at"], due.recipient
    if sent_to is None or not sent_at:
        return
    may_read = {meant_for}
    if is_staff(register, meant_for):
        programme, sent = JourneyId.parse(row["journey_id"]).programme, moment_of(sent_at)
        moments = (sent - CLOCKS_AGREE_WITHIN, sent)  # the register may have changed while it was being sent
        may_read = {
            one.person
            for at in moments
            for coordinator in _in_charge(refolded, sent - CLOCKS_AGREE_WITHIN, sent + CLOCKS_AGREE_WITHIN)
            for one in readers(register, meant_for, InCharge(row["journey_id"], programme, None, coordinator), at)
        }
    if sent_to not in may_read:
        expected = ", ".join(sorted(may_read)) or NOTHING
        yield finding_of("finding.notice_sent_to_another", "notice was sent to somebody else", where, expected, sent_to)


def _in_charge(refolded: Refolding, first: datetime, last: datetime) -> set[str | None]:
    """Who was the coordinator at any moment from the first to the last; with None, where nobody was known yet."""
    rows = sorted(refolded.by_row.items())
    known = [(one.recorded_at, one.after.coordinator) for _, one in rows if one.after is not None]
    before: list[str | None] = [name for at, name in known if at <= first]
    return {*(before or [None])[-1:], *(name for at, name in known if first < at <= last)}


def _settled(notice_id: UUID, sendings: Sequence[Sending]) -> Delivery | None:
    """What the last of these activities said became of a notice; None while it is at it, or where it does not say."""
    outcome = sendings[-1].outcome if sendings else None
    if outcome is not None and notice_id in outcome.sent:
        return Delivery.SENT
    if outcome is not None and notice_id in outcome.to_call:
        return Delivery.TO_CALL
    return Delivery.DEAD if outcome is not None and notice_id in outcome.dead else None
