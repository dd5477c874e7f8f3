"""An event as it came to a journey, and the figures of the rules in force that the rules relied on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.events import events as e
from models.journey.journey import Journey
from models.programme.programme import Programme
from models.rules.context import RuleContext
from models.rules.parameters import Figure, figures, figures_of_beginning
from models.state.state import State


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
    def situation(self) -> RuleContext | None:
        if self.before is None:
            return None
        return RuleContext(self.before, self.event.kind, self.recorded_at.date(), self.event)


def relied_on(question: Question, rules: Sequence[str]) -> list[ReliedOn]:
    """The figures of the rules that were asked, each once."""
    found: dict[tuple[str, str], ReliedOn] = {}
    for rule in rules:
        for figure in _figures(question, rule):
            known = found.get((figure.where, figure.name))
            by = (*(known.rules if known else ()), rule)
            found[figure.where, figure.name] = ReliedOn(**figure.model_dump(), rules=by)
    return list(found.values())


def _figures(question: Question, rule: str) -> list[Figure]:
    situation = question.situation
    return figures(rule, situation) if situation else figures_of_beginning(rule, question.rules)
