"""A candidate's journey: a fold over events. Propose an event, and, once it is recorded, commit it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from models.canonical import digest_of
from models.events import events as e
from models.events.descriptions import name_of
from models.identifiers import JourneyId
from models.journey.correction_policy import (
    a_correction_changes_something,
    corrected_by_two_people,
    it_can_be_corrected,
)
from models.journey.facts_beside import agreed_last_day, internship_last_day
from models.journey.fold import (
    NONE_GRANDFATHERED,
    CorrectionContext,
    Entry,
    allowed,
    fold,
    later_events_stay_possible,
    resume,
    step,
)
from models.journey.own_keys import own_key_for
from models.journey.proposals import approved_by_another, as_correction, it_is_proposed_once, the_proposal_is_open
from models.message import msg
from models.programme.programme import OwnKey, Programme
from models.rules.decision import Proposal, Refusal
from models.rules.registry import Guard, declare, first_refusal
from models.stages import Stage
from models.state.partner_obligations import ROLES, STANDSTILLS, addressed
from models.state.recipients import (
    CHANGE_THE_DATES,
    END_OR_REOPEN_THE_WAY,
    ENDS_IT,
    told_of_the_end,
    told_the_dates,
    who,
)
from models.state.state import State

LARGEST_JOURNEY = 1_000_000
"""Bytes of events. A journey continues as new with all of them, and Temporal takes two million bytes at a time."""

GOES_INTO_A_FULL_JOURNEY = e.ENDINGS | e.NOT_FROM_THE_DESK
"""A full journey can still be ended and repaired, and its deadlines still come."""

each_event_once = declare("each_event_once", says="Each event is recorded once.")
there_is_room = declare("there_is_room", says="The record of the journey has room for the event.")

OF_CORRECTIONS: Mapping[str, tuple[Guard[[CorrectionContext]], ...]] = {
    "correction_proposed": (
        it_is_proposed_once,
        it_can_be_corrected,
        a_correction_changes_something,
        later_events_stay_possible,
    ),
    "proposal_declined": (the_proposal_is_open,),
    "corrected": (
        the_proposal_is_open,
        approved_by_another,
        it_can_be_corrected,
        a_correction_changes_something,
        corrected_by_two_people,
        later_events_stay_possible,
    ),
}
"""The rules that are asked of a correction, a proposed one and the answer to that, beside those of their rows, in their
order."""

JUDGED_BEFORE_FOLDING = {
    kind: tuple(guard for guard in guards if guard is not later_events_stay_possible)
    for kind, guards in OF_CORRECTIONS.items()
}
"""The same but for the last, which the fold itself answers."""


class Journey:
    """What has happened to one candidate in one programme (`entries`), and what that amounts to (`state`).

    `rules` are those in force at referral; from `journey_id` follow the ids of its notices. The state is None until a
    referral was committed. The entries it is made from were accepted, and stay so, whatever rules have come since.
    """

    def __init__(self, rules: Programme, entries: Iterable[Entry] = (), *, journey_id: JourneyId) -> None:
        self.rules = rules
        self._id = journey_id
        self.state: State | None = None
        self._entries = {entry.event.event_id: entry for entry in entries}
        self._grandfathered = NONE_GRANDFATHERED
        self._bytes = sum(map(_size, self.entries))
        self._digested: tuple[Programme, str] | None = None
        if self._entries:
            folded, self._grandfathered = resume(rules, self.entries, journey_id)
            if isinstance(folded, Refusal):
                raise ValueError(f"these events are no journey: {folded.message}")
            self.state = folded

    @property
    def id(self) -> JourneyId:
        return self._id

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The accepted events in the order of recording."""
        return tuple(self._entries.values())

    @property
    def rules_digest(self) -> str:
        """The name of the rules in force, by which a ledger row says what judged its event."""
        rules = self.state.rules if self.state else self.rules
        if self._digested is None or self._digested[0] is not rules:
            self._digested = (rules, digest_of(rules))
        return self._digested[1]

    def __contains__(self, event_id: UUID) -> bool:
        return event_id in self._entries

    def propose(self, event: e.Event, now: datetime) -> Proposal | Refusal:
        """Ask whether the event may happen. `now` is the moment, in UTC, of recording it. Changes nothing."""
        answer = self._judge(Entry(event=event, recorded_at=now))
        if isinstance(answer, Refusal):
            return answer
        return Proposal(event, now, self.state, answer, self._told(event, answer))

    def grandfather(self, event: e.Event, recorded_at: datetime) -> Proposal | Refusal:
        """What follows from an event that was accepted when it was recorded, though today's rules would refuse it."""
        after = step(self.rules, self.state, Entry(event=event, recorded_at=recorded_at), self._id, judged=False)
        if isinstance(after, Refusal):
            return after
        self._grandfathered |= {event.event_id}
        return Proposal(event, recorded_at, self.state, after, self._told(event, after))

    def commit(self, proposal: Proposal) -> None:
        """Let happen what was proposed. Raises ValueError where the journey has moved since: then propose again."""
        if proposal.before is not self.state:
            raise ValueError("this proposal was made in another state; propose the event again")
        entry = Entry(event=proposal.event, recorded_at=proposal.recorded_at)
        self._entries[proposal.event.event_id] = entry
        self._bytes += _size(entry)
        self.state = proposal.after

    def own_key_for(self, event: e.Event) -> OwnKey | None:
        """Whether an event is to be signed with its author's own key; None where nobody asks for it."""
        return own_key_for(event, self.entries, self.state.rules if self.state else self.rules)

    def allowed(self, now: datetime) -> tuple[str, ...]:
        """The kinds of event that are possible now, as far as can be said without seeing the event."""
        return allowed(self.state, now)

    def _judge(self, entry: Entry) -> State | Refusal:
        if entry.event.event_id in self:
            kind = name_of(entry.event.kind)
            return each_event_once.refuse(
                msg("each_event_once.recorded", "{kind} with this id is already recorded.", kind=kind)
            )
        if self._bytes + _size(entry) > LARGEST_JOURNEY and entry.event.kind not in GOES_INTO_A_FULL_JOURNEY:
            message = msg(
                "there_is_room.full", "The record of this journey is full. End the journey, and refer the person again."
            )
            return there_is_room.refuse(message)
        after = step(self.rules, self.state, entry, self._id)
        if isinstance(after, Refusal):
            return after
        context = self.correction(entry.event, entry.recorded_at, after.rules)
        if context is None:
            return after
        refused = first_refusal(JUDGED_BEFORE_FOLDING[entry.event.kind], context)
        if refused is not None or isinstance(entry.event, e.ProposalDeclined):
            return refused or after
        folded = context.refold()
        return folded if isinstance(entry.event, e.Corrected) or isinstance(folded, Refusal) else after

    def correction(self, event: e.Event, now: datetime, rules: Programme) -> CorrectionContext | None:
        """What the rules of corrections look at; None of an event that has nothing to do with one."""
        if not isinstance(event, e.Corrected | e.CorrectionProposed | e.ProposalDeclined):
            return None
        entries = self.entries

        def refold() -> State | Refusal:
            assert not isinstance(event, e.ProposalDeclined)
            return self._fold_with(as_correction(event) if isinstance(event, e.CorrectionProposed) else event, now)

        return CorrectionContext(event, entries, rules, now, refold)

    def _fold_with(self, event: e.Corrected, now: datetime) -> State | Refusal:
        entries = [*self.entries, Entry(event=event, recorded_at=now)]
        return fold(self.rules, entries, self._id, self._grandfathered - {event.corrects})

    def _told(self, event: e.Event, after: State) -> tuple[str, ...]:
        """Names of those to tell: of a correction, those who were told of what it corrects or are told of its like."""
        told = self._told_of(event)
        names = [name for said in told for name in after.rules.told_of(said.kind)]
        if any(said.kind == "coordinator_changed" for said in told):
            names += ["coordinator"]  # the one who leaves and the one who comes, whatever the programme says
        if self.state is not None and any(isinstance(said, STANDSTILLS) for said in told):
            names += told_the_dates(self.state)
        changed = {CHANGE_THE_DATES[said.kind] for said in told if said.kind in CHANGE_THE_DATES}
        changed |= set(self._ended_early(told))
        names += [name for stage in sorted(changed) for name in told_the_dates(after, stage)]
        if ends := {said.kind for said in told} & END_OR_REOPEN_THE_WAY:
            names += [name for state in (self.state, after) if state for name in told_of_the_end(state, ends)]
        if isinstance(event, e.RoleConverted):
            names += ["coordinator", "manager"]
        if isinstance(event, e.EmploymentFoundElsewhere):
            names += ["coordinator"]
        changes_parts = isinstance(event, e.Corrected | e.CoordinatorChanged)
        states = [self.state, after] if self.state and changes_parts else [after]
        meant = [each for name in names for state in states for each in who(name, state)]
        return tuple(dict.fromkeys([*meant, *(each for said in told for each in addressed(said, after))]))

    def _ended_early(self, told: Sequence[e.Event]) -> Iterator[Stage]:
        """The stages of what ended before its last day. `told` are an event, or all that was ever said in its place: a
        role that is agreed during an internship ends that."""
        ends = [said for said in told if said.kind in ENDS_IT or said.kind in ROLES]
        if ends:
            ids = {said.event_id for said in told}
            before = [*takewhile(lambda entry: entry.event.event_id not in ids, self.entries)]
            last_day, of_internship = agreed_last_day(before), internship_last_day(before)
            for said in ends:
                last = of_internship if said.kind in ROLES else last_day
                if last is not None and said.effective_on < last:
                    yield ENDS_IT.get(said.kind, Stage.INTERNSHIP)

    def _told_of(self, event: e.Event) -> list[e.Event]:
        """The event; of a correction also all that was ever said in the place of what it corrects."""
        told = [event]
        corrections = [entry.event for entry in self.entries if isinstance(entry.event, e.Corrected)]
        while isinstance(event, e.Corrected):
            target = self._entries[event.corrects].event
            alike = [other for other in (*corrections, event) if other.corrects == target.event_id]
            told += [target, *(other.replacement for other in alike if other.replacement)]
            event = target
        return told


def _size(entry: Entry) -> int:
    return len(entry.model_dump_json().encode())
