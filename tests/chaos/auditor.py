"""The auditor of a broken world: what must hold whatever was broken, asked of the evidence alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.identifiers import JourneyId
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.ledger.hash_chain import ADDED, CHAINED, GENESIS, row_hash
from models.partners.notice import id_of_notice
from models.projections.status import Standing, stand
from models.rules.decision import Refusal
from models.signatures import is_signed, row_bytes
from tests.chaos.evidence import Evidence, Told
from tests.chaos.journal import Answer


class Invariant(StrEnum):
    """What must hold."""

    RECEIPTS = "an accepted event stands in the ledger once, as its receipt says"
    SIGNALS = "what Temporal has taken has a row"
    ANSWERS = "whoever sends an event is answered in the end"
    CHAIN = "a journey's rows are whole, in one order, each after the one before"
    SIGNATURES = "every row is signed by a worker"
    HISTORIES = "an accepted event is in the history, as the same row each time"
    FOLDS = "list, place and status are what the accepted events amount to"
    PLACES = "no place is given twice"
    NOTICES = "each notice that follows from an event is there once"
    DELIVERIES = "each notice has come, and nothing has come that is none"
    STUCK = "each journey answers one more event"


@dataclass(frozen=True)
class Finding:
    """Something that does not hold."""

    invariant: Invariant
    where: str
    told: str

    def __str__(self) -> str:
        return f"{self.invariant.name}: {self.where}: {self.told}"


Findings = Iterator[Finding]


def audit(evidence: Evidence) -> list[Finding]:
    """Everything that does not hold, in the order of the invariants."""
    found = [*_answers(evidence), *_signals(evidence), *_places(evidence), *_deliveries(evidence)]
    due: dict[str, str] = {}
    for journey, rows in evidence.ledger.items():
        found += [*_chain(journey, rows), *_signed(evidence, journey, rows)]
        found += [*_histories(evidence.told.get(journey, Told()), journey, rows)]
        found += [*_folds(evidence, journey, rows, due), *_stuck(evidence, journey)]
    found += _notices(evidence, due)
    return sorted(found, key=lambda one: (list(Invariant).index(one.invariant), one.where))


def _answers(evidence: Evidence) -> Findings:
    for sent in evidence.sent:
        rows = evidence.ledger.get(sent.journey, [])
        where = f"{sent.journey} {sent.kind} {sent.event_id} by {sent.by}"
        if sent.answer is Answer.NONE:
            yield Finding(Invariant.ANSWERS, where, f"no answer after {sent.tries} tries")
        if sent.answer is not Answer.ACCEPTED:
            continue
        if not sent.event_id:  # an import does not tell under which ids it has sent
            found = [row for row in rows if row.kind == sent.kind and row.accepted]
        else:
            found = [row for row in rows if str(row.event_id) == sent.event_id]
        said = [(row.row, row.accepted) for row in found]
        if said != [(1 if sent.row is None else sent.row, True)]:
            yield Finding(Invariant.RECEIPTS, where, f"the receipt says row {sent.row}, the ledger {said}")


def _signals(evidence: Evidence) -> Findings:
    for sent in evidence.sent:
        rows = evidence.ledger.get(sent.journey, [])
        known = {str(row.event_id) for row in rows} | {row.signature for row in rows}
        if sent.answer is Answer.TAKEN and not known & {sent.event_id, sent.signature}:
            yield Finding(Invariant.SIGNALS, f"{sent.journey} {sent.kind} {sent.event_id}", "it has no row")


def _chain(journey: str, rows: list[Any]) -> Findings:
    if [row.row for row in rows] != list(range(1, len(rows) + 1)):
        yield Finding(Invariant.CHAIN, journey, f"rows {[row.row for row in rows]}")
    for before, row in zip((None, *rows), rows, strict=False):
        if row.previous != (before.hash if before else GENESIS):
            yield Finding(Invariant.CHAIN, f"{journey} row {row.row}", "it does not follow the row before it")
    for event_id, times in Counter(row.event_id for row in rows).items():
        if times > 1:
            yield Finding(Invariant.CHAIN, journey, f"{event_id} stands there {times} times")


def _signed(evidence: Evidence, journey: str, rows: list[Any]) -> Findings:
    for row in rows:
        is_its_own = row_hash({name: getattr(row, name) for name in (*CHAINED, *ADDED)}) == row.hash
        by_us = row.worker in evidence.worker_keys and row.worker_signature is not None
        if not (is_its_own and by_us and is_signed(row_bytes(row.hash), row.worker_signature, row.worker)):
            yield Finding(Invariant.SIGNATURES, f"{journey} row {row.row}", "no worker of ours has signed it so")


def _histories(told: Told, journey: str, rows: list[Any]) -> Findings:
    by_id = {str(row.event_id): row.row for row in rows}
    for row in rows:
        event_id = str(row.event_id)
        if row.accepted and event_id not in told.receipts and event_id not in told.known:
            yield Finding(Invariant.HISTORIES, f"{journey} row {row.row}", "no run knows of it")
    for event_id, numbers in told.receipts.items():
        if numbers != {by_id.get(event_id)}:
            said = f"histories say rows {sorted(numbers)}, the ledger {by_id.get(event_id)}"
            yield Finding(Invariant.HISTORIES, f"{journey} {event_id}", said)


def _folds(evidence: Evidence, journey: str, rows: list[Any], due: dict[str, str]) -> Findings:
    """Fold what was accepted, hold it against what says where the journey stands, and note which notices are due."""
    id_ = JourneyId.parse(journey)
    folded = Journey(evidence.rules[id_.programme], journey_id=id_)
    for row in rows:
        if not row.accepted:
            continue
        entry = Entry.model_validate({"event": row.event, "recorded_at": row.recorded_at})
        proposal = folded.propose(entry.event, entry.recorded_at)
        if isinstance(proposal, Refusal):
            yield Finding(Invariant.FOLDS, f"{journey} row {row.row}", f"refused by {proposal.rule}")
            return
        folded.commit(proposal)
        due |= {str(id_of_notice(row.event_id, journey, one)): journey for one in proposal.recipients}
    wanted = stand(id_.candidate, id_.programme, folded.state, len(folded.entries))
    status = evidence.statuses.get(journey)
    if status is None or Standing(**status.model_dump(include=set(Standing.model_fields))) != wanted:
        yield Finding(Invariant.FOLDS, journey, f"the workflow says {status}, its events {wanted}")
    listed, place = evidence.lists.get(journey), folded.state.place if folded.state else None
    if folded.state is not None and (listed is None or _differs(listed, wanted)):
        yield Finding(Invariant.FOLDS, journey, f"the list says {listed}, its events {wanted}")
    if evidence.places.get(journey) != place:
        yield Finding(Invariant.FOLDS, journey, f"it holds {evidence.places.get(journey)}, and its events say {place}")


def _differs(listed: Any, wanted: Standing) -> bool:
    return any(getattr(listed, name) != value for name, value in wanted.model_dump(mode="python").items())


def _places(evidence: Evidence) -> Findings:
    """Follow places through the whole ledger, in the order in which rows were written."""
    held: dict[str, str] = {}
    folded: dict[str, Journey] = {}
    for row in sorted((row for rows in evidence.ledger.values() for row in rows if row.accepted), key=lambda r: r.id):
        id_ = JourneyId.parse(row.journey_id)
        journey = folded.setdefault(row.journey_id, Journey(evidence.rules[id_.programme], journey_id=id_))
        entry = Entry.model_validate({"event": row.event, "recorded_at": row.recorded_at})
        proposal = journey.propose(entry.event, entry.recorded_at)
        if isinstance(proposal, Refusal):
            continue  # which is told of the journey
        journey.commit(proposal)
        held.pop(row.journey_id, None)
        if place := proposal.after.place:
            held[row.journey_id] = place
            if (taken := Counter(held.values())[place]) > evidence.offered.get(place, 0):
                told = f"{place} offers {evidence.offered.get(place)} and was given {taken} times"
                yield Finding(Invariant.PLACES, f"{row.journey_id} row {row.row}", told)
    for place, taken in Counter(evidence.places.values()).items():
        if taken > evidence.offered.get(place, 0):
            yield Finding(Invariant.PLACES, place, f"offers {evidence.offered.get(place)} and is held {taken} times")


def _notices(evidence: Evidence, due: dict[str, str]) -> Findings:
    there = Counter(str(row.notice_id) for row in evidence.notices)
    for notice_id, journey in due.items():
        if there[notice_id] != 1:
            yield Finding(Invariant.NOTICES, journey, f"notice {notice_id} is there {there[notice_id]} times")
    for row in evidence.notices:
        if str(row.notice_id) not in due:
            yield Finding(Invariant.NOTICES, row.journey_id, f"notice {row.notice_id} follows from nothing")
        if row.status != "sent":
            told = f"notice {row.notice_id} to {row.recipient} is {row.status} after {row.attempts}: {row.last_error}"
            yield Finding(Invariant.DELIVERIES, row.journey_id, told)


def _deliveries(evidence: Evidence) -> Findings:
    came = Counter(str(item.notice_id) for item in evidence.deliveries if item.verified is not False)
    known = {str(row.notice_id) for row in evidence.notices}
    for row in evidence.notices:
        if row.status == "sent" and not came[str(row.notice_id)]:
            yield Finding(Invariant.DELIVERIES, row.journey_id, f"notice {row.notice_id} is sent and never came")
    for notice_id in came.keys() - known:
        yield Finding(Invariant.DELIVERIES, notice_id, "it came, and there is no such notice")
    for notice_id in known:
        to = {item.recipient for item in evidence.deliveries if str(item.notice_id) == notice_id}
        if len(to) > 1:
            yield Finding(Invariant.DELIVERIES, notice_id, f"it came to {sorted(to)}")


def _stuck(evidence: Evidence, journey: str) -> Findings:
    told = evidence.told.get(journey)
    if told is not None and told.is_open and journey not in evidence.answers:
        yield Finding(Invariant.STUCK, journey, "it answers no more event")
