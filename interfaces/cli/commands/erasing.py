"""`admin.py` erase-note: what somebody wrote in an event, erased by a decision."""

from typing import Annotated

from typer import Argument, Option, Typer

from interfaces.cli.commands.options import Actor, AsJson, Candidate, InProgramme
from interfaces.cli.output import show
from runtime.i18n import _, _n
from services.application import Application
from services.privacy.text_erasure import erase_texts

app = Typer()


@app.command(name="erase-note")
def erase_note(
    candidate: Candidate,
    row: Annotated[int, Argument(help="The ledger row of the event, as `show` numbers it.")],
    decision: Annotated[str, Option(help="The decision by which it is erased, such as a reference number.")],
    field: Annotated[
        str | None, Option(help="Only the text in this field, such as reason. Default: every text.")
    ] = None,
    decided_by: Annotated[str | None, Option(help="Who decided it. Default: you.")] = None,
    actor: Actor = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """Erase what was written in an event. The event stays, and that its text was erased is recorded."""
    application = Application()
    line = application.find(candidate, programme)
    done = erase_texts(application, line, row, decision=decision, field=field, decided_by=decided_by, actor=actor)
    if as_json:
        show.as_json(done)
        return
    count = len(done.fields)
    told = _n("{count} text of row {row} is erased.", "{count} texts of row {row} are erased.", count, row=row)
    show.tell(told)
    if not done.is_gone:
        show.tell(_("Files of the database can hold it still: the runbook says how they are cleaned."))
