"""Rules of who may take part: of which age, and by which days they are referred and begin."""

from models.events import events as e
from models.message import msg
from models.rules.context import Beginning, RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule

NO_AGES = Inapplicable(msg("the_person_is_of_the_age.no_ages", "The programme takes people of all ages."))
NO_LAST_REFERRAL = Inapplicable(
    msg("the_referral_is_in_time.no_last_day", "The programme has no last day of referrals of its own.")
)
NO_STARTS = Inapplicable(msg("it_starts_in_time.no_days", "The programme says nothing of when people may begin."))
BEGUN_BEFORE = Inapplicable(msg("it_starts_in_time.begun_before", "The person has begun in the programme before."))


@rule(
    "the_person_is_of_the_age",
    says="The person is of the age that the programme takes, on its day.",
    uses=("ages.lowest", "ages.highest", "ages.on"),
)
def the_person_is_of_the_age(context: Beginning) -> Judgement:
    event, rule = context.event, context.rules.ages
    if not isinstance(event, e.Referred):
        return NOTHING_PROPOSED
    if rule is None or (rule.lowest is None and rule.highest is None):
        return NO_AGES
    day = rule.day(event.effective_on)
    if event.age is None:
        message = msg(
            "the_person_is_of_the_age.not_said",
            "The referral does not say how old the person is on {day}. Refer by an identity number that tells it.",
            day=day,
        )
        return the_person_is_of_the_age.refuse(message, rule.source)
    if (rule.lowest or 0) <= event.age <= (event.age if rule.highest is None else rule.highest):
        return Held(
            msg("the_person_is_of_the_age.holds", "On {day} the person is {age} years old.", day=day, age=event.age)
        )
    given = {"day": day, "age": event.age, "lowest": rule.lowest, "highest": rule.highest}
    if rule.highest is None:
        message = msg(
            "the_person_is_of_the_age.from",
            "The programme takes people who are at least {lowest} years old on {day}, and this person is {age}. Choose"
            " another programme.",
            **given,
        )
    elif rule.lowest is None:
        message = msg(
            "the_person_is_of_the_age.up_to",
            "The programme takes people who are at most {highest} years old on {day}, and this person is {age}. Choose"
            " another programme.",
            **given,
        )
    else:
        message = msg(
            "the_person_is_of_the_age.between",
            "The programme takes people who are {lowest} to {highest} years old on {day}, and this person is {age}."
            " Choose another programme.",
            **given,
        )
    return the_person_is_of_the_age.refuse(message, rule.source)


@rule(
    "the_referral_is_in_time",
    says="The referral comes by the last day of referrals.",
    uses=("admission.referrals_until",),
)
def the_referral_is_in_time(context: Beginning) -> Judgement:
    event, rule = context.event, context.rules.admission
    if not isinstance(event, e.Referred):
        return NOTHING_PROPOSED
    if rule is None or rule.referrals_until is None:
        return NO_LAST_REFERRAL
    given = {"day": event.effective_on, "last_day": rule.referrals_until}
    if event.effective_on <= rule.referrals_until:
        return Held(
            msg(
                "the_referral_is_in_time.holds",
                "The last day of referrals is {last_day}, and this one is of {day}.",
                **given,
            )
        )
    message = msg(
        "the_referral_is_in_time.too_late",
        "The last day of referrals was {last_day}, and this one is of {day}. Choose another programme.",
        **given,
    )
    return the_referral_is_in_time.refuse(message, rule.source)


@rule(
    "it_starts_in_time",
    says="Whoever begins in the programme does so between its first and its last day of that.",
    uses=("admission.starts_from", "admission.starts_until"),
)
def it_starts_in_time(context: RuleContext) -> Judgement:
    """Asked of what is agreed first: what follows on it may begin on any day."""
    event, state, rule = context.event, context.state, context.rules.admission
    if not isinstance(event, e.InternshipAgreed | e.TemporaryRoleAgreed | e.PermanentRoleAgreed):
        return NOTHING_PROPOSED
    if rule is None or (rule.starts_from is None and rule.starts_until is None):
        return NO_STARTS
    if state.internship is not None or state.roles:
        return BEGUN_BEFORE
    first, last, day = rule.starts_from, rule.starts_until, event.starts_on
    if last is not None and day > last:
        message = msg(
            "it_starts_in_time.too_late",
            "People begin in {programme} by {last}, not on {day}. Choose an earlier first day.",
            programme=context.rules.name,
            last=last,
            day=day,
        )
        return it_starts_in_time.refuse(message, rule.source)
    if first is not None and day < first:
        message = msg(
            "it_starts_in_time.too_early",
            "People begin in {programme} from {first} on, not on {day}. Choose a later first day.",
            programme=context.rules.name,
            first=first,
            day=day,
        )
        return it_starts_in_time.refuse(message, rule.source)
    return Held(msg("it_starts_in_time.holds", "The first day is {day}.", day=day))
