"""What an error says where that can name nobody, as logs may tell it."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from activities.sealing import MasterKeyFailed
from models.message import Message
from runtime.database_failures import of_database
from runtime.i18n import in_any_case

OF_DATABASE = (DBAPIError, NoConnectionFree)
"""Errors of the database, which repeat rows: of them is told what they mean."""


def sentence_of(error: BaseException) -> Message | None:
    """The message that a person is shown for it, where it has one."""
    if isinstance(error, OF_DATABASE):
        return of_database(error).message
    said = (getattr(error, name, None) for name in ("message", "sentence"))
    return next((one for one in said if isinstance(one, Message)), None)


def what_it_says(error: BaseException) -> str | None:
    """What it says, where its class vouches for it, where it is the database's, of which we say what it means, where it
    names a master key, or where it is a sentence of ours in which nothing stands."""
    if getattr(error, "says_nothing_personal", False):
        return str(error)
    message = sentence_of(error)
    if message is None or (message.values and not isinstance(error, (*OF_DATABASE, MasterKeyFailed))):
        return None
    return in_any_case(message)
