"""The files of a report – statement, page, PDF – each signed as a whole; and checking one by the file alone."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from auditing.report import page, pdf
from auditing.report.signing import FILE_FORMAT, changed, note_of_file, refuse_unsigned, refuse_unsigned_file
from auditing.report.statement import FORMAT, SignedReport
from auditing.transparency.signing import other_format
from runtime.errors import UsageError
from runtime.files import new_file


class Form(NamedTuple):
    """A page or a PDF: how it is written, where the statement is in it, and how the note that signs it is set below.

    `begins` is how such a file begins.
    """

    begins: bytes
    written: Callable[[SignedReport], bytes]
    statement_in: Callable[[bytes], bytes | None]
    sealed: Callable[[bytes, str], bytes]
    note_begins: bytes


def _sealed_page(content: bytes, note: str) -> bytes:
    return content + f"<!--\n{note}-->\n".encode()


def _sealed_pdf(content: bytes, note: str) -> bytes:
    """Comments, and what a reader looks for at the end of the file once more: a PDF ends there."""
    comments = "".join(f"%{line}\n" for line in note.splitlines())
    return content + comments.encode() + content[content.rindex(b"startxref") :]


FORMS = {
    "html": Form(b"<!doctype html>", page.page, page.statement_in, _sealed_page, b"<!--\n"),
    "pdf": Form(b"%PDF-", pdf.pdf, pdf.statement_in, _sealed_pdf, b"%"),
}


def refuse_existing(files: Mapping[str, Path]) -> None:
    """Refuse before an audit, which may take hours, what could not be written afterwards. Raises UsageError."""
    if not files:
        raise UsageError("report.no_file", "Choose where to write the report: as PDF, as a web page or as JSON.")
    for file in files.values():
        with new_file(file):
            pass
        file.unlink()


def write(report: SignedReport, files: Mapping[str, Path], key: Ed25519PrivateKey) -> None:
    """Write the report to files by form: `json`, `html`, `pdf`. Raises UsageError where one exists."""
    for form, file in files.items():
        content = contents(report, form, key)
        with new_file(file) as out:
            out.write(content)


def contents(report: SignedReport, form: str, key: Ed25519PrivateKey) -> bytes:
    """What a file of the report has in it."""
    if form not in FORMS:
        return report.as_bytes()
    content = FORMS[form].written(report)
    return FORMS[form].sealed(content, note_of_file(content, report.statement, key))


def checked(file: Path, public_key: str | None = None) -> SignedReport:
    """The report in a file of any form. Raises UsageError where it is none, and Refused where it was changed, or signed
    by another key than `public_key`."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError("report.unreadable", "The report {file} cannot be read.", file=file.name) from error
    form = next((one for one in FORMS.values() if content.startswith(one.begins)), None)
    written = content if form is None else form.statement_in(content)
    report = _read(file, written)
    refuse_unsigned(report, public_key)
    if form is not None:
        _refuse_resealed(content, form, report)
    return report


def _read(file: Path, written: bytes | None) -> SignedReport:
    unknown = UsageError("report.unknown_file", "{file} is not a report.", file=file.name)
    if written is None:
        raise unknown
    try:
        return SignedReport.model_validate_json(written)
    except ValidationError as error:
        raise (other_format(error, file.name, FORMAT, ("statement", "format")) or unknown) from error


def _refuse_resealed(content: bytes, form: Form, report: SignedReport) -> None:
    """Raise Refused where a page or PDF is not the one that was signed."""
    at = content.rfind(form.note_begins + FILE_FORMAT.encode() + b"\n")
    if at < 0:
        raise changed()
    body, rest = content[:at], content[at:]
    note = _note_in(rest, form)
    refuse_unsigned_file(body, note, report.statement)
    if form.sealed(body, note) != content:
        raise changed()


def _note_in(rest: bytes, form: Form) -> str:
    written = rest.decode(errors="replace")
    if form.note_begins == b"%":
        return "".join(f"{line[1:]}\n" for line in written.partition("startxref")[0].splitlines())
    return written.removeprefix("<!--\n").removesuffix("-->\n")
