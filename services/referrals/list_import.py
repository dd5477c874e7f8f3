"""A list of referrals from the file to the receipt, step by step, for whoever comes back to it from a page.

It stands in memory alone: the file, what is said of its headings, what would become of each row, and what did.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath
from threading import Lock

from models.fields import visible
from models.identifiers import Actor
from models.message import Message
from runtime.errors import Refused, UsageError
from runtime.i18n import _n, translate
from services.application import Application
from services.held import Left
from services.naming import Named
from services.referrals.bad_value import BadValue
from services.referrals.foreseeing import foresee_rows
from services.referrals.import_file import rows_in
from services.referrals.importer import ImportResult, Outcome
from services.referrals.names import NAMED
from services.referrals.referring import importer_of, names_in
from services.referrals.rows import COLUMNS, KIND, BadRow, ImportFile, ImportRow
from services.referrals.values import checked
from services.sheets.csv_text import clean
from services.sheets.headings import HeadingsUnsure, Unsure
from services.sheets.remembered import RememberedHeadings
from services.sheets.table import Table, read_table

MOST_BYTES = 5_000_000
"""Tens of thousands of referrals as a workbook: less is taken from a page than from a disk of our own."""

MOST_ROWS = 20_000

MOST_UNPACKED = 20_000_000
"""Bytes of a workbook: so many rows have half of that, and each takes ten times as much memory while it is read."""

_ONE_AT_A_TIME = Lock()
"""Reading takes memory: of several files one waits for the other, and no page waits for them."""

TOGETHER = 40
"""Rows that are sent before their outcomes are kept: where a service is away, so many at most are sent again."""

_LONGEST_NAME = 80
_LONGEST_CELL = 2_000


class Phase(StrEnum):
    """How far an import has come."""

    READING = "reading"
    ASKING = "asking"
    LOOKING = "looking"
    FORESEEN = "foreseen"
    SENDING = "sending"
    STOPPED = "stopped"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowField:
    """A cell of a row to put right: its column and heading, what stands in it, and what is wrong with it."""

    column: str
    title: str
    value: str
    faults: tuple[Message, ...]


class ListImport:
    """One list, in somebody's name.

    `fault` is why it cannot be read or has stopped; `done` of `total` rows are done in a phase that goes on.
    """

    def __init__(self, application: Application, actor: Actor, name: str, data: bytes) -> None:
        """Raises UsageError for a file that is too large."""
        if len(data) > MOST_BYTES:
            raise UsageError("import.too_large", "The file is too large for a list. Check it or split it.")
        self.name = visible(PureWindowsPath(PurePosixPath(name).name).name)[:_LONGEST_NAME]
        self.phase = Phase.READING
        self.fault: Message | None = None
        self.questions: tuple[Unsure, ...] = ()
        self.notes: list[str] = []
        self.done = self.total = 0
        self._application, self._actor, self._data = application, actor, data
        self._names = names_in(application, closed=True)
        self._remembered = RememberedHeadings(application.settings.data, KIND)
        self.digest = sha256(data).digest()
        self._put_right: dict[int, dict[str, str]] = {}
        self._said: dict[str, str] = {}
        self._filled: dict[str, str] = {}
        self._table: Table | None = None
        self._outcomes: dict[int, Outcome] = {}
        self._sent: set[int] = set()
        self._is_left = False

    @property
    def is_busy(self) -> bool:
        return self.phase in (Phase.READING, Phase.LOOKING, Phase.SENDING)

    @property
    def was_sent(self) -> bool:
        """Whether any of it was sent."""
        return self.phase in (Phase.SENDING, Phase.STOPPED, Phase.DONE)

    @property
    def result(self) -> ImportResult:
        """What became of each row, or would become of it."""
        return ImportResult([self._outcomes[line] for line in sorted(self._outcomes)], self.was_sent)

    @property
    def header(self) -> tuple[str, ...]:
        """The headings of the file."""
        return self._table.header.names if self._table else ()

    def failed(self, why: Message) -> None:
        self.fault = why
        self.phase = Phase.STOPPED if self.phase is Phase.SENDING else Phase.REFUSED

    def leave(self) -> None:
        self._is_left = True

    def stop(self) -> None:
        """Send no more rows once those under way have their answer."""
        self.leave()

    def choices(self, column: str, row: BadRow | None = None) -> list[Named]:
        """What may stand in a column, where it names something; of a row, by the programme and town that it names."""
        if column not in NAMED:
            return []
        said = {name: self._code(name, row) for name in ("programme", "site") if name != column} if row else {}
        return self._names.choices(column, said)

    def _code(self, column: str, row: BadRow) -> str | None:
        text = row.cells.get(self._titles.get(column, ""), "") or self._filled.get(column, "")
        try:
            return self._names.code(column, text) if text else None
        except BadValue:
            return None

    @property
    def _titles(self) -> Mapping[str, str]:
        return self._table.header.titles if self._table else {}

    def read_as(self, other: "ListImport") -> None:
        """Take over which rows were put right in an earlier import, where that was of the same file."""
        if other.digest == self.digest:
            self._put_right = dict(other._put_right)

    def answered(self, said: Mapping[str, str], filled: Mapping[str, str]) -> None:
        """Take in what headings mean, by their keys, and what all rows say. Raises UserError for what may not stand
        there."""
        for column, text in filled.items():
            checked(column, text, self._application.today(), self._names)
        self._said |= said
        self._filled |= filled

    async def look_through(self) -> None:
        """Read the file, and find out what would become of each row; or what must be asked before. Raises UserError."""
        self._begin(Phase.READING)
        try:
            file = await asyncio.to_thread(self._read)
        except HeadingsUnsure as unsure:
            self.questions, self.fault = unsure.questions, unsure.message
            self.phase = Phase.ASKING if unsure.questions else Phase.REFUSED
            return
        if self._is_left:
            raise Left
        self._begin(Phase.LOOKING, len(file.rows))
        foreseen = await asyncio.to_thread(foresee_rows, self._application, self._actor, file.rows, self._one_more)
        self._keep(foreseen)
        self.phase, self._data = Phase.FORESEEN, b""

    async def send(self) -> None:
        """Refer all who can be, but those who were. Raises UserError where a service is away; done again it goes on."""
        if self._table is None:
            raise Refused("import.not_read", "The list was not read yet.")
        rows = [row for row in self._rows().rows if isinstance(row, ImportRow) and self._is_to_send(row.line)]
        self._begin(Phase.SENDING, len(rows))
        self._is_left = False
        importer = importer_of(self._application, await self._application.journeys(), self._actor)
        for first in range(0, len(rows), TOGETHER):
            if self._is_left:
                self.phase = Phase.STOPPED
                return
            some = rows[first : first + TOGETHER]
            self._keep(await importer.run(some, self._application.now(), self._one_sent))
        self.phase = Phase.DONE

    async def put_right(self, line: int, cells: Mapping[str, str]) -> Outcome:
        """Take a row anew with these cells, by their columns, and do with it what was done with the others. Raises
        UsageError where there is no such row to put right, and UserError where a service is away."""
        was = self._outcomes.get(line)
        if self._table is None or was is None or was.bad is None or self.is_busy:
            raise UsageError("import.no_such_row", "This row is not to be put right any more.")
        self._put_right.setdefault(line, {}).update(cells)
        self._table = with_cells(self._table, line, cells)
        file = await asyncio.to_thread(self._rows)
        row = next(row for row in file.rows if row.line == line)
        if isinstance(row, BadRow):
            self._keep(await asyncio.to_thread(foresee_rows, self._application, self._actor, [row]))
        elif self.was_sent:
            importer = importer_of(self._application, await self._application.journeys(), self._actor)
            self._keep(await importer.run([row], self._application.now()))
        else:
            self._keep(await asyncio.to_thread(foresee_rows, self._application, self._actor, [row]))
        return self._outcomes[line]

    def fields(self, bad: BadRow) -> list[RowField]:
        """The cells of a row to put right, in the order of the file."""
        assert self._table is not None
        header = self._table.header
        columns = sorted(header.positions, key=lambda column: header.positions[column])
        return [_field(column, header.titles[column], bad) for column in columns]

    def called(self, bad: BadRow) -> str:
        """The name that stands in a row to put right, so that whoever puts it right knows the row."""
        titles = self._titles
        names = (bad.cells.get(titles[one], "") for one in ("name", "first_name", "last_name") if one in titles)
        return " ".join(filter(None, names))

    def _read(self) -> ImportFile:
        known = self._remembered.said()
        said = {**known, **self._said}
        with _ONE_AT_A_TIME:
            self._table = read_table(
                self._data, COLUMNS, said, self._filled, most_unpacked=MOST_UNPACKED, most_rows=MOST_ROWS
            )
        for line, cells in self._put_right.items():
            self._table = with_cells(self._table, line, cells)
        file = self._rows()
        self.notes = [*file.notes, *_about_put_right(len(self._put_right))]
        try:
            self._remembered.remember(self._said)
        except UsageError as error:  # the list can be used all the same
            self.notes.append(translate(error.message))
        return file

    def _rows(self) -> ImportFile:
        assert self._table is not None
        return rows_in(self._table, self._application.today(), self._names, self._filled)

    def _begin(self, phase: Phase, total: int = 0) -> None:
        self.phase, self.done, self.total, self.fault, self.questions = phase, 0, total, None, ()

    def _is_to_send(self, line: int) -> bool:
        known = self._outcomes.get(line)
        return line not in self._sent and (known is None or known.bad is None)

    def _keep(self, result: ImportResult) -> None:
        for one in result.outcomes:
            self._outcomes[one.line] = one
            if result.was_sent:
                self._sent.add(one.line)

    def _one_sent(self) -> None:
        self.done += 1

    def _one_more(self) -> None:
        self.done += 1
        if self._is_left:
            raise Left


def _about_put_right(count: int) -> list[str]:
    told = _n(
        "{count} row is read as you corrected it before", "{count} rows are read as you corrected them before", count
    )
    return [told] if count else []


def with_cells(table: Table, line: int, cells: Mapping[str, str]) -> Table:
    """The table with other cells in the row of a line, as wide as its headings."""

    def changed(row: list[str]) -> list[str]:
        anew = [*row, *[""] * table.header.width][: table.header.width]
        for column, position in table.header.positions.items():
            if column in cells:
                anew[position] = clean(visible(cells[column])[:_LONGEST_CELL])
        return anew

    rows = [(at, changed(row) if at == line else row) for at, row in table.rows]
    return replace(table, rows=rows, typed=table.typed | {line})


def _field(column: str, title: str, bad: BadRow) -> RowField:
    faults = [one.message for one in bad.problems if title in one.column.split(" + ")]
    return RowField(column, title, bad.cells.get(title, ""), tuple(faults))
