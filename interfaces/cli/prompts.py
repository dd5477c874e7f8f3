"""Asking a person at a terminal for what is missing; anybody else is told what is missing."""

from collections.abc import Mapping
from typing import Any

import typer

from interfaces.cli.fields import OPTION
from models.message import N_
from models.projections.status import Status
from runtime.errors import UsageError
from runtime.i18n import _
from services.application import may_ask
from services.recording.draft import Draft, Knowledge, draft

QUESTIONS = {
    "about": N_("agreement that it is about"),
    "after_days": N_("after how many days"),
    "answer": N_("answer"),
    "coordinator": N_("coordinator"),
    "corrects": N_("id of the event to correct"),
    "deadline": N_("deadline"),
    "due_on": N_("due day"),
    "end_reason": N_("end reason"),
    "ends_on": N_("last day"),
    "favourable": N_("favourable (true or false)"),
    "form": N_("form"),
    "found": N_("what was found"),
    "identity_number": N_("personal identity number"),
    "law": N_("law"),
    "name": N_("name"),
    "notice_id": N_("id of the notice"),
    "outcome": N_("outcome"),
    "position": N_("position"),
    "profile": N_("profile"),
    "programme": N_("programme"),
    "reason": N_("reason"),
    "referring_partner": N_("referring partner"),
    "rules": N_("rules"),
    "seeks_new_place": N_("seeks a new place (true or false)"),
    "site": N_("town"),
    "starts_on": N_("first day"),
    "step": N_("step"),
    "supervisor": N_("supervisor"),
    "text": N_("text"),
    "union": N_("union"),
    "until": N_("day to return"),
    "unions": N_("unions (with commas between)"),
    "findings": N_("findings (requirement=met|unmet|waived:why|trainable, with commas between)"),
    "scores": N_("scores (criterion=1 to 5, with commas between)"),
}


def complete(fields: Mapping[str, str | None], command: str) -> dict[str, str]:
    """All fields with a value. Raises UsageError where one is missing and nobody can be asked."""
    lacking = [name for name, value in fields.items() if not value]
    if lacking and not may_ask():
        options = ", ".join(map(option, lacking))
        raise UsageError("command.lacks", "Missing options: {options}.", command=command, options=options)
    return {name: value or typer.prompt(_(QUESTIONS[name])) for name, value in fields.items()}


def option(field: str) -> str:
    """The option that a field is typed as."""
    return f"--{OPTION.get(field, field.replace('_', '-'))}"


def complete_event(kind: str, given: Mapping[str, Any], knowledge: Knowledge) -> Draft:
    """The draft of an event with nothing left to ask: known, or said by the person at the terminal.

    Raises UsageError as `complete` does.
    """
    drafted = draft(kind, given, knowledge)
    if not may_ask():
        if drafted.lacking:
            options = ", ".join(map(option, drafted.lacking))
            raise UsageError(
                "event.lacks", "The event needs {options}. See: admin.py next.", kind=kind, options=options
            )
        return drafted
    # One at a time: what is said of one field decides what is known and offered of the next.
    while drafted.missing:
        asked = drafted.missing[0]
        hint = _(QUESTIONS[asked.name])
        question = f"{hint} [{', '.join(asked.choices)}]" if asked.choices else hint
        given = {**given, asked.name: typer.prompt(question, default=asked.default)}
        drafted = draft(kind, given, knowledge)
    return drafted


def choose_event(status: Status) -> str | None:
    """The event that the person at the terminal wants to record now; None for nothing."""
    if not may_ask() or not status.possible:
        return None
    return typer.prompt(_("record which event now? (empty for none)"), default="", show_default=False) or None
