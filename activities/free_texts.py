"""The free texts of events: taken out before an event is sent, kept sealed in the database, opened to be shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.sealing import Sealer, sealer_on
from activities.seals import CannotOpen, Seal, place_of
from models.events.events import Event
from models.events.texts import TextPlace, event_with, is_reference, reference_of
from models.identifiers import JourneyId
from models.tables.people import TextRow


class OpenedText(NamedTuple):
    """A text, and the salt of its reference."""

    text: str
    salt: str


def keep_texts(engine: Engine, journey_id: str, event: Event, at: datetime) -> Event:
    """The event as it is sent: its texts are kept, and references stand in their place.

    Safe to repeat: the same text in the same place is the same row, also once it is erased. It comes before the event
    is sent, so that neither refusal nor repeat can lose a text. Raises KeyEnded, MasterKeyFailed.
    """
    rows: dict[str, TextRow] = {}
    journey, sealer = JourneyId.parse(journey_id), sealer_on(engine)

    def put(place: TextPlace, text: str) -> str:
        if is_reference(text):
            return text
        seal = sealer.of(journey.candidate)
        reference, salt = _reference(seal, journey, place, text)
        rows[reference] = TextRow(
            id=reference,
            journey_id=journey,
            event_id=UUID(place.event_id),
            field=place.field,
            written_by=event.actor,
            written_at=at,
            contents=seal.seal_json(_place(journey, reference), [text, salt]),
        )
        return reference

    said = event_with(event, put)
    _write(engine, rows.values())
    return said


def as_sent(sealer: Sealer, journey_id: JourneyId, event: Event) -> Event:
    """The same event, of which nothing is kept yet. Raises as `keep_texts` does."""

    def put(place: TextPlace, text: str) -> str:
        return text if is_reference(text) else _reference(sealer.of(journey_id.candidate), journey_id, place, text)[0]

    return event_with(event, put)


def _reference(seal: Seal, journey: JourneyId, place: TextPlace, text: str) -> tuple[str, str]:
    """What stands in the place of a text, and its salt."""
    salt = seal.salt("\x00".join((journey, *place, text)).encode())
    return reference_of(journey, place, text, salt), salt


def _write(engine: Engine, rows: Iterable[TextRow]) -> None:
    for row in rows:
        reference = row.id
        try:
            with Session(engine) as session, session.begin():
                if session.get(TextRow, reference) is None:
                    session.add(row)
        except IntegrityError:
            # Somebody else wrote the same just now; then it is there, and otherwise the error is another one.
            with Session(engine) as session:
                session.get_one(TextRow, reference)


def open_text(seal: Seal, row: Any) -> OpenedText:
    """What a row of the table `texts` holds. Raises CannotOpen, also where it is erased or not what was written."""
    if row.contents is None:
        raise CannotOpen
    try:
        found = OpenedText(*seal.open_json(_place(row.journey_id, row.id), row.contents))
        place = TextPlace(str(row.event_id), row.field)
        if reference_of(row.journey_id, place, found.text, found.salt) == row.id:
            return found
    except (TypeError, ValueError):
        pass
    raise CannotOpen


def is_kept(session: Session, seal: Seal, journey_id: str, place: TextPlace, text: str) -> bool:
    """Whether a text is the reference of one that is kept for that place in that journey, or was."""
    row = session.get(TextRow, text) if is_reference(text) else None
    if row is None or (row.journey_id, str(row.event_id), row.field) != (journey_id, *place):
        return False
    if row.contents is None:
        return True
    try:
        open_text(seal, row)
    except CannotOpen:
        return False
    return True


def _place(journey_id: str, reference: str) -> str:
    return place_of("texts", journey_id, reference)
