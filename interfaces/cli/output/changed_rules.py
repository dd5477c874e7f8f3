"""What differs between the rules that journeys carry and those of today, in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from interfaces.cli.output.show import table, tell
from models.fields import BothLanguages
from models.message import Message, msg
from models.programme.differences import Difference, Value
from runtime.i18n import _, _n, one_of, translate
from services.rules_changing import Move

FIELDS: dict[str, Message] = {
    "name": msg("rules_field.name", "name"),
    "goal": msg("rules_field.goal", "goal"),
    "goal_until": msg("rules_field.goal_until", "day of the goal"),
    "way": msg("rules_field.way", "shape of the way"),
    "retention": msg("rules_field.retention", "how long a candidate is kept"),
    "balance": msg("rules_field.balance", "balance of the sexes"),
    "referring_partners": msg("rules_field.referring_partners", "who refers"),
    "internship": msg("rules_field.internship", "internship"),
    "ages": msg("rules_field.ages", "ages"),
    "admission": msg("rules_field.admission", "days of referrals and starts"),
    "hours": msg("rules_field.hours", "hours a week"),
    "decisions": msg("rules_field.decisions", "who decides"),
    "chain": msg("rules_field.chain", "chain of measures"),
    "evaluation": msg("rules_field.evaluation", "evaluation"),
    "relevance": msg("rules_field.relevance", "reasons for requirements"),
    "training": msg("rules_field.training", "training of staff"),
    "forms": msg("rules_field.forms", "forms of employment"),
    "counted_forms": msg("rules_field.counted_forms", "forms of employment that count too"),
    "form_limits": msg("rules_field.form_limits", "limits of forms"),
    "form_lengths": msg("rules_field.form_lengths", "lengths of roles"),
    "reopen_within_days": msg("rules_field.reopen_within_days", "days within which a journey is reopened"),
    "follow_up_after_days": msg("rules_field.follow_up_after_days", "days of the follow-ups"),
    "follow_up_window_days": msg("rules_field.follow_up_window_days", "days that a follow-up may take"),
    "follow_up_ends": msg("rules_field.follow_up_ends", "who is followed up"),
    "pause_reminder_days": msg("rules_field.pause_reminder_days", "days before the end of a pause"),
    "criteria": msg("rules_field.criteria", "criteria"),
    "deadlines": msg("rules_field.deadlines", "deadlines"),
    "notices": msg("rules_field.notices", "who is told"),
    "profiles": msg("rules_field.profiles", "requirement profiles"),
    "towns": msg("rules_field.towns", "towns"),
    "union_consultation": msg("rules_field.union_consultation", "consultation of unions"),
    "blind": msg("rules_field.blind", "stages without a name"),
    "valid_from": msg("rules_field.valid_from", "first day of referrals"),
    "valid_until": msg("rules_field.valid_until", "last day of referrals"),
    "source": msg("rules_field.source", "source"),
    "verified": msg("rules_field.verified", "whether the source was checked"),
}
"""What a programme's fields are called; each where it is changed stands beside it, as the file has it."""


def shown(moves: Sequence[Move]) -> None:
    """What differs, for all that differ alike together; and which carry the rules of today already."""
    alike: dict[tuple[Difference, ...] | None, list[str]] = {}
    for one in moves:
        if one.is_needed:
            alike.setdefault(one.changes if one.was is not None else None, []).append(one.line.candidate)
    for changes, candidates in alike.items():
        who = ", ".join(candidates)
        if changes is None:
            tell(
                _(
                    "{candidates}: the rules that are carried are not kept anywhere, so nothing is compared.",
                    candidates=who,
                )
            )
            continue
        rows = [(field(one), one.where, in_words(one.was), in_words(one.now)) for one in changes]
        columns = (_("what"), _("field"), _("until now"), _("from now on"))
        table(_("What differs for {candidates}", candidates=who), columns, rows, "")
    if same := [one.line.candidate for one in moves if not one.is_needed]:
        tell(_("The rules of today already: {candidates}.", candidates=", ".join(same)))


def as_data(move: Move) -> dict[str, Any]:
    """What would follow, as JSON has it."""
    return {
        "candidate": move.line.candidate,
        "programme": move.line.programme,
        "is_needed": move.is_needed,
        "changes": [one.model_dump(mode="json") for one in move.changes],
        "refused": translate(move.refused) if move.refused else None,
    }


def refusals(moves: Sequence[Move]) -> str:
    """Who cannot be moved, each with why."""
    return " ".join(f"{one.line.candidate}: {translate(one.refused)}" for one in moves if one.refused is not None)


def question(moves: Sequence[Move]) -> str:
    """What somebody says yes to."""
    return _n("Move {count} journey to the rules of today?", "Move {count} journeys to the rules of today?", len(moves))


def broken_off(done: Sequence[str], rest: Sequence[str]) -> str:
    """How far it came, and what to do about the rest."""
    told = {"done": ", ".join(done) or _("nobody"), "left": ", ".join(rest)}
    return _("Broken off. Moved: {done}. Not yet: {left}. Give the command again for the rest.", **told)


def field(change: Difference) -> str:
    """What the field is called."""
    return translate(FIELDS[change.field]) if change.field in FIELDS else change.field


def in_words(value: Value) -> str:
    """A value as a person reads it."""
    match value:
        case None | ():
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case BothLanguages():
            return one_of(value)
        case tuple():
            return ", ".join(in_words(one) for one in value)
        case date():
            return value.isoformat()
        case _:
            return str(value)
