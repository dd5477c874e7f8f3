"""`admin.py` show, next and identities: one candidate."""

from typing import Annotated, Any

import typer

from interfaces.cli.commands.answering import open_application, send, status_of
from interfaces.cli.commands.options import Actor, AsJson, Candidate, InProgramme
from interfaces.cli.output import show
from interfaces.cli.output.identities import print_openings, print_person
from interfaces.cli.output.remarks import print_remarks
from interfaces.cli.process import run_async
from interfaces.cli.prompts import choose_event
from models.message import msg
from runtime.errors import UsageError
from services.identities import access as identities
from services.identities.register import openings
from services.remarks import remarks_on, told, without_remarks

app = typer.Typer()


@app.command(name="show")
def show_(
    candidate: Candidate,
    identity: Annotated[
        bool, typer.Option("--identity", help="Also show name and contact details. This is recorded.")
    ] = False,
    because: Annotated[str | None, typer.Option(help="Why the identity is opened.")] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="Open it in any stage, for somebody's safety.")] = False,
    remarks: Annotated[bool, typer.Option("--remarks", help="Also show remarks.")] = False,
    actor: Actor = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """One journey: its stage, what it waits for and everything recorded. No names are shown unless you ask."""

    application = open_application()
    line = application.find(candidate, programme)
    if not identity and (because or urgent):
        raise UsageError(
            msg("show.options", "--because and --urgent can only be used with --identity. Add it or omit the others.")
        )
    person = (
        identities.open_identity(application, line, application.actor(actor), because, urgent=urgent)
        if identity
        else None
    )
    rows = application.lists.ledger(line.journey_id)
    remarked = told(remarks_on(application.reading, line.journey_id), rows) if remarks else []
    if as_json:
        more: dict[str, Any] = {"identity": identities.in_plain(person)} if person else {}
        more |= {"remarks": remarked} if remarks else {}
        show.as_json({"journey": line, "ledger": without_remarks(rows), **more})
        return
    show.journeys([line])
    show.permanent([line])
    show.ledger(rows)
    if remarks:
        print_remarks(remarked)
    if person:
        print_person(person)


@app.command(name="next")
def next_(
    candidate: Candidate,
    event: Annotated[str | None, typer.Argument(help="An event to record now. At a terminal you are asked.")] = None,
    programme: InProgramme = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> int:
    """What may be done now, with the fields that each event needs."""

    application = open_application()
    line = application.find(candidate, programme)
    status = run_async(lambda: status_of(application, line.journey_id))
    if as_json:
        show.as_json(status)
        return 0
    show.status(status)
    show.options(status)
    kind = event or choose_event(status)
    return send(application, line.journey_id, kind, {}, actor, None, None) if kind else 0


@app.command(name="identities")
def identities_(candidate: Candidate, programme: InProgramme = None, as_json: AsJson = False) -> None:
    """Who has opened a candidate's identity, when, in which stage, and why."""

    application = open_application()
    lines = openings(application.reading, application.find(candidate, programme).candidate)
    show.as_json(lines) if as_json else print_openings(lines)
