"""What an error of the database means for a person: which setting, right or disk is at fault."""

import re
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError

NO_SUCH = ("no such table", "no such column", "has no column")
"""How SQLite says that something of our form is not there; it has no code of its own for it."""

WITHOUT = "no password supplied"
OTHER_HOST = "does not match host name"
NO_FILE = re.compile(r"certificate (authority )?file .* does not exist|could not (open|load|read) .*(certificate|key)")
NOT_OFFERED = "does not support SSL"
DISTRUSTED = re.compile("certificate verify failed|signature failure")
NO_TLS = re.compile(r"\bSSL\b|\bTLS\b|certificate")
"""How PostgreSQL's client, which speaks English alone here, says why it went no further with the server."""

SLOW = ("25P03", "40001", "40P01", "55P03", "57014")
"""States of SQL where others were in the way, or something took too long: nothing was done, and another try helps."""


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
    if state is None:
        return _unconnected(said)
    found = BY_STATE.get(state)
    return found() if found else None


def _unconnected(said: str) -> UserError | None:
    """Why PostgreSQL's client went no further: the server has not said a word."""
    if WITHOUT in said:
        return not_let_in()
    return _without_tls(said) if NO_TLS.search(said) else None


def _without_tls(said: str) -> UserError:
    if OTHER_HOST in said:
        return UsageError(
            "database.tls_host",
            "The database's certificate is for another host. Correct the host in HELAVAGEN_DATABASE_URL, or have a "
            "certificate issued for it.",
        )
    if DISTRUSTED.search(said):
        return UsageError(
            "database.tls_issuer",
            "The database's certificate has expired, or is of an issuer that is unknown here. Have it renewed, or "
            "correct sslrootcert in HELAVAGEN_DATABASE_URL.",
        )
    if NO_FILE.search(said):
        return UsageError(
            "database.tls_file",
            "A file of certificates or keys for the database is missing here, or is not one. Correct sslrootcert, "
            "sslcert and sslkey in HELAVAGEN_DATABASE_URL.",
        )
    if NOT_OFFERED in said:
        return UsageError(
            "database.tls_not_offered",
            "The database offers no TLS, which our address demands. Have it switched on there, or correct sslmode in "
            "HELAVAGEN_DATABASE_URL.",
        )
    return UsageError(
        "database.tls",
        "No TLS could be agreed with the database. Correct sslmode and its certificates in HELAVAGEN_DATABASE_URL.",
    )


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


def unknown_form(form: str) -> UserError:
    """That the tables are those of no version that is known here."""
    return UsageError(
        "database.unknown_form",
        "The database says that it has the form {form}, which no version has. Correct HELAVAGEN_DATABASE_URL, or "
        "restore it from a backup.",
        form=form,
    )


def read_only() -> UserError:
    """That nothing can be written."""
    return UsageError(
        "database.read_only",
        "The database can only be read. Correct the rights of its file and folder, or HELAVAGEN_DATABASE_URL.",
    )


def not_let_in() -> UserError:
    """That the password is not the user's, or is missing."""
    return UsageError(
        "database.not_let_in",
        "The database does not accept our user and password. Correct HELAVAGEN_DATABASE_URL or PGPASSWORD.",
    )


def not_permitted() -> UserError:
    """That the server's rules let nobody in so, or that there is no such role."""
    return UsageError(
        "database.not_permitted",
        "The database does not let our role in from here, or not without TLS. Correct HELAVAGEN_DATABASE_URL, or let "
        "the role in on the server.",
    )


def unknown() -> UserError:
    """That the server has no such database."""
    return UsageError(
        "database.unknown", "The server has no database of that name. Make it or correct HELAVAGEN_DATABASE_URL."
    )


def starting() -> UserError:
    """That the server takes nobody just now."""
    return ServiceUnavailable("database.starting", "The database is starting or stopping. Try again in a moment.")


def no_rights() -> UserError:
    """That our role may not do this."""
    return UsageError(
        "database.rights",
        "The database does not permit this to our role. Give it its rights or correct HELAVAGEN_DATABASE_URL.",
    )


def no_connection_left() -> UserError:
    """That others have all connections."""
    return ServiceUnavailable(
        "database.connections",
        "The database has no connection left for us. Try again, or permit more connections there.",
    )


def pooled() -> UserError:
    """That a pooler stands between us and the database."""
    return UsageError(
        "database.pooled",
        "A pooler stands between us and the database, so limits and statements of a connection may be another's. "
        "Let HELAVAGEN_DATABASE_URL lead to the database itself.",
    )


BY_STATE: dict[str, Callable[[], UserError]] = {
    "28P01": not_let_in,
    "28000": not_permitted,
    "3D000": unknown,
    "57P03": starting,
    "53300": no_connection_left,
    "53100": disk_of_database_full,
    "25006": read_only,
    "42501": no_rights,
    "42P01": other_form,  # a table that is not there
    "42703": other_form,  # a column
    "42883": other_form,  # a function
    "08P01": pooled,  # which takes no limits
    **dict.fromkeys(("26000", "42P05"), pooled),  # a prepared statement is not there, or there already
    **dict.fromkeys(SLOW, too_slow),
}
"""What a state of SQL as PostgreSQL has them means, whatever language the server speaks."""
