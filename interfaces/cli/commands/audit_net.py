"""`audit.py net`: the way of a programme as a Petri net, to hold an event log against."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer, echo

from auditing.event_logs.petri_net import write_pnml
from interfaces.cli.narrowing import refuse_unknown
from runtime.files import new_file
from runtime.i18n import _
from services.application import AuditApplication

app = Typer()


@app.command()
def net(
    programme: Annotated[str, Argument(help="The programme, by its name or id.")],
    output: Annotated[Path, Option(help="Write to this new file. No file is overwritten.")],
) -> None:
    """Draw the way of a programme as a Petri net in PNML, to hold an event log of its journeys against.

    The shape of the way is that of the programme's file of today. Journeys that began under another have another net.
    """
    application = AuditApplication()
    name, *_others = refuse_unknown(application, programme)
    rules = application.book.programme(str(name))
    with new_file(output) as out:
        write_pnml(out, rules.shape)
    echo(_("{file}: the way of {programme} as a net", file=str(output), programme=rules.id))
