"""From what somebody says at the desk to a whole event, and the remark that is kept apart from it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from models.events.events import Event
from models.identifiers import Actor, JourneyId
from services.application import Application
from services.queries.lists import JourneyLine, LedgerLine
from services.recording.choices import Choices
from services.recording.event_input import build_event, missing
from services.recording.prefill import Knowledge, known_fields
from services.remarks.remarks import Author, taken_apart
from services.remarks.store import Remark, keep


class Missing(NamedTuple):
    """A field that the event needs and nobody has given: the words that it takes, and what is known to fit."""

    name: str
    choices: list[str]
    default: str | None


class Draft(NamedTuple):
    """An event on the way: its fields as given or known, which of them were filled in, and what is still missing.

    `missing` also names what was filled in, with that as its default: a person may know better.
    """

    kind: str
    fields: dict[str, Any]
    filled_in: dict[str, str]
    missing: tuple[Missing, ...]

    @property
    def lacking(self) -> list[str]:
        """The fields without which there is no event."""
        return [one.name for one in self.missing if one.default is None]


def draft(kind: str, given: Mapping[str, Any], knowledge: Knowledge, choices: Choices) -> Draft:
    """What an event of a kind is, as far as it is given and known, and what is missing. Pure: asks nobody."""
    known = known_fields(kind, given, knowledge)
    fields = {**known, **given}
    asked = (Missing(name, choices(name, fields), known.get(name)) for name in missing(kind, given))
    return Draft(kind, fields, known, tuple(asked))


def event_of(
    application: Application, journey_id: JourneyId, drafted: Draft, *, event_id: UUID, actor: Actor, day: date
) -> Event:
    """The event of a complete draft, with its remark kept. Safe to repeat by the event's id.

    Raises UsageError; then nothing is kept.
    """
    author = Author(journey_id=journey_id, about=str(event_id), by=actor, at=application.now())
    said, remark = taken_apart(drafted.kind, drafted.fields, author)
    event = build_event(drafted.kind, said, event_id=event_id, actor=actor, effective_on=day)
    keep_remark(application, remark)
    return event


def keep_remark(application: Application, remark: Remark | None) -> None:
    """Write a remark down before the event that names it is sent: then neither refusal nor repeat can lose it."""
    if remark is not None:
        keep(application.writing, remark)


def in_correction(
    application: Application, journey: JourneyLine, line: LedgerLine | None, fields: Mapping[str, Any], actor: Actor
) -> tuple[dict[str, Any], Remark | None]:
    """The fields of a correction of a row, with the remark taken apart where its event may have one."""
    if line is None:
        return dict(fields), None
    about = f"correction of {line.event_id}"
    author = Author(journey_id=journey.journey_id, about=about, by=actor, at=application.now())
    return taken_apart(str(fields.get("kind", line.kind)), fields, author)
