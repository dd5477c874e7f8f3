"""Connections to PostgreSQL on which nobody waits without end: each wait has its limit, and each limit its reason."""

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Engine, create_engine, event

T = TypeVar("T")

CONNECT_SECONDS = 5
"""For opening a connection, log-in and all. A database in the same network needs a tenth of a second."""

STATEMENT_SECONDS = 8
"""For one statement, after which the database ends it. The slowest of ours, the report, takes a second of 100,000
journeys."""

SILENT_SECONDS = 10
"""For how long a database may say nothing while it is asked something: longer than any statement may take, so that the
database tells of a slow one, and only its absence is told by this."""

LOCK_SECONDS = 5
"""For what another transaction holds. All of ours are done in a tenth of a second."""

IDLE_SECONDS = 60
"""For how long a transaction may stand still between two statements: a machine that went to sleep holds up nobody."""

POOL_SECONDS = 5
"""For a connection from the pool. It has as many as there are threads and no thread takes two: nobody should wait."""

ISOLATION = r"default_transaction_isolation=read\ committed"
"""Whoever has waited for the last place counts anew and sees who took it: a snapshot of before would not tell."""

KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A machine that is gone without a word is noticed within half a minute where nothing is asked of it, and within ten
seconds where something is. Unless said, that takes two hours."""


class Silent(psycopg.OperationalError):
    """The database took a question and gave no answer. What became of it is unknown; the connection is closed."""


class Connection(psycopg.Connection[Any]):
    """A connection that waits for an answer for as long as something comes."""

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        """As psycopg's. Raises Silent: a peer that takes everything and answers nothing keeps TCP content for ever."""
        try:
            return super().wait(_unless_silent(gen), *args, **kwargs)
        except Silent:
            self.close()
            raise


def _unless_silent(gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
    """What psycopg waits on, given up when nothing has come for too long. It looks every tenth of a second."""
    try:
        awaited, heard = next(gen), monotonic()
        while True:
            ready = yield awaited
            if ready:
                heard = monotonic()
            elif monotonic() - heard > SILENT_SECONDS:
                raise Silent("The database does not answer.")
            awaited = gen.send(ready)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def open_postgresql(url: URL, threads: int, *, patient: bool = False, **options: Any) -> Engine:
    """An engine with a connection for each of `threads`. A `patient` one lets statements take as long as they need."""
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=_connect_args(url, patient),
        **options,
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: list[Any], params: dict[str, Any]) -> psycopg.Connection[Any]:
        kind: type[psycopg.Connection[Any]] = psycopg.Connection if patient else Connection
        return kind.connect(*args, **params)

    return engine


def _connect_args(url: URL, patient: bool) -> dict[str, Any]:
    """What the address does not say itself."""
    limits = {"lock_timeout": LOCK_SECONDS, "idle_in_transaction_session_timeout": IDLE_SECONDS}
    if not patient:
        limits["statement_timeout"] = STATEMENT_SECONDS
    ours = [ISOLATION, *(f"{name}={round(1000 * seconds)}" for name, seconds in limits.items())]
    defaults = {"connect_timeout": CONNECT_SECONDS, **KEEPALIVES}
    return {
        **{name: value for name, value in defaults.items() if name not in url.query},
        "options": " ".join([*(f"-c {one}" for one in ours), str(url.query.get("options", ""))]).strip(),
    }
