"""Rules that hold on the whole way: who may say what, when, and in which order."""

from datetime import date, timedelta

from models.events import events as e
from models.events.fact import SaidBy
from models.message import msg
from models.programme.programme import Programme
from models.rules.context import DESIGN, RuleContext
from models.rules.decision import Refusal
from models.rules.durations import bounds_of
from models.state.deadlines import CONVERSION, upcoming

DAY_BORDER = timedelta(days=1)
"""Clocks run in UTC and days in Sweden: after midnight in Sweden it is still yesterday in UTC."""


def the_author_may_say_so(context: RuleContext) -> Refusal | None:
    """Partners refer, acknowledge, answer and comment; only the journey itself says what follows from the calendar.

    Whoever operates the system says what was repaired, and nothing else.
    """
    if context.event is None:
        return None
    role = context.event.actor.partition(":")[0]
    if not _fits(role, context.kind):
        return Refusal(
            "the_author_may_say_so",
            DESIGN,
            msg(
                "rule.the_author_may_say_so.role",
                "{kind} cannot come from a {role}; send it as yourself.",
                kind=context.kind,
                role=role,
            ),
        )
    if role == "partner" and e.EVENT_CLASSES[context.kind].said_by is not SaidBy.PARTNERS_TOO:
        message = msg(
            "rule.the_author_may_say_so.partner",
            "{kind} cannot come from a partner; ask the coordinator to record it.",
            kind=context.kind,
        )
        return Refusal("the_author_may_say_so", DESIGN, message)
    return None


def _fits(role: str, kind: str) -> bool:
    said_by = e.EVENT_CLASSES[kind].said_by
    if said_by is SaidBy.OPERATORS:
        return role in ("operator", "system")
    return role != "operator" and (role == "system") == (said_by is SaidBy.THE_JOURNEY)


def the_day_has_come(context: RuleContext) -> Refusal | None:
    if context.event is None or context.event.effective_on <= context.today + DAY_BORDER:
        return None
    message = msg(
        "rule.the_day_has_come.in_the_future",
        "{effective_on} has not come yet; record {kind} on that day, or mend the date.",
        effective_on=context.event.effective_on,
        kind=context.kind,
    )
    return Refusal("the_day_has_come", DESIGN, message)


def it_follows_what_went_before(context: RuleContext) -> Refusal | None:
    event = context.event
    if event is None or not event.in_order or event.effective_on >= context.state.since:
        return None
    message = msg(
        "rule.it_follows_what_went_before.before_the_stage",
        "{effective_on} lies before {since}, when the stage {stage} began;"
        " mend the date, or correct the earlier event first.",
        effective_on=event.effective_on,
        since=context.state.since,
        stage=context.state.stage,
    )
    return Refusal("it_follows_what_went_before", DESIGN, message)


def the_journey_is_not_paused(context: RuleContext) -> Refusal | None:
    goes_on = e.EVENT_CLASSES[context.kind].while_paused or _warns_of_the_law(context)
    if not context.state.paused or goes_on:
        return None
    message = msg(
        "rule.the_journey_is_not_paused.paused",
        "The journey is paused since {from_day}; record resumed first.",
        from_day=context.state.pauses[-1].from_day,
    )
    return Refusal("the_journey_is_not_paused", DESIGN, message)


def _warns_of_the_law(context: RuleContext) -> bool:
    """No pause puts off the warning of the day on which the law makes a role permanent."""
    return isinstance(context.event, e.DeadlinePassed) and context.event.deadline == CONVERSION


def the_journey_is_paused(context: RuleContext) -> Refusal | None:
    if context.state.paused:
        return None
    return Refusal(
        "the_journey_is_paused",
        DESIGN,
        msg("rule.the_journey_is_paused.not_paused", "The journey is not paused, so there is nothing to resume."),
    )


def it_resumes_after_it_paused(context: RuleContext) -> Refusal | None:
    if (
        context.event is None
        or not context.state.paused
        or context.event.effective_on >= context.state.pauses[-1].from_day
    ):
        return None
    message = msg(
        "rule.it_resumes_after_it_paused.before",
        "The journey was paused on {from_day} and cannot go on before that; mend the date.",
        from_day=context.state.pauses[-1].from_day,
    )
    return Refusal("it_resumes_after_it_paused", DESIGN, message)


def it_pauses_after_it_resumed(context: RuleContext) -> Refusal | None:
    pauses = context.state.pauses
    if context.event is None or not pauses or (went_on := pauses[-1].to_day) is None:
        return None
    if context.event.effective_on >= went_on:
        return None
    message = msg(
        "rule.it_pauses_after_it_resumed.before",
        "The journey was resumed on {went_on} and cannot pause again before that; mend the date.",
        went_on=went_on,
    )
    return Refusal("it_pauses_after_it_resumed", DESIGN, message)


def the_window_is_open(context: RuleContext) -> Refusal | None:
    state = context.state
    day = context.event.effective_on if context.event else context.today
    last_day = state.since + timedelta(days=state.rules.reopen_within_days)
    if day <= last_day:
        return None
    within = state.rules.reopen_within_days
    message = msg(
        "rule.the_window_is_open.closed",
        "A journey can be reopened within {within} days of its end, here until {last_day}; refer the person again.",
        within=within,
        last_day=last_day,
    )
    return Refusal("the_window_is_open", state.rules.source, message)


def the_follow_up_is_asked_for(context: RuleContext) -> Refusal | None:
    event, state = context.event, context.state
    done = {days for days, _ in state.follow_ups}
    left = [days for days in state.rules.follow_up_after_days if days not in done]
    if not left:
        return Refusal(
            "the_follow_up_is_asked_for",
            state.rules.source,
            msg("rule.the_follow_up_is_asked_for.none_left", "Every follow-up of this journey is recorded."),
        )
    if not isinstance(event, e.FollowUpRecorded) or event.after_days in left:
        return None
    message = msg(
        "rule.the_follow_up_is_asked_for.another",
        "No follow-up after {after_days} days is open; those left are after {known} days.",
        after_days=event.after_days,
        known=", ".join(map(str, left)),
    )
    return Refusal("the_follow_up_is_asked_for", state.rules.source, message)


def the_deadline_has_passed(context: RuleContext) -> Refusal | None:
    event = context.event
    if not isinstance(event, e.DeadlinePassed) or any(
        (moment.deadline, moment.step, moment.due_on) == (event.deadline, event.step, event.due_on)
        for moment in upcoming(context.state)
        if moment.on <= context.today and not moment.converts
    ):
        return None
    return Refusal(
        "the_deadline_has_passed",
        DESIGN,
        msg(
            "rule.the_deadline_has_passed.no_such_step",
            "No deadline {deadline} takes the step {step} today.",
            deadline=event.deadline,
            step=event.step,
        ),
    )


def a_manager_changes_the_rules(context: RuleContext) -> Refusal | None:
    if context.event is None or context.event.actor.startswith("manager:"):
        return None
    message = msg(
        "rule.a_manager_changes_the_rules.not_a_manager",
        "Rules are what a person is judged by, so only a manager changes them; ask the manager to do it.",
    )
    return Refusal("a_manager_changes_the_rules", DESIGN, message)


def somebody_else_takes_over(context: RuleContext) -> Refusal | None:
    if not isinstance(context.event, e.CoordinatorChanged) or context.event.coordinator != context.state.coordinator:
        return None
    message = msg(
        "rule.somebody_else_takes_over.same_person",
        "{coordinator} looks after this candidate already; name another one.",
        coordinator=context.state.coordinator,
    )
    return Refusal("somebody_else_takes_over", DESIGN, message)


def the_programme_stays(context: RuleContext) -> Refusal | None:
    if not isinstance(context.event, e.RulesChanged) or context.event.rules.id == context.state.rules.id:
        return None
    message = msg(
        "rule.the_programme_stays.another",
        "This journey belongs to {rules}; its rules cannot become those of another programme.",
        rules=context.state.rules.id,
    )
    return Refusal("the_programme_stays", DESIGN, message)


def the_town_is_known(rules: Programme, site: str) -> Refusal | None:
    """Where a programme has towns, a journey has to be in one of them: its partners are those on the town's list."""
    if not rules.towns or rules.town(site) is not None:
        return None
    known = ", ".join(f"{town.id} {town.name}" for town in rules.towns)
    message = msg(
        "rule.the_town_is_known.unknown_town",
        "{programme} is not run in {site}; choose one of its towns: {known}.",
        programme=rules.name,
        site=site,
        known=known,
    )
    return Refusal("the_town_is_known", rules.source, message)


def the_town_stays(context: RuleContext) -> Refusal | None:
    """New rules know the journey's town, or the partners there would no longer be told."""
    return (
        the_town_is_known(context.event.rules, context.state.site)
        if isinstance(context.event, e.RulesChanged)
        else None
    )


def may_begin(rules: Programme, event: e.Event, today: date) -> Refusal | None:
    """The first rule that keeps `event` from starting a journey."""
    if not isinstance(event, e.Referred):
        message = msg(
            "rule.it_begins_with_a_referral.another_kind",
            "A journey begins with referred, not with {kind}; refer the candidate first.",
            kind=event.kind,
        )
        return Refusal("it_begins_with_a_referral", DESIGN, message)
    role, _, author = event.actor.partition(":")
    if role in ("system", "operator") or (role == "partner" and author != event.referring_partner):
        return Refusal(
            "the_author_may_say_so",
            DESIGN,
            msg(
                "rule.the_author_may_say_so.for_another",
                "{author} cannot refer in the name of {referring_partner}.",
                author=author,
                referring_partner=event.referring_partner,
            ),
        )
    if event.effective_on > today + DAY_BORDER:
        return Refusal(
            "the_day_has_come",
            DESIGN,
            msg(
                "rule.the_day_has_come.referral",
                "{effective_on} has not come yet; mend the date.",
                effective_on=event.effective_on,
            ),
        )
    if not rules.is_open_on(event.effective_on):
        message = msg(
            "rule.the_programme_is_open.closed",
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
        message = msg(
            "rule.the_partner_may_refer.another_partner",
            "{referring_partner} does not refer to this programme; these do: {may}.",
            referring_partner=event.referring_partner,
            may=may,
        )
        return Refusal("the_partner_may_refer", rules.source, message)
    return None
