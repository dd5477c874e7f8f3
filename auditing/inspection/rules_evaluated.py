"""Which rules were asked of an event, what each says of it, and on which figures they relied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.calendar.swedish_day import day_in_sweden
from models.events import events as e
from models.fields import Strict
from models.journey.fold import possible_in_this_stage
from models.journey.journey import OF_CORRECTIONS, Journey
from models.journey.transitions import ALWAYS, rules_of, transition_for
from models.message import Message, Worded, msg
from models.programme.programme import Programme
from models.rules import recording
from models.rules.beginning import BEGINNING
from models.rules.context import Beginning, Recorded, RuleContext
from models.rules.decision import Held, Inapplicable, Judgement, Proposal, Refusal, Unaskable
from models.rules.figures import Figure, figures
from models.rules.registry import RULES, Rule, rule_in_words
from models.state.state import State
from runtime.i18n import translate


class ReliedOn(Figure):
    """A figure of the rules in force, with the names of the rules that rely on it."""

    rules: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """An event as it came to a journey: the rules pinned, the journey before it, and when it was recorded."""

    rules: Programme
    journey: Journey
    event: e.Event
    recorded_at: datetime

    @property
    def before(self) -> State | None:
        return self.journey.state

    @property
    def context(self) -> RuleContext | Beginning:
        today = day_in_sweden(self.recorded_at)
        if self.before is None:
            return Beginning(self.rules, self.event, today)
        return RuleContext(self.before, self.event.kind, today, self.event)


def relied_on(question: Question, rules: Sequence[str]) -> list[ReliedOn]:
    """The figures of the rules that were asked, each once."""
    found: dict[tuple[str, str], ReliedOn] = {}
    for rule in rules:
        for figure in figures(rule, question.context):
            known = found.get((figure.where, figure.name))
            by = (*(known.rules if known else ()), rule)
            found[figure.where, figure.name] = ReliedOn(**figure.model_dump(), rules=by)
    return list(found.values())


class RuleAnswer(Worded):
    """What a rule says of an event."""

    HOLDS = "holds", msg("rule_answer.holds", "holds")
    DID_NOT_APPLY = "did_not_apply", msg("rule_answer.did_not_apply", "did not apply")
    COULD_NOT_BE_ASKED = "could_not_be_asked", msg("rule_answer.could_not_be_asked", "could not be asked")
    REFUSES = "refuses", msg("rule_answer.refuses", "refuses")


class Asked(Strict):
    """A rule that was asked: its name, what it says, its `answer`, and `why`: what was checked, why there was nothing
    to check, what is missing, or why it refuses. `figures` are those of the programme that it was held against.

    Rules that only the database could judge (`in_recording`) hold by the ledger's own answer.
    """

    rule: str
    says: str
    in_recording: bool
    answer: RuleAnswer
    why: str | None = None
    figures: tuple[Figure, ...] = ()

    @property
    def refuses(self) -> bool:
        return self.answer is RuleAnswer.REFUSES


NOT_REACHED = Unaskable(msg("rule_unaskable.refused_before", "The database had refused the event by another rule."))
BY_THE_LEDGER = Held(
    msg(
        "rule_held.in_recording",
        "The database judged it when the event was recorded, and let it pass. An audit asks it again.",
    )
)
CONTENTS_GONE = Unaskable(msg("rule_unaskable.contents_gone", "What the event said is not kept."))


def asked(question: Question, refused_by: str | None) -> list[Asked]:
    """Every rule that was asked of an event, in order; `refused_by` is the rule that the ledger says refused it."""
    answer = question.journey.propose(question.event, question.recorded_at)
    of_core = _of_core(question, answer if isinstance(answer, Refusal) else None)
    if refused_by is not None and refused_by not in recording.DECIDED_IN_RECORDING:
        return of_core  # the database was not asked any more
    after = answer.after if isinstance(answer, Proposal) else question.before
    return [*of_core, *_of_recording(question, after, refused_by)]


def unasked(refused_by: str | None) -> list[Asked]:
    """The rules of an event whose contents are not kept: the one that refused it, and those that cannot be asked."""
    found = [_told(rule, CONTENTS_GONE, ()) for rule in (possible_in_this_stage, *ALWAYS)]
    return [*found, _refusing(_rule(refused_by))] if refused_by else found


def no_event() -> Asked:
    """The rule that refuses what was no event and was recorded as accepted."""
    return _refusing(recording.it_is_an_event)


def _of_core(question: Question, refusal: Refusal | None) -> list[Asked]:
    """The rules of the core; last, where none of them refuses, the one that refused what a correction puts in."""
    context = question.context
    found = list(_of_beginning(context) if isinstance(context, Beginning) else _of_move(context, refusal))
    if context.state is not None:
        correction = question.journey.correction(question.event, question.recorded_at, context.rules)
        guards = OF_CORRECTIONS.get(question.event.kind, ())
        found += [_told(one, one.judge(correction), figures(one.id, context)) for one in guards if correction]
    if refusal is not None and not any(one.refuses for one in found):
        found.append(_told(_rule(refusal.rule), refusal, figures(refusal.rule, context)))
    return found


def _of_beginning(context: Beginning) -> Iterator[Asked]:
    return (_told(guard, guard.judge(context), figures(guard.id, context)) for guard in BEGINNING)


def _of_move(context: RuleContext, refusal: Refusal | None) -> Iterator[Asked]:
    move = transition_for(context)
    yield _told(possible_in_this_stage, None if move else refusal, ())
    for guard in rules_of(move) if move else ():
        yield _told(guard, guard.judge(context), figures(guard.id, context))


def _of_recording(question: Question, after: State | None, refused_by: str | None) -> Iterator[Asked]:
    recorded = Recorded(question.event, question.before, after)
    for rule in RULES.values():
        if rule.id == refused_by:
            yield _refusing(rule)
        elif rule.judges is not None and (judged := rule.judges(recorded)):
            yield _told(rule, _passed(judged, refused_by), figures(rule.id, question.context))


def _passed(judged: bool | Held | Inapplicable | Unaskable, refused_by: str | None) -> Judgement:
    """What a rule of the database says of an event that it did not refuse; after a refusal nobody asked it."""
    if isinstance(judged, Inapplicable | Unaskable):
        return judged
    if refused_by is not None:
        return NOT_REACHED
    return by_the_ledger(judged.message) if isinstance(judged, Held) else BY_THE_LEDGER


def by_the_ledger(ground: Message) -> Held:
    """What the ledger's answer to an event says of it, and that it is the ledger who says so."""
    return Held(
        msg("rule_held.ground_in_recording", "{ground} The database judged that and let it pass.", ground=ground)
    )


def _refusing(rule: Rule) -> Asked:
    """A rule that refuses, where nothing is known of why."""
    return Asked(rule=rule.id, says=_says(rule), in_recording=rule.in_recording, answer=RuleAnswer.REFUSES)


def _told(rule: Rule, judgement: Judgement, figures: Sequence[Figure]) -> Asked:
    answer = ANSWERS[type(judgement)]
    why = translate(judgement.message) if judgement else None
    relied = tuple(figures) if answer in (RuleAnswer.HOLDS, RuleAnswer.REFUSES) else ()
    return Asked(rule=rule.id, says=_says(rule), in_recording=rule.in_recording, answer=answer, why=why, figures=relied)


ANSWERS = {
    type(None): RuleAnswer.HOLDS,
    Held: RuleAnswer.HOLDS,
    Inapplicable: RuleAnswer.DID_NOT_APPLY,
    Unaskable: RuleAnswer.COULD_NOT_BE_ASKED,
    Refusal: RuleAnswer.REFUSES,
}


def _rule(id: str) -> Rule:
    """A rule by its id; of another version it is known by that alone."""
    return RULES.get(id) or Rule(id, id)


def _says(rule: Rule) -> str:
    return translate(rule_in_words(rule.id))
