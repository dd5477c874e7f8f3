"""What each kind of event changes in what is known of a journey. Whether it may happen is asked in `models.journey`."""

from datetime import date, timedelta
from functools import singledispatch

from models.calendar.public_holidays import working_days_after
from models.events import events as e
from models.events.fact import Fact
from models.events.values import DeadlineStep
from models.identifiers import JourneyId
from models.programme.programme import Programme
from models.stages import EndReason, Stage
from models.state.offer import Lot, Offer
from models.state.partner_obligations import AGREEMENTS, answered, await_partners, kept, restart_obligations
from models.state.replacing import replace
from models.state.stage_history import entered
from models.state.state import Agreement, DutyRecord, PassedDeadline, Pause, Reminder, State
from models.state.waiting_corrections import WaitingCorrection, without


def initial(referred: e.Referred, rules: Programme, recorded_on: date, journey_id: JourneyId) -> State:
    """The state that a referral starts a journey in."""
    state = State(
        rules=rules,
        stage=Stage.REFERRAL,
        since=referred.effective_on,
        touched_on=recorded_on,
        site=referred.site,
        coordinator=referred.coordinator,
        referring_partner=referred.referring_partner,
        journey_id=journey_id,
        earlier_employment=referred.earlier_employment,
        age_limit_on=referred.age_limit_on,
        group=referred.group,
        last_unit=referred.last_unit,
        passages=entered((), Stage.REFERRAL, referred.effective_on),
    )
    return await_partners(state, referred, recorded_on)


def enter_stage(state: State, event: e.Event, stage: Stage, recorded_on: date) -> State:
    """The state after `event`, which the transition table takes to `stage`."""
    after = apply_event(event, state)
    if stage is not state.stage:
        begins_on = event.starts_on if isinstance(event, AGREEMENTS) else None
        passages = entered(state.passages, stage, event.effective_on, begins_on)
        after = replace(after, stage=stage, since=event.effective_on, passages=passages)
    if stage is Stage.CLOSED and state.stage is not Stage.CLOSED:
        after = replace(after, closed_from=state.stage, pauses=_pause_over(after, event.effective_on), offer=None)
    if isinstance(event, e.PlaceOffered):
        used = after.lot and replace(after.lot, is_used=True)
        after = replace(after, offer=_offer(event, state, recorded_on), lot=used)
    elif isinstance(event, AGREEMENTS):
        after = replace(after, offer=None)
    after = await_partners(after, event, recorded_on)
    if isinstance(event, e.CorrectionProposed):
        waiting = WaitingCorrection(event.event_id, recorded_on)
        after = replace(after, proposals=(*after.proposals, waiting))
    moves = not isinstance(event, e.DeadlinePassed) and _moves_deadlines(state, after)
    return replace(after, touched_on=recorded_on) if moves else after


def _moves_deadlines(before: State, after: State) -> bool:
    return any(
        getattr(before, name) != getattr(after, name)
        for name in (
            "stage",
            "since",
            "internship",
            "roles",
            "employment_elsewhere",
            "pauses",
            "last_check_in",
            "evaluation",
            "self_evaluation",
            "rules",
            "consultations",
            "duties",
            "offer",
        )
    )


def _offer(event: e.PlaceOffered, state: State, recorded_on: date) -> Offer:
    days = state.rules.offers.answer_within_working_days if state.rules.offers else 0
    return Offer(
        event_id=event.event_id,
        position=event.position,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        offered_on=event.effective_on,
        told_on=max(event.effective_on, recorded_on),
        answer_by=event.answer_by or working_days_after(event.effective_on, days),
    )


def _pause_over(state: State, day: date) -> tuple[Pause, ...]:
    return (*state.pauses[:-1], replace(state.pauses[-1], to_day=day)) if state.paused else state.pauses


@singledispatch
def apply_event(_event: Fact, state: State) -> State:
    """What an event adds to what is known, apart from the stage. Most kinds add nothing."""
    return state


@apply_event.register
def _(event: e.RequirementsChecked, state: State) -> State:
    return replace(state, profile=event.profile, findings=event.findings, end_reason=EndReason.NOT_QUALIFIED)


@apply_event.register
def _(event: e.ReferralAccepted, state: State) -> State:
    return replace(state, cohort=event.cohort)


@apply_event.register
def _(_event: e.ReferralDeclined, state: State) -> State:
    return replace(state, end_reason=EndReason.REFERRAL_DECLINED)


@apply_event.register
def _(event: e.InternshipAgreed, state: State) -> State:
    internship = Agreement(
        event.position,
        event.starts_on,
        event.ends_on,
        supervisor=event.supervisor,
        mentor=event.mentor,
        hours_a_week=event.hours_a_week,
    )
    # A second internship has deadlines of its own, also where they fall on the days of the first one's.
    fresh = replace(state, evaluation=None, self_evaluation=None, last_check_in=None, passed=kept(state.passed))
    return replace(fresh, internship=internship)


@apply_event.register
def _(event: e.InternshipExtended, state: State) -> State:
    return replace(state, internship=state.internship and state.internship.until(event.ends_on, event.hours_a_week))


@apply_event.register
def _(event: e.InternshipCompleted, state: State) -> State:
    over = (state.internship.until(event.effective_on),) if state.internship else ()
    return replace(state, completed=(*state.completed, *over))


@apply_event.register
def _(event: e.InternshipInterrupted, state: State) -> State:
    return replace(state, end_reason=event.end_reason)


@apply_event.register
def _(event: e.CheckInRecorded, state: State) -> State:
    return replace(state, last_check_in=max(event.effective_on, state.last_check_in or event.effective_on))


@apply_event.register
def _(event: e.EvaluationRecorded, state: State) -> State:
    return replace(state, evaluation=event, evaluators=frozenset({event.actor}))


@apply_event.register
def _(event: e.SelfEvaluationRecorded, state: State) -> State:
    return replace(state, self_evaluation=event)


@apply_event.register
def _(event: e.TemporaryRoleAgreed, state: State) -> State:
    role = Agreement(
        event.position,
        event.starts_on,
        event.ends_on,
        event.form,
        event.effective_on,
        hours_a_week=event.hours_a_week,
    )
    return replace(state, roles=(*state.roles, role), last_check_in=None, passed=kept(state.passed))


@apply_event.register
def _(event: e.TemporaryRoleExtended, state: State) -> State:
    *earlier, role = state.roles
    return replace(
        state, roles=(*earlier, replace(role.until(event.ends_on, event.hours_a_week), decided_on=event.effective_on))
    )


@apply_event.register
def _(event: e.TemporaryRoleEnded, state: State) -> State:
    *earlier, role = state.roles
    after = replace(state, roles=(*earlier, role.until(event.effective_on)), evaluation=None, self_evaluation=None)
    ends = state.rules.shape.ends_as_planned
    return replace(after, end_reason=event.end_reason or EndReason.ENDED_AS_PLANNED) if ends else after


@apply_event.register
def _(event: e.PermanentRoleAgreed, state: State) -> State:
    role = Agreement(event.position, event.starts_on, None, hours_a_week=event.hours_a_week)
    return replace(state, roles=(*state.roles, role))


@apply_event.register
def _(event: e.RoleConverted, state: State) -> State:
    *earlier, role = state.roles
    before = role.until(event.effective_on - timedelta(days=1))
    return replace(state, roles=(*earlier, before, Agreement(role.position, event.effective_on, None)))


@apply_event.register
def _(event: e.EmploymentFoundElsewhere, state: State) -> State:
    return replace(state, employment_elsewhere=event.employments)


@apply_event.register(e.ReturnedToAgency | e.Withdrawn | e.Discontinued)
def _(event: e.ReturnedToAgency | e.Withdrawn | e.Discontinued, state: State) -> State:
    return replace(state, end_reason=event.end_reason)


@apply_event.register
def _(event: e.Paused, state: State) -> State:
    pause = Pause(event.effective_on, until=event.until, frees_place=event.frees_place)
    return replace(state, pauses=(*state.pauses, pause))


@apply_event.register
def _(event: e.PauseExtended, state: State) -> State:
    return replace(state, pauses=(*state.pauses[:-1], replace(state.pauses[-1], until=event.until)))


@apply_event.register
def _(event: e.Resumed, state: State) -> State:
    return replace(state, pauses=_pause_over(state, event.effective_on))


@apply_event.register
def _(event: e.ReminderSet, state: State) -> State:
    reminder = Reminder(event.event_id, event.effective_on, event.remind_on)
    return replace(state, reminders=(*state.reminders, reminder))


@apply_event.register
def _(event: e.NoteAdded, state: State) -> State:
    asked = Reminder(event.event_id, event.effective_on, event.effective_on, asked=True)
    return replace(state, reminders=(*state.reminders, asked)) if event.asks else state


@apply_event.register
def _(event: e.ReminderMoved, state: State) -> State:
    moved = (
        replace(one, remind_on=event.remind_on) if one.event_id == event.reminder else one for one in state.reminders
    )
    return replace(state, reminders=tuple(moved))


@apply_event.register
def _(event: e.ReminderDone, state: State) -> State:
    return replace(state, reminders=tuple(one for one in state.reminders if one.event_id != event.reminder))


@apply_event.register
def _(_event: e.Reopened, state: State) -> State:
    return replace(state, closed_from=None, end_reason=None, follow_ups=())


@apply_event.register
def _(event: e.CoordinatorChanged, state: State) -> State:
    return replace(state, coordinator=event.coordinator)


@apply_event.register
def _(event: e.PartnerAcknowledged, state: State) -> State:
    return replace(state, acknowledged=state.acknowledged | {event.notice_id})


@apply_event.register
def _(event: e.UnionAnswered, state: State) -> State:
    return answered(state, event)


@apply_event.register
def _(event: e.DutyDone, state: State) -> State:
    done = DutyRecord(
        event.duty, event.period, event.effective_on, days=event.days, kronor=event.kronor, passed=event.passed
    )
    return replace(state, duties=(*state.duties, done))


@apply_event.register
def _(event: e.LotDrawn, state: State) -> State:
    return replace(state, lot=Lot(event.number, event.of, event.seed, event.effective_on))


@apply_event.register
def _(event: e.OfferAnswered, state: State) -> State:
    return replace(state, offer=state.offer and replace(state.offer, accepted=event.accepted))


@apply_event.register
def _(event: e.FollowUpRecorded, state: State) -> State:
    return replace(state, follow_ups=(*state.follow_ups, (event.after_days, event.outcome)))


@apply_event.register
def _(event: e.DeadlinePassed, state: State) -> State:
    after = restart_obligations(state, event)
    if state.offer and (event.deadline, event.step) == (state.offer.deadline, DeadlineStep.ESCALATION):
        after = replace(after, offer=replace(state.offer, lapsed=True))
    return replace(after, passed=state.passed | {PassedDeadline(event.deadline, event.due_on, event.step)})


@apply_event.register
def _(event: e.ProposalDeclined, state: State) -> State:
    return replace(state, proposals=without(state.proposals, event.proposal))


@apply_event.register
def _(event: e.RulesChanged, state: State) -> State:
    return replace(state, rules=event.rules)
