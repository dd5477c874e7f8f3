"""How the fields of a journey's state are called, and how what stands in them is said."""

from collections.abc import Iterator
from typing import Any

from auditing.inspection.snapshot import Snapshot
from models.events.events import FollowUpOutcome
from models.message import N_, Worded
from models.programme.requirement_profile import Result
from models.stages import EndReason, Stage
from models.state.deadlines import deadline_in_words
from runtime.i18n import _, translate

LABELS = {
    "stage": N_("stage"),
    "since": N_("since"),
    "paused_since": N_("paused since"),
    "end_reason": N_("reason for the end"),
    "coordinator": N_("coordinator"),
    "site": N_("town"),
    "referring_partner": N_("referred by"),
    "profile": N_("profile"),
    "findings": N_("requirement check"),
    "place": N_("holds a place on"),
    "position": N_("position"),
    "form": N_("form of employment"),
    "starts_on": N_("first day"),
    "ends_on": N_("last day"),
    "last_check_in": N_("latest check-in"),
    "favourable": N_("favourable evaluation"),
    "self_evaluated_on": N_("own evaluation on"),
    "permanent_on": N_("permanent by law on"),
    "deadlines": N_("deadlines that run"),
    "unconfirmed": N_("confirmations awaited of"),
    "follow_ups": N_("follow-ups"),
    "rules": N_("rules"),
}
"""What each field is called."""


def label(field: str) -> str:
    return _(LABELS[field])


def told(seen: Snapshot, field: str) -> str:
    """A field of a state in words; a dash where there is nothing to say."""
    return said(field, seen.model_dump(mode="json")[field])


def said(field: str, value: Any) -> str:
    """The value of a field, as JSON data, in words."""
    if value is None or value in ([], {}):
        return _("not begun") if field == "stage" else "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(_parts(field, value))


_WORDED: dict[str, type[Any]] = {"stage": Stage, "end_reason": EndReason}


def _parts(field: str, value: Any) -> Iterator[str]:
    if field in _WORDED:
        worded: Worded = _WORDED[field](value)
        yield translate(worded.in_words)
    elif field == "findings":
        yield from (f"{requirement} {_result(result)}" for requirement, result in value.items())
    elif field == "deadlines":
        for one in value:
            yield _("{deadline} due {day}", deadline=translate(deadline_in_words(one["name"])), day=one["due_on"])
    elif field == "follow_ups":
        for one in value:
            outcome = translate(FollowUpOutcome(one["outcome"]).in_words)
            yield _("after {days} days {outcome}", days=one["after_days"], outcome=outcome)
    else:
        yield from value if isinstance(value, list) else [str(value)]


def _result(result: str) -> str:
    return translate(Result(result).in_words)
