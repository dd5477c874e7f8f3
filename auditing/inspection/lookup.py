"""A candidate's timeline as somebody asks for it: in a language, in a form, on the terminal or in a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from activities.language import Language
from auditing.evidence.recorded import MOST_NOTICES
from auditing.inspection.timeline import TimelineRow, as_csv, as_text, timeline
from runtime.errors import UsageError
from runtime.files import writing
from runtime.i18n import using_language

if TYPE_CHECKING:
    from services.application import Application

FORMS = ("text", "json", "csv", "html")


def read_form(written: str) -> str:
    """A form that somebody wrote. Raises UsageError."""
    if written in FORMS:
        return written
    raise UsageError("There is no timeline as {form}; choose one of {known}.", form=written, known=", ".join(FORMS))


def tell(application: Application, journey_id: str, form: str, language: Language, *, with_notices: bool) -> str:
    """The timeline of a journey as text of the form."""
    notices = application.lists.notices(journey_id=journey_id, limit=MOST_NOTICES) if with_notices else []
    with using_language(language):
        return written(timeline(application.lists.ledger(journey_id), notices), form, journey_id)


def written(rows: list[TimelineRow], form: str, journey_id: str) -> str:
    """Rows as text of the form. Needs no database; the language spoken must be that of the rows."""
    if form == "json":
        return json.dumps([row.model_dump(mode="json") for row in rows], ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        return as_csv(rows)
    if form == "html":
        from auditing.inspection.timeline_page import timeline_page  # the other forms need no templates

        return timeline_page(rows, journey_id)
    return as_text(rows)


def write(text: str, output: Path | None) -> None:
    """To a file, or where there is none to the terminal. Raises UsageError where the file cannot be written."""
    if output is None:
        sys.stdout.write(text)
        return
    with writing(output):
        output.write_text(text, encoding="utf-8", newline="")
