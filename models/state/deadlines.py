"""When something is due, and when somebody is to be reminded or told. Days only: the workflow waits for them.

What is reckoned in days is due on a weekday, and nobody is written to on another day: a reminder comes on the weekday
before, the rest on the weekday after. The end of an agreement is the day that was agreed, and the law makes a role
permanent on its own day, whatever day that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from models.calendar.public_holidays import last_weekday, next_weekday, working_days_after
from models.events.values import DeadlineStep
from models.message import Message, msg, plain
from models.programme.programme import CountsFrom, DeadlineRule
from models.stages import Stage
from models.state.duties import NAMES as OF_DUTIES
from models.state.duties import deadlines_of_duties, done_with_duties, duty_in_words
from models.state.employment_limits import conversion
from models.state.obligations import QUESTION, REMINDER
from models.state.offer import OFFER, Offer
from models.state.partner_obligations import deadlines_of_partners
from models.state.state import PassedDeadline, State

STEPS = list(DeadlineStep)
FOLLOW_UP = "follow_up_"
"""Names of the deadlines for follow-ups begin so; the days after the end follow."""

CONVERSION = "conversion"
"""Name of the deadline on which the law makes a role permanent. When it is due, the journey says so by an event."""

RETURN = "return_due"
"""Name of the deadline on which a pause is to end, the only one that a pause does not stop but sets."""

FOLLOW_UP_REMINDER_DAYS = 7
"""A week is enough to find somebody by telephone."""


@dataclass(frozen=True)
class Moment:
    """A day `on` which a deadline, due on `due_on`, takes a step."""

    deadline: str
    step: DeadlineStep
    on: date
    due_on: date

    @property
    def converts(self) -> bool:
        """Whether the law makes the role permanent at this moment."""
        return self.deadline == CONVERSION and self.step is DeadlineStep.DUE


def open_deadlines(state: State) -> list[tuple[DeadlineRule, date]]:
    """The deadlines that run now, with the day on which each is due. A pause stops all of them but the law's, its own
    end, what recurs, and what people want to be reminded of. Of several of one name the journey's own goes before a
    programme's."""
    due = [*_conversion(state), *_return(state), *_reminders(state), *deadlines_of_duties(state)]
    if not state.paused:
        rules = [rule for rule in state.rules.deadlines if state.stage in rule.stages]
        due += [(rule, due_on) for rule in [*rules, *_follow_ups(state)] if (due_on := _due_on(rule, state))]
        due += [*deadlines_of_partners(state), *_offers(state)]
    each = {rule.name: (rule, due_on) for rule, due_on in reversed(due)}
    return sorted(each.values(), key=lambda pair: (pair[1], pair[0].name))


def upcoming(state: State) -> list[Moment]:
    """The steps that are still to be taken, earliest first; where a later step was taken the earlier ones are moot.

    No step falls on the day on which what set the deadline was recorded, so that registering the past reminds nobody of
    what they are about to enter.
    """
    earliest = state.touched_on + timedelta(days=1)
    moments = [
        Moment(rule.name, step, on, due_on)
        for rule, due_on in open_deadlines(state)
        for step, on in _steps(rule, due_on, earliest)
        if not _is_moot(state, rule.name, due_on, step)
    ]
    return sorted(moments, key=lambda moment: (moment.on, moment.deadline, STEPS.index(moment.step)))


def expected(state: State) -> list[Moment]:
    """The steps that will be taken: of those of one deadline that fall on one day only the latest, as in `reached`."""
    latest = {(moment.deadline, moment.on): moment for moment in upcoming(state)}
    return list(latest.values())


def reached(state: State, today: date) -> list[Moment]:
    """The steps to take today: of each deadline only the latest, so that a long standstill ends in one notice.

    Where the law makes the role permanent today, that alone: what else was due of a temporary role is moot.
    """
    latest = {moment.deadline: moment for moment in upcoming(state) if moment.on <= today}
    by_law = [moment for moment in latest.values() if moment.converts]
    return by_law or list(latest.values())


def rests_until(state: State) -> date | None:
    """The day on which an ended journey has nothing left to wait for; None while it is open or paused.

    Counted also from the day on which the end was recorded, so that a slip in registering the past can be mended.
    """
    if not state.ended or state.paused:
        return None
    window = timedelta(days=state.rules.reopen_within_days)
    follow_ups = [_last_day(rule, due_on, state) for rule, due_on in open_deadlines(state)]
    duties = [day] if (day := done_with_duties(state)) else []
    return max(state.since + window, state.touched_on + window, *follow_ups, *duties)


def _last_day(rule: DeadlineRule, due_on: date, state: State) -> date:
    """The day after the last step of a deadline."""
    last_step = max(on for _, on in _steps(rule, due_on, state.touched_on + timedelta(days=1)))
    return last_step + timedelta(days=1)


def _conversion(state: State) -> Iterator[tuple[DeadlineRule, date]]:
    found = conversion(state)
    if found is not None:
        stages, warn = (Stage.TEMPORARY_ROLE,), found.rule.warn_days_before
        rule = DeadlineRule(name=CONVERSION, stages=stages, counts_from=CountsFrom.AGREED_END, remind_days_before=warn)
        yield rule, found.on


def _offers(state: State) -> Iterator[tuple[DeadlineRule, date]]:
    """The answer to an offer that stands. On the weekday after its last day the offer lapses: that is its last step."""
    offer = state.offer
    if offer is not None and offer.is_open and state.stage is Stage.AWAITING_PLACEMENT:
        rule = DeadlineRule(
            name=offer.deadline,
            stages=(Stage.AWAITING_PLACEMENT,),
            counts_from=CountsFrom.STAGE_ENTERED,
            escalate_days_after=1,
        )
        yield rule, offer_day(state, offer)


def offer_day(state: State, offer: Offer) -> date:
    """The last day for an answer to an offer. Days on which the journey stood still do not count."""
    stood_still = sum(pause.days_since(offer.told_on) for pause in state.pauses)
    return next_weekday(offer.answer_by + timedelta(days=stood_still)) if stood_still else offer.answer_by


def _return(state: State) -> Iterator[tuple[DeadlineRule, date]]:
    if state.pause is not None and state.pause.until is not None:
        days = state.rules.pause_reminder_days
        rule = DeadlineRule(
            name=RETURN, stages=(state.stage,), counts_from=CountsFrom.STAGE_ENTERED, remind_days_before=days
        )
        yield rule, state.pause.until


def _reminders(state: State) -> Iterator[tuple[DeadlineRule, date]]:
    for one in state.reminders:
        rule = DeadlineRule(name=one.deadline, stages=(state.stage,), counts_from=CountsFrom.STAGE_ENTERED)
        yield rule, one.remind_on


def _follow_ups(state: State) -> Iterator[DeadlineRule]:
    if not state.ended or state.way_end not in state.rules.follow_up_ends:
        return
    recorded = {days for days, _ in state.follow_ups}
    for days in state.rules.follow_up_after_days:
        if days not in recorded:
            yield DeadlineRule(
                name=f"{FOLLOW_UP}{days}",
                stages=(state.stage,),
                counts_from=CountsFrom.STAGE_ENTERED,
                days=days,
                remind_days_before=FOLLOW_UP_REMINDER_DAYS,
                escalate_days_after=state.rules.follow_up_window_days,
            )


def _due_on(rule: DeadlineRule, state: State) -> date | None:
    if rule.until_evaluated and state.evaluated_on is not None:
        return None
    if rule.working_days is not None:
        due_on = _after_working_days(rule.counts_from, rule.working_days, state)
    elif rule.counts_from is CountsFrom.AGREED_END:
        return state.agreed_end and state.agreed_end + timedelta(days=rule.days)
    elif (day := counted_from(rule.counts_from, state)) is None:
        return None
    else:
        stood_still = sum(pause.days_since(day) for pause in state.pauses)
        due_on = next_weekday(day + timedelta(days=rule.days + stood_still))
    if due_on and rule.counts_from is CountsFrom.LAST_CHECK_IN and state.agreed_end and due_on > state.agreed_end:
        return None  # by then there is nothing left to check in on: the end itself is due
    return due_on


def _after_working_days(counts_from: CountsFrom, count: int, state: State) -> date | None:
    """The last of so many working days after a day, those on which the journey stood still left out."""
    day = state.agreed_end if counts_from is CountsFrom.AGREED_END else counted_from(counts_from, state)
    if day is None:
        return None
    stood_still = sum(pause.working_days_since(day) for pause in state.pauses)
    return working_days_after(day, count + stood_still)


def counted_from(counts_from: CountsFrom, state: State) -> date | None:
    """The day from which a deadline is reckoned; None where it has not come. An agreed end is a day of its own."""
    match counts_from:
        case CountsFrom.LAST_CHECK_IN:
            return max(state.since, state.agreed_start or state.since, state.last_check_in or state.since)
        case CountsFrom.EVALUATED:
            return state.evaluated_on
        case _:
            return state.since


def _steps(rule: DeadlineRule, due_on: date, earliest: date) -> Iterator[tuple[DeadlineStep, date]]:
    """The steps of a deadline, each with its day, which is `earliest` or later."""
    if rule.remind_days_before is not None:
        remind_on = last_weekday(due_on - timedelta(days=rule.remind_days_before))
        yield DeadlineStep.REMINDER, next_weekday(max(remind_on, earliest))
    on_the_day = max(due_on, earliest)
    yield DeadlineStep.DUE, on_the_day if rule.name == CONVERSION else next_weekday(on_the_day)
    if rule.escalate_days_after is not None:
        yield DeadlineStep.ESCALATION, next_weekday(max(due_on + timedelta(days=rule.escalate_days_after), earliest))


def _is_moot(state: State, name: str, due_on: date, step: DeadlineStep) -> bool:
    return any(PassedDeadline(name, due_on, taken) in state.passed for taken in STEPS[STEPS.index(step) :])


DEADLINES = {
    "referral_unanswered": msg("deadline.referral_unanswered", "answer to the referral"),
    "requirement_check_due": msg("deadline.requirement_check_due", "requirement check"),
    "placement_due": msg("deadline.place_due", "a place"),
    "check_in_due": msg("deadline.check_in_due", "check-in"),
    "internship_ending": msg("deadline.internship_ending", "wrapping up the internship"),
    "evaluation_due": msg("deadline.evaluation_due", "evaluation"),
    "decision_due": msg("deadline.decision_due", "decision on what comes next"),
    "role_ending": msg("deadline.role_ending", "wrapping up the temporary role"),
    RETURN: msg("deadline.return_due", "the end of the pause"),
    CONVERSION: msg("deadline.conversion", "the role becoming permanent by law"),
}
"""Deadlines that are called otherwise than by their names."""

OF_PROGRAMMES = {
    "referral_unanswered": (Stage.REFERRAL,),
    "requirement_check_due": (Stage.REQUIREMENT_CHECK,),
    "placement_due": (Stage.AWAITING_PLACEMENT,),
    "check_in_due": (Stage.INTERNSHIP, Stage.TEMPORARY_ROLE),
    "internship_ending": (Stage.INTERNSHIP,),
    "evaluation_due": (Stage.EVALUATION,),
    "decision_due": (Stage.EVALUATION,),
    "role_ending": (Stage.TEMPORARY_ROLE,),
}
"""The names that a programme's file can give to deadlines, each with the stages in which it says something."""

OF_WHICH_SEVERAL = {
    "acknowledgement_": msg("deadline.acknowledgement", "confirmation of a notice"),
    QUESTION: msg("deadline.question", "a question or a remark"),
    REMINDER: msg("deadline.reminder", "a reminder"),
    OFFER: msg("deadline.offer_unanswered", "the answer to the offer of a place"),
    "consultation_": msg("deadline.consultation", "the union's answer"),
}
"""Deadlines of which there may be several at a time."""


def has_words(deadline: str) -> bool:
    """Whether a deadline is called otherwise than by its name."""
    return deadline in DEADLINES or deadline.startswith((FOLLOW_UP, *OF_DUTIES, *OF_WHICH_SEVERAL))


def deadline_in_words(name: str) -> Message:
    """What a deadline is about."""
    if name.startswith(FOLLOW_UP):
        return msg("deadline.follow_up", "follow-up {days} days afterwards", days=name.removeprefix(FOLLOW_UP))
    if (duty := duty_in_words(name)) is not None:
        return duty
    several = (message for beginning, message in OF_WHICH_SEVERAL.items() if name.startswith(beginning))
    return DEADLINES.get(name) or next(several, plain(name.replace("_", " ").replace("-", " ")))
