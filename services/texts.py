"""The free texts of a journey, as they are shown: opened for those who may read them, told of where they are gone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, null, select
from sqlalchemy.orm import Session

from activities.contents import candidate_in
from activities.free_texts import open_text
from activities.sealing import KeyUnusable, sealer_on
from activities.seals import CannotOpen, Seal
from models.calendar.swedish_day import day_in_sweden
from models.events import events as e
from models.events.texts import TextPlace, is_reference, texts_in, with_texts
from models.events.wariness import Concern, concerns_in
from models.fields import Strict
from models.identifiers import Actor, Role
from models.journey.fold import Entry, corrections_in_effect, in_effect
from models.message import Message, msg
from models.tables.people import TextErasureRow, TextRow
from runtime.i18n import translate
from services.queries.lines import LedgerLine, accepted_entries

REMARK = "remark"
"""The field that is shown only to those who ask for it."""


NOTE = "text"
"""The field of a note, which no other event has."""


class KeptText(Strict):
    """A text, its reference and its place. `text` and `salt` are None where it is erased, or is not what was written.

    `erased_at`, `erased_by` and `decision` say of an erased one when, by whose decision, and by which.
    """

    reference: str
    journey_id: str
    event_id: UUID
    field: str
    written_by: str
    written_at: datetime
    text: str | None = None
    salt: str | None = None
    erased_at: datetime | None = None
    erased_by: str | None = None
    decision: str | None = None

    @property
    def shown(self) -> str | Message:
        """The text, or what became of it."""
        if self.erased_at is not None:
            day = day_in_sweden(self.erased_at)
            return msg("text.erased", "(erased on {day}, {decision})", day=day, decision=self.decision)
        return MISSING if self.text is None else self.text


OUTSIDE = frozenset({Role.PARTNER, Role.SUPERVISOR, Role.MENTOR})
"""Those whose words come in by mail, by link or from a system: nothing of them is refused, so that nothing is lost."""


def marked(written_by: str | None, texts: Iterable[str]) -> Message | None:
    """That texts which came in seem to have an identity number or something about health in them; None otherwise, and
    of what those wrote who work with the record, who were asked."""
    author = Actor.read(written_by or "")
    if author is None or author.role not in OUTSIDE:
        return None
    found = telling(texts)
    return TELLS.filled(what=found) if found else None


def telling(texts: Iterable[str]) -> tuple[Concern, ...]:
    """An identity number and something about health, where texts seem to have them in them."""
    found = {one for text in texts for one in concerns_in(text)}
    return tuple(one for one in (Concern.IDENTITY_NUMBER, Concern.HEALTH) if one in found)


TELLS = msg("text.tells", "seems to contain {what}: correct it without, or have the text erased")
WITHHELD = msg("text.withheld", "(read it on the person's page)")
MISSING = msg("text.missing", "(the text is missing)")
APART = msg("text.apart", "(kept apart)")


def texts_of(engine: Engine, journey_id: str, *, with_erasures: bool = True) -> dict[str, KeptText]:
    """The texts of a journey by their references, the first one first. One query. By whose decision some are erased the
    gateway's role may not ask: it reads them without."""
    same, erased = TextErasureRow.text == TextRow.id, select(TextRow, TextErasureRow)
    query = erased.outerjoin(TextErasureRow, same) if with_erasures else select(TextRow, null())
    with Session(engine) as session:
        query = query.where(TextRow.journey_id == journey_id)
        rows = session.execute(query.order_by(TextRow.written_at, TextRow.id)).all()
        session.expunge_all()
    seal = _seal(engine, candidate_in(journey_id)) if rows else None
    return {text.id: _kept(seal, text, erasure) for text, erasure in rows}


def _seal(engine: Engine, candidate: str) -> Seal:
    try:
        return sealer_on(engine).unless_ended(candidate) or Seal.of_nobody()
    except KeyUnusable:
        return Seal.of_nobody()


def _kept(seal: Seal | None, row: TextRow, erasure: TextErasureRow | None) -> KeptText:
    said: dict[str, Any] = {name: getattr(row, name) for name in KeptText.model_fields if hasattr(row, name)}
    if erasure is not None:
        said |= {
            "erased_at": erasure.recorded_at,
            "erased_by": erasure.decided_by,
            "decision": erasure.decision,
        }
    try:
        found = open_text(seal, row)._asdict() if seal else {}
    except CannotOpen:
        found = {}
    return KeptText(reference=row.id, **said, **found)


def opened(
    lines: Sequence[LedgerLine],
    texts: Mapping[str, KeptText] | None,
    *,
    remarks: bool = False,
    struck: bool = False,
) -> list[LedgerLine]:
    """The rows as they are shown, in the language that is spoken now; without `texts` every text is kept apart.

    Remarks are for those who ask for them. Of the text of an event that was struck or replaced only that is told, but
    to those who ask for what was struck.
    """
    hidden = {} if struck else dict(_hidden(lines))

    def told(line: LedgerLine) -> LedgerLine:
        def put(place: TextPlace, text: str) -> str:
            if not is_reference(text):
                return text
            if texts is None or (place.field == REMARK and not remarks):
                return translate(APART)
            shown = texts[text].shown if text in texts else MISSING
            if text in hidden and not isinstance(shown, Message):
                return translate(hidden[text])
            return translate(shown) if isinstance(shown, Message) else shown

        return line.model_copy(update={"event": with_texts(line.event, put)}) if line.event else line

    return [told(line) for line in lines]


def _hidden(lines: Sequence[LedgerLine]) -> Iterator[tuple[str, Message]]:
    """The references of texts that hold no longer, each with what to say in its place."""
    entries = accepted_entries(lines)
    holding, rows = corrections_in_effect(entries), {line.event_id: line.row for line in lines}
    stand = set(_standing(in_effect(entries)))
    for entry in entries:
        for place, text in texts_in(entry.event.model_dump(mode="json")):
            by = holding.get(entry.event.event_id) or holding.get(UUID(place.event_id))
            if text not in stand and by is not None:
                yield text, _gone(by, rows[str(by.event.event_id)])


def _standing(entries: Iterable[Entry]) -> Iterator[str]:
    """The references in events that hold; what a correction puts in another's place is among them by itself."""
    for entry in entries:
        said = entry.event.model_dump(mode="json")
        yield from (text for _, text in texts_in({**said, "replacement": None}))


def _gone(by: Entry, row: int) -> Message:
    if isinstance(by.event, e.Corrected) and by.event.replacement is None:
        return msg("text.struck", "(struck by row {row})", row=row)
    return msg("text.replaced", "(replaced by row {row})", row=row)


class TextLine(Strict):
    """A text with the ledger row that names it; none where its event never arrived."""

    row: int | None
    kind: str | None
    accepted: bool
    written_by: str
    written_at: datetime
    text: str


def notes_that_hold(lines: Sequence[LedgerLine]) -> int:
    """How many notes on a journey there are that were not struck."""
    return sum(isinstance(entry.event, e.NoteAdded) for entry in in_effect(accepted_entries(lines)))


def notes_in(lines: Sequence[LedgerLine], texts: Mapping[str, KeptText], *, struck: bool = False) -> list[TextLine]:
    """Every note on a journey, in the order of the ledger; of one that was replaced both texts, each by its rule."""
    notes = {reference: one for reference, one in texts.items() if one.field == NOTE}
    return _lines(lines, opened(lines, texts, struck=struck), notes)


LATEST = 3
"""As many notes as are shown to whoever did not ask for all of them."""


def latest_notes(lines: Sequence[LedgerLine], texts: Mapping[str, KeptText]) -> list[TextLine]:
    """The latest notes that were neither struck nor erased, in the order of the ledger."""
    standing = [entry.event for entry in in_effect(accepted_entries(lines)) if isinstance(entry.event, e.NoteAdded)]
    kept = [one.text for one in standing if one.text in texts and texts[one.text].erased_at is None]
    return _lines(lines, opened(lines, texts), {reference: texts[reference] for reference in kept[-LATEST:]})


def tasks_in(lines: Sequence[LedgerLine], texts: Mapping[str, KeptText], *, in_lists: bool = False) -> dict[str, str]:
    """What reminders are about, and notes that ask something, as corrected, by the ids of their events. What is marked
    is told of one person alone, and `in_lists` only that it stands on their page."""
    held = [entry.event for entry in in_effect(accepted_entries(lines))]
    told = {one.event_id: one.task for one in held if isinstance(one, e.ReminderSet)}
    told |= {one.event_id: one.text for one in held if isinstance(one, e.NoteAdded) and one.asks}
    told_as = _in_lists if in_lists else _shown
    return {str(event_id): told_as(texts.get(text, MISSING)) for event_id, text in told.items()}


def _in_lists(text: KeptText | Message) -> str:
    is_marked = isinstance(text, KeptText) and marked(text.written_by, [text.text or ""]) is not None
    return translate(WITHHELD) if is_marked else _shown(text)


def _shown(text: KeptText | Message) -> str:
    told = text if isinstance(text, Message) else text.shown
    return translate(told) if isinstance(told, Message) else told


def remarks_in(lines: Sequence[LedgerLine], texts: Mapping[str, KeptText], *, struck: bool = False) -> list[TextLine]:
    """Every remark on a journey, in the order of the ledger."""
    remarks = {reference: one for reference, one in texts.items() if one.field == REMARK}
    return _lines(lines, opened(lines, texts, remarks=True, struck=struck), remarks)


def struck_in(lines: Sequence[LedgerLine], texts: Mapping[str, KeptText]) -> list[TextLine]:
    """The texts of events that were struck or replaced, in the order of the ledger."""
    hidden = dict(_hidden(lines))
    struck = {reference: one for reference, one in texts.items() if reference in hidden and one.field != REMARK}
    return _lines(lines, opened(lines, texts, struck=True), struck)


def _lines(lines: Sequence[LedgerLine], shown: Sequence[LedgerLine], wanted: Mapping[str, KeptText]) -> list[TextLine]:
    naming: dict[str, tuple[LedgerLine, str]] = {}
    for line, told in zip(lines, shown, strict=True):
        for (_, reference), (_, text) in zip(texts_in(line.event), texts_in(told.event), strict=True):
            naming.setdefault(reference, (line, text))
    found = [_text_line(one, *naming.get(reference, (None, None))) for reference, one in wanted.items()]
    return sorted(found, key=lambda one: (one.row is None, one.row or 0, one.written_at))


def _text_line(one: KeptText, line: LedgerLine | None, text: str | None) -> TextLine:
    own = _shown(one)
    return TextLine(
        row=line.row if line else None,
        kind=line.kind if line else None,
        accepted=line is not None and line.receipt.accepted,
        written_by=one.written_by,
        written_at=one.written_at,
        text=text or own,
    )
