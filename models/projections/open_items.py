"""What a journey waits for: each thing with whose it is, since when and until when. All who tell of it ask here.

A journey may wait for several things at a time: a check-in, a partner's confirmation, the end of the internship.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from models.fields import Strict
from models.programme.programme import CountsFrom, DeadlineRule
from models.stages import Stage
from models.state.deadlines import CONVERSION, FOLLOW_UP, RETURN, counted_from, open_deadlines
from models.state.duties import LOST, DutyPeriod, awaited_duties
from models.state.obligations import Acknowledgement, Consultation
from models.state.partner_obligations import unanswered, unconfirmed
from models.state.state import State

NOTHING, NOBODY = "nothing", "nobody"
"""What is waited for, and of whom, where a journey waits for nothing."""

CALL = "call_"
"""What the name of a call begins with; the id of the notice that it stands for follows. Whether a call is to be made
follows from the register of staff, so that it is no item of a journey: see `services.queries.calls`."""

SECOND_PERSON = "second_person"
"""A correction that waits for a colleague. It lapses on its day: then it is no work any more."""


class OpenItem(Strict):
    """Something that a journey waits for: what, of whom, since when and until when.

    `item` names it within its journey, by the notice where a partner owes it or by the event where a colleague does.
    `partner` is the partner who owes it; `about` the kind of event that it is about, or the duty of a period; `days`
    the number of days that stand in its name.
    """

    item: str
    what: str
    of_whom: str
    since: date
    due_on: date | None = None
    partner: str | None = None
    about: str | None = None
    days: int | None = None

    @property
    def lapses(self) -> bool:
        """Whether it is over once its day has passed, instead of late."""
        return self.what == SECOND_PERSON


AWAITED = {
    Stage.REFERRAL: ("referral_answer", "coordinator"),
    Stage.REQUIREMENT_CHECK: ("requirement_check", "coordinator"),
    Stage.AWAITING_PLACEMENT: ("internship", "coordinator"),
    Stage.INTERNSHIP: ("internship_end", "supervisor"),
    Stage.TEMPORARY_ROLE: ("temporary_role_end", "supervisor"),
}
"""What each stage of a usual way waits for whatever its deadlines are, and of whom. Evaluation asks for one thing after
another, and where the way has ended nothing is awaited but follow-ups."""

OF_DEADLINES = {
    "referral_unanswered": "referral_answer",
    "requirement_check_due": "requirement_check",
    "placement_due": "internship",
    "check_in_due": "check_in",
    "internship_ending": "internship_end",
    "decision_due": "role_decision",
    "role_ending": "temporary_role_end",
    CONVERSION: "conversion",
}
"""What is to be done by the deadlines that programmes have; one of another name is waited for by that name."""

OF_WHOM = {"internship_end": "supervisor", "evaluation": "supervisor", "temporary_role_end": "supervisor"}
"""Who is to do what is not the coordinator's."""

RANK = ("union_answer", "check_in", "evaluation", "self_evaluation", "role_decision", "internship_end")
"""Of what is due on one day this comes first, in this order."""


@lru_cache(maxsize=256)
def open_items(state: State | None) -> tuple[OpenItem, ...]:
    """Everything that a journey waits for, what is due first first. Before the referral that alone is awaited."""
    if state is None:
        return ()
    found = [*_of_deadlines(state), *_of_colleagues(state)]
    known = {one.what for one in found}
    found += [one for one in _of_stage(state) if one.what not in known]
    if state.internship is None:  # nobody supervises where no internship was
        found = [
            one.model_copy(update={"of_whom": "coordinator"}) if one.of_whom == "supervisor" else one for one in found
        ]
    # Rules that nobody has checked can name one thing twice: by its earliest day it is one.
    return in_order({one.item: one for one in reversed(in_order(found))}.values())


def in_order(items: Iterable[OpenItem]) -> tuple[OpenItem, ...]:
    """What is due first first; what has no day last."""
    return tuple(sorted(items, key=_urgency))


def foremost(items: Iterable[OpenItem]) -> OpenItem | None:
    """The one that a list with one line for a journey tells of."""
    return next((one for one in items if not one.lapses), None)


def _urgency(one: OpenItem) -> tuple[date, int, str]:
    rank = RANK.index(one.what) if one.what in RANK else len(RANK)
    return one.due_on or date.max, rank, one.item


def _of_deadlines(state: State) -> Iterator[OpenItem]:
    of_partners: list[Acknowledgement | Consultation] = [*unconfirmed(state), *unanswered(state)]
    owed = {one.deadline: one for one in of_partners}
    reminders = {one.deadline: one for one in state.reminders}
    duties = {one.deadline: one for one in awaited_duties(state)}
    for rule, due_on in open_deadlines(state):
        if (of_partner := owed.get(rule.name)) is not None:
            yield _of_partner(of_partner, due_on)
        elif (duty := duties.get(rule.name)) is not None:
            yield _of_duty(duty)
        elif rule.name.removeprefix(LOST) in duties:
            continue  # the last day for what is waited for already
        elif rule.name == RETURN and state.pause is not None:
            yield _item("resumption", state.pause.from_day, due_on)
        elif rule.name in reminders:
            reminder = reminders[rule.name]
            yield _item("question" if reminder.asked else "reminder", reminder.set_on, due_on, item=rule.name)
        elif state.offer is not None and rule.name == state.offer.deadline:
            yield _item("offer_answer", state.offer.offered_on, due_on, item=rule.name)
        elif rule.name == "evaluation_due":
            yield from _evaluations(state, due_on)
        elif (days := rule.name.removeprefix(FOLLOW_UP)) != rule.name and days.isdecimal():
            yield _item("follow_up", state.since, due_on, item=rule.name, days=int(days))
        else:
            yield _of_deadline(rule, due_on, state)


def _of_deadline(rule: DeadlineRule, due_on: date, state: State) -> OpenItem:
    what = OF_DEADLINES.get(rule.name, rule.name)
    since = counted_from(rule.counts_from, state) or state.since
    if what == "internship":
        return _of_place(state, since, due_on)
    if rule.counts_from is not CountsFrom.LAST_CHECK_IN:
        return _item(what, since, due_on)
    first_day = state.agreed_start or state.since
    day = since + timedelta(days=rule.days) if rule.working_days is None else due_on
    return _item(what, since, due_on, days=(day - first_day).days)


def _of_place(state: State, since: date, due_on: date | None = None) -> OpenItem:
    """What comes next for somebody who waits for a place: lots, an offer, and then what is agreed."""
    lot, rules = state.lot, state.rules
    if state.offer is None or not state.offer.holds_a_place:
        if lot is not None and not lot.is_used:
            return _item("lot", lot.drawn_on, due_on, item=lot.item, days=lot.number)
        if rules.lottery is not None and rules.lottery.offers_in_order and lot is None:
            return _item("drawing", since, due_on)
        if rules.offers is not None and rules.offers.required:
            return _item("offer", since, due_on)
    return _item("internship" if rules.shape.internships else "role_decision", since, due_on)


def _of_partner(owed: Acknowledgement | Consultation, due_on: date) -> OpenItem:
    if isinstance(owed, Consultation):
        return OpenItem(
            item=owed.deadline,
            what="union_answer",
            of_whom="union",
            partner=owed.union,
            about=owed.about,
            since=owed.told_on,
            due_on=due_on,
        )
    return OpenItem(
        item=owed.deadline,
        what="acknowledgement",
        of_whom="partner",
        partner=owed.recipient,
        about=owed.about,
        since=owed.told_on,
        due_on=due_on,
    )


def _of_duty(period: DutyPeriod) -> OpenItem:
    rule = period.rule
    since = period.last + timedelta(days=1) if rule.in_arrears else period.first
    return OpenItem(
        item=period.deadline,
        what=rule.kind.value,
        of_whom="coordinator",
        about=rule.id,
        since=since,
        due_on=period.due_on,
    )


def _evaluations(state: State, due_on: date | None) -> Iterator[OpenItem]:
    """The evaluations that are still to be made."""
    if state.evaluation is None:
        yield _item("evaluation", state.since, due_on)
    if state.rules.needs_self_evaluation and state.self_evaluation is None:
        yield _item("self_evaluation", state.since, due_on)


def _of_colleagues(state: State) -> Iterator[OpenItem]:
    for one in state.proposals:
        yield OpenItem(
            item=f"{SECOND_PERSON}_{one.event_id}",
            what=SECOND_PERSON,
            of_whom="colleague",
            since=one.proposed_on,
            due_on=one.open_until,
        )


def _of_stage(state: State) -> Iterator[OpenItem]:
    """What the stage waits for, without a day where no deadline of the programme gives it one."""
    if state.paused:
        yield _item("resumption", state.pauses[-1].from_day)
    elif state.stage is Stage.EVALUATION:
        yield from _evaluations(state, None)
        if state.evaluated_on is not None:
            yield _item("role_decision", state.evaluated_on)
    elif state.stage is Stage.AWAITING_PLACEMENT:
        if state.offer is None or not state.offer.is_open:
            yield _of_place(state, state.since)
    elif state.stage in AWAITED:
        what, of_whom = AWAITED[state.stage]
        yield _item(what, state.since, state.agreed_end, of_whom=of_whom)


def _item(
    what: str,
    since: date,
    due_on: date | None = None,
    *,
    item: str | None = None,
    of_whom: str | None = None,
    days: int | None = None,
) -> OpenItem:
    whose = of_whom or OF_WHOM.get(what, "coordinator")
    return OpenItem(item=item or what, what=what, of_whom=whose, since=since, due_on=due_on, days=days)
