"""What can go wrong for a person: one class for each exit status. Whoever shows an error looks its text up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a help page is shown without what a message needs
    from models.message import Message


class UserError(Exception):
    """An error whose message a person reads. A script that it ends has the exit status `status`.

    It takes a message, or what `msg` makes one of: an id, its English text, and the values that stand in it.
    """

    status = 1

    def __init__(self, message: Message | str, text: str = "", /, **values: object) -> None:
        if isinstance(message, str):
            from models.message import msg

            message = msg(message, text, **values)
        super().__init__(message)
        self.message = message


class Refused(UserError):
    """A rule said no, or an audit has found something. Repeating does not help."""


class UsageError(UserError):
    """Something was asked for wrongly. Correct it before repeating."""

    status = 2


class ServiceUnavailable(UserError):
    """A service could not be reached. Repeating later helps."""

    status = 3


class OutputClosed(UserError):
    """Whoever read along has read enough: no finding, and the status that shells give it."""

    status = 141


def first_of(error: BaseException) -> BaseException:
    """The error itself; of a group, that of its first member."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
