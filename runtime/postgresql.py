"""Connections to PostgreSQL on which nobody waits without end: each wait has its limit, and each limit its reason."""

from collections.abc import Callable, Generator
from functools import partial
from math import inf
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.errors import ConnectionTimeout
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from runtime.connection_states import state_of_refusal
from runtime.database import Limits

T = TypeVar("T")

CONNECT_SECONDS = 5
"""For opening a connection, log-in and all. A database in the same network needs a tenth of a second."""

SILENT_SECONDS = 10
"""For how long a database may say nothing while it is asked something, before we look whether it answers others."""

LOCK_SECONDS = 5
"""For what another transaction holds. All of ours are done in a tenth of a second."""

POOL_SECONDS = 5
"""For a connection from the pool. It has as many as there are threads and no thread takes two: nobody should wait."""

LATELY_SECONDS = 1
"""A connection that has answered so lately is not asked whether it is there: that costs as much as a statement. Where
the database has gone meanwhile, what was to be done fails as it does when the database goes a moment later."""

ISOLATION = r"default_transaction_isolation=read\ committed"
"""Whoever has waited for the last place counts anew and sees who took it: a snapshot of before would not tell."""

KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A machine that is gone without a word is noticed within half a minute where nothing is asked of it, and within ten
seconds where something is. Unless said, that takes two hours."""


class Silent(psycopg.OperationalError):
    """The database took a question and gave no answer. What became of it is unknown; the connection is closed."""


class Connection(psycopg.Connection[Any]):
    """A connection that waits as long as something comes, or as the database answers others and a statement may take.

    A peer that takes everything and says nothing keeps TCP content for ever; only here can that be noticed.
    """

    longest: float
    answers_others: Callable[[], bool]

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        """As psycopg's. Raises Silent."""
        try:
            return super().wait(self._unless_silent(gen), *args, **kwargs)
        except Silent:
            self.close()
            raise

    def _unless_silent(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """What psycopg waits on. It comes back here every tenth of a second, whether there is anything or not."""
        try:
            awaited, heard = next(gen), monotonic()
            looked = heard
            while True:
                ready = yield awaited
                if ready:
                    heard = looked = monotonic()
                elif monotonic() - looked > SILENT_SECONDS:
                    if monotonic() - heard > self.longest or not self.answers_others():
                        raise Silent("The database does not answer.")
                    looked = monotonic()
                awaited = gen.send(ready)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def open_postgresql(url: URL, limits: Limits, threads: int, **options: Any) -> Engine:
    """An engine with a connection for each of `threads`."""
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        hide_parameters=True,
        connect_args=_connect_args(url, limits),
        **options,
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: list[Any], params: dict[str, Any]) -> Connection:
        try:
            connection = Connection.connect(*args, **params)
        except psycopg.OperationalError as error:
            if error.sqlstate is None and not isinstance(error, ConnectionTimeout):
                ours = {name: value for name, value in params.items() if name != "context"}  # which is psycopg's
                error.sqlstate = state_of_refusal(make_conninfo(*args, **ours), CONNECT_SECONDS)
            raise
        connection.longest = inf if limits.statement is None else limits.statement
        connection.answers_others = partial(_answers, args, params)
        return connection

    @event.listens_for(engine, "checkin")
    def put_back(_connection: Any, record: Any) -> None:
        record.info["used_at"] = monotonic()

    @event.listens_for(engine, "checkout")
    def take(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info.get("used_at", inf) > LATELY_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.OperationalError as error:
                raise InvalidatePoolError from error

    return engine


def _answers(args: list[Any], params: dict[str, Any]) -> bool:
    """Whether the database takes another connection."""
    try:
        psycopg.connect(*args, **params).close()
    except psycopg.OperationalError:
        return False
    return True


def _connect_args(url: URL, limits: Limits) -> dict[str, Any]:
    """What the address does not say itself."""
    seconds = {
        "lock_timeout": LOCK_SECONDS,
        "statement_timeout": limits.statement,
        "idle_in_transaction_session_timeout": limits.idle,
    }
    ours = [ISOLATION, *(f"{name}={round(1000 * (limit or 0))}" for name, limit in seconds.items())]
    defaults = {"connect_timeout": CONNECT_SECONDS, **KEEPALIVES}
    return {
        **{name: value for name, value in defaults.items() if name not in url.query},
        "options": " ".join([*(f"-c {one}" for one in ours), str(url.query.get("options", ""))]).strip(),
    }
