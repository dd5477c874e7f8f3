"""Opening the database."""

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

BUSY_SECONDS = 30
"""How long SQLite waits for another writer: longer than any of our transactions, shorter than an activity's time-out."""


def open_engine(url: str) -> Engine:
    """An engine for PostgreSQL or SQLite; `postgresql://` is read as psycopg's. Connects to nothing yet."""
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself: see below
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
        connection.execute(f"pragma {pragma}")


def _begin_immediate(connection: Any) -> None:
    # A transaction that reads first and writes later would fail, not wait, where another one wrote in between.
    connection.exec_driver_sql("begin immediate")
