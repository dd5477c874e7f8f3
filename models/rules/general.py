"""Rules that hold on the whole way: who may say what, when, and in which order."""

from datetime import date, timedelta

from models.event_types import SAID_BY_OPERATORS, SAID_BY_THE_JOURNEY
from models.events import events as e
from models.message import say
from models.programme.programme import Programme
from models.rules.context import DESIGN, Situation
from models.rules.decision import Refusal
from models.rules.durations import bounds_of
from models.state.deadlines import CONVERSION, upcoming

DAY_BORDER = timedelta(days=1)
"""Clocks run in UTC and days in Sweden: after midnight in Sweden it is still yesterday in UTC."""

WRITTEN_WHILE_PAUSED = frozenset(
    {"note_added", "corrected", "partner_acknowledged", "union_answered", "coordinator_changed", "repaired"}
)
"""A pause stops the journey, not its record."""

PARTNERS_MAY_SEND = frozenset({"referred", "partner_acknowledged", "note_added", "union_answered"})

WITHOUT_ORDER = frozenset(
    {
        "corrected",
        "note_added",
        "partner_acknowledged",
        "deadline_passed",
        "rules_changed",
        "coordinator_changed",
        "repaired",
    }
)
"""Events that say nothing of when the candidate was in a stage."""


def the_author_may_say_so(asked: Situation) -> Refusal | None:
    """Partners refer, acknowledge, answer and comment; only the journey itself says what follows from the calendar.

    Whoever operates the system says what was repaired, and nothing else.
    """
    if asked.event is None:
        return None
    role = asked.event.actor.partition(":")[0]
    if not _fits(role, asked.kind):
        return Refusal(
            "the_author_may_say_so",
            DESIGN,
            say("{kind} cannot come from a {role}; send it as yourself.", kind=asked.kind, role=role),
        )
    if role == "partner" and asked.kind not in PARTNERS_MAY_SEND:
        message = say("{kind} cannot come from a partner; ask the coordinator to record it.", kind=asked.kind)
        return Refusal("the_author_may_say_so", DESIGN, message)
    return None


def _fits(role: str, kind: str) -> bool:
    if kind in SAID_BY_OPERATORS:
        return role in ("operator", "system")
    return role != "operator" and (role == "system") == (kind in SAID_BY_THE_JOURNEY)


def the_day_has_come(asked: Situation) -> Refusal | None:
    if asked.event is None or asked.event.effective_on <= asked.today + DAY_BORDER:
        return None
    message = say(
        "{effective_on} has not come yet; record {kind} on that day, or mend the date.",
        effective_on=asked.event.effective_on,
        kind=asked.kind,
    )
    return Refusal("the_day_has_come", DESIGN, message)


def it_follows_what_went_before(asked: Situation) -> Refusal | None:
    if asked.event is None or asked.kind in WITHOUT_ORDER or asked.event.effective_on >= asked.state.since:
        return None
    message = say(
        "{effective_on} lies before {since}, when the stage {stage} began;"
        " mend the date, or correct the earlier event first.",
        effective_on=asked.event.effective_on,
        since=asked.state.since,
        stage=asked.state.stage,
    )
    return Refusal("it_follows_what_went_before", DESIGN, message)


def the_journey_is_not_paused(asked: Situation) -> Refusal | None:
    if not asked.state.paused or asked.kind in WRITTEN_WHILE_PAUSED or _comes_from_the_law(asked):
        return None
    message = say(
        "The journey is paused since {from_day}; record resumed first.", from_day=asked.state.pauses[-1].from_day
    )
    return Refusal("the_journey_is_not_paused", DESIGN, message)


def _comes_from_the_law(asked: Situation) -> bool:
    """No pause puts off the day on which the law makes a role permanent, nor the warning of it."""
    event = asked.event
    return asked.kind == "role_converted" or (isinstance(event, e.DeadlinePassed) and event.deadline == CONVERSION)


def the_journey_is_paused(asked: Situation) -> Refusal | None:
    if asked.state.paused:
        return None
    return Refusal("the_journey_is_paused", DESIGN, say("The journey is not paused, so there is nothing to resume."))


def it_resumes_after_it_paused(asked: Situation) -> Refusal | None:
    if asked.event is None or not asked.state.paused or asked.event.effective_on >= asked.state.pauses[-1].from_day:
        return None
    message = say(
        "The journey was paused on {from_day} and cannot go on before that; mend the date.",
        from_day=asked.state.pauses[-1].from_day,
    )
    return Refusal("it_resumes_after_it_paused", DESIGN, message)


def it_pauses_after_it_resumed(asked: Situation) -> Refusal | None:
    pauses = asked.state.pauses
    if asked.event is None or not pauses or (went_on := pauses[-1].to_day) is None:
        return None
    if asked.event.effective_on >= went_on:
        return None
    message = say(
        "The journey was resumed on {went_on} and cannot pause again before that; mend the date.", went_on=went_on
    )
    return Refusal("it_pauses_after_it_resumed", DESIGN, message)


def the_window_is_open(asked: Situation) -> Refusal | None:
    state = asked.state
    day = asked.event.effective_on if asked.event else asked.today
    last_day = state.since + timedelta(days=state.rules.reopen_within_days)
    if day <= last_day:
        return None
    within = state.rules.reopen_within_days
    message = say(
        "A journey can be reopened within {within} days of its end, here until {last_day}; refer the person again.",
        within=within,
        last_day=last_day,
    )
    return Refusal("the_window_is_open", state.rules.source, message)


def the_follow_up_is_asked_for(asked: Situation) -> Refusal | None:
    event, state = asked.event, asked.state
    done = {days for days, _ in state.follow_ups}
    left = [days for days in state.rules.follow_up_after_days if days not in done]
    if not left:
        return Refusal(
            "the_follow_up_is_asked_for", state.rules.source, say("Every follow-up of this journey is recorded.")
        )
    if not isinstance(event, e.FollowUpRecorded) or event.after_days in left:
        return None
    message = say(
        "No follow-up after {after_days} days is open; those left are after {known} days.",
        after_days=event.after_days,
        known=", ".join(map(str, left)),
    )
    return Refusal("the_follow_up_is_asked_for", state.rules.source, message)


def the_deadline_has_passed(asked: Situation) -> Refusal | None:
    event = asked.event
    if not isinstance(event, e.DeadlinePassed) or any(
        (moment.deadline, moment.step, moment.due_on) == (event.deadline, event.step, event.due_on)
        for moment in upcoming(asked.state)
        if moment.on <= asked.today and not moment.converts
    ):
        return None
    return Refusal(
        "the_deadline_has_passed",
        DESIGN,
        say("No deadline {deadline} takes the step {step} today.", deadline=event.deadline, step=event.step),
    )


def a_manager_changes_the_rules(asked: Situation) -> Refusal | None:
    if asked.event is None or asked.event.actor.startswith("manager:"):
        return None
    message = say("Rules are what a person is judged by, so only a manager changes them; ask the manager to do it.")
    return Refusal("a_manager_changes_the_rules", DESIGN, message)


def somebody_else_takes_over(asked: Situation) -> Refusal | None:
    if not isinstance(asked.event, e.CoordinatorChanged) or asked.event.coordinator != asked.state.coordinator:
        return None
    message = say(
        "{coordinator} looks after this candidate already; name another one.", coordinator=asked.state.coordinator
    )
    return Refusal("somebody_else_takes_over", DESIGN, message)


def the_programme_stays(asked: Situation) -> Refusal | None:
    if not isinstance(asked.event, e.RulesChanged) or asked.event.rules.id == asked.state.rules.id:
        return None
    message = say(
        "This journey belongs to {rules}; its rules cannot become those of another programme.",
        rules=asked.state.rules.id,
    )
    return Refusal("the_programme_stays", DESIGN, message)


def the_town_is_known(rules: Programme, site: str) -> Refusal | None:
    """Where a programme has towns, a journey has to be in one of them: its partners are those on the town's list."""
    if not rules.towns or rules.town(site) is not None:
        return None
    known = ", ".join(f"{town.id} {town.name}" for town in rules.towns)
    message = say(
        "{programme} is not run in {site}; choose one of its towns: {known}.",
        programme=rules.name,
        site=site,
        known=known,
    )
    return Refusal("the_town_is_known", rules.source, message)


def the_town_stays(asked: Situation) -> Refusal | None:
    """New rules know the journey's town, or the partners there would no longer be told."""
    return the_town_is_known(asked.event.rules, asked.state.site) if isinstance(asked.event, e.RulesChanged) else None


def may_begin(rules: Programme, event: e.Event, today: date) -> Refusal | None:
    """The first rule that keeps `event` from starting a journey."""
    if not isinstance(event, e.Referred):
        message = say("A journey begins with referred, not with {kind}; refer the candidate first.", kind=event.kind)
        return Refusal("it_begins_with_a_referral", DESIGN, message)
    role, _, author = event.actor.partition(":")
    if role in ("system", "operator") or (role == "partner" and author != event.referring_partner):
        return Refusal(
            "the_author_may_say_so",
            DESIGN,
            say(
                "{author} cannot refer in the name of {referring_partner}.",
                author=author,
                referring_partner=event.referring_partner,
            ),
        )
    if event.effective_on > today + DAY_BORDER:
        return Refusal(
            "the_day_has_come",
            DESIGN,
            say("{effective_on} has not come yet; mend the date.", effective_on=event.effective_on),
        )
    if not rules.is_open_on(event.effective_on):
        message = say(
            "{programme} takes referrals {bounds}, not on {effective_on}; choose another programme.",
            programme=rules.name,
            bounds=bounds_of(rules),
            effective_on=event.effective_on,
        )
        return Refusal("the_programme_is_open", rules.source, message)
    if (refusal := the_town_is_known(rules, event.site)) is not None:
        return refusal
    if event.referring_partner not in rules.referring_partners:
        may = ", ".join(rules.referring_partners)
        message = say(
            "{referring_partner} does not refer to this programme; these do: {may}.",
            referring_partner=event.referring_partner,
            may=may,
        )
        return Refusal("the_partner_may_refer", rules.source, message)
    return None
