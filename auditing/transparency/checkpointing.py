"""Making a checkpoint: reading the heads of all journeys at one moment, and writing them with a signed root."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine, Select, func, select

from activities.chained_rows import LOGS
from auditing.transparency.merkle import root_of
from auditing.transparency.signing import ChainHead, Leaf, Statement, public_key_of
from models.access.chained_rows import chained_hash
from models.access.readings import BEGINNING as NOTHING_READ
from models.access.readings import reading_hash
from models.access.statements import BEGINNING, SignedStatement
from models.tables.base import table_of
from models.tables.ledger import LedgerRow, StatementRow
from models.tables.people import ReadRow
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
        beside = Beside(*head_of_register(connection), heads_of_logs(connection))
        statement = write_checkpoint(file, heads(connection), beside, ledger=ledger, at=at, key=key)
    return file, statement


def file_name(at: datetime) -> str:
    """What a checkpoint is called where nobody says otherwise."""
    return f"hela-vagen-checkpoint-{at.astimezone(UTC):%Y-%m-%dT%H%MZ}.json"


def heads(connection: Connection) -> Iterator[Leaf]:
    """The last row of every journey and the last reading of it, as of one moment, in the order of journey ids by code
    points. Raises Refused."""
    database, names = connection.dialect.name, table_of(ReadRow).columns.keys()
    for journey_id, row, head, *of_read in connection.execution_options(yield_per=PAGE).execute(
        heads_in_order(database)
    ):
        read = dict(zip(names, of_read, strict=True))
        reads = (read["number"], reading_hash(read)) if read["id"] is not None else (0, NOTHING_READ)
        try:
            yield _LEAF.validate_python((journey_id, row, head, *reads))
        except ValidationError as error:
            raise Refused(
                "checkpoint.row_without_hash",
                "The ledger cannot be signed, because row {row} of {journey} has no hash.",
                row=row,
                journey=journey_id,
            ) from error


class Beside(NamedTuple):
    """How far everything has come that is of no one journey: how many statements of authority there are, and the hash
    of the last; and each log, by its table."""

    statements: int
    register_head: str
    chains: dict[str, ChainHead]


def head_of_register(connection: Connection) -> tuple[int, str]:
    """How many statements of authority there are, and the hash of the last one. Raises Refused where it is not one
    that could be signed."""
    last = connection.execute(select(StatementRow.__table__).order_by(StatementRow.number.desc()).limit(1)).first()
    if last is None:
        return 0, BEGINNING
    try:
        return last.number, SignedStatement.of(last).hash
    except (ValidationError, ValueError) as error:
        raise Refused(
            "checkpoint.statement_unreadable",
            "The register of staff cannot be signed, because statement {number} cannot be read.",
            number=last.number,
        ) from error


def heads_of_logs(connection: Connection) -> dict[str, ChainHead]:
    """How far each log has come that people and workers sign beside the ledger, by its table."""
    found: dict[str, ChainHead] = {}
    for table in map(table_of, LOGS):
        numbered = select(table).where(table.c.number.is_not(None)).order_by(table.c.number.desc())
        last = connection.execute(numbered.limit(1)).first()
        head = chained_hash(table.name, last._asdict()) if last else BEGINNING
        found[table.name] = ChainHead(rows=last.number if last else 0, head=head)
    return found


def heads_in_order(database: str) -> Select[Any]:
    """Of every journey its id, the number and the hash of its last row, and the columns of the last reading of it."""
    last = select(LedgerRow.journey_id, func.max(LedgerRow.row).label("row")).group_by(LedgerRow.journey_id).subquery()
    latest = select(ReadRow.journey_id, func.max(ReadRow.number).label("number")).group_by(ReadRow.journey_id)
    read, reads = latest.subquery(), table_of(ReadRow)
    query = (
        select(LedgerRow.journey_id, LedgerRow.row, LedgerRow.hash, *(one.label(f"read_{one.name}") for one in reads.c))
        .join(last, (last.c.journey_id == LedgerRow.journey_id) & (last.c.row == LedgerRow.row))
        .outerjoin(read, read.c.journey_id == LedgerRow.journey_id)
        .outerjoin(reads, (reads.c.journey_id == read.c.journey_id) & (reads.c.number == read.c.number))
    )
    # SQLite orders by code points; PostgreSQL as its language does, unless told.
    return query.order_by(LedgerRow.journey_id.collate("C") if database == "postgresql" else LedgerRow.journey_id)


def write_checkpoint(
    file: Path,
    leaves: Iterable[Leaf],
    beside: Beside,
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
            statements=beside.statements,
            register_head=beside.register_head,
            chains=beside.chains,
            public_key=public,
        )
        signature = key.sign(statement.canonical()).hex()
        out.write(f'\n],\n"statement":{json.dumps(statement.model_dump(), ensure_ascii=False, indent=2)},\n')
        out.write(f'"signature":"{signature}"}}\n')
    return statement
