"""What was recorded and written of a person, as their page shows it: notes, letters, and the history row by row."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from interfaces.desk.wording import capital, person_path
from models.calendar.swedish_day import day_in_sweden, in_swedish_time
from models.events.descriptions import in_words, name_of
from models.journey.fold import in_effect
from runtime.errors import Refused, UsageError
from runtime.i18n import _, translate
from services.application import Application
from services.days import in_short, near
from services.queries.lines import LedgerLine, accepted_entries
from services.queries.reads import ReadLine, openings
from services.queries.titles import Titles
from services.recording.event_names import event_in_names
from services.recording.knowledge import known_at
from services.recording.moving import can_be_moved
from services.recording.offering import can_be_corrected, may_correct
from services.recording.undoing import last_step
from services.showing import Shown, by_whom, recipient_name
from services.texts import REMARK, TextLine, marked


class Letter(NamedTuple):
    """A letter, and what became of it."""

    day: str
    about: str
    to: str
    what_became: str


class Row(NamedTuple):
    """A row of the history. `path` leads to where it is corrected, `undo` to where it is taken back."""

    number: int
    day: str
    what: str
    by: str
    recorded: str
    beside: list[str]
    is_set_aside: bool
    is_refused: bool
    path: str | None
    undo: str | None = None


class Note(NamedTuple):
    """Something that somebody wrote, also with what was refused; `mark` says what it had better not tell."""

    text: str
    by: str
    when: str
    is_refused: bool = False
    mark: str | None = None


class PersonRecord:
    """The record of a journey that somebody has read of."""

    def __init__(self, application: Application, shown: Shown) -> None:
        self._application = application
        self.shown = shown
        self.line = shown.line
        self.today = application.today()

    @cached_property
    def openings(self) -> list[Note]:
        """Who has opened who the candidate is."""
        found: Sequence[ReadLine] = openings(self._application.reading, self.line.candidate)
        return [
            Note(one.because or "–", by_whom(self._application, one.actor), in_swedish_time(one.read_at))
            for one in reversed(found)
        ]

    @property
    def latest_notes(self) -> list[Note]:
        """The latest notes, the newest first."""
        return [self._note(one) for one in reversed(self.shown.latest_notes)]

    @cached_property
    def all_notes(self) -> list[Note]:
        """Every note where there are more than the latest, the newest first."""
        is_more = self.shown.standing_notes > len(self.shown.latest_notes)
        return [self._note(one) for one in reversed(self.shown.notes)] if is_more else []

    @property
    def remarks(self) -> list[Note]:
        """Every remark, for who asked."""
        return [self._note(one) for one in reversed(self.shown.remarks)]

    def _note(self, one: TextLine) -> Note:
        day = next((row.effective_on for row in self.shown.rows if row.row == one.row), None)
        when = day or day_in_sweden(one.written_at)
        is_refused = one.row is not None and not one.accepted
        by, mark = by_whom(self._application, one.written_by), marked(one.written_by, [one.text])
        return Note(one.text, by, near(when, self.today), is_refused, translate(mark) if mark else None)

    @cached_property
    def standing_remarks(self) -> int:
        """How many remarks hold, for whoever has not asked for them."""
        holding = in_effect(accepted_entries(self.shown.rows))
        return sum(getattr(entry.event, REMARK, None) is not None for entry in holding)

    @cached_property
    def undoable(self) -> str | None:
        """The event that the reader can take back with a press of a button; None where there is none any more."""
        try:
            return last_step(self.shown.rows, self.shown.reader, self._application.now()).event_id
        except (Refused, UsageError):
            return None

    @cached_property
    def letters(self) -> list[Letter]:
        """Letters, the latest first."""
        found = self._application.lists.notices_of(self.line.journey_id)
        return [
            Letter(
                in_short(day_in_sweden(one.created_at), self.today),
                capital(translate(name_of(one.kind))),
                recipient_name(self._application, one.recipient),
                self._became(one.acknowledged_at, translate(one.became)),
            )
            for one in reversed(found)
        ]

    @staticmethod
    def _became(acknowledged: object, status: str) -> str:
        return _("confirmed") if acknowledged else status

    @cached_property
    def history(self) -> list[Row]:
        """Every row, the latest first."""
        known = known_at(self._application, self.line.journey_id, self.today)
        numbers = {one.event_id: one.row for one in self.shown.rows}
        told = [(one, in_words(event_in_names(one.event, known), numbers)) for one in reversed(self.shown.told)]
        return [self._row(one, translate(what)) for one, what in told]

    @cached_property
    def _may_correct(self) -> bool:
        return not self.shown.is_erased and may_correct(self._application, self.line, self.shown.reader)

    @property
    def may_move(self) -> bool:
        """Whether what was recorded on the wrong person may be moved by the reader."""
        return self._may_correct and any(row.receipt.accepted and can_be_moved(row.kind) for row in self.shown.rows)

    def _row(self, line: LedgerLine, what: str) -> Row:
        number, is_accepted = line.row, line.receipt.accepted
        beside = [capital(translate(one)) for one in self.shown.marks.get(number, ())]
        stands = is_accepted and number not in self.shown.struck_rows  # what was replaced is corrected again
        return Row(
            number=number,
            day=in_short(line.effective_on, self.today) if line.effective_on else "–",
            what=what if is_accepted else self._refused(line),
            by=by_whom(self._application, line.actor),
            recorded=in_swedish_time(line.recorded_at),
            beside=beside,
            is_set_aside=number in self.shown.set_aside,
            is_refused=not is_accepted,
            path=person_path(self.line.journey_id, f"/ratta/{line.event_id}")
            if stands and self._may_correct and can_be_corrected(line.kind)
            else None,
            undo=person_path(self.line.journey_id, "/angra") if line.event_id == self.undoable else None,
        )

    def _refused(self, line: LedgerLine) -> str:
        titles = Titles(self._application.book, self._application.authority)
        why = titles.why_not(line.receipt, self.line.programme)
        return f"{capital(translate(name_of(line.kind)))}. " + _("Refused: {why}", why=why)
