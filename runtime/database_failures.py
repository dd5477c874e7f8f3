"""What an error of the database means for a person: which setting, right or disk is at fault."""

import re

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError

NO_SUCH = ("no such table", "no such column", "has no column")
"""How SQLite says that something of our form is not there; it has no code of its own for it."""

NOT_LET_IN = re.compile(r"authentication failed|no password supplied|pg_hba\.conf|role .+ does not exist|not permitted")
NO_TLS = re.compile(r"\bSSL\b|\bTLS\b|certificate")
"""How PostgreSQL's client says why there is no connection: it gives no code before there is one."""

FULL, CONNECTIONS, READ_ONLY, RIGHTS = "53100", "53300", "25006", "42501"
OTHER_FORM = ("42P01", "42703")
"""States of SQL as PostgreSQL has them; the last are a table and a column that are not there."""

SLOW = ("25P03", "40001", "40P01", "55P03", "57014")
"""States where others were in the way, or where something took too long: nothing was done, and another try helps."""


def of_database(error: DBAPIError | NoConnectionFree) -> UserError:
    """The error that a person is shown for what a database has refused or could not do."""
    if isinstance(error, NoConnectionFree):
        return too_slow()
    said = str(error.orig)
    if code := getattr(error.orig, "sqlite_errorname", None):
        return _of_sqlite(str(code), said) or _of_either(error)
    return _of_postgres(getattr(error.orig, "sqlstate", None), said) or _of_either(error)


def _of_sqlite(code: str, said: str) -> UserError | None:
    match code.split("_")[1]:
        case "FULL":
            return disk_of_database_full()
        case "READONLY":
            return read_only()
        case "CANTOPEN" | "AUTH" | "PERM":
            return UsageError(
                "database.no_file",
                "The file of the database cannot be opened. Correct HELAVAGEN_DATABASE_URL or its rights.",
            )
        case "NOTADB" | "CORRUPT":
            return UsageError(
                "database.no_database",
                "The file of the database is damaged or something else. Correct HELAVAGEN_DATABASE_URL or restore it "
                "from a backup.",
            )
        case "BUSY" | "LOCKED":
            return ServiceUnavailable(
                "database.busy", "Others have written in the database all the while. Try again in a moment."
            )
        case "ERROR" if any(words in said for words in NO_SUCH):
            return other_form()
    return None


def _of_postgres(state: str | None, said: str) -> UserError | None:
    match state:
        case None:
            return _unconnected(said)
        case str() if state == FULL:
            return disk_of_database_full()
        case str() if state == READ_ONLY:
            return read_only()
        case str() if state in OTHER_FORM:
            return other_form()
        case str() if state == RIGHTS:
            return UsageError(
                "database.rights",
                "The database does not permit this to our role. Give it its rights or correct HELAVAGEN_DATABASE_URL.",
            )
        case str() if state == CONNECTIONS:
            return _no_connection_left()
        case str() if state in SLOW:
            return too_slow()
    return None


def _unconnected(said: str) -> UserError | None:
    """Why PostgreSQL was not reached, as far as its client's words tell; the server may speak another language."""
    if re.search(r'database ".+" does not exist', said):
        return UsageError(
            "database.unknown", "The server has no database of that name. Make it or correct HELAVAGEN_DATABASE_URL."
        )
    if NOT_LET_IN.search(said):
        return UsageError(
            "database.not_let_in",
            "The database does not accept our user, password or address. Correct HELAVAGEN_DATABASE_URL or PGPASSWORD.",
        )
    if "too many clients" in said or "connection slots" in said:
        return _no_connection_left()
    if NO_TLS.search(said):
        return UsageError(
            "database.tls",
            "No TLS could be agreed with the database. Correct sslmode and its certificates in HELAVAGEN_DATABASE_URL.",
        )
    return None


def _of_either(error: DBAPIError) -> UserError:
    if isinstance(error, OperationalError):
        return ServiceUnavailable(
            "database.unavailable", "The database cannot be reached. Start it or correct HELAVAGEN_DATABASE_URL."
        )
    return Refused(
        "database.refused",
        "The database refused the operation ({error}). Tell the operator.",
        error=type(error.orig).__name__,
    )


def disk_of_database_full() -> UserError:
    """That nothing more can be written."""
    return ServiceUnavailable("database.full", "The disk of the database is full. Make room on it and try again.")


def too_slow() -> UserError:
    """That others were in the way, or that there was more to do than time for it."""
    return ServiceUnavailable(
        "database.slow", "The database is busy and did not answer in time. Try again in a moment."
    )


def other_form() -> UserError:
    """That the tables are those of another version."""
    return UsageError(
        "database.other_form",
        "The database does not have the form that this version needs. Run: python -m runtime.migrations.",
    )


def read_only() -> UserError:
    """That nothing can be written."""
    return UsageError(
        "database.read_only",
        "The database can only be read. Correct the rights of its file and folder, or HELAVAGEN_DATABASE_URL.",
    )


def _no_connection_left() -> UserError:
    return ServiceUnavailable(
        "database.connections",
        "The database has no connection left for us. Try again, or permit more connections there.",
    )
