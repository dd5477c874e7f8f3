"""Making a checkpoint: reading the heads of all journeys at one moment, and writing them with a signed root."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine, Select, func, select

from auditing.transparency.merkle import root_of
from auditing.transparency.signing import Leaf, Statement, public_key_of
from models.access.statements import BEGINNING, SignedStatement
from models.tables import LedgerRow, StatementRow
from runtime.errors import Refused
from runtime.files import new_file

PAGE = 5_000
"""Heads that are fetched at a time."""

_LEAF: TypeAdapter[Leaf] = TypeAdapter(Leaf)


def make_checkpoint(
    engine: Engine, output: Path, *, ledger: str, key: Ed25519PrivateKey, now: Callable[[], datetime]
) -> tuple[Path, Statement]:
    """A checkpoint of everything that a database holds, at one moment; in a folder it is called after that.

    Raises UsageError where the file exists or cannot be written, and Refused where the ledger cannot be signed.
    """
    at = now()  # before the reading begins: what was recorded later may be in it, what was recorded earlier must be
    file = output / file_name(at) if output.is_dir() else output
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # One query is one moment in both databases; this makes one of all that are made with the connection.
            connection.execution_options(isolation_level="REPEATABLE READ")
        leaves, register = heads(connection), head_of_register(connection)
        statement = write_checkpoint(file, leaves, register, ledger=ledger, at=at, key=key)
    return file, statement


def file_name(at: datetime) -> str:
    """What a checkpoint is called where nobody says otherwise."""
    return f"hela-vagen-checkpoint-{at.astimezone(UTC):%Y-%m-%dT%H%MZ}.json"


def heads(connection: Connection) -> Iterator[Leaf]:
    """The last row of every journey as of one moment, in the order of journey ids by code points. Raises Refused."""
    database = connection.dialect.name
    for journey_id, row, head in connection.execution_options(yield_per=PAGE).execute(heads_in_order(database)):
        try:
            yield _LEAF.validate_python((journey_id, row, head))
        except ValidationError as error:
            raise Refused(
                "checkpoint.row_without_hash",
                "The ledger cannot be signed, because row {row} of {journey} has no hash.",
                row=row,
                journey=journey_id,
            ) from error


class RegisterHead(NamedTuple):
    """How far the register of authority has come: how many statements there are, and the hash of the last."""

    statements: int
    head: str


def head_of_register(connection: Connection) -> RegisterHead:
    """The last statement of authority. Raises Refused where it is not one that could be signed."""
    last = connection.execute(select(StatementRow.__table__).order_by(StatementRow.number.desc()).limit(1)).first()
    if last is None:
        return RegisterHead(0, BEGINNING)
    try:
        return RegisterHead(last.number, SignedStatement.of(last).hash)
    except (ValidationError, ValueError) as error:
        raise Refused(
            "checkpoint.statement_unreadable",
            "The register of staff cannot be signed, because statement {number} cannot be read.",
            number=last.number,
        ) from error


def heads_in_order(database: str) -> Select[str, int, str]:
    last = select(LedgerRow.journey_id, func.max(LedgerRow.row).label("row")).group_by(LedgerRow.journey_id).subquery()
    query = select(LedgerRow.journey_id, LedgerRow.row, LedgerRow.hash).join(
        last, (last.c.journey_id == LedgerRow.journey_id) & (last.c.row == LedgerRow.row)
    )
    # SQLite orders by code points; PostgreSQL as its language does, unless told.
    return query.order_by(LedgerRow.journey_id.collate("C") if database == "postgresql" else LedgerRow.journey_id)


def write_checkpoint(
    file: Path,
    leaves: Iterable[Leaf],
    register: RegisterHead,
    *,
    ledger: str,
    at: datetime,
    key: Ed25519PrivateKey,
) -> Statement:
    """Write and sign a checkpoint. The leaves come in the order of their journey ids, and are read once.

    Raises UsageError where the file exists or cannot be written.
    """
    journeys = rows = 0

    def written() -> Iterator[bytes]:
        """The hashes of leaves, each written as it passes: so many journeys need no more memory than one."""
        nonlocal journeys, rows
        last = ""
        for leaf in leaves:
            if leaf.journey_id <= last:
                raise ValueError("leaves must come in order, each journey once")
            out.write(",\n" if journeys else "\n")
            out.write(json.dumps(leaf, ensure_ascii=False, separators=(",", ":")))
            journeys, rows, last = journeys + 1, rows + leaf.rows, leaf.journey_id
            yield leaf.hash

    with new_file(file) as raw, TextIOWrapper(raw, encoding="utf-8", newline="\n") as out:
        out.write('{"leaves":[')
        root, moment = root_of(written()).hex(), f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        public = public_key_of(key)
        statement = Statement(
            ledger=ledger,
            at=moment,
            journeys=journeys,
            rows=rows,
            root=root,
            statements=register.statements,
            register_head=register.head,
            public_key=public,
        )
        signature = key.sign(statement.canonical()).hex()
        out.write(f'\n],\n"statement":{json.dumps(statement.model_dump(), ensure_ascii=False, indent=2)},\n')
        out.write(f'"signature":"{signature}"}}\n')
    return statement
