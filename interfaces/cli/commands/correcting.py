"""`admin.py` correct, undo and move: what was recorded wrongly."""

from typing import Annotated, Any
from uuid import uuid4

from typer import Argument, Context, Option, Typer

from interfaces.cli.asking_corrections import ask_because, ask_fields, ask_row
from interfaces.cli.asking_people import open_journey_of
from interfaces.cli.before_sending import Before, Verdict, agreed, left
from interfaces.cli.commands.answering import answer, whom_to_call
from interfaces.cli.commands.options import OPEN_FIELDS, Actor, AsJson, DryRun, InProgramme, Whom, Yes
from interfaces.cli.fields import read_fields
from interfaces.cli.output import corrections, show
from interfaces.cli.output.show import tell
from interfaces.cli.process import run_async
from interfaces.cli.questions import confirm
from models.access.permissions import Reading
from models.events.events import CorrectionProposed
from models.events.texts import written_in
from models.identifiers import Actor as Author
from runtime.errors import UsageError
from runtime.i18n import _
from services.application import Application
from services.identities.naming import names_in
from services.queries.lines import JourneyLine, LedgerLine
from services.reading import read, refuse_unnamed
from services.recording.approving import correcting, submit_correction
from services.recording.correction import correction
from services.recording.knowledge import known_at
from services.recording.moving import Moving, planned
from services.recording.moving_foreseen import foresee
from services.recording.sureness import make_sure
from services.recording.undoing import last_step, undoing
from services.texts import opened, texts_of

app = Typer()

PROPOSED = CorrectionProposed.model_fields["kind"].default

Because = Annotated[str | None, Option("--because", help="Why it is corrected.")]


@app.command(context_settings=OPEN_FIELDS)
def correct(
    context: Context,
    candidate: Whom,
    row: Annotated[int | None, Argument(help="The row of the event, as `show` numbers it.")] = None,
    because: Because = None,
    strike: Annotated[bool, Option("--strike", help="Strike the event instead of replacing its fields.")] = False,
    on: Annotated[str | None, Option("--on", help="The day on which the event really took effect.")] = None,
    actor: Actor = None,
    programme: InProgramme = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Correct an earlier event: --FIELD VALUE replaces a field, --strike removes the event.

    At a terminal you are asked for what is missing. What takes two waits for a colleague: see approvals.
    """
    application = Application()
    line = open_journey_of(application, candidate, actor, programme)
    author = application.actor(actor)
    refuse_unnamed(application, line, author)
    fields = read_fields(context.args)
    if strike and (fields or on):
        raise UsageError("correct.strike_and_fields", "--strike removes the whole event. Omit the fields.")
    rows = application.lists.ledger(line.journey_id)
    number = row if row is not None else ask_row(rows, application.now())
    known = known_at(application, line.journey_id, application.today())
    if not (fields or strike or on):
        shown = opened(rows, texts_of(application.reading, line.journey_id))
        fields, on, strike = ask_fields(shown, number, known)
    said = correction(rows, number, because or ask_because(), None if strike else fields, on, known)
    return _send(application, line, rows, author, said, Before(dry_run, yes, as_json))


@app.command()
def undo(
    candidate: Whom,
    actor: Actor = None,
    programme: InProgramme = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Take back your last step with a candidate, within a day and while nothing has followed.

    A step that was undone does not count: to undo again takes back the step before it.
    """
    application = Application()
    line = open_journey_of(application, candidate, actor, programme)
    author = application.actor(actor)
    refuse_unnamed(application, line, author)
    rows = application.lists.ledger(line.journey_id)
    last = last_step(rows, author, application.now())
    before = Before(dry_run, yes, as_json)
    if (dry_run or before.asks) and not as_json:
        corrections.step(last)
    if before.asks and not dry_run and not confirm(_("Strike this row?"), default=True):
        return 0
    return _send(application, line, rows, author, undoing(last), before)


def _send(
    application: Application,
    line: JourneyLine,
    rows: list[LedgerLine],
    author: Author,
    said: dict[str, Any],
    before: Before,
) -> int:
    """Send a correction; one that its author may not make alone is proposed to a second person."""
    sent = correcting(application, line, rows, said, author, uuid4())
    verdict = agreed(application, line, sent, rows, before)
    if verdict is not Verdict.SEND:
        return 0 if verdict is Verdict.LEAVE else left()
    make_sure(application, written_in(sent), line.candidate)
    receipt = run_async(lambda: submit_correction(application, line.journey_id, sent))
    status = answer(application, receipt, before.as_json, application.lists.ledger(line.journey_id))
    whom_to_call(application, receipt, line.journey_id, as_json=before.as_json)
    if receipt.accepted and receipt.kind == PROPOSED and not before.as_json:
        tell(_("This takes two: a colleague sees it in admin.py approvals, and approves or declines it."))
    return status


@app.command()
def move(
    rows: Annotated[list[int], Argument(help="The rows of the events, as `show` numbers them.")],
    source: Annotated[str, Option("--from", help="The candidate on whom they were recorded by mistake.")],
    target: Annotated[str, Option("--to", help="The candidate whom they belong to.")],
    because: Annotated[str, Option("--because", help="Why they are moved.")],
    actor: Actor = None,
    programme: InProgramme = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Move what was recorded on the wrong person onto the right one: all of it, or nothing.

    It is struck on the one and recorded on the other, on the day on which it took effect. It is safe to repeat.
    """
    application = Application()
    here, there = (open_journey_of(application, one, actor, programme) for one in (source, target))
    author = application.actor(actor)
    for line in (here, there):
        refuse_unnamed(application, line, author)
    read(application, here, author, Reading.JOURNEY, because)
    moving = Moving(application, here, there, author)
    plan = moving.plan(rows, because)
    before = Before(dry_run, yes, as_json)
    if dry_run or before.asks:
        if as_json:
            show.as_json(planned(plan))
        else:
            names = names_in(application, actor, (here, there))
            known = known_at(application, here.journey_id, application.today())
            corrections.move(plan, names, known, foresee(application, plan))
        places = {"source": here.candidate, "target": there.candidate}
        if dry_run or not confirm(_("Move this from {source} to {target}?", **places)):
            return 0
    done = run_async(lambda: moving.carry_out(plan))
    show.as_json(done) if as_json else corrections.moved(done, plan)
    return 0
