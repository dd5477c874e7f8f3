"""Asking a person at a terminal which row is wrong, what in it, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import typer

from interfaces.cli.output import receipts
from interfaces.cli.output.show import tell
from interfaces.cli.questions import Question, ask
from runtime.errors import UsageError
from runtime.i18n import _, as_kind, translate
from services.application import may_ask
from services.queries.holding import marks
from services.queries.lines import LedgerLine
from services.recording.correction import as_it_holds, line_of, refuse_replacing
from services.recording.draft import checked_field
from services.recording.event_names import in_names
from services.recording.field_names import field_name
from services.recording.given import read_field
from services.recording.knowledge import Knowledge

NOT_ASKED = ("event_id", "actor", "kind", "corrects", "replacement", "rules", "proposal")
"""Fields that nobody corrects by typing."""


def ask_row(rows: Sequence[LedgerLine], now: datetime) -> int:
    """The row that is wrong, chosen from those that were accepted. Raises UsageError where nobody can be asked."""
    if not may_ask():
        raise UsageError("correct.no_row", "State which row is wrong.")
    receipts.ledger([row for row in rows if row.receipt.accepted], marks(rows, now))
    return int(typer.prompt(_("which row is wrong?"), type=int))


def ask_fields(rows: Sequence[LedgerLine], number: int, known: Knowledge) -> tuple[dict[str, str], str | None, bool]:
    """What is wrong in a row: fields with their right values, the right day, or that all of it is struck.

    Raises UsageError where there is no such row, or nobody can be asked.
    """
    line = line_of(rows, number)
    if not may_ask():
        raise UsageError("correction.nothing", "Nothing is corrected. Give a field, a day or strike the event.")
    refuse_replacing(rows, line)
    holds = as_it_holds(rows, line)
    names = [name for name, value in holds.items() if name not in NOT_ASKED and isinstance(value, str | int | None)]
    tell(f"{number}. {as_kind(line.kind)}", style="bold")
    tell("  0  " + _("strike all of it"))
    for place, name in enumerate(names, start=1):
        value = "–" if holds[name] is None else in_names(name, holds[name], holds, known)
        tell(f"  {place}  {_label(name)}: {value}")
    fields: dict[str, str] = {}
    while True:
        chosen = typer.prompt(_("what is wrong? (its number, Enter when done)"), default="", show_default=False).strip()
        if not chosen:
            break
        if chosen == "0":
            return {}, None, True
        if not chosen.isdigit() or not 1 <= int(chosen) <= len(names):
            tell(_("Choose a number between {first} and {last}.", first=0, last=len(names)))
            continue
        name = names[int(chosen) - 1]
        fields[name] = _right(line.kind, name, {**holds, **fields}, known)
    on = fields.pop("effective_on", None)
    if not fields and on is None:
        raise UsageError("correction.nothing", "Nothing is corrected. Give a field, a day or strike the event.")
    return fields, on, False


def _right(kind: str, name: str, holds: Mapping[str, Any], known: Knowledge) -> str:
    """What a field should have been, checked as it is given."""

    def read(typed: str) -> str:
        value = str(read_field(kind, name, typed, holds, known))
        checked_field(kind, name, value)
        return value

    question = Question(_("{what} should be", what=_label(name)), known.choices(name, holds))
    value = ask(question, read)
    assert value is not None
    return value


def ask_because() -> str:
    """Why it is corrected. Raises UsageError where nobody can be asked."""
    if not may_ask():
        raise UsageError("correct.no_reason", "State why it is corrected. The reason is kept.")
    return str(typer.prompt(_("why is it corrected?")))


def _label(name: str) -> str:
    return translate(field_name(name))
