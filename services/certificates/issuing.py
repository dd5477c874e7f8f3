"""Certificates: what the ledger says of an internship, and the issuing, recorded like every opening of an identity."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from activities.language import Language
from models.access.permissions import Reading
from models.fields import BothLanguages
from models.identifiers import Actor
from models.programme.position import Position
from models.programme.programme import Programme
from models.programme.requirement_profile import Result
from runtime.errors import Refused, UsageError
from runtime.files import write_file
from services.application import Application
from services.certificates.page import Certificate, as_html, as_pdf, lay_out
from services.identities.access import open_identity
from services.queries.lines import JourneyLine, LedgerLine, events_in_effect

AS_EXPECTED = 3
"""The score from which something was learnt, or a criterion met."""

ENDS_THE_EVALUATION = ("internship_agreed", "temporary_role_agreed", "permanent_role_agreed", "internship_completed")
"""What comes after the evaluation of an internship, whose scores no longer speak of it."""


def certificate_of(rows: Sequence[LedgerLine], rules: Programme, positions: Sequence[Position]) -> Certificate:
    """The certificate of the latest internship that was completed. Raises Refused before there is one."""
    events = events_in_effect(rows)
    completed = max((at for at, event in enumerate(events) if event["kind"] == "internship_completed"), default=None)
    if completed is None:
        raise Refused(
            "certificate.no_internship",
            "A certificate requires a completed internship, and none is recorded. Record it first.",
        )
    before, after = events[:completed], events[completed + 1 :]
    agreed = max(at for at, event in enumerate(before) if event["kind"] == "internship_agreed")
    ends = [event["ends_on"] for event in before[agreed:] if event.get("ends_on")]
    position = next((one for one in positions if one.id == before[agreed]["position"]), None)
    scored = _as_expected(after)
    return Certificate(
        programme=rules.name,
        workplace=position.unit if position else str(before[agreed]["position"]),
        tasks=position.title if position else str(before[agreed]["position"]),
        starts_on=date.fromisoformat(before[agreed]["starts_on"]),
        # Completed earlier than agreed it ended on that day; registered later it still ended as agreed.
        ends_on=date.fromisoformat(min(ends[-1], events[completed]["effective_on"])),
        supervisor=before[agreed]["supervisor"],
        learnt=_learnt(before, rules, scored),
        shown=tuple(criterion.text for criterion in rules.criteria if criterion.id in scored),
    )


def _as_expected(after: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Ids of all that the supervisor's evaluation of the internship found as expected or better."""
    scored: frozenset[str] = frozenset()
    for event in after:
        if event["kind"] in ENDS_THE_EVALUATION:
            break
        if event["kind"] == "evaluation_recorded":
            scored = frozenset(one["criterion"] for one in event["scores"] if one["score"] >= AS_EXPECTED)
    return scored


def _learnt(
    before: Sequence[Mapping[str, Any]], rules: Programme, scored: frozenset[str]
) -> tuple[str | BothLanguages, ...]:
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
    """Write the certificate of a journey's internship to files, by form: `html`, `pdf`. Only their owner reads them.

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
    rules = application.book.programme(line.programme)
    certificate = certificate_of(application.lists.ledger(line.journey_id), rules, application.book.positions)
    certificate = replace(certificate, supervisor=_in_full(application, certificate.supervisor))
    person = open_identity(application, line, actor, because, what=Reading.CERTIFICATE)
    page = lay_out(certificate, person.name, in_language)
    written = {file: WRITERS[form](page) for form, file in files.items()}
    for file, content in written.items():
        write_file(file, content)


def _in_full(application: Application, name: str | None) -> str | None:
    """A person's name as it is written: as the files have it, or from the short name, `maria.ek` → Maria Ek."""
    if name is None:
        return None
    known = {partner.id: partner.name for partner in application.book.partners}
    return known.get(name) or name.replace(".", " ").replace("_", " ").title()
