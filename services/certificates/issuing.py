"""Certificates: what the ledger says of internships, and the issuing, recorded like every opening of an identity."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.language import Language
from models.access.permissions import Reading
from models.events.events import ENDINGS
from models.fields import BothLanguages
from models.identifiers import Actor
from models.programme.programme import Programme
from models.programme.requirement_profile import Result
from models.state.partner_obligations import ROLES
from models.tables.journeys import PositionRow
from runtime.errors import Refused, UsageError
from runtime.files import require_new, write_file
from services.application import Application
from services.certificates.page import Certificate, Internship, as_html, lay_out
from services.certificates.pdf import as_pdf
from services.identities.access import open_identity
from services.queries.lines import JourneyLine, LedgerLine, events_in_effect

AS_EXPECTED = 3
"""The score from which something was learnt, or a criterion met."""

ENDS_THE_EVALUATION = ("internship_agreed", "temporary_role_agreed", "permanent_role_agreed", "internship_completed")
"""What comes after the evaluation of an internship, whose scores no longer speak of it."""


@dataclass(frozen=True)
class Place:
    """Where somebody was an intern: the unit, and what the position is called."""

    unit: BothLanguages
    title: BothLanguages


def certificate_of(rows: Sequence[LedgerLine], rules: Programme, places: Mapping[str, Place]) -> Certificate:
    """The certificate of the internships that were completed, and of those interrupted where the programme says so.

    Raises Refused before there is one, and where nobody knows what a position was.
    """
    events = events_in_effect(rows)
    found = [one for one in _internships(events, rules, places) if rules.certify_interrupted or not one.interrupted]
    if not found:
        raise Refused(
            "certificate.no_internship",
            "A certificate requires a completed internship, and none is recorded. Record it first.",
        )
    return Certificate(programme=rules.name, employer=rules.employer, internships=tuple(found))


def _internships(
    events: Sequence[Mapping[str, Any]], rules: Programme, places: Mapping[str, Place]
) -> Iterator[Internship]:
    """Those that have ended, in their order. One that was over before its first day never was."""
    began: int | None = None
    for at, event in enumerate(events):
        if event["kind"] == "internship_agreed":
            began = at
        if began is None or (over := _over_on(event, events[began:at])) is None:
            continue
        agreed, interrupted = events[began:at], event["kind"] not in ("internship_completed", *ROLES)
        began = None
        if interrupted and over < agreed[0]["starts_on"]:
            continue
        ends = [one["ends_on"] for one in agreed if one.get("ends_on")]
        scored = _as_expected(events[at + 1 :])
        place = _place(places, agreed[0]["position"])
        yield Internship(
            workplace=place.unit,
            tasks=place.title,
            starts_on=date.fromisoformat(agreed[0]["starts_on"]),
            # Over earlier than agreed it ended on that day; registered later it still ended as agreed.
            ends_on=date.fromisoformat(min(ends[-1], over)),
            interrupted=interrupted,
            supervisor=agreed[0]["supervisor"],
            learnt=_learnt(events[:at], rules, scored),
            shown=tuple(criterion.text for criterion in rules.criteria if criterion.id in scored),
        )


def _over_on(event: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> str | None:
    """The day on which an internship was over by this event; None where it was not. A pause after which another place
    is sought was its end."""
    if event["kind"] in ("internship_completed", "internship_interrupted", *ROLES, *ENDINGS):
        return str(event["effective_on"])
    if event["kind"] == "resumed" and event.get("seeks_new_place"):
        return next((str(one["effective_on"]) for one in reversed(before) if one["kind"] == "paused"), None)
    return None


def _place(places: Mapping[str, Place], position: str) -> Place:
    if position not in places:
        raise Refused(
            "certificate.place_unknown",
            "Nobody knows what the position {position} was. Ask an operator to put it back among the positions.",
            position=position,
        )
    return places[position]


def places_of(application: Application) -> dict[str, Place]:
    """Every position by its id: as the files have it, otherwise as it was kept when it left them."""
    with Session(application.reading) as session:
        rows = session.scalars(select(PositionRow)).all()
    read = BothLanguages.from_column
    kept = {row.id: Place(read(row.unit), read(row.title)) for row in rows}
    return {**kept, **{one.id: Place(one.unit, one.title) for one in application.book.positions}}


def _as_expected(after: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Ids of all that the supervisor's evaluation of the internship found as expected or better."""
    scored: frozenset[str] = frozenset()
    for event in after:
        if event["kind"] in ENDS_THE_EVALUATION:
            break
        if event["kind"] == "evaluation_recorded":
            scored = frozenset(one["criterion"] for one in event["scores"] if one["score"] >= AS_EXPECTED)
    return scored


def _learnt(before: Sequence[Mapping[str, Any]], rules: Programme, scored: frozenset[str]) -> tuple[BothLanguages, ...]:
    """The requirements that the check had left to be learnt and that were learnt, in the profile's words."""
    check = [event for event in before if event["kind"] == "requirements_checked"][-1]
    left = {one["requirement"] for one in check["findings"] if one["result"] == Result.TRAINABLE}
    profile = rules.profile(check["profile"])
    return tuple(one.text for one in profile.requirements if one.id in left & scored) if profile else ()


WRITERS = {"html": lambda page: as_html(page).encode(), "pdf": as_pdf}


def issue(
    application: Application,
    line: JourneyLine,
    actor: Actor,
    because: str,
    in_language: Language,
    files: Mapping[str, Path],
) -> None:
    """Write the certificate of a journey's internships to files, by form: `html`, `pdf`. Only their owner reads them.

    Raises Refused before an internship is completed, and UsageError and Refused as opening an identity does. Nothing is
    opened where there is nothing to certify or nowhere to write it.
    """
    if not files:
        raise UsageError("certificate.no_file", "Choose where to write the certificate: as a web page, as PDF or both.")
    for file in files.values():
        if not file.parent.is_dir():
            raise UsageError(
                "certificate.no_folder", "The folder for the certificate does not exist. Create it or choose another."
            )
    require_new(*files.values())
    rules = application.book.programme(line.programme)
    certificate = certificate_of(application.lists.ledger(line.journey_id), rules, places_of(application))
    named = [replace(one, supervisor=_in_full(application, one.supervisor)) for one in certificate.internships]
    certificate = replace(certificate, internships=tuple(named))
    person = open_identity(application, line, actor, because, what=Reading.CERTIFICATE)
    page = lay_out(certificate, person.name, in_language)
    written = {file: WRITERS[form](page) for form, file in files.items()}
    for file, content in written.items():
        write_file(file, content)


def _in_full(application: Application, name: str | None) -> str | None:
    """A person's name as they write it, by the register of staff or the files. None where it is not known: a guess from
    the short name would leave out its accents."""
    if name is None:
        return None
    known = {partner.id: partner.name for partner in application.book.partners}
    person = application.authority.person(name, application.now())
    return person.name if person else known.get(name)
