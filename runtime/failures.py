"""The user error for whatever a script may meet, and its text in the reader's language."""

import errno
import re

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from temporalio.service import RPCError, RPCStatusCode

from activities.sealing import KeyUnusable, MasterKeyFailed
from activities.seals import SealingError
from models.events.parsing import explain
from models.message import Message
from runtime.database_failures import of_database
from runtime.errors import OutputClosed, Refused, ServiceUnavailable, UsageError, UserError

NO_NAMESPACE = re.compile(r"Namespace (\S+) is not found")
"""How Temporal says so, with the status of a workflow that is not found."""


FORESEEN = (UserError, SealingError, ValidationError, SQLAlchemyError, RPCError, OSError)
"""What may come of working with services, and has words of its own; everything else is a mistake in the code."""


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
        case DBAPIError() | NoConnectionFree():
            return of_database(error)
        case RPCError():
            return of_temporal(error)
        case OSError():
            return _of_system(error) or _unexpected(error)
        case _:
            return _unexpected(error)


def _unexpected(error: Exception) -> UserError:
    return Refused("error.unexpected", "Unexpected error ({error}). Report it.", error=type(error).__name__)


UNEXPECTED = "error.unexpected"
"""The id of what is said where nobody has thought of an error."""


def _of_system(error: OSError) -> UserError | None:
    match error:
        case BrokenPipeError():
            return OutputClosed("output.closed", "The output was closed before everything was written.")
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return ServiceUnavailable("disk.full", "The disk is full. Make room on it and try again.")
        case OSError(errno=errno.ENOENT, filename=str() as file):
            return UsageError("file.not_there", "{file} is missing. Correct the setting or its name.", file=file)
        case OSError(errno=errno.EEXIST | errno.ENOTDIR | errno.EISDIR, filename=str() as file):
            return UsageError(
                "file.other_kind",
                "{file} is a file in the place of a folder, or a folder in the place of a file.",
                file=file,
            )
        case OSError(errno=errno.EROFS | errno.EACCES | errno.EPERM, filename=str() as file):
            return UsageError(
                "file.no_rights", "{file} is not ours to read or write. Correct its rights or the setting.", file=file
            )
    return None


def of_temporal(error: RPCError) -> UserError:
    """The error that a person is shown where Temporal does not do what it is asked for."""
    if (namespace := missing_namespace(error)) is not None:
        return UsageError(
            "temporal.no_namespace",
            "Temporal has no namespace {namespace}. Have it made, or correct TEMPORAL_NAMESPACE.",
            namespace=namespace,
        )
    if error.status in (RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.PERMISSION_DENIED):
        return UsageError(
            "temporal.not_let_in",
            "Temporal does not permit this to us. Correct TEMPORAL_API_KEY or our certificate, or ask its operator.",
        )
    what = error.status.name.lower().replace("_", " ")
    return ServiceUnavailable(
        "temporal.no_answer", "Temporal does not answer ({what}). Try again or ask the operator.", what=what
    )


def missing_namespace(error: RPCError) -> str | None:
    """The namespace that is not there, where that is what Temporal says."""
    found = NO_NAMESPACE.search(error.message) if error.status is RPCStatusCode.NOT_FOUND else None
    return found[1] if found else None
