"""What a rule looks at: an event that is proposed in a state on a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from models.events.events import Event
from models.rules.decision import Refusal
from models.state.state import State

DESIGN = "the product's rules"
"""Source of rules that no law or agreement asks for but that keep a journey truthful."""


@dataclass(frozen=True)
class RuleContext:
    """An event that is proposed in a state on a day, or, with no event, the question whether its kind is possible."""

    state: State
    kind: str
    today: date
    event: Event | None = None


Guard = Callable[[RuleContext], Refusal | None]
"""A rule: a named sentence that returns a refusal where it does not hold, and nothing where no event lets it judge."""
