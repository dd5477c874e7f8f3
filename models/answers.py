"""What the core says to an event: *yes, and this follows* or *no, because…*; and the receipt that the sender gets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.events import Event
from models.fields import Strict
from models.sentence import Sentence
from models.stages import Stage
from models.state import State


@dataclass(frozen=True)
class Refusal:
    """No: which rule says so, where it is written, why in one sentence, and which events are possible instead."""

    rule: str
    source: str
    message: Sentence
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """Yes: the state before and after, and the names of those who are to be told."""

    event: Event
    recorded_at: datetime
    before: State | None
    after: State
    recipients: tuple[str, ...]


class Receipt(Strict):
    """The answer to one event, the same however often the event is sent.

    `row` numbers the ledger rows of a journey from 1 without gaps. `stage` is the stage afterwards; None where no
    journey has begun. `message` is English; `sentence` the same of a refusal, to be said in another language.
    """

    event_id: UUID
    kind: str
    accepted: bool
    row: int
    recorded_at: datetime
    stage: Stage | None
    rule: str | None = None
    source: str | None = None
    message: str
    sentence: Sentence | None = None
    allowed: tuple[str, ...] = ()


def in_words(kinds: Iterable[str]) -> str:
    """A list of event kinds as a coordinator reads it."""
    kinds = list(kinds)
    return ", ".join(kinds) if kinds else "nothing"
