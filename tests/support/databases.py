"""Databases of a test run: brought to today's form once, and copied for each test."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, create_engine, make_url, text

from runtime.migrations import upgrade
from tests.support.sealing import open_keyed


def migrated(url: str) -> Engine:
    """A database in today's form, with the tests' keys; a file of SQLite is made where there is none."""
    file = make_url(url).database if url.startswith("sqlite") else None
    if file is not None and not Path(file).exists():
        Path(file).write_bytes(_migrated_file())
    return open_keyed(url)


@cache
def _migrated_file() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.db"
        engine = open_keyed(f"sqlite:///{file}")
        upgrade(engine)
        engine.dispose()
        return file.read_bytes()


def empty_postgres(server: str, name: str) -> str:
    """A new database on a PostgreSQL server."""
    return _created(server, name, "template0")


def migrated_postgres(server: str, name: str) -> str:
    """The same in today's form."""
    return _created(server, name, _migrated_template(server))


@cache
def _migrated_template(server: str) -> str:
    url = empty_postgres(server, "migrated")
    engine = open_keyed(url)
    upgrade(engine)
    engine.dispose()
    return "migrated"


def _created(server: str, name: str, template: str) -> str:
    name = "".join(char if char.isalnum() else "_" for char in name).lower()
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'drop database if exists "{name}"'))
        connection.execute(text(f'create database "{name}" template "{template}"'))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
