"""Builders for tests: ways told event by event, and an example of each kind of event that fits where a way stands."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import UUID, uuid5

from activities.language import said
from models.events.events import EVENT, Event
from models.identifiers import ALPHABET, Actor, CandidateNumber, JourneyId
from models.journey.correction_policy import latest_author
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.message import msg
from models.programme.programme import Agreement, ConsultationRule, EvaluationRule, NoticeRule, Programme
from models.programme.requirement_profile import Requirement, RequirementProfile
from models.rules.context import RuleContext
from models.rules.decision import Proposal, Refusal
from models.rules.evaluation import to_be_scored
from models.rules.registry import Guard
from models.stages import Stage
from models.state.deadlines import Moment, reached
from models.state.employment_limits import conversion
from models.state.partner_obligations import CONSULTED_IN, unions_to_consult
from models.state.state import State
from runtime.rulebook.loader import RuleBook

RULES = RuleBook(Path(__file__).parents[2] / "programmes")
SERVICE = RULES.programme("service_division")
PREPAREDNESS = RULES.programme("preparedness_jobs")

MONDAY = date(2026, 3, 2)
"""The day on which a way in a test begins, unless it says another."""

CONSULTED_BEFORE: tuple[Agreement, ...] = get_args(Agreement)

CONSULTATION = SERVICE.model_copy(
    update={
        "union_consultation": ConsultationRule(
            source="MBL 11 §: negotiation before an important change; unverified for internships",
            before=CONSULTED_BEFORE,
            answer_within_days=14,
            remind_after_days=7,
        ),
        "notices": (
            *SERVICE.notices,
            NoticeRule(event="requirements_checked", to=("union",), acknowledge_within_days=10, remind_after_days=5),
        ),
    }
)
"""A programme that consults the unions of the town before every agreement, and has one of its notices acknowledged."""

TREATED_EQUALLY = "equal treatment plan"
"""The source of what is ruled of evaluations in a test."""

BOTH_EVALUATE = SERVICE.model_copy(
    update={
        "evaluation": EvaluationRule(
            source=TREATED_EQUALLY, trainable_requirements=True, self_evaluation_required=True, remarks_apart=True
        )
    }
)

BEFORE_EVALUATIONS = SERVICE.model_copy(update={"evaluation": None})
"""As the rules were before anything was said of evaluations; journeys of then carry them."""

DAY = timedelta(days=1)
IDS = UUID("0a4f6f0e-0000-4000-8000-000000000000")
JOURNEY_ID = JourneyId.parse("journey/K7Q29FMXB/service_division")
"""The journey of a way in a test, unless it says another."""

DESIGN_SOURCE = "the product's rules"

COORDINATOR = Actor.parse("coordinator:anna.berg")
EVALUATOR = Actor.parse("supervisor:maria.ek")

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


def at(day: date, hour: int = 9) -> datetime:
    """An hour, in UTC, of a day."""
    return datetime.combine(day, time(hour), UTC)


def numbered_id(number: int) -> UUID:
    """The same id for the same number, in every run."""
    return uuid5(IDS, str(number))


def met(profile: RequirementProfile, **but: str) -> list[dict[str, str]]:
    """Findings that every requirement of a profile is met, but for those named."""
    return [
        {"requirement": requirement.id, "result": but.get(requirement.id, "met")}
        for requirement in profile.requirements
    ]


def scores(rules: Programme, score: int = 4) -> list[dict[str, Any]]:
    """The same score on each of the programme's criteria."""
    return [{"criterion": criterion.id, "score": score} for criterion in rules.criteria]


def is_one_sentence(message: str) -> bool:
    """What is wrong and, where it helps, what to do: one short line with nothing of Python in it."""
    inside = re.search(r"[.!?:;,]\.\s|[!?]|\n| {2}|None|<|Stage\.|datetime|\[|\{", message)
    told = message.endswith(".") and not message.endswith("..") and message.count(". ") < 4
    return told and inside is None and 20 <= len(message) <= 700


def rebuilt(journey: Journey) -> Journey:
    """The journey made anew from its entries, as they travel: as JSON, with the rules in force at referral."""
    rules = Programme.model_validate_json(journey.rules.model_dump_json())
    entries = [Entry.model_validate_json(entry.model_dump_json()) for entry in journey.entries]
    return Journey(rules, entries, journey_id=journey.id)


def but_for_bookkeeping(state: State) -> State:
    """The state without what tells when it was recorded and which deadlines have been told of."""
    return replace(state, touched_on=date.min, evaluators=frozenset(), passed=frozenset())


def candidate_from(start: str) -> CandidateNumber:
    """A candidate number that begins so: the order of beginnings is that of the numbers."""
    tries = (f"{start.ljust(7, '2')}{last}{check}" for last in ALPHABET for check in ALPHABET)
    return next(number for one in tries if (number := CandidateNumber.read(one)))


def second_person(journey: Journey, corrects: UUID) -> Actor:
    """A coordinator who has not written what holds today of an event, and so may correct it."""
    return (
        Actor.parse("coordinator:bo.lind") if latest_author(corrects, journey.entries) == COORDINATOR else COORDINATOR
    )


class Way:
    """A journey that a test tells event by event, each taking effect and being recorded on `day` unless said.

    Whatever happens on the way, the journey made anew from its entries must equal the live one: each step checks that.
    """

    def __init__(self, rules: Programme = SERVICE, day: date = MONDAY, journey_id: JourneyId = JOURNEY_ID) -> None:
        self.journey = Journey(rules, journey_id=journey_id)
        self.day = day
        self._events = 0

    @property
    def state(self) -> State:
        assert self.journey.state is not None
        return self.journey.state

    @property
    def rules(self) -> Programme:
        return self.journey.state.rules if self.journey.state else self.journey.rules

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
        assert rebuilt(self.journey).state == self.state
        return answer

    def refuses(self, kind: str, rule: str, source: str, recorded: date | None = None, **fields: Any) -> str:
        """The event is refused by this rule, whose source is this. Returns the refusal's one sentence."""
        return said(self.refuses_event(self.event(kind, **fields), rule, source, recorded).message, "en")

    def refuses_event(self, event: Event, rule: str, source: str, recorded: date | None = None) -> Refusal:
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


def way_to(stage: Stage, rules: Programme = SERVICE, day: date = MONDAY) -> Way:
    """A way that has come to a stage by its shortest route, all of it on one day."""
    way = Way(rules, day)
    for kind in ROUTES[stage]:
        way.hears_of(kind)
        way.happens(kind)
    assert way.state.stage is stage
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


def example(kind: str, way: Way) -> dict[str, Any]:
    """The fields of an example of a kind, beside those of every event; it fits where the way stands, if one can."""
    return FITTING[kind](way) if kind in FITTING else ALIKE[kind]


def _deadline(way: Way) -> dict[str, Any]:
    moment = next(iter(reached(way.state, way.day)), None) if way.journey.state else None
    said = (moment.deadline, moment.step, moment.due_on) if moment else ("placement_due", "due", way.day)
    return {"actor": "system:journey", **dict(zip(("deadline", "step", "due_on"), said, strict=True))}


def _converted(way: Way) -> dict[str, Any]:
    found = conversion(way.state) if way.journey.state else None
    return {
        "actor": "system:journey",
        "effective_on": max(found.on, way.state.since) if found else way.day,
        "form": found.form if found else "substitute",
        "law": found.rule.law if found else "a law",
    }


def _correction(way: Way) -> dict[str, Any]:
    """The referral is corrected: another coordinator looks after the candidate."""
    referral = next((entry.event for entry in way.journey.entries), None) or way.event("referred")
    return {
        "corrects": referral.event_id,
        "reason": "Anna is on leave",
        "replacement": referral.model_copy(update={"coordinator": "bo.lind"}).model_dump(),
    }


def _role(way: Way) -> dict[str, Any]:
    open_forms = [form.id for form in way.rules.forms if form.is_open_on(way.day)]
    return {
        "position": "lasarettet_transport",
        "form": open_forms[0] if open_forms else "none_is_open",
        "starts_on": way.day,
        "ends_on": way.day + timedelta(days=59),
        "actor": "manager:lena.strand",
    }


def _new_end(way: Way) -> dict[str, Any]:
    end = way.journey.state.agreed_end if way.journey.state else None
    return {"ends_on": (end or way.day) + timedelta(days=10), "reason": "More time", "actor": "manager:lena.strand"}


def _all_scores(way: Way, score: int = 4) -> list[dict[str, Any]]:
    wanted = to_be_scored(way.state) if way.journey.state else [criterion.id for criterion in way.rules.criteria]
    return [{"criterion": one, "score": score} for one in wanted]


ALIKE: dict[str, dict[str, Any]] = {
    "referred": {"referring_partner": "arbetsformedlingen", "site": "2480", "coordinator": "anna.berg"},
    "referral_accepted": {},
    "referral_declined": {"reason": "No supervisor this spring"},
    "check_in_recorded": {},
    "internship_completed": {},
    "internship_interrupted": {"reason": "The ward closes", "seeks_new_place": True},
    "temporary_role_ended": {},
    "returned_to_agency": {"end_reason": "no_suitable_place"},
    "withdrawn": {"end_reason": "studies"},
    "discontinued": {"end_reason": "no_contact", "reason": "No answer for a month"},
    "paused": {"reason": "Parental leave"},
    "resumed": {},
    "reopened": {"reason": "Closed by mistake"},
    "union_answered": {"union": "kommunal", "answer": "no_objection"},
    "partner_acknowledged": {"notice_id": numbered_id(-1), "actor": "partner:arbetsformedlingen"},
    "note_added": {"text": "Prefers mornings"},
    "coordinator_changed": {"coordinator": "bo.lind", "reason": "Anna is on leave"},
    "repaired": {"found": ["list_differs"], "reason": "The list was edited by hand", "actor": "operator:kim.dahl"},
}
"""What an example of a kind says, beside what every event says, wherever a way stands."""


def _question(way: Way) -> dict[str, Any]:
    state = way.journey.state
    about = CONSULTED_IN.get(state.stage, ()) if state else ()
    return {
        "about": next(iter(about), "internship_agreed"),
        "unions": (state and unions_to_consult(state)) or ("kommunal",),
    }


FITTING: dict[str, Callable[[Way], dict[str, Any]]] = {
    "union_consulted": _question,
    "requirements_checked": lambda way: {"profile": way.rules.profiles[0].id, "findings": met(way.rules.profiles[0])},
    "internship_agreed": lambda way: {
        "position": "lasarettet_tray_kitchen",
        "starts_on": way.day,
        "ends_on": way.day + timedelta(days=89),
        "supervisor": "maria.ek",
        "mentor": "eva.sjo",
    },
    "internship_extended": _new_end,
    "evaluation_recorded": lambda way: {"favourable": True, "scores": _all_scores(way), "actor": EVALUATOR},
    "self_evaluation_recorded": lambda way: {"scores": _all_scores(way)},
    "temporary_role_agreed": _role,
    "temporary_role_extended": _new_end,
    "permanent_role_agreed": lambda way: {
        "position": "lasarettet_transport",
        "starts_on": way.day,
        "actor": "manager:lena.strand",
    },
    "role_converted": _converted,
    "follow_up_recorded": lambda way: {"after_days": way.rules.follow_up_after_days[0], "outcome": "at_work"},
    "deadline_passed": _deadline,
    "rules_changed": lambda way: {
        "reason": "New county agreement",
        "actor": "manager:lena.strand",
        "rules": way.rules.model_copy(update={"reopen_within_days": 120}).model_dump(),
    },
    "corrected": _correction,
}
"""What an example of a kind says where it follows from how a way stands."""


def requirement(name: str, **changes: object) -> Requirement:
    return Requirement.model_validate(
        {"id": name, "text": name, "checked_by": "a conversation", "why": "the job needs it", **changes}
    )


def _nobody_checks_in(asked: RuleContext) -> Refusal | None:
    """A rule that a later version has."""
    return (
        Refusal(
            "nobody_checks_in", "a later version", msg("rule.nobody_checks_in.any_more", "Nobody checks in any more.")
        )
        if asked.event
        else None
    )


nobody_checks_in = Guard("nobody_checks_in", "Nobody checks in.", judge=_nobody_checks_in)
