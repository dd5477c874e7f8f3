"""Checks of where data lies: the archive of histories, and the disks of this machine."""

import asyncio
import errno
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine

from models.message import Message, msg
from runtime.archive import IN_THE_DATABASE, open_archive
from runtime.errors import UsageError
from runtime.settings import Settings
from services.operations.doctor.checkup import Check, Patient
from services.operations.doctor.database import file_of

NO_DATABASE = create_engine("sqlite://")
"""An archive of files needs none; nothing is ever asked of this one."""

LEAST_FREE = 1 << 30
"""Bytes: a gigabyte is a year's journeys of a large town, and what SQLite and archives write on their way."""


async def _archive(patient: Patient) -> Message:
    settings = patient.settings
    in_database = settings.archive == IN_THE_DATABASE
    archive = open_archive(settings, patient.writing if in_database else NO_DATABASE)
    try:
        await asyncio.to_thread(archive.try_out)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise UsageError(
            "doctor.archive",
            "The archive cannot be written and read again ({why}). Give back its volume or its rights, or correct "
            "HELAVAGEN_ARCHIVE.",
            why=type(error).__name__,
        ) from error
    return msg("doctor.archive_at", "{where}", where=settings.archive)


async def _disk(patient: Patient) -> Message | None:
    folders = folders_of(patient.settings)
    return await asyncio.to_thread(_least_free, folders) if folders else None


def folders_of(settings: Settings) -> list[Path]:
    """The folders of this machine in which something is written, as far as they are there."""
    database, archive = file_of(settings), urlsplit(settings.archive)
    places = [
        *([settings.disposals_file.parent] if settings.disposals or settings.data.exists() else []),
        *([database.parent] if database else []),
        *([Path(archive.path)] if archive.scheme == "file" else []),
    ]
    return list(dict.fromkeys(map(_nearest, places)))


def _nearest(place: Path) -> Path:
    place = place.absolute()
    return next(folder for folder in (place, *place.parents) if folder.exists())


def _least_free(folders: list[Path]) -> Message:
    """How much is free where it is least. Raises OSError where a folder cannot be written, and UsageError."""
    for folder in folders:
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, "not writable", str(folder))
    free, folder = min((shutil.disk_usage(folder).free, folder) for folder in folders)
    if free < LEAST_FREE:
        raise UsageError(
            "doctor.disk",
            "Only {free} MB are free where {folder} lies, of the {least} MB that there should be. Make room there.",
            free=free >> 20,
            folder=folder,
            least=LEAST_FREE >> 20,
        )
    return msg("doctor.free", "{free} MB free", free=free >> 20)


DISK = Check("disk", msg("check.disk", "disks of this machine"), _disk)

ARCHIVE = Check("archive", msg("check.archive", "archive of histories"), _archive)
