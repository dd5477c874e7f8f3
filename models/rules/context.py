"""What a rule looks at: an event that is proposed in a state on a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from models.events.events import Event
from models.message import N_
from models.rules.decision import Refusal
from models.state.state import State

DESIGN = N_("the product's rules")
"""Source of rules that no law or agreement asks for but that keep a journey truthful."""


@dataclass(frozen=True)
class RuleContext:
    """An event that is proposed in a state on a day, or, with no event, the question whether its kind is possible."""

    state: State
    kind: str
    today: date
    event: Event | None = None


Judge = Callable[[RuleContext], Refusal | None]


@dataclass(frozen=True)
class Guard:
    """A rule: a refusal where it does not hold, and nothing where no event lets it judge.

    The ledger and an audit know it by its `id`, whatever the function that judges is called.
    """

    id: str
    judge: Judge

    def __call__(self, context: RuleContext) -> Refusal | None:
        return self.judge(context)


GUARDS: dict[str, Guard] = {}
"""Every guard by its id."""


def rule(id: str) -> Callable[[Judge], Guard]:
    """Make a function the guard of this id. Raises ValueError where another one has it."""

    def as_guard(judge: Judge) -> Guard:
        if id in GUARDS:
            raise ValueError(f"two rules are called {id}")
        GUARDS[id] = Guard(id, judge)
        return GUARDS[id]

    return as_guard
