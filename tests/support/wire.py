"""What goes over the wire to PostgreSQL, by libpq's own trace."""

import tempfile
from itertools import pairwise
from typing import Any

from psycopg.pq import Trace


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
