"""Issuing a certificate: the identity is opened for it, and so the issuing is recorded like every opening."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from activities.language import Language
from activities.whole_files import write_whole
from models.identifiers import Actor
from runtime.errors import UsageError
from runtime.files import writing
from services.application import Application
from services.certificates.content import certificate_of
from services.certificates.page import as_html, lay_out
from services.certificates.pdf import as_pdf
from services.identities.access import open_identity
from services.queries.lists import JourneyLine

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
    person = open_identity(application, line, actor, because, urgent=False)
    page = lay_out(certificate, person.name, in_language)
    written = {file: WRITERS[form](page) for form, file in files.items()}
    for file, content in written.items():
        with writing(file):
            write_whole(file, content)


def _in_full(application: Application, name: str | None) -> str | None:
    """A person's name as it is written: as the files have it, or from the short name, `maria.ek` → Maria Ek."""
    if name is None:
        return None
    known = {partner.id: partner.name for partner in application.book.partners}
    return known.get(name) or name.replace(".", " ").replace("_", " ").title()
