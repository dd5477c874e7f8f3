"""The free texts of events: taken out before an event is sent, kept sealed in the database, opened to be shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.sealing import sealer_on
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

    def put(place: TextPlace, text: str) -> str:
        if is_reference(text):
            return text
        journey = JourneyId.parse(journey_id)
        seal = sealer_on(engine).of(journey.candidate)
        salt = seal.salt("\x00".join((journey, *place, text)).encode())
        reference = reference_of(journey, place, text, salt)
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
