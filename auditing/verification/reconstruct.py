"""The events of a history, folded again by the core: what the ledger, the lists and the notices should then say."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import partial

from auditing.evidence.findings import ACCEPTED, Finding, explained, finding, refused_by
from auditing.evidence.findings import answered as answer_of
from auditing.evidence.findings import row as row_of
from auditing.evidence.history_model import Answered, Began, Digests, JourneyHistory, Sent, TookIn
from auditing.verification.expected_entries import UNJUDGED, WITHOUT_CONTENTS, Expected, ExpectedNotice
from models.canonical import digest_of
from models.events.descriptions import name_of
from models.events.events import SAID_BY_THE_JOURNEY, Corrected, Event
from models.events.parsing import Unreadable
from models.identifiers import JourneyId
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.ledger.entry import DECIDED_IN_RECORDING, parties_of
from models.ledger.receipt import Receipt
from models.message import Message, msg
from models.partners.notice import id_of_notice
from models.rules.decision import Proposal, Refusal
from models.state.state import State
from workflows.calendar import due
from workflows.messages import due_messages


class Refolding:
    """Folds a history anew. `findings` are contradictions within it.

    `recorded` are the ids of the accepted events whose rows a worker of ours has signed: a run that begins anew may
    bring them along.
    """

    def __init__(self, journey_id: JourneyId, history: JourneyHistory, recorded: Collection[str] = ()) -> None:
        self.id = journey_id
        self._recorded = recorded
        self._history = history
        self.fold: Journey | None = None
        self.by_row: dict[int, Expected] = {}
        self.taken: dict[str, Expected] = {}
        self.notices: dict[str, ExpectedNotice] = {}
        self.acknowledged: dict[str, datetime] = {}
        self.place_since: datetime | None = None
        self.findings: list[Finding] = []
        self._states: list[State | None] = []
        self._rules: list[Digests] = []
        self._is_a_strangers = False
        for step in history.steps:
            match step:
                case Began():
                    self._begin(step)
                case TookIn():
                    self._take_in(step)
                case Answered():
                    self._hear(step)

    @property
    def state(self) -> State | None:
        return self.fold.state if self.fold else None

    def _begin(self, began: Began) -> None:
        carried = began.start.entries
        self._is_a_strangers = bool(
            self.fold and self.fold.entries and not (began.follows or carried or began.fruitful)
        )
        if self._is_a_strangers:
            self._rules[0] = Digests(also=(self._rules[0], began.names))
            return
        if self.fold is None or not (began.follows or carried):
            self.fold = Journey(began.start.rules, journey_id=self.id)
            self._rules = [began.names]
            for entry in carried:
                self._accept(entry, None)
            return
        where = msg("where.run", "run {run}", run=began.run_id)
        self._rules[0] = Digests(also=(self._rules[0], began.names))
        if began.start.rules != self.fold.rules:
            self._differs(
                msg("finding.rules_exchanged", "the rules were replaced"),
                where,
                self.fold.rules.id,
                msg("found.other_rules", "other rules"),
            )
        known = self.fold.entries
        if not began.follows and carried[: len(known)] == known:
            # Begun anew from the ledger, which holds what a worker recorded and died before it could answer.
            for entry in carried[len(known) :]:
                event_id = str(entry.event.event_id)
                if event_id in self._history.sent or event_id in self._recorded:
                    self._accept(entry, None)
        if carried != self.fold.entries:
            self._differs(
                msg("finding.run_begins_other_events", "the run begins with other events"),
                where,
                _ids(self.fold.entries),
                _ids(began.start.entries),
            )

    def _take_in(self, took: TookIn) -> None:
        """As the workflow does: all of them, or none where the rules of this run refuse one."""
        assert self.fold is not None
        if self._is_a_strangers:
            return
        ahead = Journey(self.fold.rules, self.fold.entries, journey_id=self.id)
        for entry in took.entries:
            answer = ahead.propose(entry.event, entry.recorded_at)
            if isinstance(answer, Refusal):
                return
            ahead.commit(answer)
        for entry in took.entries:
            self._accept(entry, None)

    def _hear(self, answered: Answered) -> None:
        receipt, fold = answered.receipt, self.fold
        if fold is None or receipt.row in self.by_row:
            self._repeated(answered)
            return
        sent = self._sent(receipt)
        event = sent.content if sent and not isinstance(sent.content, Unreadable) else None
        if receipt.accepted and event is not None:
            entry = Entry(event=event, recorded_at=receipt.recorded_at)
            if receipt.event_id not in fold:
                self._accept(entry, answered)
                return
            known = self.taken.get(str(receipt.event_id)) or self._expected(event, receipt, answered)
            self.by_row[receipt.row] = replace(known, answered=answered)
            return
        if receipt.accepted:
            where = row_of(receipt.row)
            self._differs(
                msg("finding.what_accepted_never_sent", "the accepted event was never sent"),
                where,
                msg("found.event_of_history", "an event of the history"),
                name_of(receipt.kind),
            )
        elif (
            event is not None
            and receipt.rule not in DECIDED_IN_RECORDING | WITHOUT_CONTENTS | {UNJUDGED}
            and not self._is_late(receipt)
        ):
            self._judge_refusal(event, receipt)
        self.by_row[receipt.row] = self._expected(event, receipt, answered)

    def _repeated(self, answered: Answered) -> None:
        first = self.by_row.get(answered.receipt.row)
        if first is not None and first.answered is not None and first.answered.receipt != answered.receipt:
            where = row_of(answered.receipt.row)
            self._differs(
                msg("finding.row_answered_twice_differently", "one row was answered twice with different answers"),
                where,
                _say(first.answered),
                _say(answered),
            )

    def _judge_refusal(self, event: Event, receipt: Receipt) -> None:
        assert self.fold is not None
        answer = self.fold.propose(event, receipt.recorded_at)
        where = row_of(receipt.row)
        if not isinstance(answer, Refusal):
            self._debatable(
                msg("finding.rules_allow_what_refused", "the rules allow the refused event"),
                where,
                ACCEPTED,
                refused_by(receipt.rule),
            )
        elif answer.rule != receipt.rule:
            self._debatable(
                msg("finding.another_rule_refuses", "another rule refuses the event"),
                where,
                answer.rule,
                str(receipt.rule),
            )

    def _accept(self, entry: Entry, answered: Answered | None) -> None:
        """Fold one accepted event, and note what follows from it."""
        fold, event = self.fold, entry.event
        assert fold is not None
        before, judged_by = fold.state, self._judged_by()
        answer = fold.propose(event, entry.recorded_at)
        where = (
            row_of(answered.receipt.row)
            if answered
            else msg("where.event", "event {event_id}", event_id=event.event_id)
        )
        if isinstance(answer, Refusal):
            self._debatable(
                msg("finding.rules_refuse_what_accepted", "the rules refuse the accepted event"),
                where,
                refused_by(answer.rule),
                ACCEPTED,
            )
            answer = answer if isinstance(event, Corrected) else fold.grandfather(event, entry.recorded_at)
        if isinstance(answer, Proposal):
            fold.commit(answer)
            self._follows(answer, entry)
        after = fold.state
        if answered and after and after.stage is not answered.receipt.stage:
            self._debatable(msg("finding.stage_differs", "stage differs"), where, after.stage, answered.receipt.stage)
        stages = (before.stage if before else None, after.stage if after else None)
        expected = Expected(
            str(event.event_id),
            event,
            True,
            self._digests(event),
            True,
            entry.recorded_at,
            *stages,
            judged_by,
            answered,
            parties_of(event, before),
        )
        self._states.append(before)
        if answered:
            self.by_row[answered.receipt.row] = expected
        else:
            self.taken[expected.event_id] = expected

    def _follows(self, answer: Proposal, entry: Entry) -> None:
        event = entry.event
        place_before = answer.before.place if answer.before else None
        if answer.after.place != place_before:
            self.place_since = entry.recorded_at
        for recipient in answer.recipients:
            id_ = str(id_of_notice(event.event_id, self.id, recipient))
            self.notices[id_] = ExpectedNotice(id_, entry, recipient, answer.after.stage)
        if event.kind == "partner_acknowledged":
            self.acknowledged.setdefault(str(event.notice_id), entry.recorded_at)
        if event.kind == "rules_changed":
            self._rules.append(Digests(partial(digest_of, event.rules)))

    def _is_late(self, receipt: Receipt) -> bool:
        """Whether it was recorded before a worker died, and answered only after later events: judged in its own day."""
        return receipt.row < max(self.by_row, default=0)

    def _expected(self, event: Event | None, receipt: Receipt, answered: Answered) -> Expected:
        stage = self.state.stage if self.state and not self._is_late(receipt) else receipt.stage
        digests = self._digests(event) if event is not None else self._history.any_digest
        return Expected(
            str(receipt.event_id),
            event,
            event is not None and receipt.rule not in WITHOUT_CONTENTS,
            digests,
            receipt.accepted,
            receipt.recorded_at,
            stage,
            receipt.stage,
            self._judged_by(),
            answered,
        )

    def _judged_by(self) -> Digests:
        assert self.fold is not None
        in_force = self.fold.state.rules if self.fold.state else self.fold.rules
        return Digests(also=(self._rules[-1], Digests(partial(digest_of, in_force))))

    def _digests(self, event: Event) -> Digests:
        of_sent = (one.digests for one in self._history.sent.get(str(event.event_id), ()) if one.content == event)
        return Digests(also=(*of_sent, Digests(partial(digest_of, event))))

    def _sent(self, receipt: Receipt) -> Sent | None:
        """What a receipt answers: something that was sent, or what the journey itself says on a day."""
        sent = self._history.sent.get(str(receipt.event_id))
        if sent is None and receipt.kind in SAID_BY_THE_JOURNEY:
            own = self._own(receipt)
            return Sent(own, Digests(partial(digest_of, own))) if own else None
        return sent[0] if sent else None

    def _own(self, receipt: Receipt) -> Event | None:
        """The journey's own message: it follows from the state, or from one shortly before if several came due."""
        for state in (self.state, *reversed(self._states[-EARLIER:])):
            if state is None:
                continue
            for message in due_messages(self.id, state, due(state, receipt.recorded_at)):
                if message.event_id == receipt.event_id and not isinstance(message.content, Unreadable):
                    return message.content
        return None

    def _differs(self, what: Message, where: Message, expected: object, found: object) -> None:
        self.findings.append(finding(what, where, expected, found))

    def _debatable(self, what: Message, where: Message, expected: object, found: object) -> None:
        """What rests on today's code."""
        self.findings.append(explained(what, where, expected, found))


EARLIER = 5
"""States that are looked back at for what the journey itself said: as many steps hardly fall on one morning."""


def _ids(entries: tuple[Entry, ...]) -> Message | None:
    events = [
        msg("found.event", "{kind} ({event_id})", kind=name_of(one.event.kind), event_id=one.event.event_id)
        for one in entries
    ]
    return msg("found.several", "{several}", several=events) if events else None


def _say(answered: Answered) -> Message:
    return answer_of(answered.receipt.kind, answered.receipt.accepted, answered.receipt.event_id)
