"""`admin.py` approvals, approve and decline: corrections that take two people."""

from typing import Annotated

from typer import Argument, Option, Typer

from interfaces.cli.before_sending import NOTHING, Before, Verdict, agreed, left
from interfaces.cli.commands.answering import answer, whom_to_call
from interfaces.cli.commands.options import Actor, AsJson, DryRun, Yes
from interfaces.cli.output import answers as screen
from interfaces.cli.output import corrections, show
from interfaces.cli.output.preview import shown
from interfaces.cli.output.show import tell
from interfaces.cli.process import run_async
from models.events.events import Event
from models.events.texts import written_in
from models.message import msg
from runtime.errors import Refused
from runtime.i18n import _
from services.application import Application
from services.queries.lines import JourneyLine
from services.queries.titles import Titles
from services.recording import approving, deciding, moving
from services.recording.answered import answers
from services.recording.preview import preview
from services.recording.sureness import make_sure

app = Typer()

Number = Annotated[int, Argument(help="The proposal's number, as `approvals` lists it.")]


@app.command()
def approvals(actor: Actor = None, as_json: AsJson = False) -> None:
    """Corrections that wait for your approval, and those of yours that wait for a colleague or were answered."""
    application = Application()
    found = approving.approvals(application, actor)
    if as_json:
        show.as_json(found)
        return
    corrections.approvals(Titles(application.book).shown(found))
    screen.answered(answers(application, actor, with_reasons=True))


@app.command()
def approve(
    number: Number, actor: Actor = None, dry_run: DryRun = False, yes: Yes = False, as_json: AsJson = False
) -> int:
    """Approve a colleague's correction as it was proposed. A terminal shows you first what it is and what follows."""
    application = Application()
    one = approving.found(application, number, actor)
    deciding.refuse_own(one)
    author = approving.approver_of(application, one, actor)
    deciding.read_proposal(application, one, author, _("A proposed correction was to be approved."))
    before = Before(dry_run, yes, as_json, QUESTION)
    moved = moving.to_be_recorded(application, one, author) if one.event.moved is not None else None
    if (dry_run or before.asks) and not as_json:
        corrections.proposal(one.approval, deciding.proposed_in(application, one, actor))
        if moved is not None:
            _foresee(application, *moved)
    said = approving.approval_of(application, one, author)
    verdict = agreed(application, one.line, said, one.rows, before)
    if verdict is not Verdict.SEND:
        return 0 if verdict is Verdict.LEAVE else left()
    make_sure(application, written_in(said), one.line.candidate)
    receipt = run_async(lambda: deciding.approve(application, one, author))
    status = answer(application, receipt, as_json, application.lists.ledger(one.line.journey_id))
    whom_to_call(application, receipt, one.line.journey_id, as_json=as_json)
    return status


QUESTION = msg("approval.question", "Approve this correction?")


def _foresee(application: Application, target: JourneyLine, recorded: Event) -> None:
    """What a move would lead to for the person whom it belongs to. Raises Refused where it would be refused there."""
    found = preview(application, target, recorded, application.lists.ledger(target.journey_id))
    if found is None:
        return
    tell(f"{target.candidate}:", style="bold")
    shown(found)
    if found.refused is not None and not found.by_other_rules:
        raise Refused(NOTHING)


@app.command()
def decline(
    number: Number,
    because: Annotated[str, Option("--because", help="Why it is not to be corrected so.")],
    actor: Actor = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Decline a proposed correction, or withdraw your own. A terminal shows you first what it is."""
    application = Application()
    one = approving.found(application, number, actor)
    author = approving.approver_of(application, one, actor)
    before = Before(dry_run, yes, as_json, WITHDRAWAL if one.approval.own else REFUSAL)
    if (dry_run or before.asks) and not as_json:
        deciding.read_proposal(application, one, author, _("A proposed correction was to be declined."))
        corrections.proposal(one.approval, deciding.proposed_in(application, one, actor))
    said = approving.refusal_of(application, one, author, because)
    verdict = agreed(application, one.line, said, one.rows, before)
    if verdict is not Verdict.SEND:
        return 0 if verdict is Verdict.LEAVE else left()
    make_sure(application, written_in(said), one.line.candidate)
    return answer(application, run_async(lambda: deciding.decline(application, one, author, because)), as_json)


REFUSAL = msg("approval.refusal", "Decline this correction?")
WITHDRAWAL = msg("approval.withdrawal", "Withdraw this correction?")
