"""Reading what somebody sent: an event, or one message that says why it is none. Repeats nothing of what was sent."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pydantic_core
from pydantic import ValidationError

from models.events.events import EVENT, EVENT_CLASSES, Event
from models.events.validation_messages import in_plain_words
from models.message import Message, msg
from models.signatures import EventSignature

LARGEST_EVENT = 100_000
"""Bytes. An event with everything filled in, new rules among them, is a tenth of it."""

SIGNATURE = "signature"
"""The field beside those of the event in which its signature comes."""

JSON = "json/plain"
"""The payload encoding that an event comes in."""

MOST_PROBLEMS = 5
"""As many as somebody corrects at a time."""

THE_EVENT = msg("it_is_an_event.the_event", "the event")


@dataclass(frozen=True)
class Unreadable:
    """What was sent is not an event, because `message`."""

    message: Message


def read_event(data: bytes, encoding: str = JSON) -> Event | Unreadable:
    """The event in a payload of JSON; never raises."""
    if encoding != JSON:
        return Unreadable(
            msg(
                "it_is_an_event.encoding",
                "The input is not encoded as {encoding}. Send the event as JSON.",
                encoding=JSON,
            )
        )
    if len(data) > LARGEST_EVENT:
        return Unreadable(
            msg(
                "it_is_an_event.too_large",
                "The input has {size} bytes, and an event at most {most}. Shorten its remarks.",
                size=len(data),
                most=LARGEST_EVENT,
            )
        )
    try:
        return EVENT.validate_json(data)
    except ValidationError as error:
        return Unreadable(explain(error))
    except RecursionError:
        return Unreadable(msg("it_is_an_event.too_deep", "The input is nested too deeply to be an event."))


def read_signed(data: bytes, encoding: str = JSON) -> tuple[Event | Unreadable, EventSignature | None]:
    """The event in a payload of JSON and the signature that came in its field `signature`; never raises.

    A signature that is none counts as missing: the event is answered for what it says, and refused as unsigned.
    """
    signature: EventSignature | None = None
    if encoding == JSON and len(data) <= LARGEST_EVENT and SIGNATURE.encode() in data:
        with suppress(ValueError, RecursionError):  # what is no JSON is told below
            said = pydantic_core.from_json(data, allow_inf_nan=False)
            if isinstance(said, dict) and SIGNATURE in said:
                given = said.pop(SIGNATURE)
                data = pydantic_core.to_json(said)
                signature = EventSignature.model_validate(given)
    return read_event(data, encoding), signature


def signed_event(event: Event, signature: EventSignature) -> dict[str, Any]:
    """An event with its signature, as JSON that `read_signed` reads."""
    return {**event.model_dump(mode="json"), SIGNATURE: signature.model_dump(mode="json")}


def explain(error: ValidationError, *, with_codes: bool = True) -> Message:
    """What is wrong with an event: field by field, without the values, which may be personal. `with_codes` lists what
    is possible to programs, which write codes; people do not."""
    problems = problems_in(error, with_codes=with_codes)
    return msg("it_is_an_event.problems", "This is not an event: {problems}.", problems=problems)


def problems_in(error: ValidationError, *, with_codes: bool = True) -> list[Message]:
    """The same of whatever it is, each problem by itself."""
    problems = error.errors(include_url=False, include_input=False)
    told = [_problem(problem, with_codes) for problem in problems[:MOST_PROBLEMS]]
    more = len(problems) - MOST_PROBLEMS
    if more > 0:
        told.append(msg("it_is_an_event.more", "and {more} more", more=more))
    return told


def _problem(problem: Mapping[str, Any], with_codes: bool) -> Message:
    kind, path = problem["type"], problem["loc"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        if not with_codes:
            return msg("it_is_an_event.kind_unknown", "its kind is not one that can stand there")
        return msg("it_is_an_event.kind", "its kind must be one of {known}", known=list(EVENT_CLASSES))
    fields = [str(part) for part in path if part not in EVENT_CLASSES]
    if kind == "extra_forbidden":
        where = ".".join(fields[:-1]) or THE_EVENT
        return msg("it_is_an_event.unknown_field", "a field of {where} is unknown", where=where)
    if kind == "json_invalid":
        return msg("it_is_an_event.not_json", "it is not JSON")
    what = in_plain_words(kind, problem["msg"], problem.get("ctx"), with_codes=with_codes)
    return msg("it_is_an_event.field", "{field}: {what}", field=".".join(fields) or THE_EVENT, what=what)
