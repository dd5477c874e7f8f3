"""`admin.py keys`: what wraps the keys of candidates, and the rotation of the master key. For operators."""

from typing import Annotated

from typer import Context, Option, Typer

from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import privacy as screen
from interfaces.cli.output import show
from interfaces.cli.parser import CommandGroup
from models.access.permissions import Operation
from runtime.encryption.master_keys import waits_for_restart
from runtime.errors import Refused
from runtime.i18n import _
from services.application import Application
from services.identities.indexing import count_identities, write_all_tokens
from services.privacy.permits import permitted
from services.privacy.rotation import count_keys
from services.privacy.rotation import rotate as rotate_keys

app = Typer(
    name="keys",
    cls=CommandGroup,
    help="How many keys candidates have, and which master key wraps them.",
    invoke_without_command=True,
)

Operator = Annotated[str | None, Option("--actor", help="Who operates, such as kim.dahl. Default: HELAVAGEN_ACTOR.")]


@app.callback()
def keys(context: Context, actor: Operator = None, as_json: AsJson = False) -> None:  # noqa: ARG001 (says if alone)
    """How many keys candidates have, and which master key wraps them."""
    application = Application()
    permitted(application, actor, Operation.KEYS)
    counted = count_keys(application.reading)
    show.as_json(counted) if as_json else screen.keys(counted)


@app.command()
def index(actor: Operator = None, as_json: AsJson = False) -> None:
    """Write anew what people are found by, as after a new version that reads names otherwise."""
    application = Application()
    permitted(application, actor, Operation.KEYS)
    with show.progress(_("writing what people are found by"), count_identities(application.reading)) as advance:
        done = write_all_tokens(application.writing, advance)
    show.as_json({"people": done}) if as_json else show.tell(_("found by name and number: {count}", count=done))


@app.command()
def rotate(actor: Operator = None, as_json: AsJson = False) -> int:
    """Wrap every key anew with the current master key. Nothing needs to stop, and it may be called again at any time.

    Exit status 1 where a key does not open.
    """
    application = Application()
    permitted(application, actor, Operation.KEYS)
    engine = application.writing
    counted = count_keys(engine)
    with show.progress(_("wrapping anew"), sum(one.keys for one in counted.versions)) as advance:
        done = rotate_keys(engine, advance)
    show.as_json(done) if as_json else screen.rotated(done, restart=waits_for_restart(application.settings))
    return Refused.status if done.unusable else 0
