"""From what somebody says at the desk to a whole event, and the remark that is kept apart from it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from models.events import Event
from runtime.desk.asking import complete_event
from runtime.desk.choices import choices_of
from runtime.desk.event_input import build_event
from runtime.desk.known import known_at, known_fields
from runtime.desk.office import Office
from runtime.desk.remarks import Author, taken_apart
from runtime.lists import JourneyLine, LedgerLine
from runtime.remarks import Remark, keep


class Prepared(NamedTuple):
    """An event that is ready to be sent, and what was filled in because it is known."""

    event: Event
    filled_in: dict[str, str]


def prepare(
    office: Office, journey_id: str, kind: str, fields: Mapping[str, Any], *, event_id: UUID, actor: str, day: date
) -> Prepared:
    """The event, complete, with its remark kept: what is known is filled in, and whoever can be asked is asked.

    Safe to repeat by the event's id. Raises WrongUse; then nothing is kept.
    """
    knowledge = known_at(office, journey_id, day)
    choices = choices_of(office.book, journey_id.rpartition("/")[2])
    asked = complete_event(kind, fields, known_fields(kind, fields, knowledge), choices)
    # Once more: who looks after an intern follows from a position that was only just typed.
    known = known_fields(kind, fields, knowledge) | known_fields(kind, asked, knowledge)
    said = {**known, **asked}
    author = Author(journey_id=journey_id, about=str(event_id), by=actor, at=office.now())
    said, remark = taken_apart(kind, said, author)
    event = build_event(kind, said, event_id=event_id, actor=actor, effective_on=day)
    keep_remark(office, remark)
    return Prepared(event, {name: value for name, value in known.items() if said.get(name) == value})


def keep_remark(office: Office, remark: Remark | None) -> None:
    """Write a remark down before the event that names it is sent: then neither refusal nor repeat can lose it."""
    if remark is not None:
        keep(office.writing, remark)


def in_correction(
    office: Office, journey: JourneyLine, line: LedgerLine | None, fields: Mapping[str, Any], actor: str
) -> tuple[dict[str, Any], Remark | None]:
    """The fields of a correction of a row, with the remark taken apart where its event may have one."""
    if line is None:
        return dict(fields), None
    about = f"correction of {line.event_id}"
    author = Author(journey_id=journey.journey_id, about=about, by=actor, at=office.now())
    return taken_apart(str(fields.get("kind", line.kind)), fields, author)
