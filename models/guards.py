"""Rules that hold on the whole way: who may say what, when, and in which order."""

from datetime import date, timedelta

from models import events as e
from models.answers import Refusal
from models.deadlines import upcoming
from models.programme import Programme
from models.situation import DESIGN, Situation

DAY_BORDER = timedelta(days=1)
"""Clocks run in UTC and days in Sweden: after midnight in Sweden it is still yesterday in UTC."""

WRITTEN_WHILE_PAUSED = frozenset({"note_added", "corrected", "partner_acknowledged"})
"""A pause stops the journey, not its record."""

PARTNERS_MAY_SEND = frozenset({"referred", "partner_acknowledged", "note_added"})

WITHOUT_ORDER = frozenset({"corrected", "note_added", "partner_acknowledged", "deadline_passed", "rules_changed"})
"""Events that say nothing of when the candidate was in a stage."""


def the_author_may_say_so(asked: Situation) -> Refusal | None:
    """Partners refer, acknowledge and comment; only the journey itself says that a deadline has passed."""
    if asked.event is None:
        return None
    role = asked.event.actor.partition(":")[0]
    if (role == "system") != (asked.kind == "deadline_passed"):
        return Refusal("the_author_may_say_so", DESIGN, f"{asked.kind} cannot come from a {role}; send it as yourself.")
    if role == "partner" and asked.kind not in PARTNERS_MAY_SEND:
        message = f"{asked.kind} cannot come from a partner; ask the coordinator to record it."
        return Refusal("the_author_may_say_so", DESIGN, message)
    return None


def the_day_has_come(asked: Situation) -> Refusal | None:
    if asked.event is None or asked.event.effective_on <= asked.today + DAY_BORDER:
        return None
    message = f"{asked.event.effective_on} has not come yet; record {asked.kind} on that day, or mend the date."
    return Refusal("the_day_has_come", DESIGN, message)


def it_follows_what_went_before(asked: Situation) -> Refusal | None:
    if asked.event is None or asked.kind in WITHOUT_ORDER or asked.event.effective_on >= asked.state.since:
        return None
    message = (
        f"{asked.event.effective_on} lies before {asked.state.since}, when the stage {asked.state.stage} began;"
        " mend the date, or correct the earlier event first."
    )
    return Refusal("it_follows_what_went_before", DESIGN, message)


def the_journey_is_not_paused(asked: Situation) -> Refusal | None:
    if not asked.state.paused or asked.kind in WRITTEN_WHILE_PAUSED:
        return None
    message = f"The journey is paused since {asked.state.pauses[-1].from_day}; record resumed first."
    return Refusal("the_journey_is_not_paused", DESIGN, message)


def the_journey_is_paused(asked: Situation) -> Refusal | None:
    if asked.state.paused:
        return None
    return Refusal("the_journey_is_paused", DESIGN, "The journey is not paused, so there is nothing to resume.")


def it_resumes_after_it_paused(asked: Situation) -> Refusal | None:
    if asked.event is None or not asked.state.paused or asked.event.effective_on >= asked.state.pauses[-1].from_day:
        return None
    message = (
        f"The journey was paused on {asked.state.pauses[-1].from_day} and cannot go on before that; mend the date."
    )
    return Refusal("it_resumes_after_it_paused", DESIGN, message)


def it_pauses_after_it_resumed(asked: Situation) -> Refusal | None:
    pauses = asked.state.pauses
    if asked.event is None or not pauses or (went_on := pauses[-1].to_day) is None:
        return None
    if asked.event.effective_on >= went_on:
        return None
    message = f"The journey was resumed on {went_on} and cannot pause again before that; mend the date."
    return Refusal("it_pauses_after_it_resumed", DESIGN, message)


def the_window_is_open(asked: Situation) -> Refusal | None:
    state = asked.state
    day = asked.event.effective_on if asked.event else asked.today
    last_day = state.since + timedelta(days=state.rules.reopen_within_days)
    if day <= last_day:
        return None
    within = state.rules.reopen_within_days
    message = (
        f"A journey can be reopened within {within} days of its end, here until {last_day}; refer the person again."
    )
    return Refusal("the_window_is_open", state.rules.source, message)


def the_follow_up_is_asked_for(asked: Situation) -> Refusal | None:
    event, state = asked.event, asked.state
    done = {days for days, _ in state.follow_ups}
    left = [days for days in state.rules.follow_up_after_days if days not in done]
    if not left:
        return Refusal("the_follow_up_is_asked_for", state.rules.source, "Every follow-up of this journey is recorded.")
    if not isinstance(event, e.FollowUpRecorded) or event.after_days in left:
        return None
    message = (
        f"No follow-up after {event.after_days} days is open; those left are after {', '.join(map(str, left))} days."
    )
    return Refusal("the_follow_up_is_asked_for", state.rules.source, message)


def the_deadline_has_passed(asked: Situation) -> Refusal | None:
    event = asked.event
    if not isinstance(event, e.DeadlinePassed) or any(
        (moment.deadline, moment.step, moment.due_on) == (event.deadline, event.step, event.due_on)
        for moment in upcoming(asked.state)
        if moment.on <= asked.today
    ):
        return None
    return Refusal(
        "the_deadline_has_passed", DESIGN, f"No deadline {event.deadline} takes the step {event.step} today."
    )


def the_programme_stays(asked: Situation) -> Refusal | None:
    if not isinstance(asked.event, e.RulesChanged) or asked.event.rules.id == asked.state.rules.id:
        return None
    message = f"This journey belongs to {asked.state.rules.id}; its rules cannot become those of another programme."
    return Refusal("the_programme_stays", DESIGN, message)


def may_begin(rules: Programme, event: e.Event, today: date) -> Refusal | None:
    """The first rule that keeps `event` from starting a journey."""
    if not isinstance(event, e.Referred):
        message = f"A journey begins with referred, not with {event.kind}; refer the candidate first."
        return Refusal("it_begins_with_a_referral", DESIGN, message)
    role, _, author = event.actor.partition(":")
    if role == "system" or (role == "partner" and author != event.referring_partner):
        return Refusal(
            "the_author_may_say_so", DESIGN, f"{author} cannot refer in the name of {event.referring_partner}."
        )
    if event.effective_on > today + DAY_BORDER:
        return Refusal("the_day_has_come", DESIGN, f"{event.effective_on} has not come yet; mend the date.")
    if not rules.is_open_on(event.effective_on):
        bounds = " ".join(
            f"{word} {day}" for word, day in (("from", rules.valid_from), ("until", rules.valid_until)) if day
        )
        message = f"{rules.name.en} takes referrals {bounds}, not on {event.effective_on}; choose another programme."
        return Refusal("the_programme_is_open", rules.source, message)
    if event.referring_partner not in rules.referring_partners:
        may = ", ".join(rules.referring_partners)
        message = f"{event.referring_partner} does not refer to this programme; these do: {may}."
        return Refusal("the_partner_may_refer", rules.source, message)
    return None
