"""Opening the archive of histories that the operator has set."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Engine
from temporalio.client import WorkflowHistory

from activities.archive.store import Archive, DatabaseArchive, FolderArchive, read_archived
from runtime.errors import UsageError
from runtime.settings import Settings

IN_THE_DATABASE = "database"

Archived = Callable[[str], list[WorkflowHistory]]
"""The runs of a journey that the archive keeps. Raises EntryChanged where one is not as it was archived."""


def nothing_archived(_journey_id: str) -> list[WorkflowHistory]:
    """Where there is no archive."""
    return []


def open_archive(settings: Settings, engine: Engine) -> Archive:
    """The archive, in the database of `engine` or where else it was set to be. Reading only needs an engine for that.

    Raises UsageError where there can be none.
    """
    if settings.archive == IN_THE_DATABASE:
        return DatabaseArchive(engine)
    try:
        if "://" not in settings.archive:
            raise ValueError("no address")
        return FolderArchive(settings.archive)
    except ImportError as error:
        raise UsageError(
            "settings.archive_package",
            "HELAVAGEN_ARCHIVE needs a package that is not installed ({why}). Install it, or use database or file:///….",
            why=error,
        ) from error
    except ValueError as error:
        raise UsageError(
            "settings.archive", "HELAVAGEN_ARCHIVE must be database, file:///… or the address of an object store."
        ) from error
    except Exception as error:  # whatever the library of a store says: an FTP server is asked at once
        raise UsageError(
            "settings.archive_unopened",
            "The archive at HELAVAGEN_ARCHIVE cannot be opened ({why}). Correct that setting or what lets us in, or "
            "start what keeps it.",
            why=type(error).__name__,
        ) from error


def archived_by(settings: Settings, engine: Engine) -> Archived:
    """What an audit asks for the archived runs of a journey; see `read_archived`. Raises UsageError as
    `open_archive`."""
    return partial(read_archived, open_archive(settings, engine))
