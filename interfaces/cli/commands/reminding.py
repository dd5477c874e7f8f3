"""`admin.py` remind: what somebody wants to be reminded of, set, moved and done."""

from typing import Annotated, Any

from typer import Option, Typer

from interfaces.cli.asking_people import open_journey_of
from interfaces.cli.before_sending import Before
from interfaces.cli.commands.answering import send
from interfaces.cli.commands.options import Actor, AsJson, DryRun, EventId, InProgramme, Whom, Yes
from runtime.errors import UsageError
from services.application import Application
from services.queries.lines import JourneyLine
from services.recording.reminding import reminder_in

app = Typer()


@app.command()
def remind(
    candidate: Whom,
    on: Annotated[str | None, Option("--on", help="The day to be reminded on.")] = None,
    text: Annotated[str | None, Option("--text", help="What to be reminded of.")] = None,
    row: Annotated[int | None, Option("--row", help="The reminder in this row, moved with --on or done.")] = None,
    done: Annotated[bool, Option("--done", help="What it reminds of is done.")] = False,
    actor: Actor = None,
    event_id: EventId = None,
    programme: InProgramme = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Set a reminder on a journey, move it to another day with --row, or say that it is done."""
    application = Application()
    line = open_journey_of(application, candidate, actor, programme)
    kind, fields = _said(application, line, on, text, row, done=done)
    day, before = application.today().isoformat(), Before(dry_run, yes, as_json)
    return send(application, line, kind, fields, actor, on=day, event_id=event_id, before=before)


def _said(
    application: Application, line: JourneyLine, on: str | None, text: str | None, row: int | None, *, done: bool
) -> tuple[str, dict[str, Any]]:
    """The kind of event and its fields. Raises UsageError where the options do not go together."""
    if (done and (on or text)) or (row is not None and text):
        raise UsageError("remind.options", "A reminder is either set with a text, moved to another day, or done.")
    if not done and row is None:
        return "reminder_set", {name: value for name, value in (("remind_on", on), ("task", text)) if value}
    reminder = {"reminder": str(reminder_in(application.lists.ledger(line.journey_id), row).event_id)}
    return ("reminder_done", reminder) if done else ("reminder_moved", reminder | ({"remind_on": on} if on else {}))
