"""From when to when places are held: what the journeys that hold them have been offered or have agreed on."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.accepted_entries import accepted_entries
from models.access.register import Register
from models.events import events as e
from models.identifiers import JourneyId
from models.journey.fold import Entry, in_effect
from models.programme.periods import Span, most_at_once
from models.tables.journeys import PlaceRow

AGREED = (e.PlaceOffered, e.InternshipAgreed, e.TemporaryRoleAgreed)
EXTENDED = (e.InternshipExtended, e.TemporaryRoleExtended)


def spans_held(session: Session, register: Register, position: str, but_of: str | None = None) -> list[Span | None]:
    """The days of all who hold a place of a position, but for one journey; None of whose events nobody can read."""
    holders = select(PlaceRow.journey_id).where(PlaceRow.position == position)
    holders = holders if but_of is None else holders.where(PlaceRow.journey_id != but_of)
    engine = session.get_bind().engine
    return [
        span_of(accepted_entries(session, engine, register, JourneyId.parse(holder)).entries)
        for holder in session.scalars(holders).all()
    ]


def free_in(places: int, held: Iterable[Span | None], wanted: Span) -> int:
    """How many of so many places are free on each of some days, as others hold them."""
    return max(0, places - most_at_once(held, wanted))


def span_of(entries: Sequence[Entry]) -> Span | None:
    """The days of the latest offer or agreement among a journey's events."""
    return _latest(entry.event for entry in in_effect(entries))


def _latest(events: Iterable[e.Event]) -> Span | None:
    span: Span | None = None
    for event in events:
        if isinstance(event, AGREED):
            span = Span(starts_on=event.starts_on, ends_on=event.ends_on)
        elif isinstance(event, EXTENDED) and span is not None:
            span = Span(starts_on=span.starts_on, ends_on=event.ends_on)
    return span
