"""`admin.py` signal: what happens to a candidate."""

from typing import Annotated

from typer import Argument, Context, Option, Typer

from interfaces.cli.asking_people import open_journey_of
from interfaces.cli.before_sending import Before
from interfaces.cli.commands.answering import send
from interfaces.cli.commands.options import (
    OPEN_FIELDS,
    Actor,
    AsJson,
    DryRun,
    EventId,
    InProgramme,
    On,
    Whom,
    Yes,
)
from interfaces.cli.fields import read_fields, read_json
from services.application import Application

app = Typer()


@app.command(context_settings=OPEN_FIELDS)
def signal(
    context: Context,
    candidate: Whom,
    event: Annotated[str, Argument(help="The event by its name, such as check-in.")],
    data: Annotated[str | None, Option(help="The event's fields as JSON.")] = None,
    no_wait: Annotated[bool, Option("--no-wait", help="Do not wait for the receipt.")] = False,
    on: On = None,
    actor: Actor = None,
    event_id: EventId = None,
    programme: InProgramme = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Record an event, with --FIELD VALUE for each field. `next` shows what is possible."""
    application = Application()
    fields = {**read_json(data), **read_fields(context.args)}
    line = open_journey_of(application, candidate, actor, programme)
    before = Before(dry_run, yes, as_json)
    return send(application, line, event, fields, actor, on=on, event_id=event_id, no_wait=no_wait, before=before)
