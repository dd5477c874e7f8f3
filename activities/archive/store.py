"""What every archive of histories promises. It only grows: nothing here changes or removes an entry."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import Engine, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from temporalio.client import WorkflowHistory

from activities.archive.runs import ArchivedRun, ArchiveEntry, EntryChanged, RunKey
from activities.whole_files import write_whole
from models.message import msg
from models.tables.base import table_of
from models.tables.ledger import ArchivedHistoryRow


class Archive(Protocol):
    """Where histories outlive the server. Every method may be repeated and called from any thread.

    Raises what its storage raises (OSError, SQLAlchemyError) where it cannot be reached.
    """

    def put(self, run: ArchivedRun) -> bool:
        """Keep a run. False, and nothing is written, where the archive has one under its key."""
        ...

    def get(self, key: RunKey) -> ArchivedRun | None:
        """An archived run; None where there is none. Raises EntryChanged where it cannot be read as one."""
        ...

    def runs(self, journey_id: str | None = None) -> Iterator[RunKey]:
        """The runs that are archived: of one journey, or all of them."""
        ...

    def among(self, keys: Collection[RunKey]) -> set[RunKey]:
        """Those of the keys that are archived."""
        ...

    def try_out(self) -> None:
        """Write something and read it again, so that no entry is added or changed. Raises OSError where it is not what
        was written."""
        ...


def read_archived(archive: Archive, journey_id: str) -> list[WorkflowHistory]:
    """The archived histories of a journey, the oldest first.

    Raises EntryChanged where one is not as it was archived; `readable` holds the others.
    """
    read: list[tuple[ArchivedRun, WorkflowHistory]] = []
    changed: EntryChanged | None = None
    for key in archive.runs(journey_id):
        try:
            run = archive.get(key)
            if run is not None:
                read.append((run, run.history()))
        except EntryChanged as error:
            changed = changed or error
    histories = [history for _, history in sorted(read, key=lambda one: (one[0].started_at, one[0].closed_at))]
    if changed is not None:
        changed.readable = histories
        raise changed
    return histories


TRIAL_DAY = datetime(2000, 1, 1, tzinfo=UTC)

TRIAL = ArchivedRun(
    journey_id="try-out",
    run_id="try-out",
    started_at=TRIAL_DAY,
    closed_at=TRIAL_DAY,
    archived_at=TRIAL_DAY,
    events=0,
    sha256="0" * 64,
    packed=b"",
)
"""No run: what is written, and kept nowhere as one, to see whether anything can be."""

AT_A_TIME = 1_000
"""Keys that are read from the database at once."""


class DatabaseArchive:
    """See `Archive`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, run: ArchivedRun) -> bool:
        try:
            with Session(self._engine) as session, session.begin():
                if session.get(ArchivedHistoryRow, (run.journey_id, run.run_id)) is not None:
                    return False
                session.add(ArchivedHistoryRow(**run.model_dump()))
        except IntegrityError:
            return False  # somebody else has put it just now
        return True

    def get(self, key: RunKey) -> ArchivedRun | None:
        table = table_of(ArchivedHistoryRow)
        query = select(table).where(table.c.journey_id == key.journey_id, table.c.run_id == key.run_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return ArchivedRun.model_validate(dict(row._mapping)) if row else None

    def runs(self, journey_id: str | None = None) -> Iterator[RunKey]:
        """See `Archive.runs`. No connection is held between pages: SQLite has but one, and the caller may want it."""
        after: RunKey | None = None
        while page := self._page(journey_id, after):
            yield from page
            if len(page) < AT_A_TIME:
                return
            after = page[-1]

    def _page(self, journey_id: str | None, after: RunKey | None) -> list[RunKey]:
        table = table_of(ArchivedHistoryRow).c
        query = select(table.journey_id, table.run_id).order_by(table.journey_id, table.run_id).limit(AT_A_TIME)
        if journey_id is not None:
            query = query.where(table.journey_id == journey_id)
        if after is not None:
            query = query.where(tuple_(table.journey_id, table.run_id) > (after.journey_id, after.run_id))
        with self._engine.connect() as connection:
            return [RunKey(journey_id=journey, run_id=run) for journey, run in connection.execute(query)]

    def among(self, keys: Collection[RunKey]) -> set[RunKey]:
        table = ArchivedHistoryRow
        query = select(table.journey_id, table.run_id).where(table.journey_id.in_({key.journey_id for key in keys}))
        with Session(self._engine) as session:
            found = {RunKey(journey_id=journey, run_id=run) for journey, run in session.execute(query)}
        return found & set(keys)

    def try_out(self) -> None:
        """See `Archive.try_out`. What was written is never committed."""
        row = ArchivedHistoryRow(**{**TRIAL.model_dump(), "run_id": str(uuid4())})
        with Session(self._engine) as session:
            session.add(row)
            session.flush()
            session.refresh(row)
            session.rollback()


ENDING = ".history.gz"

TRIAL_FILE = "try-out"
"""What is written to see whether anything can be; it stays, since whoever writes an archive may not be let remove."""

LONGEST_NAME = 200
"""Characters of a journey's id in the name of one folder: file systems take 255 bytes."""

AT_ONCE = 16
"""Files that are looked for side by side: an object store answers each within some hundredths of a second."""


class FolderArchive:
    """See `Archive`. `url` as fsspec has it: `file:///…`, `s3://…`, `memory://…`. Names hold the journey's id alone.

    Raises ValueError and ImportError where there is nothing for such an address, or its package is not installed.
    """

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs  # a script that sends an event need not wait for it
        from fsspec.implementations.local import LocalFileSystem

        # Others write too: what a listing once said must not be taken for what is there.
        self._files, root = url_to_fs(url, use_listings_cache=False)
        self._root = root.rstrip("/")
        self._is_local = isinstance(self._files, LocalFileSystem)

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
            entry = ArchiveEntry.model_validate_json(head)
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

    def try_out(self) -> None:
        """See `Archive.try_out`. Each writes the same file, which is no entry."""
        path, written = f"{self._root}/{TRIAL_FILE}", TRIAL.model_dump_json().encode()
        self._files.makedirs(self._root, exist_ok=True)
        self._write(path, written)
        if self._files.cat_file(path) != written:
            raise OSError("what was read is not what was written")

    def _folder(self, journey_id: str) -> str:
        name = _safe(journey_id)
        return "/".join((self._root, *(name[at : at + LONGEST_NAME] for at in range(0, len(name), LONGEST_NAME))))

    def _path(self, key: RunKey) -> str:
        return f"{self._folder(key.journey_id)}/{_safe(key.run_id)}{ENDING}"

    def _write(self, path: str, content: bytes) -> None:
        if not self._is_local:
            self._files.pipe_file(path, content)  # an object is there as a whole, or not at all
        else:
            write_whole(Path(path), content)


def _safe(text: str) -> str:
    """A text as the name of a file, from which it can be read again: anybody can start a workflow of any id."""
    return quote(text, safe="").replace(".", "%2E")
