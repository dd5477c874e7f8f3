"""`admin.py version`: which versions of the workers there are, which is current, and which may end."""

from typing import Annotated

from typer import Argument

from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import installation, show
from interfaces.cli.parser import group
from interfaces.cli.process import run_async
from models.message import Message
from runtime.build import build_id
from runtime.i18n import translate
from runtime.temporal.client import connect, temporal_errors
from services.application import Application
from services.operations import versions
from services.operations.versions import Version

app = group(name="version", help="Versions of the workers: list them, give the journeys to another one.")


@app.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """For operators: the versions of the workers that Temporal knows, and which of them may end."""
    settings = Application().settings

    async def ask() -> list[Version]:
        with temporal_errors():
            return await versions.versions(await connect(settings), settings.task_queue)

    found = run_async(ask)
    show.as_json(installation.plain_versions(found)) if as_json else installation.versions(found)


@app.command()
def promote(
    build: Annotated[str | None, Argument(help="The build id. Default: that of this version.")] = None,
    as_json: AsJson = False,
) -> None:
    """For operators: let Temporal give the journeys to this version's workers from now on. It is safe to repeat."""
    settings = Application().settings
    chosen = build or build_id(settings.build_id)

    async def ask() -> Message:
        with temporal_errors():
            return await versions.promote(await connect(settings), settings.task_queue, chosen)

    told = translate(run_async(ask))
    show.as_json({"build_id": chosen, "says": told}) if as_json else show.tell(told)
