"""Opening a bundle that somebody has handed over: a ZIP file, or a folder into which it was unpacked.

Nothing is unpacked to the disk, no name is followed out of the bundle, and no file is read that unpacks to more than
any of ours.
"""

import stat
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from auditing.bundle.layout import MANIFEST, Manifest, journey_of, read_manifest
from runtime.errors import UsageError

LARGEST = 256 * 1024 * 1024
"""Bytes of one file: five times what Temporal lets a history become."""

MOST_TO_ONE, SMALL = 200, 1024 * 1024
"""How many times smaller than its contents a file may be that is not small: ours are not ten times smaller."""

AT_ONCE = 1024 * 1024


class Damaged(Exception):
    """A file of a bundle is not there, or cannot be read. Repeating does not help."""


class Bundle:
    """A bundle, by the names of its files, in order."""

    def __init__(self, file: Path) -> None:
        """Raises UsageError where the file is no bundle, or one that was made to do harm."""
        self._file = file
        self._zip: ZipFile | None = None
        names = _files_in(file) if file.is_dir() else self._entries()
        self.names = sorted(names)
        if MANIFEST not in self.names:
            raise _no_bundle(file)

    @property
    def name(self) -> str:
        return self._file.name or str(self._file)

    def manifest(self) -> Manifest:
        """The manifest. Raises UsageError."""
        return read_manifest(self.manifest_as_written(), self.name)

    def manifest_as_written(self) -> bytes:
        try:
            return self.read(MANIFEST)
        except Damaged as error:
            raise _no_bundle(self._file) from error

    def journey_ids(self) -> list[str]:
        """The journeys of which it has any file."""
        return sorted({id_ for id_ in map(journey_of, self.names) if id_ is not None})

    def under(self, folder: str) -> list[str]:
        """The names of the files in a folder."""
        return self.names[bisect_left(self.names, folder) : bisect_left(self.names, folder[:-1] + "0")]

    def has(self, name: str) -> bool:
        at = bisect_left(self.names, name)
        return self.names[at : at + 1] == [name]

    def read(self, name: str, most: int = LARGEST) -> bytes:
        """A whole file, where it has no more than so many bytes. Raises Damaged."""
        content = bytearray()
        for part in self.parts(name):
            content += part
            if len(content) > most:
                raise Damaged("OverflowError")
        return bytes(content)

    def parts(self, name: str) -> Iterator[bytes]:
        """A file, a part at a time. Raises Damaged."""
        try:
            with self._open(name) as file:
                while part := file.read(AT_ONCE):
                    yield part
        except (OSError, LookupError, ValueError, EOFError, RuntimeError, BadZipFile, zlib.error, MemoryError) as error:
            raise Damaged(type(error).__name__) from error

    def _open(self, name: str) -> BinaryIO:
        if self._zip is not None:
            if self._zip.getinfo(name).compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise NotImplementedError  # others can ask for any amount of memory
            return cast(BinaryIO, self._zip.open(name))
        return (self._file / name).open("rb")

    def _entries(self) -> list[str]:
        try:
            self._zip = ZipFile(self._file)
        except (OSError, BadZipFile, EOFError, ValueError, NotImplementedError) as error:
            raise _no_bundle(self._file) from error
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        names = [entry.filename for entry in entries]
        if len(set(names)) < len(names) or any(_leads_out(entry) for entry in entries):
            raise UsageError(
                "bundle.unsafe_names",
                "{file} contains file names that are repeated or lead outside it, so it is not opened.",
                file=self.name,
            )
        packed = self._file.stat().st_size
        if sum(entry.file_size for entry in entries) > max(packed * MOST_TO_ONE, SMALL) or any(map(_is_bomb, entries)):
            raise _too_much(self.name)
        return names


def _leads_out(entry: ZipInfo) -> bool:
    """Whether a name is none of ours. `orig_filename` is what stands in the file before Python makes it harmless."""
    path = PurePosixPath(entry.filename)
    strange = "\\" in entry.orig_filename or "\0" in entry.orig_filename or ":" in entry.filename
    leads = path.is_absolute() or ".." in path.parts or str(path) != entry.filename
    return strange or leads or stat.S_ISLNK(entry.external_attr >> 16)


def _is_bomb(entry: ZipInfo) -> bool:
    small = entry.file_size <= max(SMALL, entry.compress_size * MOST_TO_ONE)
    return entry.file_size > LARGEST or not small


def _files_in(folder: Path) -> list[str]:
    """The files below a folder. Raises UsageError where one is a link, or too large."""
    names: list[str] = []
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise UsageError(
                "bundle.links", "{file} contains links. Unpack the bundle again or give the ZIP file.", file=folder.name
            )
        if path.is_file():
            if path.stat().st_size > LARGEST:
                raise _too_much(folder.name)
            names.append(path.relative_to(folder).as_posix())
    return names


def _too_much(name: str) -> UsageError:
    return UsageError(
        "bundle.too_large", "{file} is larger unpacked than an export can be, so it is not opened.", file=name
    )


def _no_bundle(file: Path) -> UsageError:
    return UsageError(
        "bundle.unreadable",
        "{file} is not a complete bundle. Give an exported file or the folder into which it was unpacked.",
        file=file.name or str(file),
    )
