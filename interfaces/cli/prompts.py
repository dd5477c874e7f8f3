"""Asking a person at a terminal for what is missing; anybody else is told what is missing."""

from collections.abc import Mapping
from typing import Any

import typer

from models.message import N_
from models.projections.status import Status
from runtime.errors import UsageError
from runtime.i18n import _
from services.application import may_ask
from services.recording.draft import Draft, Knowledge, draft

SHORT_FORM_HINTS = {
    "findings": N_("findings (requirement=met|unmet|waived:why|trainable, with commas between)"),
    "scores": N_("scores (criterion=1 to 5, with commas between)"),
}


def complete(fields: Mapping[str, str | None], command: str) -> dict[str, str]:
    """All fields with a value. Raises UsageError where one is missing and nobody can be asked."""
    lacking = [name for name, value in fields.items() if not value]
    if lacking and not may_ask():
        options = ", ".join(f"--{OPTION.get(name, name.replace('_', '-'))}" for name in lacking)
        raise UsageError("command.lacks", "Missing options: {options}.", command=command, options=options)
    return {name: value or typer.prompt(name.replace("_", " ")) for name, value in fields.items()}


OPTION = {"referring_partner": "from"}
"""Options that are named otherwise than the field."""


def complete_event(kind: str, given: Mapping[str, Any], knowledge: Knowledge) -> Draft:
    """The draft of an event with nothing left to ask: known, or said by the person at the terminal.

    Raises UsageError as `complete` does.
    """
    drafted = draft(kind, given, knowledge)
    if not may_ask():
        if drafted.lacking:
            options = ", ".join(f"--{name.replace('_', '-')}" for name in drafted.lacking)
            raise UsageError(
                "event.lacks", "The event needs {options}. See: admin.py next.", kind=kind, options=options
            )
        return drafted
    # One at a time: what is said of one field decides what is known and offered of the next.
    while drafted.missing:
        asked = drafted.missing[0]
        hint = _(SHORT_FORM_HINTS.get(asked.name, asked.name.replace("_", " ")))
        question = f"{hint} [{', '.join(asked.choices)}]" if asked.choices else hint
        given = {**given, asked.name: typer.prompt(question, default=asked.default)}
        drafted = draft(kind, given, knowledge)
    return drafted


def choose_event(status: Status) -> str | None:
    """The event that the person at the terminal wants to record now; None for nothing."""
    if not may_ask() or not status.possible:
        return None
    return typer.prompt(_("record which event now? (empty for none)"), default="", show_default=False) or None
