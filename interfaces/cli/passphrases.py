"""Asking at a terminal for the passphrase of a key: of one that opens, and of one that is about to be made."""

from functools import cache

import typer

from interfaces.cli.output.show import progress_paused
from interfaces.cli.questions import confirm
from models.message import Message
from runtime.errors import UsageError
from runtime.i18n import _, translate
from runtime.keyring import for_a_new_key
from services.application import Application, may_ask


@cache
def passphrase_of(name: str) -> str | None:
    """The passphrase of somebody's key, asked for once a process; None where nobody sits at a terminal."""
    if not may_ask(aside=True):
        return None
    with progress_paused():
        return _hidden(_("passphrase of the key of {name}", name=name)) or None


def is_sure(about: Message) -> bool:
    """Whether the person at the terminal wants something all the same; False where nobody sits there."""
    if not may_ask(aside=True):
        return False
    with progress_paused():
        typer.echo(translate(about), err=True)
        return confirm(_("Keep it as it is?"), aside=True)


def new_passphrase(application: Application) -> str | None:
    """The passphrase for a key that is about to be made: as set, or asked for; None for a key without.

    Raises UsageError where the one that is set is too short.
    """
    if (passphrase := application.settings.passphrase) is not None or not may_ask():
        return for_a_new_key(passphrase) if passphrase else None
    while said := _hidden(_("passphrase for your key (empty for none)")):
        try:
            for_a_new_key(said)
        except UsageError as error:
            typer.echo(translate(error.message), err=True)
            continue
        if _hidden(_("the same passphrase once more")) == said:
            return said
        typer.echo(_("The two passphrases differ. Type them again."), err=True)
    return None


def _hidden(question: str) -> str:
    return str(typer.prompt(question, default="", hide_input=True, show_default=False, err=True))
