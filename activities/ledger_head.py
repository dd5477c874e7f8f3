"""The head of a journey's ledger: what is there when the next event is about to be recorded."""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, bindparam, case, exists, func, select
from sqlalchemy.orm import Session
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.language import said
from activities.sealing import KeyEnded
from activities.statements import LATEST_STATEMENT
from models.ledger.entry import LedgerEntry
from models.tables.journeys import PlaceRow
from models.tables.ledger import LedgerRow
from models.tables.people import CandidateKeyRow

ERASED = "erased"
"""Type of the error of a recording for somebody who was erased: nothing is recorded of them any more."""


LEDGER_BEHIND = "ledger behind"
"""Type of the error of a recording for a journey that knows more than the ledger holds: the database was put back."""

LONGEST_PAUSE = timedelta(minutes=5)
"""Between two looks at whether the ledger was filled again. Each leaves six events in the history, which takes 51,200:
a month."""


class LedgerBehind(ApplicationError):
    """The journey knows events that the ledger lacks. Repeating helps once the ledger was restored."""

    says_nothing_personal = True

    def __init__(self, attempt: int) -> None:
        super().__init__(
            "The ledger lacks rows that the journey knows, as after a restore of the database. Restore the rows first.",
            type=LEDGER_BEHIND,
            next_retry_delay=min(timedelta(seconds=0.2) * 2 ** min(attempt - 1, 20), LONGEST_PAUSE),
        )


class LedgerHead(NamedTuple):
    """What the ledger holds of a journey: its rows, how many of them are accepted, the row of the event in hand, the
    hash of the last row, whether the last event that the journey knows is among them, and whether the candidate was
    erased; the position of which it holds a place; and the number of the latest statement of authority."""

    rows: int
    accepted: int
    own_row: int | None
    head: str | None
    has_last: bool
    is_erased: bool
    place: str | None
    statements: int

    def is_behind(self, entry: LedgerEntry) -> bool:
        """Whether the journey has had answers that the ledger does not hold: it is another than it was."""
        if entry.known is None:
            return False
        return self.accepted < entry.known or self.rows < entry.rows or not (self.has_last or entry.last is None)


def of_the_erased(error: KeyEnded) -> ApplicationError:
    """What is answered to whatever is said of a candidate who was erased."""
    sentence, benign = said(error.sentence, "en"), ApplicationErrorCategory.BENIGN
    return ApplicationError(sentence, type=ERASED, non_retryable=True, category=benign)


def accepted_of(engine: Engine, journey_id: str) -> int:
    """How many accepted events the ledger holds of a journey."""
    query = select(func.count()).where(LedgerRow.journey_id == journey_id, LedgerRow.accepted.is_(True))
    with Session(engine) as session:
        return session.scalar(query) or 0


def held_of(session: Session, entry: LedgerEntry) -> LedgerHead:
    """What the ledger holds of the journey of an entry. One query."""
    said = {
        "journey_id": entry.journey_id,
        "event_id": entry.event_id,
        "last": entry.last,
        "candidate": entry.candidate,
    }
    return LedgerHead(*session.connection().execute(HEAD, said).one())


def _head() -> Select[Any]:
    of_journey = LedgerRow.journey_id == bindparam("journey_id")
    accepted = func.count().filter(LedgerRow.accepted.is_(True))
    own_row = func.max(case((LedgerRow.event_id == bindparam("event_id"), LedgerRow.row)))
    head = select(LedgerRow.hash).where(of_journey).order_by(LedgerRow.row.desc()).limit(1)
    last = exists().where(of_journey, LedgerRow.event_id == bindparam("last"), LedgerRow.accepted.is_(True))
    erased = exists().where(CandidateKeyRow.candidate == bindparam("candidate"), CandidateKeyRow.wrapped.is_(None))
    return select(
        func.coalesce(func.max(LedgerRow.row), 0),
        accepted,
        own_row,
        head.scalar_subquery(),
        last,
        erased,
        select(PlaceRow.position).where(PlaceRow.journey_id == bindparam("journey_id")).scalar_subquery(),
        LATEST_STATEMENT,
    ).where(of_journey)


HEAD = _head()
