"""Whether the candidates are who they were when somebody registered them, and signed for it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from activities.record import table_of
from auditing.evidence.findings import NOTHING, Finding, finding_of
from models.access.identities import commitment_to
from models.message import msg
from models.tables import CandidateKeyRow, CandidateRow, IdentityCommitmentRow

AT_ONCE = 1_000
"""Rows that are fetched at a time."""


def identity_findings(engine: Engine) -> Iterator[Finding]:
    """Identities that were changed, exchanged, taken out or put in. Nothing on a role that may not read them."""
    known, committed = table_of(CandidateRow), table_of(IdentityCommitmentRow)
    held = select(committed.c.candidate, committed.c.commitment, *known.c)
    held = held.outerjoin_from(committed, known, known.c.number == committed.c.candidate).order_by(committed.c.number)
    strangers = select(known.c.number).where(known.c.number.not_in(select(committed.c.candidate)))
    try:
        with Session(engine) as session:
            for row in session.execute(held, execution_options={"yield_per": AT_ONCE}):
                yield from _identity_findings(session, row._mapping)
            for number in session.scalars(strangers.order_by(known.c.number)):
                where, expected = msg("where.candidate", "candidate {number}", number=number), _SIGNATURE
                yield finding_of(
                    "finding.identity_not_signed", "nobody has signed for the identity", where, expected, NOTHING
                )
    except ProgrammingError:
        return


_SIGNATURE = msg("found.identity_signature", "the signature of whoever registered the person")


def _identity_findings(session: Session, row: Any) -> Iterator[Finding]:
    where = msg("where.candidate", "candidate {number}", number=row["candidate"])
    if row["number"] is None:
        if _is_told_of(session, row["candidate"]):
            expected = row["commitment"]
            yield finding_of("finding.identity_missing", "the identity is gone", where, expected, NOTHING)
    elif (found := commitment_to(row)) != row["commitment"]:
        yield finding_of("finding.identity_changed", "the identity was changed", where, row["commitment"], found)


def _is_told_of(session: Session, candidate: str) -> bool:
    """Whether anything that was said of somebody can still be read. Whoever is erased has no key any more."""
    key = session.get(CandidateKeyRow, candidate)
    return key is not None and key.wrapped is not None
