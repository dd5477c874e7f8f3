"""Rules that hold on the whole way: who may say what, when, and in which order."""

from datetime import timedelta

from models.events import events as e
from models.events.descriptions import name_of
from models.events.fact import SaidBy
from models.identifiers import Role
from models.message import Message, msg
from models.programme.programme import Programme
from models.rules.context import Asked, RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule
from models.state.deadlines import CONVERSION, RETURN, upcoming
from models.state.obligations import REMINDER

DAY_BORDER = timedelta(days=1)
"""About midnight it can be tomorrow already by the clock of whoever records, and still today by the worker's."""

BESIDE_THE_WAY = Inapplicable(
    msg("it_follows_what_went_before.aside", "What is written beside the way may be about an earlier day.")
)
WRITTEN_IN_A_PAUSE = Inapplicable(
    msg("the_journey_is_not_paused.while_paused", "The journey is paused, and this may be recorded in a pause.")
)
NO_TOWNS = Inapplicable(msg("the_town_is_known.no_towns", "The programme is not limited to certain towns."))

THE_SYSTEM = frozenset({Role.SYSTEM, Role.OPERATOR})
"""The product itself, and whoever runs it."""


@rule(
    "the_author_may_say_so",
    says="Partners refer, acknowledge, answer and comment; "
    "only the journey itself says what follows from the calendar.",
)
def the_author_may_say_so(context: Asked) -> Judgement:
    """Nobody refers for another, and whoever operates the system says what was repaired, and nothing else."""
    event = context.event
    if event is None:
        return NOTHING_PROPOSED
    role, author = event.actor.role, event.actor.name
    if isinstance(event, e.Referred) and (
        role in THE_SYSTEM or (role is Role.PARTNER and author != event.referring_partner)
    ):
        message = msg(
            "the_author_may_say_so.refers_for_another",
            "{author} cannot refer on behalf of {referring_partner}.",
            author=author,
            referring_partner=event.referring_partner,
        )
        return the_author_may_say_so.refuse(message)
    if not _fits(role, context.kind):
        message = msg(
            "the_author_may_say_so.role",
            "{kind} cannot come from the role {role}. Send it in your own role.",
            kind=name_of(context.kind),
            role=role,
        )
        return the_author_may_say_so.refuse(message)
    if role is Role.PARTNER and e.EVENT_CLASSES[context.kind].said_by is not SaidBy.PARTNERS_TOO:
        message = msg(
            "the_author_may_say_so.partner",
            "{kind} cannot come from a partner. Ask the coordinator to record it.",
            kind=name_of(context.kind),
        )
        return the_author_may_say_so.refuse(message)
    return None


def _fits(role: Role, kind: str) -> bool:
    said_by = e.EVENT_CLASSES[kind].said_by
    if said_by is SaidBy.OPERATORS:
        return role in THE_SYSTEM
    return role is not Role.OPERATOR and (role is Role.SYSTEM) == (said_by is SaidBy.THE_JOURNEY)


@rule("the_day_has_come", says="The day on which it takes effect has come.")
def the_day_has_come(context: Asked) -> Judgement:
    if context.event is None:
        return NOTHING_PROPOSED
    if context.event.effective_on <= context.today + DAY_BORDER:
        return Held(
            msg(
                "the_day_has_come.holds",
                "It takes effect on {effective_on} and was recorded on {today}.",
                effective_on=context.event.effective_on,
                today=context.today,
            )
        )
    message = msg(
        "the_day_has_come.in_the_future",
        "{effective_on} is in the future. Record it on that date, or correct the date.",
        effective_on=context.event.effective_on,
        kind=name_of(context.kind),
    )
    return the_day_has_come.refuse(message)


@rule("it_follows_what_went_before", says="It takes effect no earlier than the stage that the journey is in.")
def it_follows_what_went_before(context: RuleContext) -> Judgement:
    event = context.event
    if event is None:
        return NOTHING_PROPOSED
    if event.is_aside:
        return BESIDE_THE_WAY
    if event.effective_on >= context.state.since:
        return Held(
            msg(
                "it_follows_what_went_before.holds",
                "It takes effect on {effective_on}, and the stage {stage} began on {since}.",
                effective_on=event.effective_on,
                since=context.state.since,
                stage=context.state.stage,
            )
        )
    message = msg(
        "it_follows_what_went_before.too_early",
        "{effective_on} is before {since}, when the stage {stage} began. Correct the date, or "
        "correct the earlier event first.",
        effective_on=event.effective_on,
        since=context.state.since,
        stage=context.state.stage,
    )
    return it_follows_what_went_before.refuse(message)


@rule("the_journey_is_not_paused", says="The journey is not paused, or the event may be written while it is.")
def the_journey_is_not_paused(context: RuleContext) -> Judgement:
    goes_on = e.EVENT_CLASSES[context.kind].while_paused or _no_pause_stops(context)
    if not context.state.paused:
        return None
    if goes_on:
        return WRITTEN_IN_A_PAUSE
    message = msg(
        "the_journey_is_not_paused.since",
        "The journey has been paused since {from_day}. Resume it first.",
        from_day=context.state.pauses[-1].from_day,
    )
    return the_journey_is_not_paused.refuse(message)


NOT_STOPPED = frozenset({CONVERSION, RETURN})
"""Deadlines that go on in a pause: no pause puts off the day on which the law makes a role permanent, nor its own end.
"""


def _no_pause_stops(context: RuleContext) -> bool:
    if not isinstance(context.event, e.DeadlinePassed):
        return False
    return context.event.deadline in NOT_STOPPED or context.event.deadline.startswith(REMINDER)


@rule(
    "the_window_is_open",
    says="A journey is reopened within the programme's days after its end.",
    uses=("reopen_within_days",),
)
def the_window_is_open(context: RuleContext) -> Judgement:
    state = context.state
    day = context.event.effective_on if context.event else context.today
    last_day = state.since + timedelta(days=state.rules.reopen_within_days)
    if day <= last_day:
        return Held(
            msg(
                "the_window_is_open.holds",
                "It takes effect on {day}, and the journey can be reopened until {last_day}.",
                day=day,
                last_day=last_day,
            )
        )
    within = state.rules.reopen_within_days
    message = msg(
        "the_window_is_open.closed",
        "A journey can be reopened within {within} days of its end, here until {last_day}. Refer the person again.",
        within=within,
        last_day=last_day,
    )
    return the_window_is_open.refuse(message, state.rules.source)


@rule(
    "the_follow_up_is_asked_for",
    says="The programme asks for this follow-up, and it is not recorded yet.",
    uses=("follow_up_after_days",),
)
def the_follow_up_is_asked_for(context: RuleContext) -> Judgement:
    event, state = context.event, context.state
    done = {days for days, _ in state.follow_ups}
    left = [days for days in state.rules.follow_up_after_days if days not in done]
    if not left:
        return the_follow_up_is_asked_for.refuse(
            msg("the_follow_up_is_asked_for.all_recorded", "Every follow-up of this journey is recorded."),
            state.rules.source,
        )
    if not isinstance(event, e.FollowUpRecorded):
        return NOTHING_PROPOSED
    if event.after_days in left:
        return None
    message = msg(
        "the_follow_up_is_asked_for.other_days",
        "No follow-up is due after {after_days} days. Left: after {known} days.",
        after_days=event.after_days,
        known=", ".join(map(str, left)),
    )
    return the_follow_up_is_asked_for.refuse(message, state.rules.source)


@rule(
    "the_deadline_has_passed",
    says="The deadline takes this step on that day.",
    uses=(
        "deadline.days",
        "deadline.working_days",
        "deadline.counts_from",
        "deadline.remind_days_before",
        "deadline.escalate_days_after",
    ),
)
def the_deadline_has_passed(context: RuleContext) -> Judgement:
    event = context.event
    if not isinstance(event, e.DeadlinePassed):
        return NOTHING_PROPOSED
    if any(
        (moment.deadline, moment.step, moment.due_on) == (event.deadline, event.step, event.due_on)
        for moment in upcoming(context.state)
        if moment.on <= context.today and not moment.converts
    ):
        return None
    return the_deadline_has_passed.refuse(
        msg(
            "the_deadline_has_passed.not_today",
            "The deadline {deadline} does not take the step {step} today.",
            deadline=event.deadline,
            step=event.step,
        )
    )


@rule("a_manager_changes_the_rules", says="Only a manager changes the rules of a journey.")
def a_manager_changes_the_rules(context: RuleContext) -> Judgement:
    if context.event is None:
        return NOTHING_PROPOSED
    if context.event.actor.role is Role.MANAGER:
        return None
    message = msg(
        "a_manager_changes_the_rules.other_role",
        "Only a manager changes the rules that a person is judged by. Ask the manager to do it.",
    )
    return a_manager_changes_the_rules.refuse(message)


@rule("somebody_else_takes_over", says="Somebody else than the coordinator of today takes over.")
def somebody_else_takes_over(context: RuleContext) -> Judgement:
    if not isinstance(context.event, e.CoordinatorChanged):
        return NOTHING_PROPOSED
    if context.event.leaves not in (None, context.state.coordinator):
        other = msg(
            "somebody_else_takes_over.other_leaves",
            "{leaves} is not the coordinator of this candidate, who is {coordinator}. Look up who is.",
            leaves=context.event.leaves,
            coordinator=context.state.coordinator,
        )
        return somebody_else_takes_over.refuse(other)
    if context.event.coordinator != context.state.coordinator:
        return None
    message = msg(
        "somebody_else_takes_over.same",
        "{coordinator} is already the coordinator of this candidate. Name another one.",
        coordinator=context.state.coordinator,
    )
    return somebody_else_takes_over.refuse(message)


@rule("the_programme_stays", says="New rules are those of the same programme.")
def the_programme_stays(context: RuleContext) -> Judgement:
    if not isinstance(context.event, e.RulesChanged):
        return NOTHING_PROPOSED
    if context.event.rules.id == context.state.rules.id:
        return None
    message = msg(
        "the_programme_stays.other",
        "This journey belongs to {rules}. Its rules cannot become those of another programme.",
        rules=context.state.rules.id,
    )
    return the_programme_stays.refuse(message)


@rule("the_town_stays", says="New rules know the town of the journey.")
def the_town_stays(context: RuleContext) -> Judgement:
    """New rules know the journey's town, or the partners there would no longer be told."""
    if not isinstance(context.event, e.RulesChanged):
        return NOTHING_PROPOSED
    if not context.event.rules.towns:
        return NO_TOWNS
    why = not_run_in(context.event.rules, context.state.site)
    return the_town_stays.refuse(why, context.event.rules.source) if why else None


def not_run_in(rules: Programme, site: str) -> Message | None:
    """Why a journey cannot be in a town: where a programme has towns, its partners are those on the list of one."""
    if not rules.towns or rules.town(site) is not None:
        return None
    return msg(
        "the_town_is_known.other",
        "{programme} is not run in {site}. Available towns: {known}.",
        programme=rules.name,
        site=site,
        known=", ".join(f"{town.id} {town.name}" for town in rules.towns),
    )
