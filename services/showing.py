"""One journey as it is shown to somebody: who it is about, where it stands, what was written of it and recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from models.access.permissions import Reading
from models.events.texts import texts_in
from models.identifiers import Actor, CandidateNumber, Role
from models.message import Message
from models.projections.open_items import OpenItem
from models.stages import ENDED_STAGES
from runtime.i18n import as_actor
from services.application import Application, candidate_of
from services.identities.naming import people_in
from services.identities.register import Person
from services.identities.tasks import by_items
from services.queries.holding import marks, set_aside, struck_rows
from services.queries.lines import JourneyLine, LedgerLine, told_to
from services.readers import earlier_journeys, may_read_of, reader_of
from services.reading import read
from services.recording.reminding import OpenReminder, open_reminders
from services.texts import (
    KeptText,
    TextLine,
    latest_notes,
    marked,
    notes_in,
    notes_that_hold,
    opened,
    remarks_in,
    struck_in,
    tasks_in,
    texts_of,
)


@dataclass(frozen=True)
class Shown:
    """A journey that somebody has read of. `person` is who it is, with the telephone, for those in charge alone;
    `others` are the person's other numbers. Remarks, and texts of what was struck, are there for who asked for them."""

    application: Application
    line: JourneyLine
    reader: Actor
    person: Person | None
    others: tuple[CandidateNumber, ...]
    earlier: list[JourneyLine]
    items: tuple[OpenItem, ...]
    rows: list[LedgerLine]
    texts: Mapping[str, KeptText]
    with_remarks: bool = False
    with_struck: bool = False

    @property
    def is_erased(self) -> bool:
        return self.line.erased_on is not None

    @property
    def erased(self) -> Message | None:
        """That the candidate was erased, when and by which decision; None where they are known."""
        return self.application.erased(self.line) if self.is_erased else None

    @cached_property
    def marks(self) -> dict[int, list[Message]]:
        """What is to be said of rows beside their answers, and of what is shown of their texts, by their numbers."""
        found = marks(self.rows, self.application.now())
        for line in opened(self.rows, self.texts, remarks=self.with_remarks, struck=self.with_struck):
            if (told := marked(line.actor, (text for _, text in texts_in(line.event)))) is not None:
                found.setdefault(line.row, []).append(told)
        return found

    @cached_property
    def set_aside(self) -> frozenset[int]:
        """The rows that hold no more: struck, or replaced by a later one."""
        return set_aside(self.rows)

    @cached_property
    def struck_rows(self) -> frozenset[int]:
        """Those of them in whose place nothing stands."""
        return struck_rows(self.rows)

    @cached_property
    def told(self) -> list[LedgerLine]:
        """The rows with their texts, as far as they are shown."""
        return opened(self.rows, self.texts, struck=self.with_struck)

    @property
    def reminders(self) -> list[OpenReminder]:
        """What somebody is still to be reminded of."""
        return open_reminders(self.rows)

    @property
    def tasks(self) -> dict[str, str]:
        """What reminders are about, by the ids of their events."""
        return tasks_in(self.rows, self.texts)

    @property
    def tasks_of_items(self) -> dict[str, str]:
        """The same by the names of the items that wait for them."""
        return by_items(self.tasks)

    @property
    def notes(self) -> list[TextLine]:
        """Every note."""
        return notes_in(self.rows, self.texts, struck=self.with_struck)

    @property
    def latest_notes(self) -> list[TextLine]:
        """The latest that hold."""
        return latest_notes(self.rows, self.texts)

    @property
    def standing_notes(self) -> int:
        """How many notes hold."""
        return notes_that_hold(self.rows)

    @property
    def remarks(self) -> list[TextLine]:
        """Every remark, for who asked."""
        return remarks_in(self.rows, self.texts, struck=self.with_struck) if self.with_remarks else []

    @property
    def struck(self) -> list[TextLine]:
        """The texts of what was struck or replaced, for who asked."""
        return struck_in(self.rows, self.texts) if self.with_struck else []


def journey_meant(application: Application, candidate: str, programme: str | None = None) -> JourneyLine:
    """The journey of a candidate in a programme; where none is said and there are several, the one that goes on, or the
    latest. Raises UsageError."""
    number = candidate_of(candidate)
    if programme is None and (found := application.lists.found(candidate=number)):
        programmes = {line.programme for line in found}
        latest = [line for line in found if line.journey_id.after not in {one.journey_id for one in found}]
        if len(programmes) > 1:
            return min(latest, key=lambda line: line.stage in ENDED_STAGES)
    return application.find(candidate, programme)


def other_journeys(application: Application, given: str | None, line: JourneyLine) -> list[JourneyLine]:
    """The candidate's journeys in other programmes, as far as the reader may read of them."""
    found = application.lists.found(candidate=line.candidate)
    others = [one for one in found if one.programme != line.programme]
    return [one for one in others if may_read_of(application, given, one)]


def recipient_name(application: Application, recipient: str) -> str:
    """Whom a letter is meant for, by the name that people know."""
    if recipient in application.authority.people:
        return staff_name(application, recipient)
    partners = {one.id: one.name for one in application.book.readable_partners}
    return partners.get(recipient) or told_to(recipient, None)


def by_whom(application: Application, written: str | None) -> str:
    """Who has said something, by the name that people know."""
    actor = Actor.read(written or "")
    if actor is None or actor.role in (Role.SYSTEM, Role.OPERATOR):
        return as_actor(written)
    if actor.role is Role.PARTNER:
        return next((one.name for one in application.book.readable_partners if one.id == actor.name), actor.name)
    return staff_name(application, actor.name)


def staff_name(application: Application, name: str) -> str:
    """What somebody of the staff is called, also one who has left."""
    known = application.authority.people.get(name)
    return known[-1].name if known else name


def shown_to(
    application: Application,
    given: str | None,
    line: JourneyLine,
    because: str | None = None,
    *,
    remarks: bool = False,
    struck: bool = False,
) -> Shown:
    """A journey as somebody may see it; that they read of it is written down first. Raises as `reading.read` does."""
    asked = {Reading.JOURNEY: True, Reading.REMARKS: remarks, Reading.STRUCK: struck}
    for what in (one for one, is_asked in asked.items() if is_asked):
        read(application, line, reader_of(application, given, line, what), what, because)
    people = people_in(application, given, [line]) if line.erased_on is None else {}
    return Shown(
        application=application,
        line=line,
        reader=reader_of(application, given, line, Reading.JOURNEY),
        person=people.get(line.candidate),
        others=tuple(one for one in application.authority.joins.numbers_of(line.candidate) if one != line.candidate),
        earlier=earlier_journeys(application, given, line),
        items=application.lists.items(line.journey_id),
        rows=application.lists.ledger(line.journey_id),
        texts=texts_of(application.reading, line.journey_id),
        with_remarks=remarks,
        with_struck=struck,
    )
