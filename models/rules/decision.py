"""What the core says to an event: *yes, and this follows* or *no, because…*."""

from dataclasses import dataclass
from datetime import datetime

from models.events.events import Event
from models.fields import Source
from models.message import Message
from models.state.state import State


@dataclass(frozen=True)
class Refusal:
    """No: which rule says so, where it is written, and why in one sentence."""

    rule: str
    source: Source
    message: Message


@dataclass(frozen=True)
class Proposal:
    """Yes: the state before and after, and the names of those who are to be told."""

    event: Event
    recorded_at: datetime
    before: State | None
    after: State
    recipients: tuple[str, ...]
