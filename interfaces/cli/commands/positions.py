"""`admin.py position`: whether positions and their requirement profiles are thought through."""

from typing import Annotated

from sqlalchemy.exc import SQLAlchemyError
from typer import Argument, echo

from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import show
from interfaces.cli.parser import group
from models.access.register import Register
from runtime.errors import Refused, UsageError, UserError
from runtime.i18n import _, _n
from services.application import Application
from services.positions import review, review_people

app = group(name="position", help="Positions and the requirement profiles that they ask for.")


@app.command()
def check(
    position: Annotated[str | None, Argument(help="One position. Default: all.")] = None, as_json: AsJson = False
) -> int:
    """Review positions and their profiles: one line for each finding. Exit status 1 where there are any."""
    application = Application()
    book, register = application.book, _register(application)
    chosen = [one for one in book.positions if position in (None, one.id)]
    if not chosen and position is not None:
        known = ", ".join(one.id for one in book.positions)
        names = {"position": position, "known": known}
        raise UsageError("position.not_listed", "Unknown position {position}. Available: {known}.", **names)
    found = [line for one in chosen for line in review(book, one)]
    if register is not None:
        found += [line for one in chosen for line in review_people(one, register, application.now())]
    if as_json:
        show.as_json(found)
    else:
        for line in found:
            where = line.requirement or _("the position")
            echo(f"{line.position}, {where}: {line.what_to_do}")
        echo(
            _(
                "{positions}, {findings}",
                positions=_n("{count} position reviewed", "{count} positions reviewed", len(chosen)),
                findings=_n("{count} finding", "{count} findings", len(found)),
            )
        )
    return Refused.status if found else 0


def _register(application: Application) -> Register | None:
    """The register of staff; None where no database is set or reached: files are also checked before there is one."""
    try:
        return application.authority
    except (SQLAlchemyError, UserError):
        return None
