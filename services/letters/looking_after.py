"""What a supervisor or mentor can do by the link in a letter, for one intern: check in, evaluate, remark and ask."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from models.access.charge import InCharge, whom_to_tell
from models.access.permissions import PERMISSIONS, Reading, Relation, is_permitted
from models.access.statements import StaffEntered
from models.events.events import (
    CheckInRecorded,
    EvaluationRecorded,
    Event,
    InternshipAgreed,
    InternshipCompleted,
    InternshipExtended,
    InternshipInterrupted,
    NoteAdded,
)
from models.identifiers import Actor
from models.journey.fold import in_effect
from models.projections.open_items import OpenItem
from runtime.errors import UsageError
from services.application import Application
from services.days import in_both
from services.interns import author_on
from services.letters.links import Letter, LinkGone, readers_of
from services.letters.office import refuse_said_before, refuse_what_tells_too_much, submit
from services.naming import Named
from services.queries.lines import JourneyLine, accepted_entries
from services.readers import named_by_mail
from services.reading import may_read, write_down
from services.recording.draft import build_event
from services.recording.knowledge import known_at
from services.working import SETTLED_BY

OFFERED = ("check_in_recorded", "internship_completed", "evaluation_recorded", "note_added")
"""What the page of an intern has forms for."""

THEIRS = ("check_in", "evaluation", "internship_end")
"""What an intern's supervisor is waited for with."""

ENDS_SOON = timedelta(days=14)
"""How long before an internship's last day the page asks whether it has ended: earlier it would only be pressed by
mistake."""


@dataclass(frozen=True)
class Intern:
    """One intern, as whoever looks after them may see it. `possible` are the kinds of event that they may record."""

    letter: Letter
    line: JourneyLine
    author: Actor
    agreed: InternshipAgreed
    ends_on: date
    check_ins: tuple[date, ...]
    evaluated_on: date | None
    waits_for: tuple[OpenItem, ...]
    criteria: tuple[Named, ...]
    possible: frozenset[str]
    contact: StaffEntered | None

    def day_offered(self, today: date) -> date:
        """The day that a form suggests: today, while the internship lasts, and then its last day."""
        return min(today, self.ends_on)


def author_of(application: Application, letter: Letter) -> tuple[JourneyLine, Actor]:
    """Whoever a letter was sent to, as they look after its intern today. Raises LinkGone where they do not, or the way
    has ended."""
    line = next(iter(application.lists.found(journey_id=letter.journey_id)), None)
    if line is None:
        raise LinkGone
    author = author_on(application, line, letter.reader)
    if author is None:
        raise LinkGone
    return line, author


def letter_read_by(application: Application, letter: Letter, address: str) -> Letter | None:
    """A letter to one of the staff, as whoever of its readers has this mail address got it; None where none has."""
    named = named_by_mail(application.authority, address, application.now()) & readers_of(application, letter)
    return replace(letter, reader=min(named)) if named else None


def note(application: Application, author: Actor, text: str, event_id: UUID) -> Event:
    """What whoever looks after an intern has written, as something that somebody must look at."""
    return NoteAdded(event_id=event_id, actor=author, effective_on=application.today(), text=text, asks=True)


async def intern_of(application: Application, letter: Letter) -> Intern:
    """The intern of a letter, opened by whoever looks after them: that they read it is written down first.

    Raises LinkGone, Refused where only named staff may read of the candidate, and ServiceUnavailable.
    """
    line, author = author_of(application, letter)
    write_down(application, may_read(application, line, author, Reading.JOURNEY))
    status = await (await application.journeys()).status(line.journey_id)
    events = [entry.event for entry in in_effect(accepted_entries(application.lists.ledger(line.journey_id)))]
    agreed = next(one for one in reversed(events) if isinstance(one, InternshipAgreed))
    since = events[events.index(agreed) :]
    extended = [one.ends_on for one in since if isinstance(one, InternshipExtended)]
    ended = [one.effective_on for one in since if isinstance(one, InternshipCompleted | InternshipInterrupted)]
    ends_on = [agreed.ends_on, *extended, *ended][-1]
    too_early = {"internship_completed"} if application.today() < ends_on - ENDS_SOON else set()
    now_possible = {one.kind for one in status.possible}
    knowledge = known_at(application, line.journey_id, application.today())
    evaluated = [one.effective_on for one in events if isinstance(one, EvaluationRecorded)]
    return Intern(
        letter,
        line,
        author,
        agreed,
        ends_on,
        tuple(sorted(one.effective_on for one in events if isinstance(one, CheckInRecorded))),
        evaluated[-1] if evaluated else None,
        tuple(one for one in status.items if one.what in THEIRS and _may(author, SETTLED_BY[one.what])),
        tuple(knowledge.choices("scores", {})),
        frozenset(kind for kind in OFFERED if kind in now_possible - too_early and _may(author, kind)),
        whom_to_tell(application.authority, line.coordinator, InCharge.of(line), application.now()),
    )


def _may(author: Actor, kind: str) -> bool:
    return kind in PERMISSIONS[author.role] and is_permitted(author.role, kind, Relation.OWN)


async def record(
    application: Application,
    letter: Letter,
    kind: str,
    fields: Mapping[str, Any],
    day: str | date,
    once: UUID | None = None,
    *,
    sure: bool = False,
) -> Event:
    """Record an event for whoever looks after the intern of a letter. `once` is the same where it is sent twice.

    Raises LinkGone, UsageError where a field is missing or wrong, and as `submit` does.
    """
    line, author = author_of(application, letter)
    if kind not in OFFERED:
        raise LinkGone
    event_id = uuid5(letter.number, f"{kind} {once or uuid4()}")
    given = {name: value for name, value in fields.items() if value not in (None, "")}
    event = build_event(kind, given, event_id=event_id, actor=author, effective_on=day)
    if event.effective_on > application.today():
        said = in_both(event.effective_on)
        raise UsageError("letter.to_come", "It is not {day} yet. Correct the day, or come back on it.", day=said)
    refuse_what_tells_too_much(event, sure=sure)
    await asyncio.to_thread(refuse_said_before, application, line.journey_id, event)
    await submit(application, line.journey_id, event)
    return event
