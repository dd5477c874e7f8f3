"""What the core says to an event: *yes, and this follows* or *no, because…*."""

from dataclasses import dataclass
from datetime import datetime

from models.events.events import Event
from models.fields import Source
from models.message import Message, msg
from models.state.state import State


@dataclass(frozen=True)
class Refusal:
    """No: which rule says so, where it is written, and why in one sentence."""

    rule: str
    source: Source
    message: Message


@dataclass(frozen=True)
class Held:
    """The rule was checked and holds: on what it rests, in one sentence."""

    message: Message


@dataclass(frozen=True)
class Inapplicable:
    """The rule had nothing to check here: why, in one sentence."""

    message: Message


@dataclass(frozen=True)
class Unaskable:
    """What the rule would have to see is not there: what is missing, in one sentence."""

    message: Message


Judgement = Refusal | Held | Inapplicable | Unaskable | None
"""What a rule says of an event. None is that it holds, and its own sentence says all there is to say."""

NOTHING_PROPOSED = Inapplicable(
    msg("rule_inapplicable.nothing_proposed", "Nothing was proposed that this rule judges.")
)


@dataclass(frozen=True)
class Proposal:
    """Yes: the state before and after, and the names of those who are to be told."""

    event: Event
    recorded_at: datetime
    before: State | None
    after: State
    recipients: tuple[str, ...]
