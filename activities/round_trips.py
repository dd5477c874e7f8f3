"""Few round trips to PostgreSQL. SQLite has none: there everything goes its usual way."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine


@contextmanager
def sent_together(connection: Connection) -> Iterator[None]:
    """Send what is written in this context, which ends by committing it, and only then wait for the answers. What is
    wrong with any of it is raised by what comes after it, at the latest by the commit. Nothing can be read in here, and
    no count of rows is known."""
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    with driver.pipeline() as pipeline:
        try:
            yield
        except BaseException:
            with suppress(Exception):
                pipeline.sync()  # takes up the answers that nobody waits for any more
            with suppress(Exception):
                driver.rollback()  # SQLAlchemy takes a commit that has failed for the end of a transaction
            raise


def each_alone(engine: Engine) -> Engine:
    """The database, each statement a transaction of its own: as isolated as in one where what is committed is seen at
    once, without the round trips for its beginning and end. With one that is rolled back the driver would forget all
    the statements that it has prepared."""
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")
