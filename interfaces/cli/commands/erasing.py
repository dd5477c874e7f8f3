"""`admin.py` erase and erase-note: a candidate by two, who is due, what a restore forgot; and what was written."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from interfaces.cli.commands.options import Actor, AsJson, Candidate, InProgramme
from interfaces.cli.narrowing import day_it_happened
from interfaces.cli.output import privacy as screen
from interfaces.cli.output import show
from interfaces.cli.process import run_async
from runtime.errors import Refused, UsageError
from runtime.i18n import _, _n
from services.application import Application, candidate_of
from services.privacy.certificate import certificate_of, refuse_unwritable, write
from services.privacy.disposing import Disposing
from services.privacy.retention import due as who_is_due
from services.privacy.retention import proposed as proposed_in
from services.privacy.text_erasure import erase_texts
from services.queries.titles import Titles
from services.reading import may_list

app = Typer()


@app.command()
def erase(
    candidate: Annotated[str | None, Argument(help="The candidate's number, such as K7Q29FMXB.")] = None,
    decision: Annotated[str | None, Option(help="What the decision is filed under, such as KS-2026/114.")] = None,
    confirm: Annotated[bool, Option("--confirm", help="Carry out what another has proposed.")] = False,
    certificate: Annotated[
        Path | None, Option(help="Write a certificate of the erasure: FILE.html in Swedish, and FILE.json.")
    ] = None,
    due: Annotated[
        bool, Option("--due", help="Only show who is due to be erased, by programme, and what is proposed.")
    ] = False,
    on: Annotated[str | None, Option("--on", help="Due on this day, such as 2 March. Default: today.")] = None,
    again: Annotated[
        bool, Option("--again", help="After a restore: carry out again whatever was erased since the backup.")
    ] = False,
    actor: Annotated[str | None, Option(help="Who acts, such as kim.dahl. Default: HELAVAGEN_ACTOR.")] = None,
    as_json: AsJson = False,
) -> int:
    """Erase a candidate for good, by two: the first proposes, a second carries it out with --confirm.

    Rows, stages, days and figures stay and can still be verified. It may be called again where it was interrupted.
    """
    application = Application()
    if due:
        return _due(application, on, actor, as_json)
    if on is not None:
        raise UsageError("erase.on", "A day can only be given with --due.")
    disposing = Disposing(application)
    if again:
        done = run_async(lambda: disposing.again(actor))
        show.as_json(done) if as_json else screen.again(done)
        return Refused.status if done.not_signed else 0
    if candidate is None:
        raise UsageError("erase.whom", "Give the candidate's number, --due or --again.")
    if not confirm:
        proposed = disposing.propose(candidate, decision, actor)
        show.as_json(proposed) if as_json else screen.proposed(proposed)
        return 0
    if certificate is not None:
        refuse_unwritable(certificate, candidate_of(candidate))
    disposed = run_async(lambda: disposing.carry_out(candidate, decision, actor))
    if certificate is not None:
        write(certificate_of(disposed, application.settings.ledger, application.now()), certificate)
    show.as_json(disposed) if as_json else screen.erased(disposed)
    return 0


def _due(application: Application, on: str | None, actor: str | None, as_json: bool) -> int:
    day = day_it_happened(application, on)
    programmes = may_list(application, actor)
    lines = who_is_due(application.reading, application.book, day, programmes)
    waiting = proposed_in(application, programmes)
    if as_json:
        show.as_json({"due": lines, "proposed": waiting})
    else:
        screen.due(Titles(application.book).shown(lines), day)
        screen.waiting(waiting)
    return 0


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
    line = application.find_open(candidate, programme)
    done = erase_texts(application, line, row, decision=decision, field=field, decided_by=decided_by, actor=actor)
    if as_json:
        show.as_json(done)
        return
    count = len(done.fields)
    told = _n("{count} text of row {row} is erased.", "{count} texts of row {row} are erased.", count, row=row)
    show.tell(told)
    if not done.is_gone:
        show.tell(_("Files of the database can hold it still: the runbook says how they are cleaned."))
