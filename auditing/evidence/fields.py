"""Columns of the ledger, the lists and the notices, and their values, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from activities.delivery import Delivery
from models.events.descriptions import actor_in_words, name_of
from models.events.values import FollowUpOutcome
from models.identifiers import Actor
from models.message import Message, msg
from models.programme.requirement_profile import Result
from models.projections.item_words import party_in_words, wait_in_words
from models.stages import EndReason, Stage
from services.queries.lines import PARTS

FIELDS: Mapping[str, Message] = {
    "about": msg("field.about", "agreement"),
    "after_days": msg("field.after_days", "days afterwards"),
    "began_on": msg("field.began_on", "first day of what was agreed"),
    "candidate": msg("field.candidate", "candidate"),
    "coordinator": msg("field.coordinator", "coordinator"),
    "created_at": msg("field.created_at", "time of writing"),
    "days": msg("field.days", "days"),
    "deadline": msg("field.deadline", "deadline"),
    "due_on": msg("field.due_on", "due day"),
    "effective_on": msg("field.effective_on", "day"),
    "end_reason": msg("field.end_reason", "end reason"),
    "ends_on": msg("field.ends_on", "last day"),
    "entered_on": msg("field.entered_on", "first day"),
    "erased_on": msg("field.erased_on", "day of the erasure"),
    "essential": msg("field.essential", "essential requirement"),
    "event_id": msg("field.event_id", "event id"),
    "events": msg("field.events", "number of events"),
    "form": msg("field.form", "employment form"),
    "hired_on": msg("field.hired_on", "first day of employment"),
    "item": msg("field.item", "what is awaited"),
    "journey_id": msg("field.journey", "journey"),
    "kind": msg("field.kind", "event"),
    "left_on": msg("field.left_on", "last day in the stage"),
    "limit_by": msg("field.limit_by", "law on permanent roles"),
    "limit_on": msg("field.limit_on", "permanent by law on"),
    "notice_id": msg("field.notice_id", "notice id"),
    "number": msg("field.number", "number"),
    "of_whom": msg("field.of_whom", "awaited party"),
    "outcome": msg("field.outcome", "outcome"),
    "paused": msg("field.paused", "pause"),
    "partner": msg("field.partner", "awaited partner"),
    "places": msg("field.places", "number of places"),
    "position": msg("field.position", "position"),
    "profile": msg("field.profile", "requirement profile"),
    "programme": msg("field.programme", "programme"),
    "programmes": msg("field.programmes", "programmes"),
    "recipient": msg("field.recipient", "recipient"),
    "referring_partner": msg("field.referring_partner", "referring partner"),
    "requirement": msg("field.requirement", "requirement"),
    "result": msg("field.result", "result"),
    "since": msg("field.since", "first day of the stage"),
    "site": msg("field.site", "town"),
    "stage": msg("field.stage", "stage"),
    "staffing_need": msg("field.staffing_need", "staffing need"),
    "starts_on": msg("field.starts_on", "first day"),
    "step": msg("field.step", "step of the deadline"),
    "title": msg("field.title", "title"),
    "unit": msg("field.unit", "unit"),
    "updated_at": msg("field.updated_at", "time of the latest change"),
    "what": msg("field.what", "kind of wait"),
    "waits_for": msg("field.waits_for", "next step awaited"),
}
"""What each column is called."""

_WORDED: Mapping[str, Callable[[str], Message | str]] = {
    "recipient": lambda value: PARTS.get(value) or value,
    "stage": lambda value: Stage(value).in_words,
    "stage_before": lambda value: Stage(value).in_words,
    "stage_after": lambda value: Stage(value).in_words,
    "end_reason": lambda value: EndReason(value).in_words,
    "status": lambda value: Delivery(value).in_words,
    "waits_for": wait_in_words,
    "what": wait_in_words,
    "of_whom": party_in_words,
    "outcome": lambda value: FollowUpOutcome(value).in_words,
    "result": lambda value: Result(value).in_words,
    "kind": name_of,
    "actor": lambda value: actor_in_words(Actor.parse(value)),
}


YES, NO = msg("found.yes", "yes"), msg("found.no", "no")


def in_words(column: str, value: Any) -> Any:
    """The value of a column, as JSON data: a code by its name, anything else as it stands."""
    words = _WORDED.get(column)
    try:
        return words(value) if words and isinstance(value, str) else value
    except ValueError:
        return value


def named(column: str, value: Any) -> Message:
    """The column with its value."""
    shown = in_words(column, value) if not isinstance(value, bool) else YES if value else NO
    return msg(
        "found.field", "{field}: {value}", field=FIELDS.get(column, column), value="–" if shown is None else shown
    )


def fields_of(row: Mapping[str, Any]) -> Message:
    """Columns with their values, one after another."""
    return msg("found.several", "{several}", several=[named(name, value) for name, value in row.items()])
