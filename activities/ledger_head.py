"""The head of a journey's ledger: what is there when the next event is about to be recorded."""

from typing import NamedTuple

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.language import said
from activities.sealing import KeyEnded
from models.ledger.entry import LedgerEntry
from models.tables.ledger import LedgerRow
from models.tables.people import CandidateKeyRow

ERASED = "erased"
"""Type of the error of a recording for somebody who was erased: nothing is recorded of them any more."""


class LedgerHead(NamedTuple):
    """What the ledger holds of a journey: its rows, how many of them are accepted, the row of the event in hand, the
    hash of the last row, and whether the candidate was erased."""

    rows: int
    accepted: int
    own_row: int | None
    head: str | None
    is_erased: bool


def of_the_erased(error: KeyEnded) -> ApplicationError:
    """What is answered to whatever is said of a candidate who was erased."""
    sentence, benign = said(error.sentence, "en"), ApplicationErrorCategory.BENIGN
    return ApplicationError(sentence, type=ERASED, non_retryable=True, category=benign)


def held_of(session: Session, entry: LedgerEntry) -> LedgerHead:
    """What the ledger holds of the journey of an entry. One query."""
    accepted = func.count().filter(LedgerRow.accepted.is_(True))
    own_row = func.max(case((LedgerRow.event_id == entry.event_id, LedgerRow.row)))
    of_journey = LedgerRow.journey_id == entry.journey_id
    head = select(LedgerRow.hash).where(of_journey).order_by(LedgerRow.row.desc()).limit(1).scalar_subquery()
    erased = exists().where(CandidateKeyRow.candidate == entry.candidate, CandidateKeyRow.wrapped.is_(None))
    query = select(func.coalesce(func.max(LedgerRow.row), 0), accepted, own_row, head, erased)
    return LedgerHead(*session.execute(query.where(of_journey)).one())
