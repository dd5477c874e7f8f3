"""Which rules were asked of an event, what each says of it, and on which figures they relied."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.access.authorship import OF_AUTHORITY
from models.calendar.swedish_day import day_in_sweden
from models.events import events as e
from models.events.events import SAID_BY_THE_JOURNEY
from models.events.texts import texts_in
from models.fields import Strict
from models.journey.fold import possible_in_this_stage
from models.journey.journey import OF_CORRECTIONS, Journey
from models.journey.transitions import rules_of, transition_for
from models.programme.programme import Programme
from models.rules import recording
from models.rules.beginning import BEGINNING
from models.rules.context import Beginning, RuleContext
from models.rules.decision import Proposal, Refusal
from models.rules.figures import Figure, figures
from models.rules.registry import Rule, rule_in_words
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


class Asked(Strict):
    """A rule that was asked: its name, what it says, and whether it holds of the event.

    Of rules that only the database could judge (`in_recording`) it is known from the answer alone: `holds` is None
    where another of them had refused before. `why` is what the rule says where it does not hold.
    """

    rule: str
    says: str
    in_recording: bool
    holds: bool | None
    why: str | None = None


def asked(question: Question, refused_by: str | None) -> list[Asked]:
    """Every rule that was asked of an event, in order; `refused_by` is the rule that the ledger says refused it."""
    answer = question.journey.propose(question.event, question.recorded_at)
    of_core = _of_core(question, answer if isinstance(answer, Refusal) else None)
    if refused_by is not None and refused_by not in recording.DECIDED_IN_RECORDING:
        return of_core  # the database was not asked any more
    after = answer.after if isinstance(answer, Proposal) else question.before
    return [*of_core, *_of_recording(question, after, refused_by)]


def _of_core(question: Question, refusal: Refusal | None) -> list[Asked]:
    """The rules of the core; last, where none of them refuses, the one that refused what a correction puts in."""
    context = question.context
    found = list(_of_beginning(context) if isinstance(context, Beginning) else _of_move(context, refusal))
    of_corrections = OF_CORRECTIONS.get(question.event.kind, ())
    found += [_asked(one.id, refusal if refusal and refusal.rule == one.id else None) for one in of_corrections]
    if refusal is not None and all(one.holds for one in found):
        found.append(_asked(refusal.rule, refusal))
    return found


def _of_beginning(context: Beginning) -> Iterator[Asked]:
    return (_asked(guard.id, guard(context)) for guard in BEGINNING)


def _of_move(context: RuleContext, refusal: Refusal | None) -> Iterator[Asked]:
    move = transition_for(context)
    yield _asked(possible_in_this_stage.id, None if move else refusal)
    yield from (_asked(guard.id, guard(context)) for guard in (rules_of(move) if move else ()))


def _of_recording(question: Question, after: State | None, refused_by: str | None) -> Iterator[Asked]:
    said = question.event.model_dump(mode="json")
    rules = [rule.id for rule in _recording_rules(said, question.before, after)]
    if refused_by is not None and refused_by not in rules:
        rules.append(refused_by)
    for rule in rules:
        holds = True if refused_by is None else False if rule == refused_by else None
        yield Asked(rule=rule, says=translate(rule_in_words(rule)), in_recording=True, holds=holds)


def _recording_rules(said: Mapping[str, Any], before: State | None, after: State | None) -> Iterator[Rule]:
    """The rules that only the database and the directory judge, as far as the event gives them something to judge."""
    replacement = said.get("replacement") or {}
    kinds = {said["kind"], replacement.get("kind")}
    if said["kind"] not in SAID_BY_THE_JOURNEY:
        yield from OF_AUTHORITY
    if "coordinator_changed" in kinds or replacement.get("kind") == "referred":
        yield recording.the_coordinator_is_known
    if any(texts_in(said)):
        yield recording.the_text_is_kept_apart
    if said["kind"] == "partner_acknowledged":
        yield recording.the_notice_exists
    place = after.place if after else None
    takes_a_place = place is not None and place != (before.place if before else None)
    if takes_a_place or kinds & {"temporary_role_agreed", "permanent_role_agreed"}:
        yield recording.the_position_exists
    if "internship_agreed" in kinds and after is not None and (training := after.rules.training) is not None:
        yield from [recording.the_supervisor_is_trained] if training.supervisor else []
        yield from [recording.the_mentor_is_trained] if training.mentor else []
        yield from [recording.the_unit_is_trained] if training.share_of_unit else []
    if takes_a_place:
        yield from (recording.the_position_fills_a_need, recording.checked_for_the_position, recording.a_place_is_free)


def _asked(rule: str, why: Refusal | None) -> Asked:
    message = translate(why.message) if why else None
    return Asked(rule=rule, says=translate(rule_in_words(rule)), in_recording=False, holds=why is None, why=message)
