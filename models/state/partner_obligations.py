"""What partners owe in a state: what each event adds to it, and when it is due."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from models.calendar.public_holidays import next_weekday
from models.events import events as e
from models.events.values import DeadlineStep
from models.partners.notice import id_of_notice
from models.programme.programme import Agreement, CountsFrom, DeadlineRule
from models.programme.way import WayRule
from models.stages import Stage
from models.state.duties import NAMES as OF_DUTIES
from models.state.obligations import ACKNOWLEDGEMENT, CONSULTATION, REMINDER, Acknowledgement, Consultation
from models.state.recipients import MANAGER, who
from models.state.replacing import replace
from models.state.state import PassedDeadline, State

ROLES: tuple[Agreement, ...] = ("temporary_role_agreed", "permanent_role_agreed")


def consulted_in(stage: Stage, shape: WayRule) -> tuple[Agreement, ...]:
    """What can be agreed in a stage of ways of a shape, and unions be consulted about there."""
    found: tuple[Agreement, ...] = ("permanent_role_agreed",) if stage is Stage.TEMPORARY_ROLE else ()
    if stage is Stage.AWAITING_PLACEMENT and shape.internships:
        found = ("internship_agreed",)
    return (*found, *(ROLES if stage in shape.hires_in else ()))


def unions_to_consult(state: State) -> tuple[str, ...]:
    """The unions that the programme consults about this journey: those it names, otherwise those of the town."""
    rule, town = state.rules.union_consultation, state.rules.town(state.site)
    if rule is None:
        return ()
    return rule.unions or (town.of_kind("union") if town else ())


def await_partners(state: State, event: e.Event, recorded_on: date) -> State:
    """The state in which those who are told of `event` owe what the programme asks of them for it.

    An agreement uses up the consultations: the next one needs its own.
    """
    consultations = _left_by(event, state)
    if isinstance(event, e.UnionConsulted):
        asked = {(event.about, union) for union in event.unions}
        consultations = (
            *(consultation for consultation in consultations if (consultation.about, consultation.union) not in asked),
            *_consultations(state, event, recorded_on),
        )
    owed = tuple(_acknowledgements(state, event, recorded_on))
    return replace(state, consultations=consultations, acknowledgements=(*state.acknowledgements, *owed))


def _left_by(event: e.Event, state: State) -> tuple[Consultation, ...]:
    """The consultations that an event does not use up: where somebody is hired at any time, an internship leaves those
    about a role."""
    if not isinstance(event, AGREEMENTS):
        return state.consultations
    if isinstance(event, e.InternshipAgreed) and state.rules.shape.hired_at_any_time:
        return tuple(one for one in state.consultations if one.about != event.kind)
    return ()


AGREEMENTS = (e.InternshipAgreed, e.TemporaryRoleAgreed, e.PermanentRoleAgreed)


STANDSTILLS = (e.Paused, e.PauseExtended, e.Resumed)
"""What lets the days of deadlines stand still, and go on."""


def _consultations(state: State, event: e.UnionConsulted, recorded_on: date) -> Iterator[Consultation]:
    for union in dict.fromkeys(event.unions):
        notice_id = id_of_notice(event.event_id, state.journey_id, union)
        told_on = max(event.effective_on, recorded_on)
        yield Consultation(event.event_id, notice_id, event.about, union, event.effective_on, told_on)


def _acknowledgements(state: State, event: e.Event, recorded_on: date) -> Iterator[Acknowledgement]:
    rules = [rule for rule in state.rules.notices if rule.event == event.kind and rule.acknowledge_within_days]
    owed = {recipient: rule for rule in reversed(rules) for name in rule.to for recipient in who(name, state)}
    for recipient, rule in owed.items():
        assert rule.acknowledge_within_days is not None
        notice_id = id_of_notice(event.event_id, state.journey_id, recipient)
        within, remind_after = rule.acknowledge_within_days, rule.remind_after_days
        yield Acknowledgement(event.event_id, notice_id, recipient, recorded_on, within, remind_after, event.kind)


def restart_obligations(state: State, event: e.DeadlinePassed | e.Corrected) -> State:
    """The state in which a reminder or a correction, once confirmed, confirms the notice that it follows as well."""

    def is_about(owed: Acknowledgement) -> bool:
        if isinstance(event, e.DeadlinePassed):
            return event.deadline == owed.deadline
        return event.corrects == owed.event_id

    return replace(
        state,
        acknowledgements=tuple(
            replace(owed, also=owed.also | {id_of_notice(event.event_id, state.journey_id, owed.recipient)})
            if is_about(owed)
            else owed
            for owed in state.acknowledgements
        ),
    )


def answered(state: State, event: e.UnionAnswered) -> State:
    """The state in which a union has answered what it was asked, or the one question that the answer names."""

    def is_meant(consultation: Consultation) -> bool:
        return consultation.union == event.union and event.about in (None, consultation.about)

    return replace(
        state,
        consultations=tuple(
            replace(consultation, answer=event.answer, answered_on=event.effective_on)
            if is_meant(consultation)
            else consultation
            for consultation in state.consultations
        ),
    )


def kept(passed: frozenset[PassedDeadline]) -> frozenset[PassedDeadline]:
    """Of the steps that deadlines have taken those of partners, who owe one thing once, of reminders, and of what
    recurs, whatever begins anew."""
    once = (ACKNOWLEDGEMENT, CONSULTATION, REMINDER, *OF_DUTIES)
    return frozenset(step for step in passed if step.name.startswith(once))


def unconfirmed(state: State) -> list[Acknowledgement]:
    return [owed for owed in state.acknowledgements if not state.acknowledged & {owed.notice_id, *owed.also}]


def unanswered(state: State) -> list[Consultation]:
    """The consultations without an answer that something may still be agreed upon."""
    return [
        consultation
        for consultation in state.consultations
        if consultation.answer is None and consultation.about in _next(state)
    ]


def _next(state: State) -> tuple[str, ...]:
    return consulted_in(state.stage, state.rules.shape) if state.rules.union_consultation else ()


def answer_day(state: State, consultation: Consultation) -> date:
    """The last day on which a union can answer. Days on which the journey stood still do not count."""
    return _due(
        state,
        consultation.told_on,
        state.rules.union_consultation.answer_within_days if state.rules.union_consultation else 0,
    )


def deadlines_of_partners(state: State) -> Iterator[tuple[DeadlineRule, date]]:
    """The deadlines of what partners owe, each with its day. At an acknowledgement's end it is escalated at once."""
    for owed in unconfirmed(state):
        rule = _rule(owed.deadline, owed.within_days, owed.remind_after_days, escalate=0)
        yield rule, _due(state, owed.told_on, owed.within_days)
    for consultation in unanswered(state):
        assert state.rules.union_consultation is not None
        within, remind_after = (
            state.rules.union_consultation.answer_within_days,
            state.rules.union_consultation.remind_after_days,
        )
        yield _rule(consultation.deadline, within, remind_after, escalate=None), answer_day(state, consultation)


def due_of(state: State, event_id: UUID) -> dict[str, date]:
    """The day by which each of those who were told of an event is to confirm or answer it."""
    confirm = {
        owed.recipient: _due(state, owed.told_on, owed.within_days)
        for owed in state.acknowledgements
        if owed.event_id == event_id
    }
    answer = {
        consultation.union: answer_day(state, consultation)
        for consultation in state.consultations
        if consultation.event_id == event_id
    }
    return confirm | answer


def asked_of(state: State, deadline: str) -> str | None:
    """The partner who owes what a deadline is about; None where it is about no partner."""
    owed = {each.deadline: each.recipient for each in state.acknowledgements}
    return owed.get(deadline) or next((each.union for each in state.consultations if each.deadline == deadline), None)


def addressed(event: e.Event, state: State) -> tuple[str, ...]:
    """Those whom an event itself names or concerns, whoever else the programme tells of its kind.

    A partner is reminded of what it owes; the coordinator hears of every other step, the manager of the last one. A
    union that has not answered yet hears of a pause, which puts off its last day.
    """
    if isinstance(event, e.UnionConsulted):
        return event.unions
    if isinstance(event, STANDSTILLS):
        return tuple(consultation.union for consultation in unanswered(state))
    if not isinstance(event, e.DeadlinePassed):
        return ()
    partner = asked_of(state, event.deadline)
    if partner and event.step is DeadlineStep.REMINDER:
        return (partner,)
    escalated = event.step is DeadlineStep.ESCALATION
    return (state.coordinator, MANAGER) if escalated else (state.coordinator,)


def _due(state: State, told_on: date, days: int) -> date:
    """The last day for an answer: the next weekday where it would be a day off (1930:173, 2 §)."""
    stood_still = sum(pause.days_since(told_on) for pause in state.pauses)
    return next_weekday(told_on + timedelta(days=days + stood_still))


def _rule(name: str, within_days: int, remind_after_days: int | None, escalate: int | None) -> DeadlineRule:
    return DeadlineRule(
        name=name,
        stages=tuple(Stage),
        counts_from=CountsFrom.STAGE_ENTERED,
        days=within_days,
        remind_days_before=None if remind_after_days is None else within_days - remind_after_days,
        escalate_days_after=escalate,
    )
