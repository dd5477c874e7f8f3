"""A candidate's journey: a fold over events. Propose an event, and, once it is recorded, commit it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from models import events as e
from models.answers import Proposal, Refusal
from models.fold import Entry, allowed, fold, step
from models.moves import ENDINGS, NOT_FROM_OUTSIDE
from models.programme import Programme
from models.sentence import say
from models.situation import DESIGN
from models.state import State

LARGEST_JOURNEY = 1_000_000
"""Bytes of events. A journey continues as new with all of them, and Temporal takes two million bytes at a time."""

GOES_INTO_A_FULL_JOURNEY = ENDINGS | NOT_FROM_OUTSIDE
"""A full journey can still be ended, and its deadlines still come."""


class Journey:
    """What has happened to one candidate in one programme (`entries`), and what that amounts to (`state`).

    `rules` are those in force at referral. The state is None until a referral was committed.
    """

    def __init__(self, rules: Programme, entries: Iterable[Entry] = ()) -> None:
        self.rules = rules
        self.state: State | None = None
        self._entries = {entry.event.event_id: entry for entry in entries}
        self._bytes = sum(map(_size, self.entries))
        if self._entries:
            folded = fold(rules, self.entries)
            if isinstance(folded, Refusal):
                raise ValueError(f"these events are no journey: {folded.message}")
            self.state = folded

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The accepted events in the order of recording."""
        return tuple(self._entries.values())

    def __contains__(self, event_id: UUID) -> bool:
        return event_id in self._entries

    def propose(self, event: e.Event, now: datetime) -> Proposal | Refusal:
        """Ask whether the event may happen. `now` is the moment, in UTC, of recording it. Changes nothing."""
        answer = self._judge(Entry(event=event, recorded_at=now))
        if isinstance(answer, Refusal):
            return Refusal(answer.rule, answer.source, answer.message, self.allowed(now))
        return Proposal(event, now, self.state, answer, self._told(event, answer))

    def commit(self, proposal: Proposal) -> None:
        """Let happen what was proposed. Raises ValueError where the journey has moved since: then propose again."""
        if proposal.before is not self.state:
            raise ValueError("this proposal was made in another state; propose the event again")
        entry = Entry(event=proposal.event, recorded_at=proposal.recorded_at)
        self._entries[proposal.event.event_id] = entry
        self._bytes += _size(entry)
        self.state = proposal.after

    def allowed(self, now: datetime) -> tuple[str, ...]:
        """The kinds of event that are possible now, as far as can be said without seeing the event."""
        return allowed(self.state, now)

    def _judge(self, entry: Entry) -> State | Refusal:
        if entry.event.event_id in self:
            return Refusal(
                "each_event_once", DESIGN, say("{kind} with this id is recorded already.", kind=entry.event.kind)
            )
        if self._bytes + _size(entry) > LARGEST_JOURNEY and entry.event.kind not in GOES_INTO_A_FULL_JOURNEY:
            message = say(
                "The record of this journey is full: too much was written into it. End it, and refer the person again."
            )
            return Refusal("there_is_room", DESIGN, message)
        after = step(self.rules, self.state, entry)
        if isinstance(after, Refusal) or not isinstance(entry.event, e.Corrected):
            return after
        return self._refuse_target(entry.event) or fold(self.rules, [*self.entries, entry])

    def _refuse_target(self, event: e.Corrected) -> Refusal | None:
        """Why the event that a correction names cannot be corrected so; None where it can."""
        target = self._entries.get(event.corrects)
        replacement = event.replacement.kind if event.replacement else None
        if target is None:
            why = say("This journey has no accepted event with that id; look for it with: admin.py show.")
        elif replacement == "role_converted" or isinstance(target.event, e.RoleConverted):
            why = say("What the law does cannot be corrected; correct the events that its day follows from.")
        elif replacement == "deadline_passed":
            why = say(
                "Only the journey itself says that a deadline has passed; replace the event by one that you can send."
            )
        elif isinstance(target.event, e.DeadlinePassed):
            why = say("That a day has passed cannot be corrected; correct the event that set the date.")
        elif isinstance(target.event, e.Corrected) and replacement:
            why = say("A correction can be struck but not replaced; strike it and record a new one.")
        elif isinstance(target.event, e.Referred) and replacement != "referred":
            why = say("A journey begins with a referral: replace it by one, or end the journey with discontinued.")
        else:
            return None
        return Refusal("it_can_be_corrected", DESIGN, why)

    def _told(self, event: e.Event, after: State) -> tuple[str, ...]:
        """Names of those to tell: of a correction, those who were told of what it corrects or are told of its like."""
        names = [name for kind in self._kinds(event) for name in after.rules.told_of(kind)]
        if isinstance(event, e.DeadlinePassed):
            names += ["coordinator", "manager"] if event.step is e.DeadlineStep.ESCALATION else ["coordinator"]
        if isinstance(event, e.RoleConverted):
            names += ["coordinator", "manager"]
        states = [self.state, after] if self.state and isinstance(event, e.Corrected) else [after]
        return tuple(dict.fromkeys(_who(name, state) for name in names for state in states))

    def _kinds(self, event: e.Event) -> list[str]:
        """The kind of an event; of a correction also all that was ever said in the place of what it corrects."""
        kinds: list[str] = [event.kind]
        corrections = [entry.event for entry in self.entries if isinstance(entry.event, e.Corrected)]
        while isinstance(event, e.Corrected):
            target = self._entries[event.corrects].event
            alike = [other for other in (*corrections, event) if other.corrects == target.event_id]
            kinds += [target.kind, *(other.replacement.kind for other in alike if other.replacement)]
            event = target
        return kinds


def _size(entry: Entry) -> int:
    return len(entry.model_dump_json().encode())


def _who(name: str, state: State) -> str:
    """Whom a programme means by a name that stands for a part in the journey; any other name means itself."""
    parts = {
        "coordinator": state.coordinator,
        "manager": state.rules.manager,
        "referring_partner": state.referring_partner,
    }
    return parts.get(name, name)
