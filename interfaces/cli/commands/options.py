"""Arguments and options that several commands of the scripts take."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Candidate = Annotated[str, typer.Argument(help="The candidate's number, such as K7Q29FMXB.")]
InProgramme = Annotated[str | None, typer.Option("--programme", help="Which programme, where there are several.")]
Actor = Annotated[str | None, typer.Option(help="Who acts, such as coordinator:anna.berg. Default: HELAVAGEN_ACTOR.")]
On = Annotated[str | None, typer.Option("--on", help="The day it took effect, YYYY-MM-DD. Default: today.")]
EventId = Annotated[str | None, typer.Option(help="The event's id, to send it again. Default: a new one.")]
Town = Annotated[str | None, typer.Option(help="Only in this town, by its municipality code.")]
OfPages = Annotated[int, typer.Option("--page", min=1, help="Which page.")]
OPEN_FIELDS = {"allow_extra_args": True, "ignore_unknown_options": True}
