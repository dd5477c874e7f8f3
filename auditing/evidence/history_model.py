"""What a journey's histories tell: what was sent, what was answered, what was announced, by which code."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any

from activities.announce import Announced
from activities.other_journeys import FoundElsewhere
from models.canonical import digest_of
from models.events.events import Event
from models.events.parsing import Unreadable
from models.journey.fold import Entry
from models.ledger.receipt import Receipt
from models.programme.programme import Programme
from models.signatures import EventSignature
from workflows.messages import JourneyStart


class Digests:
    """Several digests of the same thing, as different versions may have written it; the likeliest first.

    Reckoning them all for each event of each journey would take as long as all the rest of verifying.
    """

    def __init__(self, *reckoned: Callable[[], str], also: "Iterable[Digests]" = ()) -> None:
        self._reckoned: tuple[Callable[[], str], ...] = (
            *map(cache, reckoned),
            *(one for others in also for one in others._reckoned),
        )

    def __iter__(self) -> Iterator[str]:
        return (one() for one in self._reckoned)


@dataclass
class Began:
    """A run began. `fruitful` says whether anything was accepted in it.

    `follows` is the run that it continues as new, empty where it continues none; `rules` are those of its input as they
    stand there, not as today's code reads them. `strange` says whether the ledger was asked and did not hold the events
    that it was begun with; `over` whether it has ended, and not continued as new. `after_a_reset` says that it
    continues a run that was reset: what had come after that is not carried, and is learnt from the ledger.
    """

    run_id: str
    follows: str
    start: JourneyStart
    rules: dict[str, Any]
    fruitful: bool = False
    strange: bool = False
    over: bool = False
    after_a_reset: bool = False

    @property
    def names(self) -> Digests:
        """The digests under which the ledger may name its rules."""
        return Digests(partial(digest_of, self.rules), partial(digest_of, self.start.rules))


@dataclass(frozen=True)
class Answered:
    """An answer was given: the receipt, as it is read today and as it stands there, and the moment of giving it."""

    receipt: Receipt
    written: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class TookIn:
    """The journey learnt from the ledger what a worker that died had recorded."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Sent:
    """Something that came from outside, and the digests under which the ledger may name it: as it was written, and as
    it reads today. An event of which a later version knows more fields reads otherwise than on the day it came.
    `signed` is the signature that came with it."""

    content: Event | Unreadable
    digests: Digests
    signed: EventSignature | None = None


@dataclass
class Sending:
    """One activity that sent the notices of an event: when it was asked for, when it was done, with what outcome."""

    asked_at: datetime
    outcome: Announced | None = None
    done_at: datetime | None = None


@dataclass
class JourneyHistory:
    """What all runs of a journey tell, in the order in which it happened.

    `looked` is what the journey found when it looked for employment in the person's other ones.
    `no_journey` are the runs that ended as they began, each with the reason: somebody started them by hand, and
    wrongly. `cut_off` are the times, in UTC, of the runs that the server or an operator ended: what their last task had
    recorded stands in no history.
    """

    steps: list[Began | Answered | TookIn] = field(default_factory=list)
    looked: list[FoundElsewhere] = field(default_factory=list)
    sent: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    bytes_sent: list[bytes] = field(default_factory=list)
    sendings: dict[str, list[Sending]] = field(default_factory=lambda: defaultdict(list))
    builds: dict[str, None] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    no_journey: list[tuple[str, str]] = field(default_factory=list)
    cut_off: list[tuple[datetime, datetime]] = field(default_factory=list)
    events: int = 0

    @property
    def rules(self) -> Programme | None:
        """The rules that were pinned when the journey began, which every run carries; None where no run is kept."""
        return next((step.start.rules for step in self._begun), None)

    @property
    def pinned(self) -> dict[str, Any] | None:
        """The same as they stand in the history, not as today's code reads them."""
        return next((step.rules for step in self._begun), None)

    @property
    def _begun(self) -> Iterator[Began]:
        return (step for step in self.steps if isinstance(step, Began))

    @property
    def any_digest(self) -> Digests:
        """The digests of whatever was sent: what was no event is named by its bytes, and an event under a used id by
        its own digest, in a row that does not say which event it was."""
        events = tuple(one.digests for of_one_id in self.sent.values() for one in of_one_id)
        return Digests(*(partial(digest_of, data) for data in self.bytes_sent), also=events)

    @property
    def began(self) -> bool:
        """Whether any run of the journey itself is kept."""
        return any(self._begun)

    @property
    def written_by(self) -> tuple[str, ...]:
        """The build ids of the workers that wrote it, in the order of their first task."""
        return tuple(self.builds)
