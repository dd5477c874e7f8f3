"""`admin.py` enrol and whoami: a key of one's own, and what one may do."""

from functools import partial
from typing import Annotated

import typer

from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import show
from interfaces.cli.output import staff as screen
from interfaces.cli.passphrases import new_passphrase
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from services.application import Application, may_ask
from services.handing_over import called
from services.handing_over_told import lent
from services.lent import lendings_of, lent_to
from services.local_sign_in import token_of
from services.staff import Staff, leaves_of, what_may

app = typer.Typer()

Person = Annotated[str, typer.Argument(help="Your short name, such as anna.berg.")]


@app.command()
def enrol(
    person: Person,
    code: Annotated[str | None, typer.Option(help="The code of the invitation. It is asked for otherwise.")] = None,
) -> None:
    """Make your own key with the code of an invitation, protected by a passphrase."""
    application = Application()
    if code is None and not may_ask():
        raise UsageError("enrol.code_missing", "The code of the invitation is missing.")
    code = code or typer.prompt(_("code of the invitation"))
    staff = Staff(application.statements, application.keyring, person, application.now())
    staff.refuse_uninvited(code)  # before a passphrase is thought out for nothing
    staff.enrol(code, new_passphrase(application))
    typer.echo(_("{person} has a key. Act from this machine in your own name.", person=person))


@app.command()
def whoami(
    actor: Annotated[str | None, typer.Option(help="Who you are. Default: HELAVAGEN_ACTOR.")] = None,
    as_json: AsJson = False,
) -> None:
    """Who you are, in which roles, and what you may do."""
    application = Application()
    name, now = application.person(actor), application.now()
    person = application.authority.person(name, now)
    if person is None:
        raise Refused("staff.unknown", "{person} is not in the register of staff.", person=name)
    may = what_may(application.authority, name, now)
    leave, others = application.authority.leave_of(name, now), leaves_of(application.authority, name, now)
    if as_json:
        roles = [{**dict(one), "may": what} for one, what in may]
        stands = {"substitute": leave, "stands_in_for": others}
        lendings = {"lent": lendings_of(application, name), "lent_to": lent_to(application, name)}
        show.as_json({"person": name, "name": person.name, "roles": roles, **stands, **lendings})
    else:
        screen.whoami(person, may, has_key=name in application.keyring)
        screen.standing_in(name, leave, others, partial(called, application))
        for one in (*lendings_of(application, name), *lent_to(application, name)):
            show.tell(lent(one, partial(called, application)))


@app.command(name="codec-token")
def codec_token(
    because: Annotated[str, typer.Option(help="Why you read what Temporal keeps. It is kept.")],
    actor: Annotated[str | None, typer.Option(help="Who you are. Default: HELAVAGEN_ACTOR.")] = None,
) -> None:
    """Print a token for the local stack's codec server, good for a quarter of an hour."""
    typer.echo(token_of(Application(), actor, because))
