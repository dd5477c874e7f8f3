"""`admin.py` find: the person by what whoever telephones says."""

from typing import Annotated

from typer import Argument, Typer

from interfaces.cli.commands.options import Actor, AsJson, Because, OnlyProgramme
from interfaces.cli.narrowing import refuse_unknown
from interfaces.cli.output import identities, show
from services.application import Application
from services.identities.finding import find
from services.queries.titles import Titles

app = Typer()


@app.command(name="find")
def find_(
    text: Annotated[
        list[str], Argument(help="Part of a name, identity number, telephone number, address or candidate number.")
    ],
    because: Because = None,
    programme: OnlyProgramme = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Find a person: who they are, where they stand, what is next and whom to call. Who is shown is recorded.

    Exit status 1 where nobody is found.
    """
    application = Application()
    programme = refuse_unknown(application, programme).programme
    found = find(application, " ".join(text), actor, because, programme)
    if as_json:
        show.as_json(found)
        return
    lines = Titles(application.book).shown(found.lines)
    identities.found(found.model_copy(update={"lines": lines}), application.today())
