"""An example of each kind of event that fits where a journey stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.events.events import EVENT, CorrectionProposed, Event, Referred
from models.journey.fold import in_effect
from models.journey.journey import Journey
from models.programme.duties import DutyKind
from models.programme.programme import Programme
from models.rules.evaluation import to_be_scored
from models.state.deadlines import reached
from models.state.duties import not_done
from models.state.employment_limits import conversion
from models.state.partner_obligations import consulted_in, unions_to_consult
from models.state.state import State
from tests.support.programmes import met
from tests.support.values import COORDINATOR, EVALUATOR, numbered_id


@dataclass
class Standing:
    """Where a journey stands on a day."""

    journey: Journey
    day: date

    @property
    def state(self) -> State:
        assert self.journey.state is not None
        return self.journey.state

    @property
    def rules(self) -> Programme:
        return self.journey.state.rules if self.journey.state else self.journey.rules


def example(kind: str, at: Standing) -> dict[str, Any]:
    """The fields of an example of a kind, beside those of every event; it fits where the way stands, if one can."""
    return FITTING[kind](at) if kind in FITTING else ALIKE[kind]


def _deadline(at: Standing) -> dict[str, Any]:
    moment = next(iter(reached(at.state, at.day)), None) if at.journey.state else None
    said = (moment.deadline, moment.step, moment.due_on) if moment else ("placement_due", "due", at.day)
    return {"actor": "system:journey", **dict(zip(("deadline", "step", "due_on"), said, strict=True))}


def _converted(at: Standing) -> dict[str, Any]:
    found = conversion(at.state) if at.journey.state else None
    return {
        "actor": "system:journey",
        "effective_on": max(found.on, at.state.since) if found else at.day,
        "form": found.form if found else "substitute",
        "law": found.rule.law if found else "a law",
    }


def _referral(at: Standing) -> Event:
    common = {"event_id": numbered_id(-2), "kind": "referred", "actor": COORDINATOR, "effective_on": at.day}
    return EVENT.validate_python(common | ALIKE["referred"])


def _correction(at: Standing) -> dict[str, Any]:
    """The referral is corrected: another coordinator than it says now looks after the candidate."""
    referral = next((entry.event for entry in in_effect(at.journey.entries)), None) or _referral(at)
    other = "anna.berg" if isinstance(referral, Referred) and referral.coordinator == "bo.lind" else "bo.lind"
    return {
        "corrects": referral.event_id,
        "reason": "Anna is on leave",
        "replacement": referral.model_copy(update={"coordinator": other}).model_dump(),
    }


def _decline(at: Standing) -> dict[str, Any]:
    said = (entry.event for entry in at.journey.entries)
    proposal = next((one.event_id for one in said if isinstance(one, CorrectionProposed)), numbered_id(-3))
    return {"proposal": proposal, "reason": "The first day is right"}


def _role(at: Standing) -> dict[str, Any]:
    open_forms = [form.id for form in at.rules.forms if form.is_open_on(at.day)]
    return {
        "position": "lasarettet_transport",
        "form": open_forms[0] if open_forms else "none_is_open",
        "starts_on": at.day,
        "ends_on": at.day + timedelta(days=59),
        "actor": "manager:lena.strand",
    }


def _new_end(at: Standing) -> dict[str, Any]:
    end = at.journey.state.agreed_end if at.journey.state else None
    return {"ends_on": (end or at.day) + timedelta(days=10), "reason": "More time", "actor": "manager:lena.strand"}


def _all_scores(at: Standing, score: int = 4) -> list[dict[str, Any]]:
    wanted = to_be_scored(at.state) if at.journey.state else [criterion.id for criterion in at.rules.criteria]
    return [{"criterion": one, "score": score} for one in wanted]


ALIKE: dict[str, dict[str, Any]] = {
    "referred": {"referring_partner": "arbetsformedlingen", "site": "2480", "coordinator": "anna.berg"},
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
    "offer_answered": {"accepted": True},
    "lot_drawn": {"number": 3, "of": 20, "seed": "2026"},
    "union_answered": {"union": "kommunal", "answer": "no_objection"},
    "partner_acknowledged": {"notice_id": numbered_id(-1), "actor": "partner:arbetsformedlingen"},
    "note_added": {"text": "Prefers mornings"},
    "coordinator_changed": {"coordinator": "bo.lind", "reason": "Anna is on leave"},
    "repaired": {"found": ["list_differs"], "reason": "The list was edited by hand", "actor": "operator:kim.dahl"},
}
"""What an example of a kind says, beside what every event says, wherever a way stands."""


def _question(at: Standing) -> dict[str, Any]:
    state = at.journey.state
    about = consulted_in(state.stage, state.rules.shape) if state else ()
    return {
        "about": next(iter(about), "internship_agreed"),
        "unions": (state and unions_to_consult(state)) or ("kommunal",),
    }


def _reminder(at: Standing) -> dict[str, Any]:
    """The reminder that is open, where there is one."""
    open_ones = at.journey.state.reminders if at.journey.state else ()
    return {"reminder": open_ones[-1].event_id if open_ones else numbered_id(-4)}


def _duty(at: Standing) -> dict[str, Any]:
    """What is open, as it is done."""
    left = not_done(at.state) if at.journey.state else []
    if not left:
        return {"duty": "talk", "period": "2026-03"}
    period = left[0]
    rate, days = period.rule.day_rate, period.days
    claimed = {"days": days, "kronor": days * rate} if rate else {}
    passed = {"passed": True} if period.rule.kind is DutyKind.CERTIFICATE else {}
    return {"duty": period.rule.id, "period": period.id, **claimed, **passed}


OTHER_JOURNEY = "journey/K7Q29FMXB/agency_chain"

ELSEWHERE: dict[str, Any] = {
    "employments": [
        {
            "journey": OTHER_JOURNEY,
            "form": "substitute",
            "starts_on": "2025-03-03",
            "ends_on": "2025-05-30",
            "decided_on": "2025-03-03",
        }
    ],
    "read_up_to": [{"journey": OTHER_JOURNEY, "row": 8}],
}
"""What another journey tells of employment."""


def _accepted(at: Standing) -> dict[str, Any]:
    """The cohort to which somebody is admitted, where the programme has any."""
    return {"cohort": at.rules.cohorts[-1].id} if at.rules.cohorts else {}


FITTING: dict[str, Callable[[Standing], dict[str, Any]]] = {
    "referral_accepted": _accepted,
    "union_consulted": _question,
    "reminder_set": lambda at: {"remind_on": at.day + timedelta(days=7), "task": "Call about the first day"},
    "reminder_moved": lambda at: {**_reminder(at), "remind_on": at.day + timedelta(days=14)},
    "reminder_done": lambda at: _reminder(at),
    "pause_extended": lambda at: {"until": at.day + timedelta(days=30)},
    "requirements_checked": lambda at: {"profile": at.rules.profiles[0].id, "findings": met(at.rules.profiles[0])},
    "place_offered": lambda at: {
        "position": "lasarettet_tray_kitchen",
        "starts_on": at.day,
        "ends_on": at.day + timedelta(days=89),
    },
    "internship_agreed": lambda at: {
        "position": "lasarettet_tray_kitchen",
        "starts_on": at.day,
        "ends_on": at.day + timedelta(days=89),
        "supervisor": "maria.ek",
        "mentor": "eva.sjo",
    },
    "internship_extended": _new_end,
    "evaluation_recorded": lambda at: {"favourable": True, "scores": _all_scores(at), "actor": EVALUATOR},
    "self_evaluation_recorded": lambda at: {"scores": _all_scores(at)},
    "temporary_role_agreed": _role,
    "temporary_role_extended": _new_end,
    "permanent_role_agreed": lambda at: {
        "position": "lasarettet_transport",
        "starts_on": max(at.day, (at.journey.state and at.state.agreed_start) or at.day),
        "actor": "manager:lena.strand",
    },
    "employment_found_elsewhere": lambda _at: {"actor": "system:journey", **ELSEWHERE},
    "role_converted": _converted,
    "duty_done": _duty,
    "follow_up_recorded": lambda at: {"after_days": at.rules.follow_up_after_days[0], "outcome": "at_work"},
    "deadline_passed": _deadline,
    "rules_changed": lambda at: {
        "reason": "New county agreement",
        "actor": "manager:lena.strand",
        "rules": at.rules.model_copy(update={"reopen_within_days": 120}).model_dump(),
    },
    "correction_proposed": _correction,
    "proposal_declined": _decline,
    "corrected": _correction,
}
"""What an example of a kind says where it follows from how a way stands."""
