"""What the query `status` and the read model say of a journey: where it is, what it waits for, what is possible."""

from datetime import date, datetime
from functools import cache

from models.calendar.swedish_day import day_in_sweden
from models.events.events import EVENT_CLASSES
from models.events.values import DeadlineStep
from models.fields import Strict
from models.journey.fold import allowed
from models.message import Message, msg, plain
from models.stages import EndReason, Stage
from models.state.deadlines import expected, open_deadlines
from models.state.employment_limits import Limit, conversion, limits
from models.state.partner_obligations import unanswered
from models.state.pausing import EndInPause, ends_in_pause
from models.state.state import State

WAITS_FOR = {
    None: ("referring_partner", "referral"),
    Stage.REFERRAL: ("coordinator", "referral_answer"),
    Stage.REQUIREMENT_CHECK: ("coordinator", "requirement_check"),
    Stage.AWAITING_PLACEMENT: ("coordinator", "internship"),
    Stage.INTERNSHIP: ("supervisor", "internship_end"),
    Stage.EVALUATION: ("supervisor", "evaluation"),
    Stage.TEMPORARY_ROLE: ("supervisor", "temporary_role_end"),
    Stage.PERMANENT_ROLE: ("coordinator", "follow_ups"),
    Stage.CLOSED: ("coordinator", "follow_ups"),
}
"""Who is to act, and on what, in each stage."""

WAITS = {
    "referral": msg("waits_for.referral", "the referral"),
    "referral_answer": msg("waits_for.referral_answer", "an answer to the referral"),
    "requirement_check": msg("waits_for.requirement_check", "the requirement check"),
    "internship": msg("waits_for.internship", "an internship"),
    "internship_end": msg("waits_for.internship_end", "the end of the internship"),
    "evaluation": msg("waits_for.evaluation", "the evaluation"),
    "self_evaluation": msg("waits_for.self_evaluation", "the candidate's own evaluation"),
    "role_decision": msg("waits_for.role_decision", "a decision on a role"),
    "temporary_role_end": msg("waits_for.temporary_role_end", "the end of the temporary role"),
    "follow_ups": msg("waits_for.follow_ups", "the follow-ups"),
    "resumption": msg("waits_for.resumption", "the journey to be resumed"),
    "union_answer": msg("waits_for.union_answer", "an answer from the union"),
}
"""What a journey can wait for, in words."""

OF_WHOM = {
    "referring_partner": msg("party.referring_partner", "the referring partner"),
    "coordinator": msg("party.coordinator", "the coordinator"),
    "supervisor": msg("party.supervisor", "the supervisor"),
    "union": msg("party.union", "the union"),
}
"""How those who are to act are called in a sentence."""


def wait_in_words(waits_for: str) -> Message:
    """What is waited for; something of another version, by its code."""
    return WAITS.get(waits_for) or plain(waits_for.replace("_", " "))


def party_in_words(of_whom: str) -> Message:
    """Who is to act; somebody of another version, by their code."""
    return OF_WHOM.get(of_whom) or plain(of_whom.replace("_", " "))


class NextDeadline(Strict):
    """A day on which a deadline takes its next step, and the day on which it is due."""

    name: str
    step: DeadlineStep
    on: date
    due_on: date


class Possible(Strict):
    """An event that is possible now, with the fields it needs and those it may have, beside author and day."""

    kind: str
    needs: tuple[str, ...]
    may_have: tuple[str, ...]


class Standing(Strict):
    """Where a journey stands. `stage` is None before the referral; `hired_on` is the first day of the first role.

    `limit_on` is the day on which the role, if it goes on as agreed, becomes permanent by the law `limit_by`.
    """

    candidate: str
    programme: str
    stage: Stage | None
    since: date | None = None
    paused: bool = False
    site: str | None = None
    coordinator: str | None = None
    position: str | None = None
    end_reason: EndReason | None = None
    hired_on: date | None = None
    waits_for: str
    of_whom: str
    due_on: date | None = None
    limit_on: date | None = None
    limit_by: str | None = None
    referring_partner: str | None = None
    profile: str | None = None
    events: int = 0


class Status(Standing):
    """A journey at a glance: where it stands, what comes next by the calendar, how long its role may still last, and
    what may be done."""

    next_deadlines: tuple[NextDeadline, ...] = ()
    limits: tuple[Limit, ...] = ()
    ends_in_pause: tuple[EndInPause, ...] = ()
    possible: tuple[Possible, ...] = ()


COMMON_FIELDS = frozenset({"event_id", "kind", "actor", "effective_on", "moved"})


@cache
def possible(kind: str) -> Possible:
    """The fields of a kind of event, apart from those that every event has."""
    fields = {name: field for name, field in EVENT_CLASSES[kind].model_fields.items() if name not in COMMON_FIELDS}
    return Possible(
        kind=kind,
        needs=tuple(name for name, field in fields.items() if field.is_required()),
        may_have=tuple(name for name, field in fields.items() if not field.is_required()),
    )


def stand(candidate: str, programme: str, state: State | None, events: int) -> Standing:
    """Where a journey of `events` accepted events stands."""
    of_whom, waits_for = _waits_for(state)
    whose = {"candidate": candidate, "programme": programme, "of_whom": of_whom, "waits_for": waits_for}
    if state is None:
        return Standing(stage=None, **whose)
    permanent = conversion(state)
    return Standing(
        **whose,
        stage=state.stage,
        since=state.since,
        paused=state.paused,
        site=state.site,
        coordinator=state.coordinator,
        position=state.place,
        end_reason=state.end_reason if state.stage is Stage.CLOSED else None,
        hired_on=state.roles[0].starts_on if state.roles else None,
        due_on=min((due_on for _, due_on in open_deadlines(state)), default=None),
        limit_on=permanent.on if permanent else None,
        limit_by=permanent.rule.law if permanent else None,
        referring_partner=state.referring_partner,
        profile=state.profile,
        events=events,
    )


def describe(candidate: str, programme: str, state: State | None, events: int, now: datetime) -> Status:
    """The status of a journey of `events` accepted events at the moment `now`, in UTC."""
    moments = expected(state) if state else []
    return Status(
        **stand(candidate, programme, state, events).model_dump(),
        next_deadlines=tuple(
            NextDeadline(name=moment.deadline, step=moment.step, on=moment.on, due_on=moment.due_on)
            for moment in moments
        ),
        limits=limits(state, day_in_sweden(now)) if state else (),
        ends_in_pause=ends_in_pause(state) if state else (),
        possible=tuple(possible(kind) for kind in allowed(state, now)),
    )


def _waits_for(state: State | None) -> tuple[str, str]:
    if state is not None and state.paused:
        return "coordinator", "resumption"
    if state is not None and unanswered(state):
        return "union", "union_answer"
    if state is not None and state.stage is Stage.EVALUATION and state.evaluation is not None:
        return "coordinator", "self_evaluation" if state.evaluated_on is None else "role_decision"
    return WAITS_FOR[state.stage if state else None]
