"""Opening a journey to an auditor who is known: that they look into it, and why, is written down first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import NamedTuple

from auditing.evidence.recorded import find_journey, open_journey
from models.access.permissions import Reading
from models.calendar.swedish_day import SWEDEN
from models.identifiers import CandidateNumber, JourneyId
from runtime.errors import UsageError
from services.application import Application
from services.queries.lines import JourneyLine
from services.queries.reads import reads
from services.readers import in_a_role_for, reader_of
from services.reading import may_read, read, write_down_all
from services.texts import KeptText, texts_of

EVERY_TEXT = (Reading.REMARKS, Reading.STRUCK)
"""Whoever may read these may read all that was written."""


class LookedInto(NamedTuple):
    """A journey that somebody looks into, and its texts by their references where they were opened."""

    journey_id: JourneyId
    texts: Mapping[str, KeptText] | None = None


def auditor(application: Application) -> None:
    """Raises Refused for whoever may not audit, and UsageError where their key is not here."""
    in_a_role_for(application, Reading.AUDIT, Reading.AUDIT.in_words)


def line_of(application: Application, candidate: str, programme: str | None) -> JourneyLine:
    """The journey of a candidate, also one whose referral was refused. Raises UsageError where there is none."""
    journey_id = find_journey(application, candidate, programme)
    begun = application.lists.found(journey_id=journey_id)
    never_begun = application.lists.never_begun(journey_id.candidate)
    return next(line for line in (*begun, *never_begun) if line.journey_id == journey_id)


def open_to_auditor(application: Application, candidate: str, programme: str | None, because: str | None) -> JourneyId:
    """Write down that an auditor looks into a journey; afterwards it may be shown to them for the day.

    Raises UsageError without a reason, and Refused for whoever may not and of somebody protected.
    """
    auditor(application)
    line = line_of(application, candidate, programme)
    read(application, line, reader_of(application, application.reads_as, line, Reading.AUDIT), Reading.AUDIT, because)
    return line.journey_id


def open_texts(application: Application, line: JourneyLine, because: str | None) -> dict[str, KeptText]:
    """What was written of a candidate in their own words by those who work here, once it is written down that somebody
    reads it: remarks, and what was struck, with all the rest.

    Raises UsageError without a reason, and Refused for whoever may not and, which is written down, of somebody
    protected.
    """
    given = application.reads_as
    asked = [(reader_of(application, given, line, what), what) for what in EVERY_TEXT]
    write_down_all(application, [may_read(application, line, actor, what, because) for actor, what in asked])
    return texts_of(application.reading, line.journey_id)


def look_into(
    application: Application, candidate: str, programme: str | None, *, texts: bool, because: str | None
) -> LookedInto:
    """The journey of a candidate, to show what is recorded of it; with the texts where these are asked for, as
    `open_texts`. Without them nobody is asked who they are, and of protected persons nothing is shown.

    Raises UsageError and Refused as `open_texts` and `open_journey` do, and UsageError where a reason is given for
    nothing.
    """
    if texts:
        line = line_of(application, candidate, programme)
        return LookedInto(line.journey_id, open_texts(application, line, because))
    refuse_reason_without_texts(because)
    return LookedInto(open_journey(application, candidate, programme))


def open_every_text(application: Application, candidate: CandidateNumber, because: str | None) -> None:
    """The same of all journeys of a candidate, where something is shown that is of no journey alone."""
    for line in application.journeys_of(candidate):
        open_texts(application, line, because)


def refuse_reason_without_texts(because: str | None) -> None:
    """Raises UsageError where somebody says why, and asks for nothing that is written down."""
    if because is not None:
        raise UsageError(
            "texts.reason_without_texts",
            "A reason is given, but no texts are shown. Ask for the texts or omit the reason.",
        )


def is_open_today(application: Application, person: str, line: JourneyLine) -> bool:
    """Whether it is written down that somebody has looked into a journey today, and was not refused."""
    began = datetime.combine(application.today(), time.min, SWEDEN).astimezone(UTC)
    found = reads(application.reading, candidate=line.candidate, reader=person, since=began)
    return any(one.what == Reading.AUDIT and one.journey_id == line.journey_id and not one.refused for one in found)


def require_open(application: Application, person: str, candidate: str, programme: str | None) -> None:
    """Raises UsageError where it is not written down that somebody looks into a journey today, or there is none."""
    if not is_open_today(application, person, line_of(application, candidate, programme)):
        raise UsageError("audit.open_first", "Say first why you look into it: open what happened to the person.")
