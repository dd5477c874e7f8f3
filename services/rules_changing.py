"""Moving journeys from the rules that they carry to their programme's rules of today."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from models.access.permissions import Reading
from models.canonical import digest_of
from models.events.events import RulesChanged
from models.identifiers import Actor
from models.ledger.receipt import Receipt
from models.message import Message
from models.programme.differences import Difference, differences
from models.programme.programme import Programme
from models.stages import ENDED_STAGES
from runtime.archive import archived_by
from runtime.errors import Refused
from runtime.i18n import _
from runtime.temporal.client import temporal_errors
from services.answers import one_of_several
from services.application import Application
from services.journeys import Journeys
from services.queries.lines import JourneyLine, LedgerLine, accepted_entries
from services.reading import read
from services.recording.preview import preview
from services.restarting import Restarts
from workflows.messages import JOURNEYS


@dataclass(frozen=True)
class Order:
    """Who moves journeys to today's rules, on which day and why."""

    by: Actor
    day: date
    because: str


@dataclass(frozen=True)
class Move:
    """A journey that would move: `was` are the rules that it carries, None where no run is kept that tells them."""

    line: JourneyLine
    was: Programme | None
    now: Programme
    refused: Message | None = None

    @property
    def changes(self) -> tuple[Difference, ...]:
        """What differs."""
        return differences(self.was, self.now) if self.was is not None else ()

    @property
    def is_needed(self) -> bool:
        """Whether anything does."""
        return self.was is None or self.was != self.now


def open_in(application: Application, programme: str) -> list[JourneyLine]:
    """The journeys of a programme that have not ended."""
    lines = application.lists.found(programme=programme)
    return [line for line in lines if line.erased_on is None and line.stage not in ENDED_STAGES]


async def planned(application: Application, lines: Iterable[JourneyLine], said: Order) -> list[Move]:
    """What would follow for each. Raises UsageError where a programme's file has a fault, Refused where somebody may
    not read of a journey, and ServiceUnavailable."""
    moves: list[Move] = []
    for line in lines:
        read(application, line, said.by, Reading.JOURNEY, _("Before something was recorded."))
        now, rows = application.book.programme(line.programme), application.lists.ledger(line.journey_id)
        moved = [entry.event for entry in accepted_entries(rows) if isinstance(entry.event, RulesChanged)]
        was = moved[-1].rules if moved else await _carried(application, line, now, rows)
        found = preview(application, line, event_for(line, now, said), rows) if was != now else None
        refused = found.refused.why if found is not None and found.refused is not None else None
        moves.append(Move(line, was, now, refused))
    return moves


async def _carried(
    application: Application, line: JourneyLine, now: Programme, rows: Sequence[LedgerLine]
) -> Programme | None:
    """The rules of the referral; today's, where the ledger calls them so, without asking for a history."""
    if rows and rows[-1].rules_digest == digest_of(now):
        return now
    archived = archived_by(application.settings, application.reading)
    restarts = Restarts(await application.client(), application.reading, application.book, archived)
    with temporal_errors():
        return await restarts.rules_kept(line.journey_id)


def event_for(line: JourneyLine, rules: Programme, said: Order) -> RulesChanged:
    """The event that moves a journey. Its id follows from what it says: sent again it is the same."""
    what = uuid5(JOURNEYS, f"{line.journey_id} {line.events} to the rules {digest_of(rules)}")
    return RulesChanged(event_id=what, actor=said.by, effective_on=said.day, reason=said.because, rules=rules)


async def move(journeys: Journeys, moves: Iterable[Move], said: Order) -> AsyncIterator[tuple[Move, Receipt]]:
    """Move them one after another; each is done when it is given. Raises Refused and ServiceUnavailable."""
    for one in moves:
        with one_of_several():
            receipt = await journeys.submit(one.line.journey_id, event_for(one.line, one.now, said))
        if not receipt.accepted:
            candidate = one.line.candidate
            raise Refused("rules.stopped", "{candidate}: {why}", candidate=candidate, why=receipt.message)
        yield one, receipt
