"""How the fields of a journey's state are called, and how what stands in them is said."""

from collections.abc import Iterator
from typing import Any

from activities.wording import deadline_in_words
from auditing.inspection.snapshot import Snapshot
from models.events.events import FollowUpOutcome
from models.message import Worded, mark
from models.programme.requirement_profile import Result
from models.stages import EndReason, Stage
from runtime.i18n import in_words, t

LABELS = {
    "stage": mark("stage"),
    "since": mark("since"),
    "paused_since": mark("paused since"),
    "end_reason": mark("reason for the end"),
    "coordinator": mark("coordinator"),
    "site": mark("town"),
    "referring_partner": mark("referred by"),
    "profile": mark("profile"),
    "findings": mark("requirement check"),
    "place": mark("holds a place on"),
    "position": mark("position"),
    "form": mark("form of employment"),
    "starts_on": mark("first day"),
    "ends_on": mark("last day"),
    "last_check_in": mark("latest check-in"),
    "favourable": mark("favourable evaluation"),
    "self_evaluated_on": mark("own evaluation on"),
    "permanent_on": mark("permanent by law on"),
    "deadlines": mark("deadlines that run"),
    "unconfirmed": mark("confirmations awaited of"),
    "follow_ups": mark("follow-ups"),
    "rules": mark("rules"),
}
"""What each field is called."""


def label(field: str) -> str:
    return t(LABELS[field])


def told(seen: Snapshot, field: str) -> str:
    """A field of a state in words; a dash where there is nothing to say."""
    return said(field, seen.model_dump(mode="json")[field])


def said(field: str, value: Any) -> str:
    """The value of a field, as JSON data, in words."""
    if value is None or value in ([], {}):
        return t("not begun") if field == "stage" else "–"
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    return ", ".join(_parts(field, value))


_WORDED: dict[str, type[Any]] = {"stage": Stage, "end_reason": EndReason}


def _parts(field: str, value: Any) -> Iterator[str]:
    if field in _WORDED:
        worded: Worded = _WORDED[field](value)
        yield in_words(worded.in_words)
    elif field == "findings":
        yield from (f"{requirement} {_result(result)}" for requirement, result in value.items())
    elif field == "deadlines":
        for one in value:
            yield t("{deadline} due {day}", deadline=in_words(deadline_in_words(one["name"])), day=one["due_on"])
    elif field == "follow_ups":
        for one in value:
            outcome = in_words(FollowUpOutcome(one["outcome"]).in_words)
            yield t("after {days} days {outcome}", days=one["after_days"], outcome=outcome)
    else:
        yield from value if isinstance(value, list) else [str(value)]


def _result(result: str) -> str:
    return in_words(Result(result).in_words)
