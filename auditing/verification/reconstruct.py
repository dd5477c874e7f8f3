"""The events of a history, folded again by the core: what the ledger, the lists and the notices should then say."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from auditing.evidence.findings import ACCEPTED, Finding, answer_of, explained, finding_of, refused_by, row_of, rule_of
from auditing.evidence.history_model import Answered, Began, Digests, JourneyHistory, Sent, TookIn
from auditing.verification.expected import Expected, ExpectedNotice
from auditing.verification.judging import RULES_OF_OWN, judged
from models.access.authorship import AUTHORITY_RULES, id_of_refused
from models.canonical import digest_of
from models.events.descriptions import name_of
from models.events.events import SAID_BY_THE_JOURNEY, Corrected, Event
from models.events.parsing import Unreadable
from models.identifiers import JourneyId
from models.journey.facts_beside import facts_beside
from models.journey.fold import Entry
from models.journey.journey import Journey, each_event_once
from models.ledger.entry import UNREADABLE, parties_of
from models.ledger.receipt import Receipt
from models.message import Message, msg
from models.partners.notice import id_of_notice
from models.rules.decision import Proposal, Refusal
from models.rules.recording import DECIDED_IN_RECORDING, each_event_has_its_id, it_can_be_judged, it_is_an_event
from models.rules.registry import became_stricter
from models.state.state import State
from workflows.clock import due
from workflows.elsewhere import found_event
from workflows.messages import due_messages

WITHOUT_CONTENTS = frozenset({each_event_has_its_id.id, *AUTHORITY_RULES})
"""Rules that refuse an event whose contents the ledger then does not keep."""


class Refolding:
    """Folds a history anew. `findings` are contradictions within it.

    `recorded` are the accepted events whose rows a worker of ours has signed, by their ids, with the numbers of the
    rows: a run that begins anew may bring them along, and one that learns of them from the ledger is not told those.
    `given_up` are the first ones of rows that were given up: a run begins anew with what lies before.
    """

    def __init__(
        self,
        journey_id: JourneyId,
        history: JourneyHistory,
        recorded: Mapping[str, int],
        given_up: Collection[int] = (),
    ) -> None:
        self.id = journey_id
        self._given_up = given_up
        self.goes_on_in: str | None = None
        self._recorded = recorded
        self._latest = 0
        self._is_a_strangers = self._is_empty = False
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
        self._nobodys = {
            step.receipt.event_id
            for step in history.steps
            if isinstance(step, Answered) and step.receipt.rule in AUTHORITY_RULES
        }
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
        if self._is_begun_with_others(began) or self._goes_on(began):
            return
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
        where, rules = msg("where.run", "run {run}", run=began.run_id), self.fold.rules
        self._rules[0] = Digests(also=(self._rules[0], began.names))
        if began.start.rules != rules:
            others = msg("found.other_rules", "other rules")
            self._differs("finding.rules_exchanged", "the rules were replaced", where, rules.id, others)
        known = self.fold.entries
        if not began.follows and carried[: len(known)] == known:
            # Begun anew from the ledger, which holds what a worker recorded and died before it could answer.
            for entry in carried[len(known) :]:
                if str(entry.event.event_id) in {*self._history.sent, *self._recorded}:
                    self._accept(entry, None)
        is_behind = began.after_a_reset and carried == known[: len(carried)]
        if carried != self.fold.entries and not is_behind:
            ours, theirs = _ids(self.fold.entries), _ids(carried)
            self._differs("finding.carried_events_differ", "the run begins with other events", where, ours, theirs)

    def _goes_on(self, began: Began) -> bool:
        """Whether a run began with all that lies before rows that were given up: nothing that earlier runs tell of
        these counts any more."""
        carried, by_row = began.start.entries, sorted(self._recorded.items(), key=lambda one: one[1])
        ids = [str(entry.event.event_id) for entry in carried]
        first = next((one for one in self._given_up if ids == [id_ for id_, row in by_row if row < one]), None)
        if began.follows or first is None:
            return False
        self.goes_on_in = began.run_id
        self.fold = Journey(began.start.rules, journey_id=self.id)
        self._rules = [Digests(also=(*self._rules[:1], began.names))]
        self.by_row = {number: expected for number, expected in self.by_row.items() if number < first}
        self.taken, self.notices, self.acknowledged = {}, {}, {}
        self.place_since, self._states, self._latest = None, [], 0
        for entry in carried:
            self._accept(entry, None)
        return True

    def _is_begun_with_others(self, began: Began) -> bool:
        """Whether somebody began the run with events of their own: then nothing is known by it, and nothing follows."""
        if self._is_empty:
            self.fold, self._is_empty = None, False
        if not (began.strange or self._came_to_nothing(began)):
            return False
        self._is_a_strangers = True
        if self.fold is None:
            self.fold, self._is_empty = Journey(began.start.rules, journey_id=self.id), True
            self._rules = [began.names]
        return True

    def _came_to_nothing(self, began: Began) -> bool:
        """Whether somebody began a run with events of their own and ended it before anything came of it."""
        known = {*self._history.sent, *self._recorded}
        invented = any(str(entry.event.event_id) not in known for entry in began.start.entries)
        return invented and began.over and not (began.follows or began.fruitful)

    def _take_in(self, took: TookIn) -> None:
        """As the workflow does: all of them, or none where the rules of this run refuse one."""
        assert self.fold is not None
        if self._is_a_strangers:
            return
        ahead = Journey(self.fold.rules, self.fold.entries, journey_id=self.id)
        for entry in took.entries:
            answer = judged(ahead.propose, entry)
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
            if any(one.accepted and one.event_id == str(receipt.event_id) for one in self.by_row.values()):
                self._is_twice(event, receipt)
            known = self.taken.get(str(receipt.event_id)) or self._expected(event, receipt, answered)
            self.by_row[receipt.row] = replace(known, answered=answered)
            return
        where = row_of(receipt.row)
        if receipt.accepted:
            wanted = msg("found.event_of_history", "an event of the history")
            if receipt.kind == UNREADABLE:
                wanted = refused_by(it_is_an_event.id)
            if receipt.kind in RULES_OF_OWN:  # the journey says so itself where the rule holds, and did not
                wanted = refused_by(RULES_OF_OWN[receipt.kind])
            kind = name_of(receipt.kind)
            self._differs("finding.accepted_never_sent", "the accepted event was never sent", where, wanted, kind)
        elif event is not None and receipt.rule not in NOT_JUDGED_ANEW and not self._is_late(receipt):
            answer = judged(fold.propose, Entry(event=event, recorded_at=receipt.recorded_at))
            self._judge_refusal(answer, receipt.rule, where)
        self.by_row[receipt.row] = self._expected(event, receipt, answered)

    def _is_twice(self, event: Event, receipt: Receipt) -> None:
        """An event has two rows, or another one has the second under its id."""
        same = all(one.content == event for one in self._history.sent.get(str(receipt.event_id), ()))
        refused = refused_by((each_event_once if same else each_event_has_its_id).id)
        where = row_of(receipt.row)
        self._differs("finding.accepted_twice", "an event id was accepted twice", where, refused, ACCEPTED)

    def _repeated(self, answered: Answered) -> None:
        first = self.by_row.get(answered.receipt.row)
        if first is not None and first.answered is not None and first.answered.receipt != answered.receipt:
            self._differs(
                "finding.two_answers",
                "one row was answered twice with different answers",
                row_of(answered.receipt.row),
                _say(first.answered),
                _say(answered),
            )

    def _judge_refusal(self, answer: Proposal | Refusal, rule: str | None, where: Message) -> None:
        if not isinstance(answer, Refusal):
            refused = refused_by(rule)
            self._debatable("finding.rules_allow", "the rules allow the refused event", where, ACCEPTED, refused)
        elif answer.rule != rule:
            self._debatable(
                "finding.another_rule_refuses",
                "another rule refuses the event",
                where,
                rule_of(answer.rule),
                rule_of(rule),
            )

    def _accept(self, entry: Entry, answered: Answered | None) -> None:
        """Fold one accepted event, and note what follows from it."""
        fold, event, id_ = self.fold, entry.event, str(entry.event.event_id)
        assert fold is not None
        before, judged_by, own_key = fold.state, self._judged_by(), fold.own_key_for(event)
        answer = judged(fold.propose, entry)
        row = answered.receipt.row if answered else self._recorded.get(id_)
        where = row_of(row) if row else msg("where.event", "event {event_id}", event_id=id_)
        if isinstance(answer, Refusal):
            refused = refused_by(answer.rule)
            self._differs(
                "finding.rules_refuse",
                "the rules refuse the accepted event",
                where,
                refused,
                ACCEPTED,
                debatable=became_stricter(answer.rule),
            )
            answer = answer if isinstance(event, Corrected) else judged(fold.grandfather, entry)
        if isinstance(answer, Proposal):
            fold.commit(answer)
            self._follows(answer, entry)
        after, at = fold.state, entry.recorded_at
        if answered and after and after.stage is not answered.receipt.stage:
            self._debatable("finding.stage_differs", "stage differs", where, after.stage, answered.receipt.stage)
        stages = (before.stage if before else None, after.stage if after else None)
        parties = parties_of(event, before)
        said = (id_, event, True, self._digests(event), True, at, *stages, judged_by, answered, parties)
        expected = Expected(*said, demands_own_key=own_key == "demanded", before=before, after=after)
        self._states.append(before)
        if answered:
            self.by_row[answered.receipt.row] = expected
        else:
            self.taken[id_] = expected
            self._latest = max(self._latest, self._recorded.get(id_, 0))

    def _follows(self, answer: Proposal, entry: Entry) -> None:
        event = entry.event
        place_before = answer.before.place if answer.before else None
        if answer.after.place != place_before:
            self.place_since = entry.recorded_at
        beside = facts_beside(self.fold.entries[:-1], event) if self.fold else {}
        for recipient in answer.recipients:
            id_ = str(id_of_notice(event.event_id, self.id, recipient))
            self.notices[id_] = ExpectedNotice(id_, entry, recipient, answer.after.stage, beside)
        if event.kind == "partner_acknowledged":
            self.acknowledged.setdefault(str(event.notice_id), entry.recorded_at)
        if event.kind == "rules_changed":
            self._rules.append(Digests(partial(digest_of, event.rules)))

    def _is_late(self, receipt: Receipt) -> bool:
        """Whether it was recorded before a worker died, and answered only after later events: judged in its own day."""
        return receipt.row < max((self._latest, *self.by_row))

    def _expected(self, event: Event | None, receipt: Receipt, answered: Answered) -> Expected:
        is_late = self._is_late(receipt)
        stage = self.state.stage if self.state and not is_late else receipt.stage
        digests = self._digests(event) if event is not None else self._history.any_digest
        id_, accepted, at = str(receipt.event_id), receipt.accepted, receipt.recorded_at
        kept, stages = event is not None and receipt.rule not in WITHOUT_CONTENTS, (stage, receipt.stage)
        judged_by = self._judged_by(is_late=is_late)
        return Expected(id_, event, kept, digests, accepted, at, *stages, judged_by, answered)

    def _judged_by(self, *, is_late: bool = False) -> Digests:
        assert self.fold is not None
        in_force = self.fold.state.rules if self.fold.state else self.fold.rules
        rules = self._rules if is_late else self._rules[-1:]
        return Digests(also=(*rules, Digests(partial(digest_of, in_force))))

    def _digests(self, event: Event) -> Digests:
        of_sent = (one.digests for one in self._history.sent.get(str(event.event_id), ()) if one.content == event)
        return Digests(also=(*of_sent, Digests(partial(digest_of, event))))

    def _sent(self, receipt: Receipt) -> Sent | None:
        """What a receipt answers: something that was sent, or what the journey itself says on a day, and nobody from
        outside."""
        sent = self._history.sent.get(str(receipt.event_id))
        if receipt.kind in SAID_BY_THE_JOURNEY and (sent is None or receipt.accepted):
            own = self._own(receipt)
            return Sent(own, Digests(partial(digest_of, own))) if own else None
        # One that was refused for its author's sake left its id to what they sent themselves.
        return next((one for one in sent if not self._is_nobodys(receipt.event_id, one)), sent[0]) if sent else None

    def _is_nobodys(self, event_id: UUID, sent: Sent) -> bool:
        return any(
            id_of_refused(event_id, rule, digest, sent.signed) in self._nobodys
            for rule in (AUTHORITY_RULES if self._nobodys else ())
            for digest in sent.digests
        )

    def _own(self, receipt: Receipt) -> Event | None:
        """The journey's own message: it follows from the state, or from one shortly before if several came due; or from
        what it found in other journeys."""
        for found in self._history.looked if receipt.kind == FOUND else ():
            if (event := found_event(self.id, found)).event_id == receipt.event_id:
                return event
        for state in (self.state, *reversed(self._states[-EARLIER:])):
            if state is None:
                continue
            for message in due_messages(self.id, state, due(state, receipt.recorded_at)):
                if message.event_id == receipt.event_id and not isinstance(message.content, Unreadable):
                    return message.content
        return None

    def _differs(
        self, id: str, text: str, where: Message, expected: object, found: object, *, debatable: bool = False
    ) -> None:
        one = finding_of(id, text, where, expected, found)
        self.findings.append(explained(one) if debatable else one)

    def _debatable(self, id: str, text: str, where: Message, expected: object, found: object) -> None:
        """What rests on today's code."""
        self._differs(id, text, where, expected, found, debatable=True)


FOUND = "employment_found_elsewhere"

NOT_JUDGED_ANEW = DECIDED_IN_RECORDING | {it_can_be_judged.id}
"""Rules under which a refusal stands whatever the core of today says; it may well judge what rules stumbled over."""

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
