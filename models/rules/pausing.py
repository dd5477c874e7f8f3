"""Rules of a pause: when it begins and ends, the day to return, and the place that it keeps or frees."""

from models.events import events as e
from models.message import msg
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Inapplicable, Judgement
from models.rules.registry import rule

NOT_PAUSED = Inapplicable(msg("it_resumes_after_it_paused.not_paused", "The journey was not paused."))
NEVER_RESUMED = Inapplicable(
    msg("it_pauses_after_it_resumed.never", "The journey has not gone on after a pause before.")
)
NO_DAY_TO_RETURN = Inapplicable(msg("it_returns_after_it_pauses.no_day", "No day to return is given."))
FREES_NO_PLACE = Inapplicable(msg("only_a_held_place_is_freed.frees_none", "The pause frees no place."))
SEEKS_NO_NEW_PLACE = Inapplicable(msg("only_a_freed_place_is_given_up.seeks_none", "No new place is sought."))
NOTHING_TO_RESUME = msg(
    "the_journey_is_paused.running", "The journey is not paused, so there is no pause to extend or end."
)


@rule("the_journey_is_paused", says="The journey is paused.")
def the_journey_is_paused(context: RuleContext) -> Judgement:
    if context.state.paused:
        return None
    return the_journey_is_paused.refuse(NOTHING_TO_RESUME)


@rule("it_resumes_after_it_paused", says="The journey goes on no earlier than it paused.")
def it_resumes_after_it_paused(context: RuleContext) -> Judgement:
    if context.event is None:
        return NOTHING_PROPOSED
    if not context.state.paused:
        return NOT_PAUSED
    if context.event.effective_on >= context.state.pauses[-1].from_day:
        return None
    message = msg(
        "it_resumes_after_it_paused.too_early",
        "The journey was paused on {from_day} and cannot go on before that. Correct the date.",
        from_day=context.state.pauses[-1].from_day,
    )
    return it_resumes_after_it_paused.refuse(message)


@rule("it_pauses_after_it_resumed", says="The journey pauses no earlier than it last went on.")
def it_pauses_after_it_resumed(context: RuleContext) -> Judgement:
    pauses = context.state.pauses
    if context.event is None:
        return NOTHING_PROPOSED
    if not pauses or (went_on := pauses[-1].to_day) is None:
        return NEVER_RESUMED
    if context.event.effective_on >= went_on:
        return None
    message = msg(
        "it_pauses_after_it_resumed.too_early",
        "The journey was resumed on {went_on} and cannot pause again before that. Correct the date.",
        went_on=went_on,
    )
    return it_pauses_after_it_resumed.refuse(message)


@rule("it_returns_after_it_pauses", says="The day to return comes after the day of the pause.")
def it_returns_after_it_pauses(context: RuleContext) -> Judgement:
    event, pause = context.event, context.state.pause
    if not isinstance(event, e.Paused | e.PauseExtended):
        return NOTHING_PROPOSED
    if event.until is None:
        return NO_DAY_TO_RETURN
    from_day = pause.from_day if isinstance(event, e.PauseExtended) and pause else event.effective_on
    if event.until > from_day:
        return None
    message = msg(
        "it_returns_after_it_pauses.too_early",
        "The pause begins on {from_day} and cannot end by {until}. Correct the day to return.",
        from_day=from_day,
        until=event.until,
    )
    return it_returns_after_it_pauses.refuse(message)


@rule("only_a_held_place_is_freed", says="A pause frees a place only where the candidate holds one.")
def only_a_held_place_is_freed(context: RuleContext) -> Judgement:
    event = context.event
    if not isinstance(event, e.Paused):
        return NOTHING_PROPOSED
    if not event.frees_place:
        return FREES_NO_PLACE
    if context.state.place is not None:
        return None
    message = msg(
        "only_a_held_place_is_freed.none",
        "The candidate holds no place that the pause could free. Pause without freeing one.",
    )
    return only_a_held_place_is_freed.refuse(message)


@rule("only_a_freed_place_is_given_up", says="Who goes on and seeks a new place has had their place freed.")
def only_a_freed_place_is_given_up(context: RuleContext) -> Judgement:
    event, pause = context.event, context.state.pause
    if not isinstance(event, e.Resumed):
        return NOTHING_PROPOSED
    if not event.seeks_new_place:
        return SEEKS_NO_NEW_PLACE
    if pause and pause.frees_place:
        return None
    message = msg(
        "only_a_freed_place_is_given_up.kept",
        "The pause has freed no place, so no new one is needed. Resume the journey, and record afterwards how the"
        " internship ended.",
    )
    return only_a_freed_place_is_given_up.refuse(message)
