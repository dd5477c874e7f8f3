"""What can go wrong for a person at a script: one class for each exit status, one sentence that says what to do."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.message import Message


class UserError(Exception):
    """An error that a person reads: a message, or a text of the catalogue with the values that stand in it.

    A text is a literal, so that the catalogue's extractor finds it. Whoever shows it ends a script with `status`.
    """

    status = 1

    def __init__(self, what: "str | Message", /, **values: object) -> None:
        super().__init__(what)
        self.what = what
        self.values = values

    def __str__(self) -> str:
        from runtime.i18n import in_any_case  # reads catalogues, which `--help` need not wait for

        return in_any_case(self.what, **self.values)


class Refused(UserError):
    """A rule said no, or an audit has found something. Repeating does not help."""


class UsageError(UserError):
    """The command was called wrongly. Mend the call."""

    status = 2


class ServiceUnavailable(UserError):
    """A service could not be reached. Repeating later helps."""

    status = 3


def as_user_error(error: Exception) -> UserError:
    """The sentence for an error that somebody may meet at a script."""
    from pydantic import ValidationError
    from sqlalchemy.exc import DatabaseError, OperationalError

    from models.events.parsing import explain
    from models.message import Message

    said = getattr(error, "sentence", None)  # errors of the layers below say theirs in either language
    if isinstance(said, Message):
        return Refused(said)
    match error:
        case UserError():
            return error
        case ValidationError():
            return UsageError(explain(error))
        case OperationalError():
            return ServiceUnavailable(
                "The database cannot be reached or used: start it, or mend HELAVAGEN_DATABASE_URL."
            )
        case DatabaseError():
            return Refused("The database refused: {error}; tell the operator.", error=type(error.orig).__name__)
        case BrokenPipeError():
            return Refused("The output was closed before all was said.")
        case _:
            return Refused(
                "Something unforeseen happened ({error}); run again with --debug and tell us.",
                error=type(error).__name__,
            )
