"""`admin.py` approvals, approve and decline: corrections that take two people."""

from typing import Annotated

from typer import Argument, Option, Typer

from interfaces.cli.commands.answering import answer, submit
from interfaces.cli.commands.options import Actor, AsJson
from interfaces.cli.output import corrections, show
from interfaces.cli.process import run_async
from interfaces.cli.questions import confirm
from models.access.permissions import Reading
from runtime.errors import Refused
from runtime.i18n import _
from services.application import Application, may_ask
from services.reading import read
from services.recording import approving, moving
from services.texts import opened, texts_of

app = Typer()

Number = Annotated[int, Argument(help="The proposal's number, as `approvals` lists it.")]


@app.command()
def approvals(actor: Actor = None, as_json: AsJson = False) -> None:
    """Corrections that wait for your approval, and those of yours that wait for somebody else."""
    found = approving.approvals(Application(), actor)
    show.as_json(found) if as_json else corrections.approvals(found)


@app.command()
def approve(number: Number, actor: Actor = None, as_json: AsJson = False) -> int:
    """Approve a colleague's correction as it was proposed, which a terminal shows you first."""
    application = Application()
    one = approving.found(application, number, actor)
    if one.approval.own:
        raise Refused("approval.own", "Nobody approves their own proposal. Ask a colleague, or withdraw it.")
    author = approving.approver_of(application, one, actor)
    read(application, one.line, author, Reading.JOURNEY, _("A proposed correction was to be approved."))
    if may_ask() and not as_json:
        texts = texts_of(application.reading, one.line.journey_id)
        corrections.proposal(one.approval, opened(one.rows, texts))
        if not confirm(_("Approve this correction?"), default=False):
            return 0
    if one.event.moved is not None:
        receipt = run_async(lambda: moving.approve(application, one, author))
    else:
        receipt = submit(application, one.line.journey_id, approving.approval_of(application, one, author))
    return answer(receipt, as_json, application.lists.ledger(one.line.journey_id))


@app.command()
def decline(
    number: Number,
    because: Annotated[str, Option("--because", help="Why it is not to be corrected so.")],
    actor: Actor = None,
    as_json: AsJson = False,
) -> int:
    """Decline a proposed correction, or withdraw your own."""
    application = Application()
    one = approving.found(application, number, actor)
    author = approving.approver_of(application, one, actor)
    said = approving.refusal_of(application, one, author, because)
    return answer(submit(application, one.line.journey_id, said), as_json)
