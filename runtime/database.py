"""Opening the database: one engine for those who write, one for those who only read."""

from contextlib import suppress
from sqlite3 import SQLITE_BUSY, OperationalError
from time import monotonic, sleep
from typing import Any, NamedTuple

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from runtime.errors import UsageError

BUSY_SECONDS = 30
"""How long SQLite waits for a writer in another process: longer than any transaction of ours."""

AGAIN_SECONDS = 0.02
"""After which is tried again what SQLite refuses at once."""

KINDS = ("postgresql", "postgresql+psycopg", "sqlite", "sqlite+pysqlite")
"""Databases, each with its driver, that there is."""

THREADS = 5
"""Of a script at most so many ask the database at once."""


class Limits(NamedTuple):
    """Seconds that a statement may take, and for which a transaction may stand still between two; None for no limit."""

    statement: float | None
    idle: float | None


WRITING = Limits(statement=8, idle=60)
"""Ours write a few rows in a tenth of a second. A machine that went to sleep in between holds up nobody for long."""

READING = Limits(statement=300, idle=None)
"""Lists take milliseconds, but an audit reads everything there is and thinks about each page. It locks nothing."""

CHANGING_FORM = Limits(statement=None, idle=60)
"""An index on a large table takes as long as it takes."""


WATCHING = Limits(statement=2, idle=10)
"""Whoever counts for a graph waits for nobody, and nobody waits for them."""


def open_engine(url: str, threads: int = THREADS) -> Engine:
    """An engine for PostgreSQL or SQLite, asked by so many threads at once; `postgresql://` is read as psycopg's.
    Connects to nothing yet.

    What goes wrong is told without the values of the statement: they are remarks and names, and errors end in logs.
    Raises UsageError where `url` is no address of a database.
    """
    parsed = read_address(url)
    if parsed.get_backend_name() != "sqlite":
        return _open_postgresql(parsed, WRITING, threads)
    # SQLite has one writer at a time. Queueing for the one connection is fair and wakes at once; SQLite's own waiting
    # for a lock sleeps, ever longer, and was measured at a third of the throughput with ten journeys at work.
    engine = create_engine(
        parsed,
        pool_size=1,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def open_for_migrating(url: str) -> Engine:
    """As `open_engine`, for changes of form: on a large table they may take minutes, but wait for nobody's lock."""
    parsed = read_address(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    return open_engine(url) if is_sqlite else _open_postgresql(parsed, CHANGING_FORM, 1)


def open_for_adding(url: str) -> Engine:
    """As `open_engine`, on a role whose transactions only read unless they say otherwise."""
    parsed = read_address(url)
    if parsed.get_backend_name() == "sqlite":
        return open_engine(url)
    return _open_postgresql(parsed, WRITING, THREADS, execution_options={"postgresql_readonly": False})


def open_for_reading(url: str, threads: int = THREADS) -> Engine:
    """An engine on which every transaction is read-only, enforced by the database."""
    return _open_to_read(url, READING, threads)


def may_select(engine: Engine, table: str) -> bool:
    """Whether whoever is let in here may read a table; SQLite has no roles."""
    if engine.dialect.name == "sqlite":
        return True
    with engine.connect() as connection:
        return bool(connection.scalar(text("select has_table_privilege(:name, 'select')"), {"name": table}))


def open_for_watching(url: str) -> Engine:
    """The same for two who ask small questions now and then and wait for no answer: gauges and probes."""
    return _open_to_read(url, WATCHING, 2)


def _open_to_read(url: str, limits: Limits, threads: int) -> Engine:
    parsed = read_address(url)
    if parsed.get_backend_name() != "sqlite":
        return _open_postgresql(parsed, limits, threads, execution_options={"postgresql_readonly": True})
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _refuse_writes)
    return engine


def _open_postgresql(url: URL, limits: Limits, threads: int, **options: Any) -> Engine:
    from runtime.postgresql import open_postgresql  # its driver takes a sixth of a second, and SQLite needs none

    return open_postgresql(url, limits, threads, **options)


def read_address(url: str) -> URL:
    """The address of a database of a kind that we work with. Raises UsageError."""
    parsed = None
    with suppress(ArgumentError):
        parsed = make_url(url)
    if parsed is None or parsed.drivername not in KINDS:
        raise UsageError("settings.database", "HELAVAGEN_DATABASE_URL must be postgresql://… or sqlite:///….")
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself: see below
    _begin_log(connection)
    for pragma in ("synchronous=full", "foreign_keys=on", "secure_delete=on"):
        connection.execute(f"pragma {pragma}")


def _begin_log(connection: Any) -> None:
    """Where two open a new database at once, SQLite refuses one of them this, without letting it wait."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode=wal")
            return
        except OperationalError as error:
            if error.sqlite_errorcode != SQLITE_BUSY or monotonic() > until:
                raise
        sleep(AGAIN_SECONDS)


def left_nothing_behind(engine: Engine) -> bool:
    """Whether what was erased has gone from every file of the database: SQLite's log of what was written is emptied.

    False where others were reading all the while; repeating helps. On PostgreSQL that takes a vacuum, and is False.
    """
    if engine.dialect.name != "sqlite":
        return False
    connection = engine.raw_connection()
    try:
        # Waits for readers as long as a writer waits. What is freed in the database itself is overwritten at once.
        [busy, *_] = connection.cursor().execute("pragma wal_checkpoint(truncate)").fetchone()
        return not busy
    finally:
        connection.close()


def _refuse_writes(connection: Any, _record: Any) -> None:
    connection.execute("pragma query_only=on")


def _begin_immediate(connection: Any) -> None:
    # A transaction that reads first and writes later would fail, not wait, where another process wrote in between.
    connection.exec_driver_sql("begin immediate")
