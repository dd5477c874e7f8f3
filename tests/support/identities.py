"""Identities that somebody with the keys writes into the database, past the register."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from activities.identities import opened_identity, sealed_identity
from activities.sealing import Sealer, sealer_on
from models.tables.people import CandidateKeyRow, CandidateRow


def identity_rows(
    sealer: Sealer, index: str, number: str, identity_number: str, name: str, at: datetime
) -> dict[Any, dict[str, Any]]:
    """The columns of somebody's identity and of their key, by table. `index` is what they are found by."""
    seal, key = sealer.new(number)
    said = {"number": number, "identity_number": identity_number, "name": name, "email": None, "phone": None}
    contents = sealed_identity(seal, {**said, "registered_at": at, "salt": None})
    kept = {"candidate": number, "wrapped": key.wrapped, "made_at": at}
    identity = {"number": number, "identity_index": index, "contents": contents, "registered_at": at}
    return {CandidateRow: identity, CandidateKeyRow: kept}


def opened_in(engine: Engine, number: str) -> dict[str, Any]:
    """The identity behind a candidate number, as it is kept."""
    with Session(engine) as session:
        row = session.scalars(select(CandidateRow).where(CandidateRow.number == number)).one()
    return opened_identity(sealer_on(engine).known(number), row)


def rewrite(engine: Engine, number: str, **changed: str) -> None:
    """Change what is sealed of an identity."""
    contents = sealed_identity(sealer_on(engine).known(number), opened_in(engine, number) | changed)
    with engine.begin() as connection:
        connection.execute(update(CandidateRow).where(CandidateRow.number == number).values(contents=contents))
