"""Reading what somebody sent: an event, or one sentence that says why it is none. Repeats nothing of what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from models.events.events import EVENT, EVENT_CLASSES, Event
from models.events.validation_messages import in_plain_words

LARGEST_EVENT = 100_000
"""Bytes. An event with everything filled in, new rules among them, is a tenth of it."""

JSON = "json/plain"
"""The payload encoding that an event comes in."""

MOST_PROBLEMS = 5
"""As many as somebody mends at a time."""


@dataclass(frozen=True)
class Unreadable:
    """What was sent is no event, because `message`."""

    message: str


def read_event(data: bytes, encoding: str = JSON) -> Event | Unreadable:
    """The event in a payload of JSON; never raises."""
    if encoding != JSON:
        return Unreadable(f"The input is not encoded as {JSON}; send the event as JSON.")
    if len(data) > LARGEST_EVENT:
        return Unreadable(f"The input has {len(data)} bytes and an event at most {LARGEST_EVENT}; shorten its remarks.")
    try:
        return EVENT.validate_json(data)
    except ValidationError as error:
        return Unreadable(explain(error))
    except RecursionError:
        return Unreadable("The input is nested too deeply to be an event.")


def explain(error: ValidationError) -> str:
    """What is wrong with an event, in one sentence: field by field, without the values, which may be personal."""
    problems = error.errors(include_url=False, include_input=False)
    told = "; ".join(map(_problem, problems[:MOST_PROBLEMS]))
    more = len(problems) - MOST_PROBLEMS
    return f"This is no event: {told}{f'; and {more} more' if more > 0 else ''}."


def _problem(problem: Mapping[str, Any]) -> str:
    kind, path = problem["type"], problem["loc"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return "its kind must be one of " + ", ".join(EVENT_CLASSES)
    fields = [str(part) for part in path if part not in EVENT_CLASSES]
    if kind == "extra_forbidden":
        return f"a field of {'.'.join(fields[:-1]) or 'the event'} is unknown; look up its fields with: admin.py next"
    if kind == "json_invalid":
        return "it is not JSON"
    said = in_plain_words(kind, problem["msg"], problem.get("ctx"))
    return f"{'.'.join(fields) or 'the event'}: {said}"
