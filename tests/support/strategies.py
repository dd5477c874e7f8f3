"""Hypothesis strategies: what somebody might send to a journey as it stands, mostly sensible, often illegal.

`event_for` draws plain events, so that the same sequences can be sent to the core or to a running journey: keep a
`Journey` beside it, commit to it what was accepted, and draw the next event from it.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st

from models.discrepancy import DifferenceKind
from models.events.events import EVENT_CLASSES, Event
from models.events.values import DeadlineStep, FollowUpOutcome, UnionAnswer
from models.journey.journey import Journey
from models.journey.transitions import possible_from
from models.programme.programme import Programme
from models.programme.requirement_profile import Result
from models.rules.evaluation import to_be_scored
from models.stages import EndReason
from models.state.deadlines import upcoming
from models.state.partner_obligations import consulted_in
from models.state.state import State
from tests.support.examples import ELSEWHERE
from tests.support.programmes import CONSULTED_BEFORE

Draw = Callable[[st.SearchStrategy[Any]], Any]

ON_THE_WAY = (
    *("referral_accepted", "requirements_checked", "internship_agreed", "internship_completed"),
    *(
        "evaluation_recorded",
        "self_evaluation_recorded",
        "temporary_role_agreed",
        "temporary_role_ended",
        "permanent_role_agreed",
    ),
    *(
        "union_consulted",
        "union_answered",
        "resumed",
        "reopened",
        "internship_extended",
        "temporary_role_extended",
        "follow_up_recorded",
    ),
)
"""Kinds that lead on, drawn more often than the others where they are possible."""

TOO_EARLY = ("role_converted", "internship_agreed", *("temporary_role_agreed",) * 3, "permanent_role_agreed")
"""Kinds that ask for more than the stage alone, now and then drawn before they are possible."""

ACTORS = (
    *("coordinator:anna.berg", "coordinator:maria.ek", "supervisor:maria.ek", "manager:lena.strand"),
    *("partner:arbetsformedlingen", "partner:kommunal", "system:journey"),
)
NOTHING_FOUND: dict[str, Any] = {"employments": [], "read_up_to": []}
DECIDE = st.sampled_from((*("manager:lena.strand",) * 4, "coordinator:maria.ek"))
USUAL_ACTOR = {
    "evaluation_recorded": st.just("supervisor:maria.ek"),
    "temporary_role_agreed": DECIDE,
    "temporary_role_extended": DECIDE,
    "permanent_role_agreed": DECIDE,
    "rules_changed": DECIDE,
    "corrected": st.sampled_from(("coordinator:bo.lind",) * 4 + ("coordinator:anna.berg",)),
    "union_consulted": st.sampled_from(("coordinator:anna.berg",) * 4 + ("supervisor:maria.ek",)),
    "union_answered": st.sampled_from(("partner:kommunal",) * 3 + ("coordinator:anna.berg", "supervisor:maria.ek")),
    "deadline_passed": st.just("system:journey"),
    "role_converted": st.just("system:journey"),
    "employment_found_elsewhere": st.just("system:journey"),
    "repaired": st.sampled_from(("operator:kim.dahl",) * 4 + ("system:reconciliation", "coordinator:anna.berg")),
}
ANNA = st.just("coordinator:anna.berg")

dice = st.integers(0, 9)
rarely = st.integers(0, 19)
slips = st.sampled_from((*(0,) * 18, -1, 1, 2, -30, -400))
"""Days by which an event is dated off what would fit."""

lengths = st.sampled_from((0, 10, 20, 30, 60, 60, 90, 90, 180, 184, 365, 400))
"""Days that something lasts, beside its first one."""

kinds = st.sampled_from(tuple(EVENT_CLASSES))
roles = st.sampled_from(("temporary_role_agreed", "permanent_role_agreed"))
actors = st.sampled_from(ACTORS)
results = st.sampled_from((*(Result.MET,) * 6, *Result))
positions = st.sampled_from(("lasarettet_tray_kitchen", "lasarettet_ward_service", "landsarkivet_scanning"))
reasons = st.sampled_from(("A reason", "Ett skäl, med åäö", "Two\nlines"))
coordinators = st.sampled_from(("anna.berg", "bo.lind"))
people = st.sampled_from(("maria.ek", "jonas.alm"))
end_reasons = st.sampled_from(EndReason)
outcomes = st.sampled_from(FollowUpOutcome)
steps = st.sampled_from(DeadlineStep)
scores = st.integers(1, 5)
answers = st.sampled_from((*(UnionAnswer.NO_OBJECTION,) * 3, *UnionAnswer))
UNIONS = (*("kommunal",) * 6, "fackforbundet_st")


@st.composite
def event_for(draw: Draw, journey: Journey, now: datetime) -> Event:
    """An event that somebody might send to the journey at a moment."""
    event_id = _id(draw, journey)
    kind = _kind(draw, journey, now)
    return _event(draw, journey, kind, event_id, fitting_day(journey.state, now.date()))


def _id(draw: Draw, journey: Journey) -> UUID:
    """Nearly always a new id, now and then one that was sent before.

    A new one is not drawn: Hypothesis likes to draw the same number again, and nothing depends on which id it is.
    """
    entries = journey.entries
    if entries and draw(rarely) == 7:
        return entries[draw(st.integers(0, len(entries) - 1))].event.event_id
    return uuid4()


def _kind(draw: Draw, journey: Journey, now: datetime) -> str:
    chance = draw(dice)
    if chance == 7:
        return str(draw(kinds))
    if chance == 8 and journey.state is not None:
        # Also what the table knows here and something that is left to do stands in the way of, such as a consultation.
        known = [kind for kind in possible_from(journey.state.stage) if kind != "repaired"]
        return str(draw(st.sampled_from(known)))
    if chance == 6 and journey.state and draw(st.booleans()):
        return str(draw(st.sampled_from(ON_THE_WAY if journey.state.paused else TOO_EARLY)))
    possible = journey.allowed(now)
    leading_on = [kind for kind in possible if kind in ON_THE_WAY]
    return str(draw(st.sampled_from(leading_on if leading_on and chance < 5 else possible)))


def fitting_day(state: State | None, today: date) -> date:
    """Today, or tomorrow where what went before is dated so."""
    if state is None:
        return today
    pauses = [day for pause in state.pauses[-1:] for day in (pause.from_day, pause.to_day) if day]
    return max([today, state.since, *pauses])


def _event(draw: Draw, journey: Journey, kind: str, event_id: UUID, day: date) -> Event:
    actor = draw(actors if draw(rarely) == 7 else USUAL_ACTOR.get(kind, ANNA))
    on = day + timedelta(days=draw(slips))
    rules = journey.state.rules if journey.state else journey.rules
    said = FIELDS[kind](draw, journey, rules, on) if kind in FIELDS else {}
    cls: Any = EVENT_CLASSES[kind]
    event: Event = cls(event_id=event_id, actor=actor, effective_on=on, **said)
    return event


def _referral(draw: Draw, _journey: Journey, rules: Programme, on: date) -> dict[str, Any]:
    partner = "kommunal" if draw(dice) == 7 else draw(st.sampled_from(rules.referring_partners))
    days = draw(st.sampled_from((0, 0, 0, 100, 364, 366)))
    before = {
        "form": "special_fixed_term",
        "starts_on": on - timedelta(days=days + 30),
        "ends_on": on - timedelta(days=30),
    }
    return {
        "referring_partner": partner,
        "site": "2480",
        "coordinator": "anna.berg",
        "earlier_employment": (before,) if days else (),
        "age_limit_on": draw(st.sampled_from((None, None, on + timedelta(days=200)))),
    }


def _check(draw: Draw, _journey: Journey, rules: Programme, _on: date) -> dict[str, Any]:
    profile = draw(st.sampled_from(rules.profiles))
    findings = [
        {"requirement": requirement.id, "result": result, "reason": "Day work" if result is Result.WAIVED else None}
        for requirement in profile.requirements
        for result in [draw(results)]
    ]
    return {"profile": profile.id, "findings": findings[draw(dice) == 7 :]}


def _internship(draw: Draw, _journey: Journey, _rules: Programme, on: date) -> dict[str, Any]:
    starts_on = on + timedelta(days=draw(st.sampled_from((0, 0, 14))))
    return {
        "position": draw(positions),
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=draw(lengths)),
        "supervisor": None if draw(dice) == 7 else draw(people),
        "mentor": draw(people),
    }


def _offer(draw: Draw, journey: Journey, rules: Programme, on: date) -> dict[str, Any]:
    said = _internship(draw, journey, rules, on)
    answer_by = draw(st.sampled_from((None, None, on + timedelta(days=10), on)))
    return {name: said[name] for name in ("position", "starts_on", "ends_on")} | {"answer_by": answer_by}


def _role(draw: Draw, _journey: Journey, rules: Programme, on: date) -> dict[str, Any]:
    starts_on = on + timedelta(days=draw(st.sampled_from((0, 0, 14))))
    forms = [form.id for form in rules.forms]
    return {
        "position": draw(positions),
        "form": draw(st.sampled_from((*forms, *forms, "trainee"))),
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=draw(lengths)),
    }


def _new_end(draw: Draw, journey: Journey, _rules: Programme, on: date) -> dict[str, Any]:
    end = (journey.state.agreed_end if journey.state else None) or on
    return {
        "ends_on": end + timedelta(days=draw(st.sampled_from((1, 10, 30, 90, 200, 400, -5, -500)))),
        "reason": "More",
    }


def _scores(draw: Draw, journey: Journey, rules: Programme, _on: date) -> dict[str, Any]:
    wanted = to_be_scored(journey.state) if journey.state else [criterion.id for criterion in rules.criteria]
    given = [{"criterion": one, "score": draw(scores)} for one in wanted]
    return {"scores": given[draw(dice) == 7 :]}


def _evaluation(draw: Draw, journey: Journey, rules: Programme, on: date) -> dict[str, Any]:
    return {"favourable": draw(dice) < 7, **_scores(draw, journey, rules, on), **_remark(draw)}


def _remark(draw: Draw, *_: object) -> dict[str, Any]:
    """Now and then a remark where it stood in old events."""
    return {"remark": "Well done"} if draw(dice) == 7 else {}


def _follow_up(draw: Draw, _journey: Journey, rules: Programme, _on: date) -> dict[str, Any]:
    return {"after_days": draw(st.sampled_from((*rules.follow_up_after_days, 91))), "outcome": draw(outcomes)}


def _deadline(draw: Draw, journey: Journey, _rules: Programme, on: date) -> dict[str, Any]:
    moments = upcoming(journey.state) if journey.state else []
    if not moments:
        return {"deadline": "placement_due", "step": draw(steps), "due_on": on}
    moment = draw(st.sampled_from(moments))
    return {"deadline": moment.deadline, "step": moment.step, "due_on": moment.due_on}


def _conversion(_draw: Draw, journey: Journey, _rules: Programme, _on: date) -> dict[str, Any]:
    role = journey.state.role if journey.state else None
    return {"form": (role.form if role else None) or "substitute", "law": "a law"}


def _new_rules(draw: Draw, _journey: Journey, rules: Programme, _on: date) -> dict[str, Any]:
    changes: tuple[dict[str, Any], ...] = (
        {"reopen_within_days": 10},
        {"follow_up_after_days": (30, 90)},
        {"decisions": rules.decisions.model_copy(update={"by_two": False})},
        {"internship": rules.internship.model_copy(update={"longest_months": 2, "mentor_required": True})},
        {"deadlines": rules.deadlines[1:]},
        {"id": "another_programme"},
    )
    return {"reason": draw(reasons), "rules": rules.model_copy(update=draw(st.sampled_from(changes)))}


def _repair(draw: Draw, *_: object) -> dict[str, Any]:
    return {"found": (draw(st.sampled_from(DifferenceKind)),), "reason": draw(reasons)}


def _correction(draw: Draw, journey: Journey, _rules: Programme, on: date) -> dict[str, Any]:
    entries = journey.entries
    if not entries or draw(dice) == 7:
        return {"corrects": UUID(int=draw(st.integers(0, 9))), "reason": draw(reasons), "replacement": None}
    target = entries[draw(st.integers(0, len(entries) - 1))].event
    chance = draw(dice)
    if chance < 4:
        return {"corrects": target.event_id, "reason": draw(reasons), "replacement": None}
    kind = draw(kinds) if chance == 7 else target.kind
    if kind in ("correction_proposed", "proposal_declined", "corrected"):
        kind = "note_added"
    day = target.effective_on if chance < 8 else on
    replacement = _event(draw, journey, kind, target.event_id, day)
    if chance != 6:  # otherwise it may be told in another's name, which is refused
        replacement = replacement.model_copy(update={"actor": target.actor})
    return {"corrects": target.event_id, "reason": draw(reasons), "replacement": replacement}


def _declined(draw: Draw, journey: Journey, _rules: Programme, _on: date) -> dict[str, Any]:
    proposed = [one.event.event_id for one in journey.entries if one.event.kind == "correction_proposed"]
    return {"proposal": draw(st.sampled_from([*proposed, UUID(int=7)])), "reason": draw(reasons)}


def _question(draw: Draw, journey: Journey, _rules: Programme, _on: date) -> dict[str, Any]:
    fitting = (consulted_in(journey.state.stage, journey.rules.shape) if journey.state else ()) or CONSULTED_BEFORE
    about = draw(st.sampled_from(fitting if draw(dice) < 8 else CONSULTED_BEFORE))
    return {"about": about, "unions": draw(st.sampled_from((("kommunal",),) * 8 + (("samhall", "kommunal"),)))}


def _answer(draw: Draw, _journey: Journey, _rules: Programme, _on: date) -> dict[str, Any]:
    about = draw(st.sampled_from((None, None, *CONSULTED_BEFORE)))
    return {"union": draw(st.sampled_from(UNIONS)), "answer": draw(answers), "about": about, "reason": draw(reasons)}


def _acknowledgement(draw: Draw, journey: Journey, _rules: Programme, _on: date) -> dict[str, Any]:
    owed = journey.state.acknowledgements if journey.state else ()
    if not owed or draw(dice) < 5:
        return {"notice_id": UUID(int=draw(st.integers(0, 99)))}
    return {"notice_id": owed[draw(st.integers(0, len(owed) - 1))].notice_id}


Fields = Callable[[Draw, Journey, Programme, date], dict[str, Any]]


def _reason(draw: Draw, *_: object) -> dict[str, Any]:
    return {"reason": draw(reasons)}


def _end(draw: Draw, *_: object) -> dict[str, Any]:
    return {"end_reason": draw(end_reasons), "reason": draw(reasons)}


def _coming(draw: Draw, on: date) -> date:
    return on + timedelta(days=draw(st.sampled_from((0, 1, 7, 30, -400))))


def _reminder(draw: Draw, journey: Journey) -> dict[str, Any]:
    open_ones = [one.event_id for one in journey.state.reminders] if journey.state else []
    return {"reminder": draw(st.sampled_from([*open_ones, UUID(int=7)]))}


def _pause(draw: Draw, _journey: Journey, _rules: Programme, on: date) -> dict[str, Any]:
    until = draw(st.sampled_from((None, None, on + timedelta(days=60), on + timedelta(days=1), on)))
    return {"reason": draw(reasons), "until": until, "frees_place": draw(dice) > 6}


def _interruption(draw: Draw, *_: object) -> dict[str, Any]:
    return {"reason": draw(reasons), "seeks_new_place": draw(dice) < 7, "end_reason": draw(end_reasons)}


FIELDS: dict[str, Fields] = {
    "referred": _referral,
    "referral_declined": _reason,
    "requirements_checked": _check,
    "internship_agreed": _internship,
    "place_offered": _offer,
    "lot_drawn": lambda draw, _journey, _rules, _on: {"number": 1 + draw(dice), "of": 5, "seed": "7"},
    "offer_answered": lambda draw, _journey, _rules, _on: {"accepted": draw(dice) > 3},
    "internship_extended": _new_end,
    "internship_interrupted": _interruption,
    "check_in_recorded": _remark,
    "evaluation_recorded": _evaluation,
    "self_evaluation_recorded": _scores,
    "temporary_role_agreed": _role,
    "temporary_role_extended": _new_end,
    "permanent_role_agreed": lambda draw, _journey, _rules, on: {"position": draw(positions), "starts_on": on},
    "returned_to_agency": _end,
    "withdrawn": _end,
    "discontinued": _end,
    "paused": _pause,
    "reminder_set": lambda draw, _journey, _rules, on: {"remind_on": _coming(draw, on), "task": draw(reasons)},
    "reminder_moved": lambda draw, journey, _rules, on: {**_reminder(draw, journey), "remind_on": _coming(draw, on)},
    "reminder_done": lambda draw, journey, *_: _reminder(draw, journey),
    "pause_extended": lambda draw, _journey, _rules, on: {"until": on + timedelta(days=draw(slips) + 30)},
    "resumed": lambda draw, *_: {"seeks_new_place": draw(dice) > 6},
    "reopened": _reason,
    "union_consulted": _question,
    "union_answered": _answer,
    "partner_acknowledged": _acknowledgement,
    "coordinator_changed": lambda draw, _journey, _rules, _on: {"coordinator": draw(coordinators)},
    "duty_done": lambda draw, *_: {"duty": "talk", "period": draw(st.sampled_from(("2026-03", "2026-04")))},
    "follow_up_recorded": _follow_up,
    "note_added": lambda draw, _journey, _rules, _on: {"text": draw(reasons)},
    "deadline_passed": _deadline,
    "employment_found_elsewhere": lambda draw, _journey, _rules, _on: draw(st.sampled_from((ELSEWHERE, NOTHING_FOUND))),
    "role_converted": _conversion,
    "rules_changed": _new_rules,
    "repaired": _repair,
    "correction_proposed": _correction,
    "proposal_declined": _declined,
    "corrected": _correction,
}
"""What an event of a kind says beside what every event says."""
