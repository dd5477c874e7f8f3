"""What a rule looks at: an event that is proposed in a state on a day, or that is to begin a journey."""

from dataclasses import dataclass
from datetime import date

from models.events.events import Event
from models.programme.programme import Programme
from models.state.state import State


@dataclass(frozen=True)
class RuleContext:
    """An event that is proposed in a state on a day, or, with no event, the question whether its kind is possible."""

    state: State
    kind: str
    today: date
    event: Event | None = None

    @property
    def rules(self) -> Programme:
        return self.state.rules


@dataclass(frozen=True)
class Beginning:
    """An event that is to begin a journey by these rules, on a day on which there is no state yet."""

    rules: Programme
    event: Event
    today: date
    state: None = None

    @property
    def kind(self) -> str:
        return self.event.kind


Asked = RuleContext | Beginning


@dataclass(frozen=True)
class Recorded:
    """An event as it was recorded, with the states before and after it: what is known of it without the database."""

    event: Event
    before: State | None
    after: State | None
