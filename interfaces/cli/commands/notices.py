"""`admin.py` notices and inbox: what was written to people, and how far it has come."""

from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, Option, Typer

from interfaces.cli.asking_people import journey_of
from interfaces.cli.commands.options import Actor, AsJson, InProgramme, Limit
from interfaces.cli.output import receipts, show
from runtime.errors import UsageError
from runtime.files import new_file, require_new
from runtime.local.inbox import read_inbox
from runtime.local.replying import letter_in, reply_to
from services.application import Application
from services.letters.kept import as_plain, open_mail, settle_mail, waiting_mails
from services.letters.taken import Outcome
from services.reading import may_list

app = Typer()

Came = Literal["recorded", "called", "nothing"]
"""The values of `Outcome`, which a help page shows without its words."""


@app.command()
def notices(
    dead: Annotated[bool, Option("--dead", help="Only those that could not be delivered.")] = False,
    candidate: Annotated[str | None, Option(help="Only this candidate's.")] = None,
    programme: InProgramme = None,
    limit: Limit = 200,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Notices and how far they have come."""
    application = Application()
    open_to = may_list(application, actor, programme)
    journey_id = journey_of(application, candidate, actor, programme).journey_id if candidate else None
    status = "dead" if dead else None
    lines = application.lists.notices(journey_id=journey_id, status=status, programmes=open_to, limit=limit)
    show.as_json(lines) if as_json else receipts.notices(lines)
    of = application.lists.count_notices(journey_id=journey_id, status=status, programmes=open_to)
    show.how_many(len(lines), of, as_json=as_json)


@app.command()
def mails(
    mail: Annotated[str | None, Argument(help="Open this one: its number, as the list shows it.")] = None,
    settled: Annotated[Came | None, Option(help="Say what came of it, without opening it.")] = None,
    output: Annotated[
        Path | None, Option(help="Write the whole mail that is opened to this new file (.eml), with what is attached.")
    ] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Replies by mail that somebody must look at. That one is opened is written down."""
    if output is not None and (mail is None or settled is not None):
        raise UsageError("mails.which", "Say with its number which mail is to be opened and written.")
    require_new(*filter(None, (output,)))
    application = Application()
    if mail is not None and settled is not None:
        outcome = Outcome(settled)
        receipts.mail_settled(settle_mail(application, actor, mail, outcome), outcome)
    elif mail is not None:
        opened = open_mail(application, actor, mail)
        if output is not None:
            with new_file(output) as file:
                file.write(opened.content)
        show.as_json(as_plain(opened)) if as_json else receipts.opened_mail(opened)
    else:
        found = waiting_mails(application, actor)
        show.as_json([as_plain(one) for one in found]) if as_json else receipts.mails(found)


@app.command()
def inbox(
    reply: Annotated[int | None, Option(help="Reply to the mail with this number in the list.")] = None,
    text: Annotated[str, Option(help="What its reader writes in reply.")] = "",
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """What the local stack's mail and webhook inboxes have received. Can reply to a mail, as its reader."""
    application = Application()
    may_list(application, actor)
    items = read_inbox(application.settings.data / "inbox")
    if reply is not None:
        receipts.replied(reply_to(letter_in(items, reply), text, application.settings))
        return
    show.as_json([vars(item) for item in items]) if as_json else receipts.inbox(items)
