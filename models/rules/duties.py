"""Rules of what recurs while somebody works: asked for, once, in its time, and stated as the programme wants it."""

from models.events import events as e
from models.events.duties import DutyDone
from models.message import msg
from models.programme.duties import DutyKind
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule
from models.state.duties import DutyPeriod, duty_periods, not_done

NOT_A_CLAIM = Inapplicable(msg("the_claim_is_right.other_duty", "What was done is no claim of money."))
AT_ANY_TIME = Inapplicable(msg("the_period_has_ended.at_any_time", "This may be done before the period has ended."))
NO_LIMIT = Inapplicable(
    msg("the_studies_leave_time.none", "The programme does not say how many hours work and studies may be together.")
)
NO_HOURS = Inapplicable(msg("the_studies_leave_time.unchanged", "The hours of work a week are those that were agreed."))
WITH_HOURS = (e.InternshipAgreed, e.InternshipExtended, e.TemporaryRoleAgreed, e.TemporaryRoleExtended)
NO_PERIOD = Inapplicable(msg("the_duty_is_asked_for.no_period", "The programme asks for nothing in that period."))


def period_of(context: RuleContext) -> DutyPeriod | None:
    """The period that the event is about; None where the programme asks for nothing in it."""
    event = context.event
    if not isinstance(event, DutyDone):
        return None
    wanted = (event.duty, event.period)
    return next((one for one in duty_periods(context.state) if (one.rule.id, one.id) == wanted), None)


@rule(
    "the_duty_is_asked_for",
    says="The programme asks for this in that period, and it is not recorded yet.",
    uses=("duty.every", "duty.least_days"),
)
def the_duty_is_asked_for(context: RuleContext) -> Judgement:
    event, rules = context.event, context.rules
    left = not_done(context.state)
    if not left:
        message = msg("the_duty_is_asked_for.none", "Nothing that recurs is left to be recorded on this journey.")
        return the_duty_is_asked_for.refuse(message, rules.source)
    if not isinstance(event, DutyDone):
        return NOTHING_PROPOSED
    if any((one.rule.id, one.id) == (event.duty, event.period) for one in left):
        return None
    of_duty = [one.id for one in left if one.rule.id == event.duty]
    if not of_duty:
        known = dict.fromkeys(one.rule.id for one in left)
        message = msg(
            "the_duty_is_asked_for.other_duty",
            "Nothing is left to be recorded of {duty}. Left: {known}.",
            duty=event.duty,
            known=", ".join(known),
        )
        return the_duty_is_asked_for.refuse(message, rules.source)
    message = msg(
        "the_duty_is_asked_for.other_period",
        "{period} is recorded already, or not a period of what was agreed. Left: {known}.",
        period=event.period,
        known=", ".join(of_duty),
    )
    return the_duty_is_asked_for.refuse(message, left[0].rule.source)


@rule(
    "the_period_has_ended",
    says="What is done in arrears is done once the period has ended.",
    uses=("duty.in_arrears",),
)
def the_period_has_ended(context: RuleContext) -> Judgement:
    event, period = context.event, period_of(context)
    if event is None:
        return NOTHING_PROPOSED
    if period is None:
        return NO_PERIOD
    if not period.rule.in_arrears:
        return AT_ANY_TIME
    if event.effective_on > period.last:
        return Held(
            msg(
                "the_period_has_ended.holds",
                "It was done on {day}, and the period ended on {last}.",
                day=event.effective_on,
                last=period.last,
            )
        )
    message = msg(
        "the_period_has_ended.not_yet",
        "The period ends on {last}, and this is done in arrears. Record it on a day after that.",
        last=period.last,
    )
    return the_period_has_ended.refuse(message, period.rule.source)


@rule(
    "the_duty_is_done_in_time",
    says="It is done no later than on the last day for it.",
    uses=("duty.lost_after_days",),
)
def the_duty_is_done_in_time(context: RuleContext) -> Judgement:
    event, period = context.event, period_of(context)
    if event is None:
        return NOTHING_PROPOSED
    if period is None:
        return NO_PERIOD
    if event.effective_on <= period.last_day:
        return Held(
            msg(
                "the_duty_is_done_in_time.holds",
                "It was done on {day}, and the last day for it is {last_day}.",
                day=event.effective_on,
                last_day=period.last_day,
            )
        )
    message = msg(
        "the_duty_is_done_in_time.lost",
        "The last day for this was {last_day}. If it was done by then, record the day on which it was.",
        last_day=period.last_day,
    )
    return the_duty_is_done_in_time.refuse(message, period.rule.source)


@rule(
    "the_record_says_what_is_asked",
    says="A claim states its days and their worth, a certificate whether the candidate passed, and neither more.",
    uses=("duty.kind",),
)
def the_record_says_what_is_asked(context: RuleContext) -> Judgement:
    event, period = context.event, period_of(context)
    if not isinstance(event, DutyDone):
        return NOTHING_PROPOSED
    if period is None:
        return NO_PERIOD
    kind = period.rule.kind
    claims = [event.days is not None, event.kronor is not None]
    said = all(claims) if kind is DutyKind.CLAIM else not any(claims)
    if said and (event.passed is not None) == (kind is DutyKind.CERTIFICATE):
        return None
    match kind:
        case DutyKind.CLAIM:
            message = msg(
                "the_record_says_what_is_asked.claim", "This is a claim. State its days and what they are worth."
            )
        case DutyKind.CERTIFICATE:
            message = msg(
                "the_record_says_what_is_asked.certificate",
                "This is a certificate. State whether the candidate passed, and leave out days and kronor.",
            )
        case _:
            message = msg(
                "the_record_says_what_is_asked.task",
                "This is a task without more to say. Leave out days, kronor and whether the candidate passed.",
            )
    return the_record_says_what_is_asked.refuse(message, period.rule.source)


@rule("the_days_are_of_the_period", says="No more days are claimed than the agreement has in the period.")
def the_days_are_of_the_period(context: RuleContext) -> Judgement:
    event, period = context.event, period_of(context)
    if not isinstance(event, DutyDone):
        return NOTHING_PROPOSED
    if period is None or event.days is None:
        return NOT_A_CLAIM
    if event.days <= period.days:
        return Held(
            msg(
                "the_days_are_of_the_period.holds",
                "{days} days are claimed of {most} in the period.",
                days=event.days,
                most=period.days,
            )
        )
    message = msg(
        "the_days_are_of_the_period.too_many",
        "The agreement has {most} days in the period, from {first} to {last}. Claim {most} days at most, not {days}.",
        most=period.days,
        first=period.first,
        last=period.last,
        days=event.days,
    )
    return the_days_are_of_the_period.refuse(message, period.rule.source)


@rule(
    "the_claim_is_right",
    says="A claim is for as many kronor as its days are worth.",
    uses=("duty.day_rate", "duty.rates"),
)
def the_claim_is_right(context: RuleContext) -> Judgement:
    event, period = context.event, period_of(context)
    if not isinstance(event, DutyDone):
        return NOTHING_PROPOSED
    rate = period.rule.rate_on(period.first) if period is not None else None
    if period is None or event.days is None or rate is None:
        return NOT_A_CLAIM
    worth = event.days * rate
    if event.kronor == worth:
        return Held(
            msg(
                "the_claim_is_right.holds",
                "{days} days at {rate} kronor are {kronor} kronor.",
                days=event.days,
                rate=rate,
                kronor=worth,
            )
        )
    message = msg(
        "the_claim_is_right.other_amount",
        "{days} days at {rate} kronor are {kronor} kronor. Claim that amount.",
        days=event.days,
        rate=rate,
        kronor=worth,
    )
    return the_claim_is_right.refuse(message, period.rule.source)


@rule(
    "the_studies_leave_time",
    says="Work and studies are together no more hours a week than the programme allows.",
    uses=("studies.hours_a_week", "studies.longest_hours_a_week"),
)
def the_studies_leave_time(context: RuleContext) -> Judgement:
    event, rule = context.event, context.rules.studies
    if not isinstance(event, WITH_HOURS):
        return NOTHING_PROPOSED
    if rule is None or rule.longest_hours_a_week is None:
        return NO_LIMIT
    if event.hours_a_week is None:
        return NO_HOURS
    together, longest = event.hours_a_week + rule.hours_a_week, rule.longest_hours_a_week
    said = {"work": event.hours_a_week, "studies": rule.hours_a_week, "together": together}
    if together <= longest:
        return Held(
            msg(
                "the_studies_leave_time.holds",
                "{work} hours of work and {studies} hours of studies are {together} hours a week.",
                **said,
            )
        )
    message = msg(
        "the_studies_leave_time.too_many",
        "{work} hours of work and {studies} hours of studies are {together} hours a week, and the programme allows at "
        "most {longest}. Agree on fewer hours of work.",
        longest=longest,
        **said,
    )
    return the_studies_leave_time.refuse(message, rule.source)
