"""Programmes for a test: those of the product, and some that rule otherwise."""

from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

from models.message import msg
from models.programme.cohorts import Cohort
from models.programme.duties import DutyKind, DutyRule, StudiesRule, Term
from models.programme.offers import LotteryRule, OffersRule
from models.programme.periods import PlacePeriod
from models.programme.programme import Agreement, ConsultationRule, EvaluationRule, NoticeRule, Programme, WayEnd
from models.programme.requirement_profile import Requirement, RequirementProfile
from models.rules.context import RuleContext
from models.rules.decision import Refusal
from models.rules.registry import Guard
from models.stages import Stage
from runtime.rulebook.loader import RuleBook
from tests.support.values import MONDAY, both

RULES = RuleBook(Path(__file__).parents[2] / "programmes")
SERVICE = RULES.programme("service_division")
PREPAREDNESS = RULES.programme("preparedness_jobs")

FOLLOWED_UP = SERVICE.model_copy(update={"follow_up_ends": tuple(WayEnd)})
"""A programme that follows up whoever has left it, as one does that says nothing of it."""

CONSULTED_BEFORE: tuple[Agreement, ...] = get_args(Agreement)

CONSULTATION = SERVICE.model_copy(
    update={
        "union_consultation": ConsultationRule(
            source=both("MBL 11 §: negotiation before an important change; unverified for internships"),
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

assert CONSULTATION.union_consultation is not None
MUST_AGREE = CONSULTATION.model_copy(
    update={"union_consultation": CONSULTATION.union_consultation.model_copy(update={"must_agree": True})}
)
"""A programme in which the unions of the town must agree before every agreement."""

TREATED_EQUALLY = both("equal treatment plan")
"""The source of what is ruled of evaluations in a test."""

BOTH_EVALUATE = SERVICE.model_copy(
    update={
        "evaluation": EvaluationRule(source=TREATED_EQUALLY, trainable_requirements=True, self_evaluation_required=True)
    }
)

BEFORE_EVALUATIONS = SERVICE.model_copy(update={"evaluation": None})
"""As the rules were before anything was said of evaluations; journeys of then carry them."""


def met(profile: RequirementProfile, **but: str) -> list[dict[str, str]]:
    """Findings that every requirement of a profile is met, but for those named."""
    return [
        {"requirement": requirement.id, "result": but.get(requirement.id, "met")}
        for requirement in profile.requirements
    ]


def scores(rules: Programme, score: int = 4) -> list[dict[str, Any]]:
    """The same score on each of the programme's criteria."""
    return [{"criterion": criterion.id, "score": score} for criterion in rules.criteria]


def requirement(name: str, **changes: object) -> Requirement:
    said: dict[str, object] = {"text": name, "checked_by": "a conversation", "why": "the job needs it", **changes}
    texts = {each: {"sv": said[each], "en": said[each]} for each in ("text", "checked_by", "why") if said[each]}
    return Requirement.model_validate({"id": name, **said, **texts})


def _nobody_checks_in(asked: RuleContext) -> Refusal | None:
    """A rule that a later version has."""
    return (
        Refusal(
            "nobody_checks_in", "a later version", msg("rule.nobody_checks_in.any_more", "Nobody checks in any more.")
        )
        if asked.event
        else None
    )


nobody_checks_in = Guard(
    "nobody_checks_in", "Nobody checks in.", stricter_since="a later version", judge=_nobody_checks_in
)

PERIODS = SERVICE.model_copy(
    update={
        "periods": (
            PlacePeriod(id="spring", name=both("Spring"), starts_on=MONDAY, ends_on=MONDAY + timedelta(days=89)),
            PlacePeriod(
                id="summer",
                name=both("Summer"),
                starts_on=MONDAY + timedelta(days=90),
                ends_on=MONDAY + timedelta(days=150),
            ),
        )
    }
)
"""A programme in which internships last one of two periods, the first from the day on which ways begin."""

COHORTS = SERVICE.model_copy(
    update={
        "cohorts": (
            Cohort(
                id="autumn",
                name=both("Autumn"),
                starts_on=MONDAY - timedelta(days=180),
                ends_on=MONDAY - timedelta(days=1),
                places=12,
            ),
            Cohort(
                id="spring",
                name=both("Spring"),
                starts_on=MONDAY + timedelta(days=14),
                ends_on=MONDAY + timedelta(days=150),
                places=2,
            ),
        )
    }
)
"""A programme with two cohorts, of which the first is over as ways begin."""

DUTY: dict[str, Any] = {
    "source": both("the grant's terms"),
    "name": both("Something of a period"),
    "every": "month",
    "due_days_after": 10,
    "remind_days_before": 5,
    "escalate_days_after": 7,
    "lost_after_days": 60,
}
BOTH_STAGES, IN_A_ROLE = (Stage.INTERNSHIP, Stage.TEMPORARY_ROLE), (Stage.TEMPORARY_ROLE,)
DUTIES = SERVICE.model_copy(
    update={
        "duties": (
            DutyRule(**DUTY, id="talk", kind=DutyKind.TASK, stages=BOTH_STAGES, in_arrears=False),
            DutyRule(**DUTY, id="grant", kind=DutyKind.CLAIM, stages=IN_A_ROLE, day_rate=500),
            DutyRule(**{**DUTY, "every": "term"}, id="papers", kind=DutyKind.CERTIFICATE, stages=IN_A_ROLE),
        ),
        "terms": (
            Term(id="ht", name=both("Autumn"), first_day="08-17", last_day="01-17"),
            Term(id="vt", name=both("Spring"), first_day="01-18", last_day="06-10"),
        ),
        "studies": StudiesRule(
            source=both("the school's plan"), school=both("Care"), hours_a_week=10, longest_hours_a_week=40
        ),
    }
)
"""A programme in which something is to be done for each month and each term of the work, with studies beside it."""

OFFERING = SERVICE.model_copy(
    update={"offers": OffersRule(source=SERVICE.internship.source, answer_within_working_days=3)}
)
"""A programme in which a place is offered and accepted before an internship is agreed."""

assert OFFERING.offers is not None
MAY_OFFER = OFFERING.model_copy(update={"offers": OFFERING.offers.model_copy(update={"required": False})})
"""A programme in which a place may be offered, and agreed on without."""

LOTS = MAY_OFFER.model_copy(update={"lottery": LotteryRule(source=SERVICE.internship.source)})
"""A programme in which lots are drawn of those who wait, and places offered in that order."""
