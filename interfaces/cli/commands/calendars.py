"""`admin.py` calendar: what is due, for a calendar of one's own."""

from pathlib import Path
from typing import Annotated

from typer import Option, Typer

from interfaces.cli.commands.options import Actor, InProgramme
from interfaces.cli.narrowing import refuse_unknown
from interfaces.cli.output import show
from runtime.files import write_anew
from runtime.i18n import _n
from services.application import Application
from services.queries.calendar import calendar_of, read_before
from services.reading import may_list, own_charge

app = Typer()


@app.command()
def calendar(
    file: Annotated[Path, Option("--output", help="The iCalendar file to write, such as due.ics.")],
    everybody: Annotated[bool, Option("--all", help="Also colleagues' candidates.")] = False,
    programme: InProgramme = None,
    actor: Actor = None,
) -> None:
    """Write what is due as a calendar, without names. Written again, it says what has moved and what is done."""
    application = Application()
    programme = refuse_unknown(application, programme).programme
    open_to = may_list(application, actor, programme)
    whose = None if everybody else own_charge(application, actor)
    lines = application.lists.due(application.today(), coordinator=whose, programme=open_to)
    write_anew(file, calendar_of(lines, application.now(), read_before(file)))
    show.tell(_n("{count} day is in {file}.", "{count} days are in {file}.", len(lines), file=file))
