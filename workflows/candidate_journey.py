"""A candidate's journey as a durable workflow: one queue, one event at a time. The rules are in `models`."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from temporalio import workflow
from temporalio.common import RawValue, SearchAttributeKey
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.record import STRANGE, UNWRITABLE, Recorder, missed_by
    from models.events.events import Corrected, Repaired
    from models.events.parsing import Unreadable
    from models.identifiers import JOURNEY_WORKFLOW, JourneyId, own_id
    from models.journey.fold import Entry, mark_of
    from models.journey.journey import Journey
    from models.ledger.entry import LedgerEntry
    from models.ledger.receipt import Receipt
    from models.projections.status import Status, describe, stand
    from models.rules.decision import Proposal, Refusal
    from models.rules.recording import the_journey_is_the_ledgers, the_rules_are_registered
    from workflows import policies
    from workflows.announcing import Announcements
    from workflows.clock import Clock, due, is_over, next_waking
    from workflows.elsewhere import Elsewhere
    from workflows.messages import (
        EMPLOYMENT_SIGNAL,
        EVENT_SIGNAL,
        RENEW_SIGNAL,
        STATUS_QUERY,
        SUBMIT_UPDATE,
        Incoming,
        JourneyStart,
        cancel_message,
        due_messages,
        entry_for,
        not_judged,
        read_message,
        unreadable,
    )
    from workflows.pace import Pace
    from workflows.search_attributes import shown_of
    from workflows.starting import NO_INPUT, REFER_INSTEAD, REPAIR_INSTEAD, begin, read_start, refused_start
    from workflows.tracing import TRACE, belonging_to


@workflow.defn(name=JOURNEY_WORKFLOW)
class CandidateJourney:
    """propose → record → commit → announce, for each event in the order in which it came."""

    @workflow.init
    def __init__(self, given: RawValue = NO_INPUT) -> None:
        info = workflow.info()
        start = read_start(given, info.workflow_id)
        self._id = JourneyId.parse(info.workflow_id)
        self._announcing, self._candidate, self._rows = start.announcing, start.candidate, start.rows
        self._continued = info.continued_run_id is not None
        self._journey = begin(start, self._id, continued=self._continued)
        self._unchecked = tuple(mark_of(one.event, one.recorded_at) for one in start.entries)
        self._queue: deque[Incoming | Callable[[], Incoming]] = deque()
        self._announcements = Announcements(self._id)
        self._pace = Pace()
        self._signals = 0
        self._updates = (0, 0)
        self._asked: set[UUID] = set()
        self._woken = self._renewing = False
        self._elsewhere = Elsewhere(self._id)
        self._accepted = self._refused = self._refused_rules = self._is_strange = False
        self._clock = Clock(self._wake)
        self._shown = self._search_attributes() if self._continued else {}

    @workflow.run
    async def run(self, _given: RawValue = NO_INPUT) -> Status:
        for event_id in self._announcing:
            self._announcements.start(event_id, "carried over")
        life = asyncio.create_task(self._live())
        while not life.done():
            try:
                await asyncio.shield(life)
            except asyncio.CancelledError:
                # A journey ends by an event that says why, not by a button; who must may still terminate it.
                self._queue.append(cancel_message(self._own_id("cancel")))
        if self._is_strange:
            raise refused_start("The events in the input are not those of the ledger. " + REPAIR_INSTEAD)
        if self._rules_are_wrong():
            raise refused_start("The rules in the input were never put in force. " + REFER_INSTEAD)
        if not self._is_over():
            workflow.continue_as_new(
                self._carried(),
                # Should workers ever pin journeys to the code of their day, the next run is of today's all the same.
                initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
            )
        return self.status()

    # A client can send no input, several, another encoding, an unknown name. The SDK would drop some of it and stumble
    # for ever over the rest; dynamic handlers are given all of it, undecoded.

    @workflow.signal(dynamic=True)
    async def on_signal(self, name: str, inputs: Sequence[RawValue]) -> None:
        """`event`: an event, answered in the ledger. `renew`: the operator wants a run of today's code. `employment`:
        what another journey of the person tells of employment has changed."""
        self._signals += 1
        if name == EMPLOYMENT_SIGNAL:
            self._elsewhere.is_to_look()
            return
        if name == RENEW_SIGNAL:
            self._renewing = True
            return
        own_id, trace = self._own_id(f"signal {self._signals}"), TRACE.get()
        # Read when its turn comes: thousands may have come at once, and a task that thinks for long counts as hung.
        place = len(self._queue) - min(self._updates_of_this_task(), len(self._queue))
        self._queue.insert(place, lambda: replace(read_message(EVENT_SIGNAL, name, inputs, own_id), trace=trace))

    @workflow.update(dynamic=True)
    async def on_update(self, name: str, inputs: Sequence[RawValue]) -> Receipt:
        """`submit`: an event, answered with its receipt."""
        update = workflow.current_update_info()
        assert update is not None
        message = read_message(SUBMIT_UPDATE, name, inputs, self._own_id(f"update {update.id}"))
        message.trace = TRACE.get()
        self._updates = (workflow.info().get_current_history_length(), self._updates_of_this_task() + 1)
        self._queue.append(message)
        await workflow.wait_condition(lambda: message.receipt is not None)
        assert message.receipt is not None
        return message.receipt

    @workflow.query(name=STATUS_QUERY)
    def status(self) -> Status:
        """Where the journey is, what it waits for, and what is possible next."""
        events = len(self._journey.entries)
        return describe(self._candidate, self._journey.rules.id, self._journey.state, events, workflow.now())

    async def _live(self) -> None:
        """Until the journey is over or its history long enough to continue as new, and nothing is left lying."""
        while True:
            await self._work_off()
            if self._may_leave():
                return
            self._clock.wake_at(next_waking(self._journey.state, workflow.now(), workflow.info().start_time))
            await workflow.wait_condition(lambda: self._woken or self._has_work() or self._may_leave())
            self._woken = False

    async def _work_off(self) -> None:
        while self._has_work() or (came_due := self._due()):
            if self._elsewhere.is_due:
                self._queue.extendleft(await self._elsewhere.look(self._journey.state))
            elif self._queue:
                waiting = self._queue.popleft()
                message = waiting if isinstance(waiting, Incoming) else waiting()
                with belonging_to(message.trace):
                    await self._handle(message)
                await self._pace.after(message)
            else:
                self._queue.extend(came_due)
        self._show()

    def _updates_of_this_task(self) -> int:
        """How many updates have come with this workflow task. A signal goes before them, as a replay gives the two:
        when a run was reset, the server brings what had come after that all at once, and in another order."""
        length, count = self._updates
        return count if length == workflow.info().get_current_history_length() else 0

    def _has_work(self) -> bool:
        return bool(self._queue) or self._elsewhere.is_due

    async def _handle(self, message: Incoming) -> None:
        while message.receipt is None:
            now = workflow.now()
            answer, entry = self._judge(message, now)
            try:
                receipt = await self._record(entry)
            except ApplicationError as error:
                self._is_strange = error.type == STRANGE
                if self._is_strange:
                    return
                if error.type == UNWRITABLE:
                    workflow.logger.error("what follows from an event cannot be written: it is refused")
                elif self._take_in(missed_by(error)):
                    continue
                answer, entry = self._unjudged(message, now)
                receipt = await self._record(entry.model_copy(update={"known": None}))
            if receipt.accepted and receipt.recorded_at != now:
                # Recorded before a worker died. The moment in the ledger counts, or the two would fold differently.
                answer, _ = self._judge(message, receipt.recorded_at)
            if receipt.accepted and isinstance(answer, Refusal):
                answer = self._grandfathered(message, answer, receipt)
            if receipt.accepted and isinstance(answer, Proposal):
                self._commit(answer)
            self._accepted = self._accepted or receipt.accepted
            self._refused = self._refused or not receipt.accepted
            self._refused_rules = self._refused_rules or receipt.rule == the_rules_are_registered.id
            self._is_strange = self._is_strange or receipt.rule == the_journey_is_the_ledgers.id
            self._unchecked = self._unchecked if self._is_strange else ()
            self._rows = max(self._rows, receipt.row)
            message.receipt = receipt

    def _grandfathered(self, message: Incoming, refusal: Refusal, receipt: Receipt) -> Proposal | Refusal:
        """What follows from an event that the rules of its day accepted: stricter ones may have come since.

        An event that the journey has already is a repeat, and nothing follows from it.
        """
        event = message.content
        if isinstance(event, Unreadable | Corrected) or event.event_id in self._journey:
            return refusal
        return self._journey.grandfather(event, receipt.recorded_at)

    async def _record(self, entry: LedgerEntry) -> Receipt:
        return await workflow.execute_local_activity_method(
            Recorder.record,
            entry,
            start_to_close_timeout=policies.RECORDING,
            retry_policy=policies.RECORD_RETRY,
            local_retry_threshold=policies.RECORD_AT_ONCE,
            summary=entry.kind,
        )

    def _take_in(self, missed: Sequence[Entry]) -> bool:
        """Know what the ledger knows already: recorded before a worker died, and its message not come again yet.

        False, and nothing is taken in, where the rules of this run refuse it: then it is the ledger of a journey that
        has ended, and somebody has begun one anew under its id.
        """
        if missed:
            workflow.logger.warning("taking in what the ledger holds and this run has lost: %d event(s)", len(missed))
        ahead = Journey(self._journey.rules, self._journey.entries, journey_id=self._id)
        for entry in missed:
            if isinstance(answer := ahead.propose(entry.event, entry.recorded_at), Refusal):
                workflow.logger.error("the ledger holds %s, which the rules refuse", entry.event.event_id)
                return False
            ahead.commit(answer)
        for entry in missed:
            answer = self._journey.propose(entry.event, entry.recorded_at)
            assert isinstance(answer, Proposal)
            self._commit(answer)
        return True

    def _commit(self, proposal: Proposal) -> None:
        self._journey.commit(proposal)
        self._elsewhere.note(proposal.before, proposal.after)
        if isinstance(proposal.event, Repaired):
            self._shown = {}  # what Temporal's list says may be what differed, so all of it is said again
        if proposal.recipients:
            self._announcements.start(proposal.event.event_id, proposal.event.kind)

    def _judge(self, message: Incoming, now: datetime) -> tuple[Proposal | Refusal, LedgerEntry]:
        try:
            said = message.content
            answer = unreadable(said) if isinstance(said, Unreadable) else self._journey.propose(said, now)
            return answer, self._entry(message, answer, now)
        except Exception:
            # A slip in the rules must not hold up a journey: it stays where it is, and the ledger says so.
            workflow.logger.exception("an event could not be judged")
            return self._unjudged(message, now)

    def _unjudged(self, message: Incoming, now: datetime) -> tuple[Refusal, LedgerEntry]:
        return (answer := not_judged()), self._entry(message, answer, now)

    def _entry(self, message: Incoming, answer: Proposal | Refusal, now: datetime) -> LedgerEntry:
        entry = entry_for(self._id, self._candidate, self._journey, message, answer, now)
        return entry.model_copy(update={"rows": self._rows, "carried": self._unchecked, "continued": self._continued})

    def _due(self) -> list[Incoming]:
        """The deadlines that have come, each once a run: one that could not be recorded must not turn in circles."""
        state = self._journey.state
        messages = due_messages(self._id, state, due(state, workflow.now())) if state else []
        fresh = [message for message in messages if message.event_id not in self._asked]
        self._asked |= {message.event_id for message in fresh}
        return fresh

    def _is_over(self) -> bool:
        over = is_over(self._journey.state, workflow.now(), workflow.info().start_time, self._refused)
        return over and not self._announcements.under_way

    def _may_leave(self) -> bool:
        """Whether this run can end without losing anything: no message waits, no update still needs its receipt."""
        wants_to = self._is_over() or self._renewing or self._is_strange or self._rules_are_wrong()
        is_long = workflow.info().is_continue_as_new_suggested()
        return not self._has_work() and workflow.all_handlers_finished() and (wants_to or is_long)

    def _rules_are_wrong(self) -> bool:
        """Whether somebody started this run with rules that were never put in force: nothing can come of it."""
        return self._refused_rules and not (self._accepted or self._continued)

    def _carried(self) -> JourneyStart:
        return JourneyStart(
            candidate=self._candidate,
            rules=self._journey.rules,
            entries=self._journey.entries,
            announcing=self._announcements.under_way,
            rows=self._rows,
        )

    def _show(self) -> None:
        """Tell Temporal's own lists and pages where the journey is. Nothing of it is personal."""
        shown = self._search_attributes()
        changed = [key.value_set(value) for key, value in shown.items() if self._shown.get(key) != value]
        if changed:
            workflow.upsert_search_attributes(changed)
            self._shown = shown
        now = stand(self._candidate, self._journey.rules.id, self._journey.state, len(self._journey.entries))
        workflow.set_current_details(f"**{now.stage}** since {now.since}; waits for {now.waits_for}")

    def _search_attributes(self) -> dict[SearchAttributeKey[str], str]:
        return shown_of(self._journey.state, self._rows)

    def _own_id(self, what: str) -> UUID:
        """An id for something that may bring none: the same however often this run has to read it. Signals keep their
        order; an update that was not answered before a worker died comes back behind later signals."""
        return own_id(UUID(workflow.info().run_id), what)

    def _wake(self) -> None:
        self._woken = True
