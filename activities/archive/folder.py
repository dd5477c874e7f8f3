"""The archive as files in a folder or an object store, one a run: a line of JSON on the entry, then its history."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, unquote

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem
from pydantic import ValidationError

from activities.archive.entries import ArchivedRun, Entry, EntryChanged, RunKey
from activities.whole_files import AS_USUAL, write_whole
from models.message import msg

ENDING = ".history.gz"

LONGEST_NAME = 200
"""Characters of a journey's id in the name of one folder: file systems take 255 bytes."""

AT_ONCE = 16
"""Files that are looked for side by side: an object store answers each within some hundredths of a second."""


class FolderArchive:
    """See `Archive`. `url` as fsspec has it: `file:///…`, `s3://…`, `memory://…`. Names hold the journey's id alone.

    Raises ValueError and ImportError where there is nothing for such an address, or its package is not installed.
    """

    def __init__(self, url: str) -> None:
        # Others write too: what a listing once said must not be taken for what is there.
        self._files, root = url_to_fs(url, use_listings_cache=False)
        self._root = root.rstrip("/")

    def put(self, run: ArchivedRun) -> bool:
        path = self._path(run.key)
        if self._files.exists(path):
            return False
        self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
        self._write(path, run.entry.model_dump_json().encode() + b"\n" + run.packed)
        return True

    def get(self, key: RunKey) -> ArchivedRun | None:
        try:
            written = self._files.cat_file(self._path(key))
        except FileNotFoundError:
            return None
        head, _, packed = written.partition(b"\n")
        try:
            entry = Entry.model_validate_json(head)
        except ValidationError as error:
            raise EntryChanged(key, msg("archive.first_line_unreadable", "its first line cannot be read")) from error
        if entry.key != key:
            raise EntryChanged(key, msg("archive.other_history", "it is the history of something else"))
        return ArchivedRun(**entry.model_dump(), packed=packed)

    def runs(self, journey_id: str | None = None) -> Iterator[RunKey]:
        folder = self._root if journey_id is None else self._folder(journey_id)
        for path in sorted(self._files.find(folder)):
            *parts, name = path.removeprefix(self._root).strip("/").split("/")
            if name.endswith(ENDING):
                key = RunKey(journey_id=unquote("".join(parts)), run_id=unquote(name.removesuffix(ENDING)))
                if journey_id in (None, key.journey_id):
                    yield key

    def among(self, keys: Collection[RunKey]) -> set[RunKey]:
        asked = list(keys)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            there = threads.map(self._files.exists, [self._path(key) for key in asked])
            return {key for key, is_there in zip(asked, there, strict=True) if is_there}

    def _folder(self, journey_id: str) -> str:
        name = _safe(journey_id)
        return "/".join((self._root, *(name[at : at + LONGEST_NAME] for at in range(0, len(name), LONGEST_NAME))))

    def _path(self, key: RunKey) -> str:
        return f"{self._folder(key.journey_id)}/{_safe(key.run_id)}{ENDING}"

    def _write(self, path: str, content: bytes) -> None:
        if not isinstance(self._files, LocalFileSystem):
            self._files.pipe_file(path, content)  # an object is there as a whole, or not at all
        else:
            write_whole(Path(path), content, AS_USUAL)


def _safe(text: str) -> str:
    """A text as the name of a file, from which it can be read again: anybody can start a workflow of any id."""
    return quote(text, safe="").replace(".", "%2E")
