"""The timeline as text, JSON, CSV or a web page."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from activities.language import Language
from activities.templating import templates_beside
from auditing.inspection.omissions import omissions
from auditing.inspection.timeline import Sort, TimelineRow, timeline
from auditing.inspection.wording import moment
from models.calendar.swedish_day import in_swedish_time
from models.identifiers import JourneyId, shown_parts
from models.message import N_
from runtime.errors import UsageError
from runtime.files import write_file
from runtime.i18n import (
    _,
    _n,
    as_actor,
    as_kind,
    as_typed,
    called,
    day_told,
    language,
    translate,
    using_days_in_words,
    using_language,
    using_names,
)
from services.names import Names
from services.sheets.csv_line import BOM, csv_line
from services.texts import KeptText, opened

if TYPE_CHECKING:
    from auditing.evidence.recorded import JourneyRecord
    from services.application import Application

_TEMPLATES = templates_beside(__file__)

FORMS = ("text", "json", "csv", "html")

FOR_PEOPLE = ("text", "html")
"""Forms that no program reads: days are written in words."""


def read_form(written: str) -> str:
    """A form that somebody wrote. Raises UsageError."""
    if written in FORMS:
        return written
    raise UsageError(
        "timeline.form", "Unknown format {form}. Available: {known}.", form=written, known=", ".join(FORMS)
    )


def tell(
    application: Application,
    journey_id: JourneyId,
    form: str,
    language: Language,
    *,
    with_notices: bool,
    record: JourneyRecord | None,
    texts: Mapping[str, KeptText] | None = None,
) -> str:
    """The timeline of a journey as text of the form, with what did not happen where the `record` has the rules of then,
    and with what people wrote where that is opened."""
    lists, book, now = application.lists, application.book, application.now()
    notices = lists.notices_of(journey_id) if with_notices else []
    rules = record.rules if record else book.find(journey_id.programme)
    names = Names(book, rules, application.authority) if form != "json" else None
    with using_language(language), using_names(names), using_days_in_words(form in FOR_PEOPLE):
        lacks = omissions(record, application.today()) if record else ()
        lines = opened(lists.ledger(journey_id), texts, remarks=True, struck=True)
        return written(timeline(lines, notices, lacks, now), form, journey_id)


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
        programme=called("programme", programme),
        language=language(),
        _=_,
        day=day_told,
        circumstances=circumstances,
        words=lambda worded: translate(worded.in_words),
        quiet=(Sort.NOTICE, Sort.ACKNOWLEDGEMENT),
    )


def as_text(rows: Iterable[TimelineRow]) -> str:
    """The timeline for a terminal or a text file: two lines for each row."""
    rows = list(rows)
    wide = max((len(day_told(row.effective_on)) for row in rows), default=0)
    return "".join(
        f"{'' if row.row is None else row.row:>3}  {day_told(row.effective_on):<{wide}}  {row.what}\n"
        f"     {circumstances(row)}\n"
        for row in rows
    )


def circumstances(row: TimelineRow) -> str:
    """By whom, when, and how it was answered; by whose word, where a server signed; and that it was corrected. Of what
    did not happen, where or when that shows."""
    if row.sort is Sort.DEVIATION:
        return row.answer
    said = _(
        "by {who}, recorded {moment}: {answer}", who=as_actor(row.by), moment=moment(row.recorded_at), answer=row.answer
    )
    corrected = _("corrected by row {row}", row=row.corrected_by) if row.corrected_by else None
    late = _n("{count} day late", "{count} days late", row.late_days) if row.late_days else None
    return ", ".join(filter(None, (said, late, row.word, corrected)))


def as_csv(rows: Iterable[TimelineRow]) -> str:
    """The timeline as CSV that Excel opens in Sweden, with moments by the clock there. In English fields and codes have
    their names in the code."""
    heading = csv_line(_(HEADERS[name]) for name in TimelineRow.model_fields)
    return BOM + heading + "".join(csv_line(_cells(row).values()) for row in rows)


def _cells(row: TimelineRow) -> dict[str, object]:
    cells = row.model_dump(mode="json") | {"recorded_at": in_swedish_time(row.recorded_at, seconds=True)}
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
    "lack": N_("lack"),
}
