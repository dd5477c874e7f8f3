"""`admin.py` signal, correct and rules: what happens to a candidate."""

from typing import Annotated

import typer

from interfaces.cli.commands.answering import open_application, send
from interfaces.cli.commands.options import OPEN_FIELDS, Actor, AsJson, Candidate, EventId, InProgramme, On
from models.message import msg
from runtime.errors import UsageError
from services.recording.correction import correction
from services.recording.draft import in_correction, keep_remark, read_fields, read_json

app = typer.Typer()


@app.command(context_settings=OPEN_FIELDS)
def signal(
    context: typer.Context,
    candidate: Candidate,
    event: Annotated[str, typer.Argument(help="The event, such as referral_accepted.")],
    data: Annotated[str | None, typer.Option(help="The event's fields as JSON.")] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Do not wait for the receipt.")] = False,
    on: On = None,
    actor: Actor = None,
    event_id: EventId = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> int:
    """Record an event, with --FIELD VALUE for each field. `next` shows what is possible."""

    application = open_application()
    fields = {**read_json(data), **read_fields(context.args)}
    line = application.find(candidate, programme)
    return send(application, line.journey_id, event, fields, actor, on, event_id, no_wait=no_wait, as_json=as_json)


@app.command(context_settings=OPEN_FIELDS)
def correct(
    context: typer.Context,
    candidate: Candidate,
    row: Annotated[int, typer.Argument(help="The ledger row of the event, as `show` numbers it.")],
    because: Annotated[str, typer.Option(help="Why it is corrected.")],
    strike: Annotated[bool, typer.Option("--strike", help="Strike the event instead of replacing its fields.")] = False,
    on: Annotated[str | None, typer.Option("--on", help="The day on which the event really took effect.")] = None,
    actor: Actor = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> int:
    """Correct an earlier event: --FIELD VALUE replaces a field, --strike removes the event."""

    application = open_application()
    line = application.find(candidate, programme)
    fields = read_fields(context.args)
    if strike and (fields or on):
        raise UsageError(msg("correct.strike_and_fields", "--strike removes the whole event. Omit the fields."))
    rows = application.lists.ledger(line.journey_id)
    wrong = next((one for one in rows if one.row == row), None)
    fields, remark = in_correction(application, line, wrong, fields, application.actor(actor))
    said = correction(rows, row, because, None if strike else fields, on)
    keep_remark(application, remark)
    return send(application, line.journey_id, "corrected", said, actor, None, None, as_json=as_json)


@app.command()
def rules(
    candidate: Candidate,
    because: Annotated[str, typer.Option(help="Why the journey moves to other rules.")],
    actor: Actor = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> int:
    """Move a journey from the rules of its referral to its programme's rules of today."""
    application = open_application()
    line = application.find(candidate, programme)
    new = application.book.programme(line.programme).model_dump(mode="json")
    return send(
        application,
        line.journey_id,
        "rules_changed",
        {"reason": because, "rules": new},
        actor,
        None,
        None,
        as_json=as_json,
    )
