"""Writing a bundle: a ZIP file, the same for the same contents, a file at a time and none of them kept."""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from tempfile import TemporaryFile
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from auditing.bundle.manifest import Manifest, hash_of, written
from auditing.bundle.names import HISTORY, JOURNEYS, MANIFEST

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""When every file in a bundle is said to have been written: when it was made, the manifest says."""


class BundleWriter:
    """Takes the files of a bundle, those of journeys in the order of their names, and at last the manifest."""

    def __init__(self, out: BinaryIO) -> None:
        self._zip = ZipFile(out, "w")
        # The hashes of a hundred thousand files are no burden for a disk.
        self._of_journeys = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 – it is gone with this
        self._others: dict[str, str] = {}
        self.files = 0

    def add(self, name: str, content: bytes) -> None:
        """Write a file."""
        self._zip.writestr(_entry(name), content)
        self.files += 1
        if name.startswith(JOURNEYS):
            self._of_journeys.write(f"{name}\t{hash_of(content)}\n")
        else:
            self._others[name] = hash_of(content)

    def has(self, name: str) -> bool:
        """Whether a file that is of no journey has been written."""
        return name in self._others

    def finish(self, head: Manifest) -> str:
        """Write the manifest, and end the file; returns the SHA-256 of the manifest."""
        digest = sha256()
        with self._zip.open(_entry(MANIFEST), "w") as out:
            for part in written(head, self._hashes()):
                digest.update(part)
                out.write(part)
        self._zip.close()
        return digest.hexdigest()

    def abandon(self) -> None:
        """Let go of everything; what was written is half a bundle."""
        with suppress(OSError, ValueError):
            self._zip.close()
        self._of_journeys.close()

    def _hashes(self) -> Iterator[tuple[str, str]]:
        others = sorted(self._others.items())
        yield from (one for one in others if one[0] < JOURNEYS)
        self._of_journeys.seek(0)
        for line in self._of_journeys:
            name, digest = line.rstrip("\n").split("\t")
            yield name, digest
        yield from (one for one in others if one[0] > JOURNEYS)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, LONG_AGO)
    entry.compress_type = ZIP_STORED if name.endswith(HISTORY) else ZIP_DEFLATED
    entry.create_system = 3  # whatever machine writes it
    entry.external_attr = 0o644 << 16
    return entry
