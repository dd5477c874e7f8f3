"""`admin.py` pause and resume: the way stands still until a day, and goes on."""

from typing import Annotated, Any

from typer import Option, Typer

from interfaces.cli.asking_people import open_journey_of
from interfaces.cli.before_sending import Before
from interfaces.cli.commands.answering import send
from interfaces.cli.commands.options import Actor, AsJson, DryRun, EventId, InProgramme, On, Whom, Yes
from models.rules.pausing import NOTHING_TO_RESUME
from runtime.errors import Refused, UsageError
from services.application import Application, may_ask

app = Typer()


@app.command()
def pause(
    candidate: Whom,
    until: Annotated[str | None, Option(help="The day to return, such as 2 March, also a new one.")] = None,
    because: Annotated[str | None, Option("--because", help="Why the journey stands still.")] = None,
    free_place: Annotated[bool, Option("--free-place", help="Others may have the place meanwhile.")] = False,
    keep_place: Annotated[bool, Option("--keep-place", help="The place is kept. Default.")] = False,
    on: On = None,
    actor: Actor = None,
    event_id: EventId = None,
    programme: InProgramme = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Pause a journey, or say until when the pause lasts instead."""
    application = Application()
    line = open_journey_of(application, candidate, actor, programme)
    fields: dict[str, Any] = {name: value for name, value in (("reason", because), ("until", until)) if value}
    if free_place and keep_place:
        raise UsageError("pause.both", "A place is either kept or freed. Choose one.")
    if line.paused and (free_place or keep_place):
        raise UsageError(
            "pause.place",
            "The journey is paused already, and its place was kept or freed then. Say only the day to return.",
        )
    if free_place:
        fields["frees_place"] = True
    if not (because or line.paused or may_ask()):
        raise UsageError("pause.why", "Why the journey stands still is missing. Say it by --because.")
    kind = "pause_extended" if line.paused else "paused"
    before = Before(dry_run, yes, as_json)
    return send(application, line, kind, fields, actor, on=on, event_id=event_id, before=before)


@app.command()
def resume(
    candidate: Whom,
    seeks_new_place: Annotated[
        bool, Option("--seeks-new-place", help="Without the place that the pause has freed: another one is sought.")
    ] = False,
    on: On = None,
    actor: Actor = None,
    event_id: EventId = None,
    programme: InProgramme = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """End a pause, on the day to return or earlier."""
    application = Application()
    line = open_journey_of(application, candidate, actor, programme)
    if not line.paused and event_id is None:  # what is sent again was answered already
        raise Refused(NOTHING_TO_RESUME)
    fields = {"seeks_new_place": True} if seeks_new_place else {}
    before = Before(dry_run, yes, as_json)
    return send(application, line, "resumed", fields, actor, on=on, event_id=event_id, before=before)
