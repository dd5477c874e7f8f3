"""Who may correct what: a decision, once made, is not changed by the one person who made it."""

from collections.abc import Sequence
from uuid import UUID

from models.events import events as e
from models.events.descriptions import name_of
from models.identifiers import Actor
from models.journey.fold import CorrectionContext, Entry, corrections_in_effect, in_effect
from models.message import Message, msg
from models.programme.programme import Programme
from models.rules.decision import Held, Inapplicable, Judgement, Refusal
from models.rules.registry import rule

ONE_MAY_CORRECT = Inapplicable(
    msg("corrected_by_two_people.one_may", "The programme lets one person alone correct a decision.")
)
NO_DECISION = Inapplicable(msg("corrected_by_two_people.no_decision", "What is corrected is not a decision on a role."))
NOT_OF_THE_JOURNEY = Inapplicable(
    msg("it_can_be_corrected.not_of_the_journey", "There is no event of this journey that is corrected.")
)


@rule("it_can_be_corrected", says="The event is of this journey and of a kind that can be corrected so.")
def it_can_be_corrected(context: CorrectionContext) -> Judgement:
    event, target = context.event, context.target
    if isinstance(event, e.ProposalDeclined):
        return NOT_OF_THE_JOURNEY
    replacement = event.replacement
    if target is None:
        unknown = msg(
            "it_can_be_corrected.unknown",
            "This journey has no accepted event with that id. Look up the row that is to be corrected.",
        )
        return it_can_be_corrected.refuse(unknown)
    why: Message | None
    if replacement is not None and replacement.kind in e.NOT_FROM_THE_DESK:
        law = target.event.correction.otherwise if isinstance(target.event, e.RoleConverted) else None
        why = law or replacement.correction.as_replacement or replacement.correction.otherwise
    elif not target.event.correction.allows(replacement.kind if replacement else None):
        why = target.event.correction.otherwise
    elif replacement is not None and replacement.actor != target.event.actor:
        why = msg(
            "it_can_be_corrected.another_author",
            "The event came from {author}, and a correction does not make it {other}'s. Strike it, and record the "
            "event in your own name.",
            author=target.event.actor,
            other=replacement.actor,
        )
    else:
        return None
    assert why is not None
    return it_can_be_corrected.refuse(why)


@rule(
    "corrected_by_two_people",
    says="Who made a decision does not correct it alone.",
    uses=("decisions.by_two", "decisions.corrections_by_two"),
)
def corrected_by_two_people(context: CorrectionContext) -> Judgement:
    """Of a decision the latest version is corrected by somebody else than whoever wrote that version.

    Striking a correction of a decision changes the decision as well, and so does making something else into one.
    """
    if not isinstance(context.event, e.Corrected):
        return NO_DECISION
    return _judge_authors(context.event, context.entries, context.rules)


def takes_two(event: e.Corrected, entries: Sequence[Entry], rules: Programme) -> bool:
    """Whether a correction would be refused as its author's alone."""
    return isinstance(_judge_authors(event, entries, rules), Refusal)


def _judge_authors(event: e.Corrected, entries: Sequence[Entry], rules: Programme) -> Judgement:
    rule = rules.decisions
    if not (rule.by_two and rule.corrections_by_two):
        return ONE_MAY_CORRECT
    if not is_of_a_decision(event, entries):
        return NO_DECISION
    author = latest_author(event.corrects, entries)
    if author is None:
        return NOT_OF_THE_JOURNEY
    if _decides_on_whom_they_evaluated(event, entries):
        evaluated = msg(
            "corrected_by_two_people.evaluated",
            "The person who evaluated cannot make another event the decision on the role. Propose the correction to a "
            "colleague.",
        )
        return corrected_by_two_people.refuse(evaluated, rule.source)
    if author.name != event.actor.name:
        return Held(
            msg(
                "corrected_by_two_people.holds",
                "{author} wrote what held until then, and {corrector} corrects it.",
                author=author.name,
                corrector=event.actor.name,
            )
        )
    message = msg(
        "corrected_by_two_people.same_person",
        "The person who made a decision cannot correct it alone. Propose the correction to a colleague.",
    )
    return corrected_by_two_people.refuse(message, rule.source)


def _decides_on_whom_they_evaluated(event: e.Corrected, entries: Sequence[Entry]) -> bool:
    """Whether somebody who has evaluated, or corrected an evaluation, makes a decision on a role of what was none: as
    that is still told as its author's, no other rule would see who decides."""
    if not isinstance(event.replacement, e.TemporaryRoleAgreed | e.PermanentRoleAgreed):
        return False
    holds = in_effect(entries)
    if any(one.event.event_id == event.corrects and one.event.is_decision for one in holds):
        return False
    evaluators = {one.event.actor.name for one in holds if isinstance(one.event, e.EvaluationRecorded)}
    corrected = (one.event for one in entries if isinstance(one.event, e.Corrected))
    evaluators |= {one.actor.name for one in corrected if isinstance(one.replacement, e.EvaluationRecorded)}
    return event.actor.name in evaluators


@rule("a_correction_changes_something", says="A correction changes what holds today.")
def a_correction_changes_something(context: CorrectionContext) -> Judgement:
    """What is struck cannot be struck again, and what an event says already need not be put in its place."""
    event, entries = context.event, context.entries
    if isinstance(event, e.ProposalDeclined) or context.target is None:
        return NOT_OF_THE_JOURNEY
    target = context.target.event
    said = {"kind": name_of(target.kind), "effective_on": target.effective_on, "event_id": target.event_id}
    if event.replacement is None:
        last = corrections_in_effect(entries).get(event.corrects)
        if last is None or not isinstance(last.event, e.Corrected) or last.event.replacement is not None:
            return None
        message = msg("a_correction_changes_something.struck", "{kind} of {effective_on} is struck already.", **said)
        return a_correction_changes_something.refuse(message)
    holds = next((one.event for one in in_effect(entries) if one.event.event_id == event.corrects), None)
    if holds != event.replacement:
        return None
    message = msg("a_correction_changes_something.same", "{kind} of {effective_on} says that already.", **said)
    return a_correction_changes_something.refuse(message)


def is_of_a_decision(event: e.Corrected, entries: Sequence[Entry]) -> bool:
    """Whether the event, or what it corrects, or anything ever said in the place of that, is a decision."""
    by_id = {entry.event.event_id: entry.event for entry in entries}
    said: list[e.Event] = [event.replacement] if event.replacement else []
    target = by_id.get(event.corrects)
    while isinstance(target, e.Corrected):
        said += [target.replacement] if target.replacement else []
        target = by_id.get(target.corrects)
    if target is not None:
        said.append(target)
        corrections = (other for other in by_id.values() if isinstance(other, e.Corrected))
        said += [each.replacement for each in corrections if each.corrects == target.event_id and each.replacement]
    return any(each.is_decision for each in said)


def latest_author(event_id: UUID, entries: Sequence[Entry]) -> Actor | None:
    """Who wrote what holds today of an event: the latest correction of it, or the event itself."""
    correction = corrections_in_effect(entries).get(event_id)
    if correction is not None:
        return correction.event.actor
    return next((entry.event.actor for entry in entries if entry.event.event_id == event_id), None)
