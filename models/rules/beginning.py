"""Rules by which a journey begins: with a referral, to a programme that is open, in a town where it is run."""

from datetime import date

from models.events import events as e
from models.events.descriptions import name_of
from models.message import msg
from models.programme.programme import Programme
from models.rules.admission import the_person_is_of_the_age, the_referral_is_in_time
from models.rules.context import Beginning
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement, Refusal
from models.rules.durations import bounds_of
from models.rules.general import NO_TOWNS, not_run_in, the_author_may_say_so, the_day_has_come
from models.rules.lengths import the_group_is_known
from models.rules.registry import Guard, first_refusal, rule

ALWAYS_OPEN = Inapplicable(
    msg("the_programme_is_open.always", "The programme has neither a first nor a last day for referrals.")
)


@rule("it_begins_with_a_referral", says="A journey begins with a referral.")
def it_begins_with_a_referral(context: Beginning) -> Judgement:
    if isinstance(context.event, e.Referred):
        return None
    message = msg(
        "it_begins_with_a_referral.other_event",
        "A journey begins with a referral, not with {kind}. Refer the candidate first.",
        kind=name_of(context.kind),
    )
    return it_begins_with_a_referral.refuse(message)


@rule("the_programme_is_open", says="The programme takes referrals on that day.", uses=("valid_from", "valid_until"))
def the_programme_is_open(context: Beginning) -> Judgement:
    rules, day = context.rules, context.event.effective_on
    if rules.valid_from is None and rules.valid_until is None:
        return ALWAYS_OPEN
    if rules.is_open_on(day):
        return Held(
            msg(
                "the_programme_is_open.holds",
                "It takes referrals {bounds}, and this one is of {effective_on}.",
                bounds=bounds_of(rules),
                effective_on=day,
            )
        )
    message = msg(
        "the_programme_is_open.closed_on_the_day",
        "{programme} takes referrals {bounds}, not on {effective_on}. Choose another programme.",
        programme=rules.name,
        bounds=bounds_of(rules),
        effective_on=day,
    )
    return the_programme_is_open.refuse(message, rules.source)


@rule("the_town_is_known", says="The programme is run in that town.", uses=("towns",))
def the_town_is_known(context: Beginning) -> Judgement:
    if not isinstance(context.event, e.Referred):
        return NOTHING_PROPOSED
    if not context.rules.towns:
        return NO_TOWNS
    why = not_run_in(context.rules, context.event.site)
    return the_town_is_known.refuse(why, context.rules.source) if why else None


@rule("the_partner_may_refer", says="The partner refers to this programme.", uses=("referring_partners",))
def the_partner_may_refer(context: Beginning) -> Judgement:
    event, may = context.event, context.rules.referring_partners
    if not isinstance(event, e.Referred):
        return NOTHING_PROPOSED
    if event.referring_partner in may:
        return None
    message = msg(
        "the_partner_may_refer.other_partner",
        "{referring_partner} does not refer to this programme. Available: {may}.",
        referring_partner=event.referring_partner,
        may=", ".join(may),
    )
    return the_partner_may_refer.refuse(message, context.rules.source)


BEGINNING: tuple[Guard[[Beginning]], ...] = (
    it_begins_with_a_referral,
    the_author_may_say_so,
    the_day_has_come,
    the_programme_is_open,
    the_town_is_known,
    the_partner_may_refer,
    the_group_is_known,
    the_referral_is_in_time,
    the_person_is_of_the_age,
)
"""The rules by which a journey begins, in the order in which they are asked."""


def may_begin(rules: Programme, event: e.Event, today: date) -> Refusal | None:
    """The first rule that keeps `event` from starting a journey."""
    return first_refusal(BEGINNING, Beginning(rules, event, today))
