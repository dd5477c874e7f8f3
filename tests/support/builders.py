"""Ways for tests: journeys told event by event, each step checked against the journey made anew."""

from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from activities.language import said
from models.events.events import EVENT, Event
from models.fields import Source
from models.identifiers import Actor, JourneyId
from models.journey.correction_policy import latest_author
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.message import Message
from models.programme.programme import Programme
from models.rules.decision import Proposal, Refusal
from models.stages import Stage
from models.state.deadlines import Moment, reached
from models.state.partner_obligations import unions_to_consult
from models.state.state import State
from tests.support.examples import Standing, example
from tests.support.programmes import SERVICE
from tests.support.values import COORDINATOR, DAY, JOURNEY_ID, MONDAY, at, is_one_sentence, numbered_id

ROUTES: dict[Stage, tuple[str, ...]] = {
    Stage.REFERRAL: ("referred",),
    Stage.REQUIREMENT_CHECK: ("referred", "referral_accepted"),
    Stage.AWAITING_PLACEMENT: ("referred", "referral_accepted", "requirements_checked"),
    Stage.INTERNSHIP: ("referred", "referral_accepted", "requirements_checked", "internship_agreed"),
}
"""The shortest way to each stage, by the kinds of its events."""
ROUTES[Stage.EVALUATION] = (*ROUTES[Stage.INTERNSHIP], "internship_completed")
ROUTES[Stage.TEMPORARY_ROLE] = (*ROUTES[Stage.EVALUATION], "evaluation_recorded", "temporary_role_agreed")
ROUTES[Stage.PERMANENT_ROLE] = (*ROUTES[Stage.EVALUATION], "evaluation_recorded", "permanent_role_agreed")
ROUTES[Stage.CLOSED] = (*ROUTES[Stage.AWAITING_PLACEMENT], "withdrawn")


def travelled(entry: Entry) -> Entry:
    return Entry.model_validate_json(entry.model_dump_json())


def rebuilt(journey: Journey) -> Journey:
    """The journey made anew from its entries, as they travel: as JSON, with the rules in force at referral."""
    rules = Programme.model_validate_json(journey.rules.model_dump_json())
    return Journey(rules, map(travelled, journey.entries), journey_id=journey.id)


def but_for_bookkeeping(state: State) -> State:
    """The state without what tells when it was recorded and which deadlines have been told of."""
    return replace(state, touched_on=date.min, evaluators=frozenset(), passed=frozenset())


def second_person(journey: Journey, corrects: UUID) -> Actor:
    """A coordinator who has not written what holds today of an event, and so may correct it."""
    return (
        Actor.parse("coordinator:bo.lind") if latest_author(corrects, journey.entries) == COORDINATOR else COORDINATOR
    )


class Way(Standing):
    """A journey that a test tells event by event, each taking effect and being recorded on `day` unless said.

    Whatever happens on the way, the journey made anew from its entries must equal the live one: each step checks that.
    """

    def __init__(self, rules: Programme = SERVICE, day: date = MONDAY, journey_id: JourneyId = JOURNEY_ID) -> None:
        super().__init__(Journey(rules, journey_id=journey_id), day)
        self._events = 0
        self._anew = Programme.model_validate_json(rules.model_dump_json())
        self._travelled: list[Entry] = []

    def copied(self) -> "Way":
        """Another way that has come as far."""
        other = copy(self)
        other.journey = copy(self.journey)
        other.journey._entries = dict(self.journey._entries)
        other._travelled = list(self._travelled)
        return other

    def later(self, days: int) -> "Way":
        self.day += timedelta(days=days)
        return self

    def event(self, kind: str, **fields: Any) -> Event:
        """An event of a kind: an example that fits where the way stands, but for the fields given. Its id is new."""
        self._events += 1
        common = {
            "event_id": numbered_id(self._events),
            "kind": kind,
            "actor": COORDINATOR,
            "effective_on": self.day,
        }
        said = {**common, **example(kind, self), **fields}
        if kind == "corrected" and "actor" not in fields:
            said["actor"] = second_person(self.journey, said["corrects"])
        return EVENT.validate_python(said)

    def propose(self, event: Event, recorded: date | None = None) -> Proposal | Refusal:
        return self.journey.propose(event, at(recorded or self.day))

    def happens(self, kind: str, recorded: date | None = None, **fields: Any) -> Event:
        """The event is accepted and committed."""
        event = self.event(kind, **fields)
        self.accepts(event, recorded)
        return event

    def hears_of(self, kind: str) -> None:
        """The unions are asked about an agreement and answer, where the programme consults them about it."""
        rule = self.rules.union_consultation
        if rule is not None and kind in rule.before:
            self.happens("union_consulted", about=kind)
            for union in unions_to_consult(self.state):
                self.happens("union_answered", union=union)

    def accepts(self, event: Event, recorded: date | None = None) -> Proposal:
        answer = self.propose(event, recorded)
        assert isinstance(answer, Proposal), f"{event.kind} was refused by {answer.rule}: {answer.message!s}"
        self.journey.commit(answer)
        self._travelled.append(travelled(self.journey.entries[-1]))
        assert Journey(self._anew, self._travelled, journey_id=self.journey.id).state == self.state
        return answer

    def refuses(self, kind: str, rule: str, source: Source, recorded: date | None = None, **fields: Any) -> Message:
        """The event is refused by this rule, whose source is this. Returns why."""
        return self.refuses_event(self.event(kind, **fields), rule, source, recorded).message

    def refuses_event(self, event: Event, rule: str, source: Source, recorded: date | None = None) -> Refusal:
        before, entries = self.journey.state, self.journey.entries
        answer = self.propose(event, recorded)
        assert isinstance(answer, Refusal), f"{event.kind} was accepted, and {rule} should refuse it"
        assert (answer.rule, answer.source) == (rule, source), said(answer.message, "en")
        assert is_one_sentence(said(answer.message, "en")), said(answer.message, "en")
        assert self.journey.state is before
        assert self.journey.entries == entries
        return answer

    def told_up_to(self, last_day: date) -> list[tuple[str, str, date]]:
        """Let the days pass, up to and with the last, and tell of each deadline that comes: (name, step, day)."""
        told: list[tuple[str, str, date]] = []
        while self.day < last_day:
            self.day += DAY
            told += [(moment.deadline, moment.step.value, self.day) for moment in self.tell_deadlines()]
        return told

    def tell_deadlines(self) -> list[Moment]:
        """Record, as the workflow does, the deadlines that have come by today."""
        told: list[Moment] = []
        while due := reached(self.state, self.day):
            assert len(told) < 100, f"deadlines come again and again: {due}"
            for moment in due:
                if moment.converts:
                    self.happens("role_converted")
                else:
                    self.happens("deadline_passed", deadline=moment.deadline, step=moment.step, due_on=moment.due_on)
                told.append(moment)
        return told


WAYS: dict[tuple[Stage, int, date], Way] = {}
"""Ways that were told before, by stage, the identity of their rules, and day."""


def way_to(stage: Stage, rules: Programme = SERVICE, day: date = MONDAY) -> Way:
    """A way that has come to a stage by its shortest route, all of it on one day."""
    if (known := WAYS.get((stage, id(rules), day))) is not None:
        return known.copied()
    way = Way(rules, day)
    for kind in ROUTES[stage]:
        way.hears_of(kind)
        way.happens(kind)
    assert way.state.stage is stage
    WAYS[stage, id(rules), day] = way.copied()
    return way


def way_to_decision(rules: Programme = SERVICE, day: date = MONDAY) -> Way:
    """A way on which a favourable evaluation waits for the decision on a role."""
    way = way_to(Stage.EVALUATION, rules, day)
    way.happens("evaluation_recorded")
    return way


def way_to_conversion(rules: Programme = SERVICE, day: date = MONDAY) -> Way:
    """A way whose temporary role has become permanent by law today, since its limit was reached before."""
    way = Way(rules, day)
    year = {"form": "special_fixed_term", "starts_on": day - timedelta(days=365), "ends_on": day - DAY}
    way.happens("referred", earlier_employment=[year])
    for kind in ("referral_accepted", "requirements_checked", "internship_agreed", "internship_completed"):
        way.happens(kind)
    way.happens("evaluation_recorded")
    way.happens("temporary_role_agreed", form="special_fixed_term")
    return way.later(1)
