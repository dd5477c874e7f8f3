"""Rules of consulting unions: who asks and answers, about what, and that nothing is agreed before it."""

from collections.abc import Iterable
from datetime import date

from models.events import events as e
from models.events.descriptions import agreement_in_words, name_of
from models.events.values import UnionAnswer
from models.identifiers import STAFF_ROLES, Role
from models.message import Message, msg
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule
from models.state.obligations import Consultation
from models.state.partner_obligations import answer_day, consulted_in, unions_to_consult
from models.state.state import State

CONSULTATION = ("union_consultation.before", "union_consultation.unions", "union_consultation.answer_within_days")


NO_CONSULTATION = Inapplicable(
    msg("the_unions_have_been_consulted.no_consultation", "The programme consults no unions.")
)
NEED_NOT_AGREE = Inapplicable(
    msg("the_unions_agree.need_not", "The programme consults unions, and nobody waits until they agree.")
)
NO_UNIONS = Inapplicable(
    msg("the_unions_have_been_consulted.no_unions", "The programme names no union to consult about this journey.")
)


@rule("a_coordinator_asks", says="Unions are asked by the coordinator or the manager.")
def a_coordinator_asks(context: RuleContext) -> Judgement:
    if context.event is None:
        return NOTHING_PROPOSED
    if context.event.actor.role in STAFF_ROLES:
        return None
    message = msg(
        "a_coordinator_asks.other_role",
        "Only the coordinator or the manager consults the unions. Ask one of them to record it.",
    )
    return a_coordinator_asks.refuse(message)


@rule(
    "unions_are_consulted_about_it",
    says="The programme consults unions about what can be agreed in this stage.",
    uses=CONSULTATION,
)
def unions_are_consulted_about_it(context: RuleContext) -> Judgement:
    """The programme consults unions about what can be agreed in this stage, and about what the question is."""
    state, rule = context.state, context.state.rules.union_consultation
    if rule is None:
        message = msg(
            "unions_are_consulted_about_it.no_consultation",
            "No union consultation is required in {programme}.",
            programme=state.rules.name,
        )
        return unions_are_consulted_about_it.refuse(message, state.rules.source)
    about = [kind for kind in consulted_in(state.stage, state.rules.shape) if kind in rule.before]
    if not about:
        message = msg(
            "unions_are_consulted_about_it.not_in_this_stage",
            "No union consultation is required in this stage.",
            stage=state.stage,
        )
        return unions_are_consulted_about_it.refuse(message, rule.source)
    if not isinstance(context.event, e.UnionConsulted):
        return NOTHING_PROPOSED
    if context.event.about in about:
        return None
    message = msg(
        "unions_are_consulted_about_it.other",
        "In the stage {stage} unions are consulted about {about}, not about {other}.",
        stage=state.stage,
        about=[agreement_in_words(kind) for kind in about],
        other=agreement_in_words(context.event.about),
    )
    return unions_are_consulted_about_it.refuse(message, rule.source)


@rule(
    "the_unions_are_those_to_consult",
    says="The unions asked are those that are consulted about this journey.",
    uses=CONSULTATION,
)
def the_unions_are_those_to_consult(context: RuleContext) -> Judgement:
    rule, event = context.state.rules.union_consultation, context.event
    if not isinstance(event, e.UnionConsulted):
        return NOTHING_PROPOSED
    if rule is None:
        return NO_CONSULTATION
    known = unions_to_consult(context.state)
    for union in event.unions:
        if union not in known:
            message = msg(
                "the_unions_are_those_to_consult.other",
                "{union} is not consulted about this journey. Consulted: {known}.",
                union=union,
                known=", ".join(known) or "none",
            )
            return the_unions_are_those_to_consult.refuse(message, rule.source)
    return None


@rule("the_union_was_asked", says="The union was asked about it, and answers no earlier than that.")
def the_union_was_asked(context: RuleContext) -> Judgement:
    event, consultations = context.event, context.state.consultations
    if not consultations:
        message = msg(
            "the_union_was_asked.none", "No union is being consulted. Record the consultation first, or write a note."
        )
        return the_union_was_asked.refuse(message)
    if not isinstance(event, e.UnionAnswered):
        return NOTHING_PROPOSED
    mine = [each for each in consultations if each.union == event.union and event.about in (None, each.about)]
    if not mine:
        message = msg(
            "the_union_was_asked.other",
            "{union} was not consulted about that. Consulted: {known}.",
            union=event.union,
            known=_questions(consultations),
        )
        return the_union_was_asked.refuse(message)
    consulted_on = max(each.consulted_on for each in mine)
    if event.effective_on < consulted_on:
        message = msg(
            "the_union_was_asked.too_early",
            "{union} was consulted on {consulted_on} and cannot have answered before that. Correct the date.",
            union=event.union,
            consulted_on=consulted_on,
        )
        return the_union_was_asked.refuse(message)
    return None


@rule("the_union_answers_for_itself", says="A union answers for itself, or the employer writes down what it said.")
def the_union_answers_for_itself(context: RuleContext) -> Judgement:
    """A union answers for itself alone; the employer may write down what it said."""
    if not isinstance(context.event, e.UnionAnswered):
        return NOTHING_PROPOSED
    author = context.event.actor
    if author.role in STAFF_ROLES or (author.role is Role.PARTNER and author.name == context.event.union):
        return None
    message = msg(
        "the_union_answers_for_itself.other",
        "Only {union} answers for {union}, or the coordinator on its behalf. Ask one of them.",
        union=context.event.union,
    )
    return the_union_answers_for_itself.refuse(message)


@rule(
    "the_unions_agree",
    says="Each union that must agree has agreed.",
    uses=(*CONSULTATION, "union_consultation.must_agree"),
)
def the_unions_agree(context: RuleContext) -> Judgement:
    """Where unions must agree, each has said that it has no objection: a time that is out does not do."""
    state, rule = context.state, context.state.rules.union_consultation
    if rule is None:
        return NO_CONSULTATION
    if not rule.must_agree:
        return NEED_NOT_AGREE
    if context.kind not in rule.before:
        return _not_before(context.kind)
    answers = {one.union: one.answer for one in state.consultations if one.about == context.kind}
    unions = unions_to_consult(state)
    for union in unions:
        if answers.get(union) is not UnionAnswer.NO_OBJECTION:
            asked = union in answers
            why = _why_not_agreed(union, context.kind, asked=asked, answer=answers.get(union))
            return the_unions_agree.refuse(why, rule.source)
    return (
        Held(
            msg("the_unions_agree.holds", "Each union that must agree has agreed: {unions}.", unions=", ".join(unions))
        )
        if unions
        else NO_UNIONS
    )


def _why_not_agreed(union: str, kind: str, *, asked: bool, answer: UnionAnswer | None) -> Message:
    said = {"union": union, "about": agreement_in_words(kind)}
    if answer is UnionAnswer.OBJECTS:
        return msg(
            "the_unions_agree.objects",
            "{union} has objected to {about} and must agree to it. Talk it over and record its new answer, or choose "
            "another position.",
            **said,
        )
    if answer is UnionAnswer.WANTS_NEGOTIATION:
        return msg(
            "the_unions_agree.negotiation",
            "{union} wants to negotiate about {about} and must agree to it. Negotiate, and record its answer after "
            "that.",
            **said,
        )
    if asked:
        return msg(
            "the_unions_agree.unanswered",
            "{union} must agree to {about} and has not answered yet. Wait for its answer, or ask it once more and "
            "record what it says.",
            **said,
        )
    return msg(
        "the_unions_agree.not_asked",
        "{union} must agree to {about} first. Record that it is consulted, and then what it answers.",
        **said,
    )


def _not_before(kind: str) -> Inapplicable:
    return Inapplicable(
        msg(
            "the_unions_have_been_consulted.not_before_this",
            "The programme consults no unions before {kind}.",
            kind=name_of(kind),
        )
    )


@rule(
    "the_unions_have_been_consulted",
    says="Each union to consult was asked and has answered, without a negotiation left, or its time is out.",
    uses=CONSULTATION,
)
def the_unions_have_been_consulted(context: RuleContext) -> Judgement:
    """Before an agreement each union was asked and has answered, without a negotiation left, or its time is out."""
    state, rule = context.state, context.state.rules.union_consultation
    if rule is None:
        return NO_CONSULTATION
    if context.kind not in rule.before:
        return _not_before(context.kind)
    day = min(context.event.effective_on, context.today) if context.event else context.today
    consultations = {
        consultation.union: consultation for consultation in state.consultations if consultation.about == context.kind
    }
    unions = unions_to_consult(state)
    if not unions:
        return NO_UNIONS
    missing = [union for union in unions if union not in consultations]
    if missing:
        why = msg(
            "the_unions_have_been_consulted.not_consulted",
            "{unions} must be consulted before {kind}. Record the consultation, and wait at most "
            "{days} days for answers.",
            unions=", ".join(missing),
            kind=name_of(context.kind),
            days=rule.answer_within_days,
        )
        return the_unions_have_been_consulted.refuse(why, rule.source)
    for union in unions:
        too_early = _why_not_yet(state, consultations[union], day)
        if too_early is not None:
            return the_unions_have_been_consulted.refuse(too_early, rule.source)
    heard = [_heard(state, consultations[union]) for union in unions]
    return Held(msg("the_unions_have_been_consulted.holds", "Consulted: {unions}.", unions=heard))


def _heard(state: State, consultation: Consultation) -> Message:
    said = {"union": consultation.union, "consulted_on": consultation.consulted_on}
    if consultation.answered_on is not None:
        return msg(
            "the_unions_have_been_consulted.answered",
            "{union} was asked on {consulted_on} and answered on {answered_on}",
            answered_on=consultation.answered_on,
            **said,
        )
    return msg(
        "the_unions_have_been_consulted.time_out",
        "{union} was asked on {consulted_on} and had until {until} to answer",
        until=answer_day(state, consultation),
        **said,
    )


def _why_not_yet(state: State, consultation: Consultation, day: date) -> Message | None:
    """Why nothing can be agreed on a day as far as one union goes."""
    if consultation.answer is UnionAnswer.WANTS_NEGOTIATION:
        return msg(
            "the_unions_have_been_consulted.negotiation",
            "{union} wants to negotiate about {about}. Negotiate, and record its answer after that.",
            union=consultation.union,
            about=agreement_in_words(consultation.about),
        )
    if consultation.answered_on is not None:
        if consultation.answered_on <= day:
            return None
        return msg(
            "the_unions_have_been_consulted.after_the_agreement",
            "{union} answered about {about} on {answered_on}, after the agreement. Correct the date.",
            union=consultation.union,
            about=agreement_in_words(consultation.about),
            answered_on=consultation.answered_on,
        )
    until = answer_day(state, consultation)
    if day > until:
        return None
    return msg(
        "the_unions_have_been_consulted.time_left",
        "{union} has until {until} to answer about {about}. Wait for the answer, or for the day after.",
        union=consultation.union,
        until=until,
        about=agreement_in_words(consultation.about),
    )


def _questions(consultations: Iterable[Consultation]) -> str:
    return ", ".join(f"{consultation.union} about {consultation.about}" for consultation in consultations)
