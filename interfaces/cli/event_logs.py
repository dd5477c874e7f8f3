"""The journeys of an answer as an event log for process mining, in a file."""

from pathlib import Path

from typer import echo

from auditing.event_logs.views import View
from auditing.event_logs.writing import LogForm, write_log
from auditing.inquiry.answering import Answer
from interfaces.cli.output import audit, show
from runtime.errors import UsageError
from runtime.files import new_file
from runtime.i18n import _, _n
from services.application import Application


def refuse_parts_of_a_log(output: Path | None, page: int | None, limit: int | None) -> None:
    """Raise UsageError where an event log has no file, or is asked for in pages."""
    if output is None:
        raise UsageError("find.log_file", "An event log is written to a file. Name a new one.")
    if page is not None or limit is not None:
        raise UsageError("find.log_page", "An event log has every journey of the answer. Ask for no page of it.")


def write_event_log(application: Application, answer: Answer, form: LogForm, view: View, output: Path) -> None:
    """Write the log, and tell how much it has and what it has not."""
    kinds = {partner.id: partner.kind for partner in application.book.partners}
    known_by, ids = answer.inquiry.known_by, answer.journeys()
    with new_file(output) as out:
        found = write_log(form, ids, application.reading, out, kinds=kinds, view=view, known_by=known_by)
    counted = {
        "journeys": _n("{count} journey", "{count} journeys", found.journeys),
        "events": _n("{count} event", "{count} events", found.events),
    }
    echo(_("{file}: {journeys} with {events}", file=str(output), **counted))
    audit.left_out(answer.tally.protected + found.protected)
    if found.empty:
        show.aside(
            _n(
                "{count} journey is not in it, since nothing is known that holds.",
                "{count} journeys are not in it, since nothing is known that holds.",
                found.empty,
            )
        )
