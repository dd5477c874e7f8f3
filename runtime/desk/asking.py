"""Asking a person at a terminal for what is missing; anybody else is told what is missing."""

from collections.abc import Mapping
from typing import Any

import typer

from models.sentence import mark
from models.status import Status
from runtime.desk.choices import Choices, no_choices
from runtime.desk.event_input import missing
from runtime.desk.office import may_ask
from runtime.errors import WrongUse
from runtime.wording import t

SHORT_FORM_HINTS = {
    "findings": mark("findings (requirement=met|unmet|waived:why|trainable, with commas between)"),
    "scores": mark("scores (criterion=1 to 5, with commas between)"),
}


def complete(fields: Mapping[str, str | None], command: str) -> dict[str, str]:
    """All fields with a value. Raises WrongUse where one is missing and nobody can be asked."""
    lacking = [name for name, value in fields.items() if not value]
    if lacking and not may_ask():
        options = ", ".join(f"--{OPTION.get(name, name.replace('_', '-'))}" for name in lacking)
        raise WrongUse("{command} lacks {options}; add what is missing.", command=command, options=options)
    return {name: value or typer.prompt(name.replace("_", " ")) for name, value in fields.items()}


OPTION = {"referring_partner": "from"}
"""Options that are named otherwise than the field."""


def complete_event(
    kind: str, fields: Mapping[str, Any], known: Mapping[str, str], choices: Choices = no_choices
) -> dict[str, Any]:
    """The fields of an event, those that it needs filled in: from what is known, or by the person at the terminal.

    `choices` says which words a field takes, given the fields that are filled in already. Raises WrongUse as `complete`
    does.
    """
    lacking = missing(kind, fields if may_ask() else {**fields, **known})
    if lacking and not may_ask():
        options = ", ".join(f"--{name.replace('_', '-')}" for name in lacking)
        raise WrongUse(
            "{kind} lacks {options}; add what is missing, or see: admin.py next.", kind=kind, options=options
        )
    said = {**known, **fields}
    for name in lacking:
        offered = choices(name, said)
        hint = t(SHORT_FORM_HINTS.get(name, name.replace("_", " ")))
        said[name] = typer.prompt(f"{hint} [{', '.join(offered)}]" if offered else hint, default=known.get(name))
    return said


def choose_event(status: Status) -> str | None:
    """The event that the person at the terminal wants to record now; None for nothing."""
    if not may_ask() or not status.possible:
        return None
    return typer.prompt(t("record which event now? (empty for none)"), default="", show_default=False) or None
