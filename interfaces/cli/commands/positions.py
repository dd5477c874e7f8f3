"""`admin.py position`: whether positions and their requirement profiles are thought through."""

from typing import Annotated

import typer

from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import show
from interfaces.cli.parser import Group
from models.message import msg
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from services.application import Application
from services.positions import review

app = typer.Typer(
    name="position", cls=Group, help="Positions and the requirement profiles that they ask for.", no_args_is_help=True
)


@app.command()
def check(
    position: Annotated[str | None, typer.Argument(help="One position. Default: all.")] = None, as_json: AsJson = False
) -> int:
    """Review positions and their profiles: one line for each finding. Exit status 1 where there are any."""

    book = Application().book
    chosen = [one for one in book.positions if position in (None, one.id)]
    if not chosen and position is not None:
        raise UsageError(
            msg(
                "position.not_listed",
                "Unknown position {position}. Available: {known}.",
                position=position,
                known=", ".join(one.id for one in book.positions),
            )
        )
    found = [line for one in chosen for line in review(book, one)]
    if as_json:
        show.as_json(found)
    else:
        for line in found:
            where = line.requirement or _("the position")
            typer.echo(f"{line.position}, {where}: {line.what_to_do}")
        typer.echo(_("{positions} positions reviewed, {findings} findings", positions=len(chosen), findings=len(found)))
    return Refused.status if found else 0
