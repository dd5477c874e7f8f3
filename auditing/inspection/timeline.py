"""The timeline: what happened to a candidate, line by line, in plain words; as text, JSON, CSV or a web page."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from activities.delivery import Delivery
from activities.language import Language
from activities.templating import templates_beside
from auditing.inspection.late import late_days
from auditing.inspection.wording import moment, what_came, word_of
from models.fields import Strict
from models.identifiers import Actor, shown_parts
from models.journey.fold import corrections_in_effect
from models.message import N_, Worded, msg
from models.partners.notice import id_of_notice
from models.stages import Stage
from runtime.errors import UsageError
from runtime.files import write_file
from runtime.i18n import _, _n, answer, as_actor, as_kind, as_typed, language, translate, using_language
from services.queries.lines import LedgerLine, NoticeLine, accepted_entries, told_to
from services.sheets.harmless import harmless
from services.texts import KeptText, opened

if TYPE_CHECKING:
    from services.application import Application


def as_is(line: LedgerLine) -> LedgerLine:
    """The line with its codes."""
    return line


class Sort(Worded):
    """What a line of the timeline tells of."""

    EVENT = "event", msg("sort.event", "event")
    CORRECTION = "correction", msg("sort.correction", "correction")
    REFUSAL = "refusal", msg("sort.refusal", "refusal")
    NOTICE = "notice", msg("sort.notice", "notice")
    ACKNOWLEDGEMENT = "acknowledgement", msg("sort.acknowledgement", "acknowledgement")


class TimelineRow(Strict):
    """A line: `what` happened, `by` whom, the `answer`, and the stage afterwards. Words are of one language.

    `row` is the ledger row, and None for what happened to a notice. `corrected_by` is the row of the correction of this
    event that holds today. `word` tells whose word it is that the author said it, where a server signed for them.
    `kind` is the event's, of a notice that of the event it tells of. `late_days` are the days that passed before what
    happened was recorded, where they are many.
    """

    row: int | None
    sort: Sort
    recorded_at: datetime
    effective_on: date | None
    by: str
    what: str
    answer: str
    stage: Stage | None
    event_id: str
    kind: str
    corrected_by: int | None = None
    word: str | None = None
    late_days: int | None = None


def timeline(
    lines: Sequence[LedgerLine], notices: Iterable[NoticeLine] = (), named: Callable[[LedgerLine], LedgerLine] = as_is
) -> list[TimelineRow]:
    """Everything that happened, in the language that is spoken now; with what happened to these notices among it.
    `named` puts names for codes in what is shown of a line."""
    rows = {line.event_id: line.row for line in lines}
    holding = corrections_in_effect(accepted_entries(lines))
    corrected = {str(event_id): rows[str(by.event.event_id)] for event_id, by in holding.items()}
    told = [_of_line(line, lines, rows, corrected.get(line.event_id), named) for line in lines]
    return _in_order(told, [row for notice in notices for row in _of_notice(notice, rows)])


def _of_line(
    line: LedgerLine,
    lines: Sequence[LedgerLine],
    rows: dict[str, int],
    corrected_by: int | None,
    named: Callable[[LedgerLine], LedgerLine],
) -> TimelineRow:
    accepted = Sort.CORRECTION if line.kind == "corrected" else Sort.EVENT
    return TimelineRow(
        row=line.row,
        sort=accepted if line.receipt.accepted else Sort.REFUSAL,
        recorded_at=line.recorded_at,
        effective_on=line.effective_on,
        by=line.actor or _("unknown"),
        what=_confirmed(line, lines) or what_came(named(line), rows),
        answer=answer(line.receipt),
        stage=line.receipt.stage,
        event_id=line.event_id,
        kind=line.kind,
        corrected_by=corrected_by if line.receipt.accepted else None,
        word=word_of(line),
        late_days=late_days(line),
    )


def _confirmed(line: LedgerLine, lines: Sequence[LedgerLine]) -> str | None:
    """What a partner's own confirmation is about: ids of notices, which follow from event and recipient, say nothing
    to people. None of any other line, and where somebody else confirmed in the partner's place."""
    if line.kind != "partner_acknowledged" or line.event is None:
        return None
    by = Actor.read(line.actor or "")
    name = by.name if by else ""
    for other in lines:
        if str(id_of_notice(UUID(other.event_id), line.journey_id, name)) == line.event["notice_id"]:
            return _("{recipient} confirmed the notice of row {row}.", recipient=name, row=other.row)
    return None


def _of_notice(notice: NoticeLine, rows: dict[str, int]) -> Iterator[TimelineRow]:
    """A line for how far a notice has come, and one for its acknowledgement."""
    row, to = rows.get(notice.event_id, _("unknown")), told_to(notice.recipient, notice.sent_to)
    by = {"event_id": notice.event_id, "kind": notice.kind, "row": None, "effective_on": None, "stage": None}
    what = {
        Delivery.SENT: _("{recipient} was told of row {row}.", recipient=to, row=row),
        Delivery.PENDING: _("{recipient} is to be told of row {row}; the notice is on its way.", recipient=to, row=row),
        Delivery.DEAD: _("{recipient} could not be told of row {row}.", recipient=to, row=row),
        Delivery.TO_CALL: _(
            "{recipient} has no e-mail address, and is to be called of row {row}.", recipient=to, row=row
        ),
        Delivery.WITHDRAWN: _("{recipient} is no longer to be told of row {row}.", recipient=to, row=row),
    }[notice.status]
    state, at = translate(notice.status.in_words), notice.sent_at or notice.created_at
    yield TimelineRow(sort=Sort.NOTICE, recorded_at=at, by=_("the product"), what=what, answer=state, **by)
    if notice.acknowledged_at is not None:
        what = _("{recipient} confirmed the notice of row {row}.", recipient=to, row=row)
        at = notice.acknowledged_at
        yield TimelineRow(sort=Sort.ACKNOWLEDGEMENT, recorded_at=at, by=to, what=what, answer=_("confirmed"), **by)


def _in_order(lines: Sequence[TimelineRow], others: Sequence[TimelineRow]) -> list[TimelineRow]:
    """Ledger rows in the order of the ledger, whatever their moments say; the others each after what came before it."""
    ordered: list[TimelineRow] = []
    left = sorted(others, key=lambda row: row.recorded_at)
    for line in lines:
        while left and left[0].recorded_at < line.recorded_at:
            ordered.append(left.pop(0))
        ordered.append(line)
    return [*ordered, *left]


_TEMPLATES = templates_beside(__file__)

FORMS = ("text", "json", "csv", "html")


def read_form(written: str) -> str:
    """A form that somebody wrote. Raises UsageError."""
    if written in FORMS:
        return written
    raise UsageError(
        "timeline.form", "Unknown format {form}. Available: {known}.", form=written, known=", ".join(FORMS)
    )


def tell(
    application: Application,
    journey_id: str,
    form: str,
    language: Language,
    *,
    with_notices: bool,
    texts: Mapping[str, KeptText] | None = None,
) -> str:
    """The timeline of a journey as text of the form, with what people wrote where that is opened."""
    notices = application.lists.notices_of(journey_id) if with_notices else []
    with using_language(language):
        lines = opened(application.lists.ledger(journey_id), texts, remarks=True, struck=True)
        return written(timeline(lines, notices), form, journey_id)


def written(rows: list[TimelineRow], form: str, journey_id: str) -> str:
    """Rows as text of the form. Needs no database; the language spoken must be that of the rows."""
    if form == "json":
        return json.dumps([row.model_dump(mode="json") for row in rows], ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        return as_csv(rows)
    if form == "html":
        return timeline_page(rows, journey_id)
    return as_text(rows)


def write(text: str, output: Path | None) -> None:
    """To a file, or where there is none to the terminal. Raises UsageError where the file cannot be written."""
    if output is None:
        sys.stdout.write(text)
        return
    write_file(output, text.encode())


def timeline_page(rows: Sequence[TimelineRow], journey_id: str) -> str:
    """The whole page, in the language that is spoken now, which is that of the rows."""
    candidate, programme = shown_parts(journey_id)
    return _TEMPLATES.get_template("timeline.html.j2").render(
        rows=rows,
        candidate=candidate,
        programme=programme,
        language=language(),
        _=_,
        circumstances=circumstances,
        words=lambda worded: translate(worded.in_words),
        quiet=(Sort.NOTICE, Sort.ACKNOWLEDGEMENT),
    )


def as_text(rows: Iterable[TimelineRow]) -> str:
    """The timeline for a terminal or a text file: two lines for each row."""
    return "".join(
        f"{'' if row.row is None else row.row:>3}  {row.effective_on or '–'!s:<10}  {row.what}\n"
        f"     {circumstances(row)}\n"
        for row in rows
    )


def circumstances(row: TimelineRow) -> str:
    """By whom, when, and how it was answered; by whose word, where a server signed; and that it was corrected."""
    said = _(
        "by {who}, recorded {moment}: {answer}", who=as_actor(row.by), moment=moment(row.recorded_at), answer=row.answer
    )
    corrected = _("corrected by row {row}", row=row.corrected_by) if row.corrected_by else None
    late = _n("{count} day late", "{count} days late", row.late_days) if row.late_days else None
    return ", ".join(filter(None, (said, late, row.word, corrected)))


def as_csv(rows: Iterable[TimelineRow]) -> str:
    """The timeline as CSV (RFC 4180). In English programs read it: fields and codes by their names in the code."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(_(HEADERS[name]) for name in TimelineRow.model_fields)
    for row in rows:
        writer.writerow(harmless(value) for value in _cells(row).values())
    return out.getvalue()


def _cells(row: TimelineRow) -> dict[str, object]:
    cells = row.model_dump(mode="json")
    if language() != "en":
        stage = as_typed(row.stage) if row.stage else None
        cells |= {"sort": as_typed(row.sort), "by": as_actor(row.by), "stage": stage, "kind": as_kind(row.kind)}
    return cells


HEADERS = {
    "row": N_("row"),
    "sort": N_("sort"),
    "recorded_at": N_("recorded_at"),
    "effective_on": N_("effective_on"),
    "by": N_("by"),
    "what": N_("what"),
    "answer": N_("answer"),
    "stage": N_("stage"),
    "event_id": N_("event_id"),
    "kind": N_("kind"),
    "corrected_by": N_("corrected_by"),
    "word": N_("word"),
    "late_days": N_("late_days"),
}
