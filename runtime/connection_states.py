"""The state of SQL with which PostgreSQL turns a connection away: its client tells it only in the server's language."""

import re
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from tempfile import TemporaryFile
from time import monotonic

from psycopg import NotSupportedError, pq

ASKED = {pq.PollingStatus.READING: EVENT_READ, pq.PollingStatus.WRITING: EVENT_WRITE}

ERROR = re.compile(rb'\tErrorResponse\t.*? C "([0-9A-Z]{5})"')
"""As libpq traces it, whatever language the server speaks."""


def state_of_refusal(conninfo: str, seconds: float) -> str | None:
    """With which state the server turns such a connection away; None where it says none, or takes it.

    It is asked once more, and what passes is traced, without what proves who we are, into a file that has no name.
    """
    with TemporaryFile() as file:
        try:
            _connect(conninfo, file.fileno(), monotonic() + seconds)
        except NotSupportedError:  # only Linux traces
            return None
        file.seek(0)
        found = ERROR.search(file.read())
    return found[1].decode() if found else None


def _connect(conninfo: str, trace: int, until: float) -> None:
    """Connect as far as it goes, and leave."""
    connection = pq.PGconn.connect_start(conninfo.encode())
    try:
        connection.trace(trace)
        connection.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS | pq.Trace.REGRESS_MODE)
        while (status := connection.connect_poll()) in ASKED and monotonic() < until:
            with DefaultSelector() as selector:
                selector.register(connection.socket, ASKED[pq.PollingStatus(status)])
                selector.select(max(until - monotonic(), 0))
        connection.untrace()
    finally:
        connection.finish()
