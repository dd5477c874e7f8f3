"""What is asked of a database: statements, and what goes over the wire to PostgreSQL, by libpq's own trace."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from psycopg.pq import Trace
from sqlalchemy import Engine, event


class Wire:
    """Listens to one connection of psycopg."""

    def __init__(self, connection: Any) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (as long as the connection)
        connection.pgconn.trace(self._file.fileno())
        connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)

    def heard(self) -> list[bytes]:
        """The lines since somebody asked last; the latest answers may still be missing."""
        self._file.seek(0)
        lines = self._file.read().splitlines()
        self._file.seek(0)  # libpq writes where we have left it
        self._file.truncate()
        return lines


def round_trips(lines: list[bytes]) -> int:
    """How often something was sent (F) after an answer had come (B)."""
    ways = [b"B", *(line[:1] for line in lines if line[:1] in (b"F", b"B"))]
    return sum(before == b"B" and after == b"F" for before, after in pairwise(ways))


def transactions(lines: list[bytes]) -> int:
    """How many transactions were begun; one of a single statement needs no beginning."""
    return sum(line.startswith(b"F") and b'"BEGIN' in line for line in lines)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements while the context lasts."""
    statements: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("begin"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", see)
    yield statements
    event.remove(engine, "before_cursor_execute", see)


@contextmanager
def wiretapped(engine: Engine) -> Iterator[list[Wire]]:
    """The wires of all connections that are opened meanwhile. None prepares a statement, which takes a round trip once
    in its life."""
    wires: list[Wire] = []

    def opened(connection: Any, _record: Any) -> None:
        connection.prepare_threshold = None
        wires.append(Wire(connection))

    event.listen(engine.pool, "connect", opened)
    yield wires
    event.remove(engine.pool, "connect", opened)
