"""The user error for whatever a script may meet, and its text in the reader's language."""

from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from activities.sealing import KeyUnusable, MasterKeyFailed
from models.events.parsing import explain
from models.message import Message, msg
from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError

BUSY = ("25P03", "40001", "40P01", "55P03", "57014")
"""How PostgreSQL says that others were in the way, or that something took too long: another try helps."""

DATABASE_BUSY = msg("database.busy", "The database is busy and did not answer in time. Try again in a moment.")


def as_user_error(error: Exception) -> UserError:
    """The error that a person is shown for `error`."""
    if isinstance(error, KeyUnusable | MasterKeyFailed):
        return ServiceUnavailable(error.sentence)
    if isinstance(said := getattr(error, "sentence", None), Message):
        return Refused(said)
    match error:
        case UserError():
            return error
        case ValidationError():
            return UsageError(explain(error))
        case DatabaseError() if getattr(error.orig, "sqlstate", None) in BUSY:
            return ServiceUnavailable(DATABASE_BUSY)
        case NoConnectionFree():
            return ServiceUnavailable(DATABASE_BUSY)
        case OperationalError():
            return ServiceUnavailable(
                "database.unavailable", "The database cannot be reached. Start it or correct HELAVAGEN_DATABASE_URL."
            )
        case DatabaseError():
            return Refused(
                "database.refused",
                "The database refused the operation ({error}). Tell the operator.",
                error=type(error.orig).__name__,
            )
        case BrokenPipeError():
            return Refused("output.closed", "The output was closed before everything was written.")
        case _:
            return Refused("error.unexpected", "Unexpected error ({error}). Report it.", error=type(error).__name__)
