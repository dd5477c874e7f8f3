"""Signing a report and checking one: the statement, and each page and PDF as a whole."""

import hashlib
from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auditing.evidence.findings import Verification
from auditing.report.statement import FORMAT, SignedReport, Statement, VerdictLine, verdict_digest
from auditing.transparency.merkle import root_of
from auditing.transparency.note import signed_note, text_signed_by
from runtime.errors import Refused

FILE_FORMAT: Final = "hela-vagen-report-file/1"


def signed(statement: Statement, lines: Iterable[VerdictLine], key: Ed25519PrivateKey) -> SignedReport:
    """The report of a statement, signed."""
    note = signed_note(_of_statement(statement.digest), key)
    return SignedReport(note=note, statement=statement, verdicts=tuple(lines))


def refuse_unsigned(report: SignedReport, public_key: str | None = None) -> None:
    """Raise Refused where a report was changed, or was signed by another key than the one that is given."""
    said = report.statement
    root = root_of(line.hash for line in report.verdicts).hex()
    if text_signed_by(report.note, said.public_key) != _of_statement(said.digest) or root != said.counted.root:
        raise changed()
    if public_key is not None and said.public_key != public_key:
        raise Refused(
            "report.other_key",
            "The report was signed with another key, {found}. Use a report from the auditor whose key you have.",
            found=said.public_key,
        )


def changed() -> Refused:
    return Refused("report.changed", "The report was changed after it was signed. Use the copy that the auditor keeps.")


def refuse_other_reports(report: SignedReport, others: Iterable[SignedReport]) -> None:
    """Raise Refused where files that are checked together are not of the same report."""
    if any(one != report for one in others):
        raise Refused("report.others", "These files are not of the same report. Check each of them for itself.")


def refuse_other_verdicts(report: SignedReport, found: Iterable[Verification]) -> None:
    """Raise Refused where verdicts are not those that a report is of."""
    if sorted(map(verdict_digest, found)) != sorted(line.digest for line in report.verdicts):
        raise Refused(
            "report.other_verdicts",
            "These verdicts are not those that the report is of. Use the file from which it was made.",
        )


def note_of_file(content: bytes, statement: Statement, key: Ed25519PrivateKey) -> str:
    """The note that signs a file as a whole, as one that shows this statement."""
    return signed_note(_of_file(content, statement), key)


def refuse_unsigned_file(content: bytes, note: str, statement: Statement) -> None:
    """Raise Refused where a file is not, byte for byte, the one that was signed together with its statement."""
    if text_signed_by(note, statement.public_key) != _of_file(content, statement):
        raise changed()


def _of_statement(digest: str) -> str:
    return f"{FORMAT}\n{digest}\n"


def _of_file(content: bytes, statement: Statement) -> str:
    return f"{FILE_FORMAT}\n{hashlib.sha256(content).hexdigest()}\n{statement.digest}\n"
