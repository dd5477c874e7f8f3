"""Rules of offers: who is offered a place, how long there is to answer, and that nothing is agreed without a yes."""

from datetime import date

from models.calendar.public_holidays import working_days_after
from models.events import events as e
from models.message import Message, msg
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule
from models.stages import Stage
from models.state.deadlines import offer_day
from models.state.offer import Offer
from models.state.state import State

DAYS_TO_ANSWER = ("offers.answer_within_working_days",)

NO_OFFERS = Inapplicable(
    msg("the_offer_was_accepted.not_asked", "The programme asks for no offer of a place before something is agreed.")
)
IN_NO_ORDER = Inapplicable(
    msg("lots_were_drawn.not_asked", "The programme offers places without regard to any order of lots.")
)
NOT_OUT_OF_THE_WAIT = Inapplicable(
    msg("the_offer_was_accepted.no_place_awaited", "The candidate does not wait for a place.")
)


@rule("the_programme_offers_places", says="The programme offers places to those who wait for one.")
def the_programme_offers_places(context: RuleContext) -> Judgement:
    rules = context.state.rules
    if rules.offers is not None:
        return None
    message = msg(
        "the_programme_offers_places.none",
        "{programme} makes no offers of places. Record what is agreed.",
        programme=rules.name,
    )
    return the_programme_offers_places.refuse(message, rules.source)


@rule("the_programme_draws_lots", says="The programme draws lots, and the number is one of those that were drawn.")
def the_programme_draws_lots(context: RuleContext) -> Judgement:
    rules, event = context.state.rules, context.event
    if rules.lottery is None:
        message = msg(
            "the_programme_draws_lots.none",
            "{programme} draws no lots. Offer the places without.",
            programme=rules.name,
        )
        return the_programme_draws_lots.refuse(message, rules.source)
    if not isinstance(event, e.LotDrawn):
        return NOTHING_PROPOSED
    if event.number <= event.of:
        return Held(
            msg(
                "the_programme_draws_lots.holds",
                "Number {number} was drawn, of {of}.",
                number=event.number,
                of=event.of,
            )
        )
    message = msg(
        "the_programme_draws_lots.beyond",
        "Number {number} cannot have been drawn of {of}. Draw the lots again.",
        number=event.number,
        of=event.of,
    )
    return the_programme_draws_lots.refuse(message, rules.lottery.source)


@rule(
    "lots_were_drawn",
    says="Where places are offered in the order of lots, a place is offered to a candidate who has a number.",
    uses=("lottery.offers_in_order",),
)
def lots_were_drawn(context: RuleContext) -> Judgement:
    """Whatever day the offer is of: an order that is drawn later holds of it too."""
    rules, lot = context.state.rules, context.state.lot
    if rules.lottery is None or not rules.lottery.offers_in_order:
        return IN_NO_ORDER
    if lot is not None:
        return Held(
            msg(
                "lots_were_drawn.holds",
                "Number {number} of {of} was drawn on {day}.",
                number=lot.number,
                of=lot.of,
                day=lot.drawn_on,
            )
        )
    message = msg(
        "lots_were_drawn.no_number",
        "{programme} offers places in the order of lots, and the candidate has no number yet. Draw lots of those who "
        "wait, and offer the place then.",
        programme=rules.name,
    )
    return lots_were_drawn.refuse(message, rules.lottery.source)


@rule("no_other_offer_stands", says="Nobody is offered a place while another offer of theirs stands.")
def no_other_offer_stands(context: RuleContext) -> Judgement:
    offer = context.state.offer
    if offer is None or not offer.holds_a_place:
        return None
    said = {"position": offer.position, "until": (until := offer_day(context.state, offer))}
    if offer.accepted is None and context.today > until:  # lapsed, though the calendar has not said so yet
        return None
    if offer.accepted:
        message = msg(
            "no_other_offer_stands.accepted",
            "The candidate has accepted the offer of {position}. Record what is agreed, or that it is declined after "
            "all.",
            **said,
        )
    else:
        message = msg(
            "no_other_offer_stands.open",
            "The candidate has until {until} to answer the offer of {position}. Record the answer, or wait until the "
            "day after.",
            **said,
        )
    return no_other_offer_stands.refuse(message)


@rule(
    "there_is_time_to_answer",
    says="The candidate has as many working days to answer an offer as the programme gives.",
    uses=DAYS_TO_ANSWER,
)
def there_is_time_to_answer(context: RuleContext) -> Judgement:
    event, rule = context.event, context.state.rules.offers
    if not isinstance(event, e.PlaceOffered) or rule is None:
        return NOTHING_PROPOSED
    earliest = working_days_after(event.effective_on, rule.answer_within_working_days)
    if event.answer_by is None or event.answer_by >= earliest:
        return Held(
            msg(
                "there_is_time_to_answer.holds",
                "The offer is of {day}, and can be answered until {until}.",
                day=event.effective_on,
                until=event.answer_by or earliest,
            )
        )
    message = msg(
        "there_is_time_to_answer.too_short",
        "The candidate has {days} working days to answer, until {earliest}. Write that day or a later one, or leave it "
        "empty.",
        days=rule.answer_within_working_days,
        earliest=earliest,
    )
    return there_is_time_to_answer.refuse(message, rule.source)


@rule(
    "the_offer_stands",
    says="The candidate answers an offer that stands, no later than its last day.",
    uses=DAYS_TO_ANSWER,
)
def the_offer_stands(context: RuleContext) -> Judgement:
    offer, rule = context.state.offer, context.state.rules.offers
    why = _why_not_answered(context, offer)
    return the_offer_stands.refuse(why, rule.source if rule else None) if why is not None else None


def _why_not_answered(context: RuleContext, offer: Offer | None) -> Message | None:
    if offer is None:
        return msg("the_offer_stands.none", "The candidate has been offered no place. Record the offer first.")
    day = context.event.effective_on if context.event else context.today
    if day < offer.offered_on:
        return msg(
            "the_offer_stands.too_early",
            "The offer was made on {offered_on}. Correct the date of the answer.",
            offered_on=offer.offered_on,
        )
    if offer.accepted is False:
        return msg("the_offer_stands.declined", "The candidate has declined the offer. Offer a place anew.")
    until = offer_day(context.state, offer)
    if offer.lapsed or (offer.accepted is None and day > until):
        return msg(
            "the_offer_stands.lapsed",
            "The offer could be answered until {until} and has lapsed. Offer a place anew, if one is free still.",
            until=until,
        )
    return None


@rule(
    "the_offer_was_accepted",
    says="With somebody who waits for a place that is agreed which they were offered and have accepted.",
    uses=("offers.required",),
)
def the_offer_was_accepted(context: RuleContext) -> Judgement:
    """Where the programme asks for an offer, the place and its days are those of the offer that was accepted."""
    state, event, rule = context.state, context.event, context.state.rules.offers
    if rule is None or not rule.required:
        return NO_OFFERS
    if state.stage is not Stage.AWAITING_PLACEMENT:
        return NOT_OUT_OF_THE_WAIT
    offer = state.offer
    if offer is None or not offer.accepted:
        return the_offer_was_accepted.refuse(_why_not_accepted(state, offer, context.today), rule.source)
    said = (offer.position, offer.starts_on, offer.ends_on)
    if isinstance(event, e.InternshipAgreed | e.TemporaryRoleAgreed) and said != (
        event.position,
        event.starts_on,
        event.ends_on,
    ):
        message = msg(
            "the_offer_was_accepted.other",
            "The candidate has accepted {position} from {starts_on} to {ends_on}. Agree on that, or offer another "
            "place.",
            position=offer.position,
            starts_on=offer.starts_on,
            ends_on=offer.ends_on,
        )
        return the_offer_was_accepted.refuse(message, rule.source)
    return Held(msg("the_offer_was_accepted.holds", "The candidate accepted {position}.", position=offer.position))


def _why_not_accepted(state: State, offer: Offer | None, today: date) -> Message:
    if offer is None or offer.accepted is False:
        return msg(
            "the_offer_was_accepted.none",
            "Nothing is agreed before an offer was accepted. Offer the candidate a place.",
        )
    until = offer_day(state, offer)
    if offer.lapsed or today > until:
        return msg(
            "the_offer_was_accepted.lapsed",
            "The offer could be answered until {until} and has lapsed. Offer a place anew.",
            until=until,
        )
    return msg(
        "the_offer_was_accepted.open",
        "The candidate has until {until} to answer the offer. Record the answer first.",
        until=until,
    )
