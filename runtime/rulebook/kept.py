"""What a running worker goes by: of each file of `programmes/` the last good version, taken up while it runs."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from activities.language import said
from models.partners.partner import Partner, Town
from models.programme.employment_form import EmploymentForm
from models.programme.position import Position
from models.programme.programme import Programme
from runtime.rulebook.listed import FORMS, LISTINGS, PARTNERS, POSITIONS, TOWNS, TRAINING
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.programme_file import FileVerdict, check_list, check_programme_file

LOGGER = logging.getLogger(__name__)

NAMED = 3
"""Faults of a file that are named in a log line; the check of the folder tells them all."""

NEEDED_BY_PROGRAMMES = (FORMS, PARTNERS, TOWNS, TRAINING)
"""The lists that a programme takes from: where one is set aside, programmes stay as they were."""

Stamp = Mapping[str, tuple[int, int, int] | None]
"""What a folder's files look like from outside, by name: when each was changed, how long it is, and which it is."""


class KeptBook:
    """The last good version of each file. A file with a fault is `set_aside`, and what it said before stays in force.

    `partners` and `positions` are None where there was no good version yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.partners: tuple[Partner, ...] | None = None
        self.positions: tuple[Position, ...] | None = None
        self.forms: Mapping[str, Sequence[EmploymentForm]] = {}
        self.towns: Mapping[str, Town] = {}
        self.set_aside: dict[str, FileVerdict] = {}
        self._programmes: dict[str, Programme] = {}
        self._seen: Stamp = stamp_of(folder)
        self._taken: Stamp = self._seen
        self._take(RuleBook(folder, lenient=True))

    @property
    def files(self) -> dict[str, bool]:
        """Each file, and whether it is set aside."""
        return {file: file in self.set_aside for file in sorted({*self._seen, *self.set_aside})}

    def find(self, programme_id: str) -> Programme | None:
        """A programme by its id; None where there was never a good version of it."""
        return next((one for one in self._programmes.values() if one.id == programme_id), None)

    def look(self) -> bool:
        """Take up what has changed in the folder; whether anything was.

        Only what looks as it did the time before: an editor may still be writing it.
        """
        stamp = stamp_of(self.folder)
        is_settled, self._seen = stamp == self._seen, stamp
        if not is_settled or stamp == self._taken:
            return False
        self._take(RuleBook(self.folder, lenient=True))
        self._taken = stamp
        return True

    def _take(self, book: RuleBook) -> None:
        before, self.set_aside = self.set_aside, dict(_faulty(book))
        if PARTNERS.file not in self.set_aside:
            self.partners = book.partners
        if POSITIONS.file not in self.set_aside:
            self.positions = book.positions
        if not any(one.file in self.set_aside for one in NEEDED_BY_PROGRAMMES):
            kept = {name: one for name, one in self._programmes.items() if name in self.set_aside}
            good = {file.name: book.examined(file).programme for file in book.programme_files}
            self.forms, self.towns = book.forms, book.towns
            self._programmes = kept | {name: one for name, one in good.items() if name not in self.set_aside}
        for name, verdict in self.set_aside.items():
            if before.get(name) != verdict:
                LOGGER.warning("%s is set aside: %s", name, _in_words(verdict), extra={"file": name})
        for name in before.keys() - self.set_aside.keys():
            LOGGER.warning("%s is in force again", name, extra={"file": name})


def stamp_of(folder: Path) -> Stamp:
    """What a folder's files look like from outside."""
    return {file.name: _stamp(file) for file in folder.glob("*.toml") if not file.name.startswith(".")}


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _faulty(book: RuleBook) -> Iterator[tuple[str, FileVerdict]]:
    """The files that cannot be gone by, each with what is wrong."""
    for listing in LISTINGS.values():
        if book.has(listing) and (verdict := check_list(book.directory / listing.file, book)).faults:
            yield listing.file, verdict
    for file in book.programme_files:
        if not book.examined(file).is_sound:
            yield file.name, check_programme_file(file, book)


def _in_words(verdict: FileVerdict) -> str:
    told = [
        f"{f'{one.file}, ' if one.file else ''}line {one.line}, {_field(one.field)}: {said(one.what, 'en')}"
        for one in verdict.faults[:NAMED]
    ]
    more = len(verdict.faults) - NAMED
    return ". ".join((*told, f"{more} more")) if more > 0 else ". ".join(told)


def _field(field: Any) -> str:
    return field if isinstance(field, str) else said(field, "en")
