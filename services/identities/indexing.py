"""What people are found by, written anew for everybody: after a version that reads names otherwise, or a repair."""

from collections.abc import Callable

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from activities.identities import opened_identity
from activities.sealing import KeyEnded, sealer_on
from models.tables.base import table_of
from models.tables.people import CandidateRow, SearchTokenRow
from services.identities.register import write_tokens
from services.identities.words import tokens_of

BATCH = 500
"""People in one transaction."""


def count_identities(engine: Engine) -> int:
    """How many people are registered."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(CandidateRow)) or 0


def write_all_tokens(engine: Engine, done: Callable[[int], None] = lambda _count: None) -> int:
    """Write the tokens of everybody who is registered, and of nobody else; returns how many people it were.

    Each batch is a transaction: it may be stopped anywhere, and called again at any time.
    """
    with Session(engine) as session, session.begin():
        rows = table_of(SearchTokenRow)
        session.execute(delete(rows).where(rows.c.candidate.not_in(select(CandidateRow.number))))
        numbers = list(session.scalars(select(CandidateRow.number).order_by(CandidateRow.number)))
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        _write(engine, batch)
        done(len(batch))
    return len(numbers)


def _write(engine: Engine, numbers: list[str]) -> None:
    sealer = sealer_on(engine)
    with Session(engine) as session:
        rows = list(session.scalars(select(CandidateRow).where(CandidateRow.number.in_(numbers))))
    sealer.have(row.number for row in rows)
    tokens: dict[str, set[int]] = {}
    for row in rows:
        try:
            tokens[row.number] = tokens_of(sealer, opened_identity(sealer.known(row.number), row))
        except KeyEnded:
            tokens[row.number] = set()
    with Session(engine) as session, session.begin():
        for number, of_them in tokens.items():
            if session.get(CandidateRow, number) is not None:  # somebody may have been erased meanwhile
                write_tokens(session, number, of_them)
