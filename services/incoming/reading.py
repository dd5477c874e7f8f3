"""Reading a message: from a CloudEvent 1.0 in JSON to an event that its partner says."""

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID, uuid5

from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cloudevents.core.exceptions import CloudEventValidationError
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from models.access.permissions import PERMISSIONS, Relation, why_not
from models.calendar.swedish_day import day_in_sweden
from models.events.descriptions import name_of
from models.events.events import EVENT_CLASSES, Event
from models.events.parsing import Unreadable, problems_in, read_event
from models.fields import FIRST_DAY, LAST_DAY
from models.identifiers import Actor, Role
from models.partners.partner import Partner
from services.incoming.refusals import NotAMessage, NotAnEvent, NotForPartners

TYPE = "se.helavagen."
"""What the types of CloudEvents begin with, ours and those that are taken; then follows the kind of event."""

BEGINS_A_JOURNEY = "referred"

KINDS = tuple(kind for kind in PERMISSIONS[Role.PARTNER] if kind != BEGINS_A_JOURNEY)
"""Kinds of event that a partner's system may say of a journey."""

OURS = frozenset({"kind", "event_id", "actor", "moved"})
"""Fields of an event that follow from the message and from who has sent it."""

MESSAGES = UUID("4d3c3c36-5c0f-5be8-9a31-6f0f9f2f6c55")
"""The namespace of the ids that events of messages have."""

ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
"""Text without controls and without another line, written so that regular expressions of every language read it."""

OneLine = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=ONE_LINE)]


def _has_a_day(moment: datetime) -> datetime:
    if not FIRST_DAY.year <= moment.year <= LAST_DAY.year:
        raise PydanticCustomError("day_out_of_reach", "the day is out of reach", {"first": FIRST_DAY, "last": LAST_DAY})
    return moment


class PartnerMessage(BaseModel):
    """A CloudEvent 1.0 in JSON as it is taken here. Attributes of extensions may stand beside these."""

    model_config = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)

    specversion: Literal["1.0"]
    id: OneLine
    source: OneLine
    type: Annotated[str, StringConstraints(pattern=r"^se\.helavagen\.[a-z_]{1,64}$")]
    subject: Annotated[
        OneLine,
        Field(
            description="The candidate's number, the number of a notice of ours, or your own reference of the referral."
        ),
    ]
    time: Annotated[
        AwareDatetime,
        AfterValidator(_has_a_day),
        Field(description="When it happened. `effective_on` follows from it where not said."),
    ]
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any] = Field(default_factory=dict)


class Sent(NamedTuple):
    """What a message says: the kind of event, about whom, in which programme where that is said, and its fields."""

    kind: str
    subject: str
    programme: str | None
    day: date
    fields: dict[str, Any]


def read_message(body: bytes) -> Sent:
    """What the body of a message says. Raises NotAMessage, NotForPartners."""
    try:
        message = PartnerMessage.model_validate_json(body)
        # The model says which attributes are needed, the library whether it is what the specification calls one.
        from_structured_event(HTTPMessage({}, body))
    except ValidationError as error:
        raise NotAMessage(
            "gateway.not_a_message", "This is not a CloudEvent in JSON: {problems}.", problems=problems_in(error)
        ) from None
    except CloudEventValidationError as error:
        raise NotAMessage(
            "gateway.not_the_specification",
            "These attributes are not as CloudEvents 1.0 has them: {attributes}.",
            attributes=sorted(map(str, error.errors)),
        ) from None
    except (ValueError, TypeError, RecursionError):
        raise NotAMessage(
            "gateway.not_json", "The body is not a CloudEvent in JSON and UTF-8, or is nested too deeply."
        ) from None
    data = dict(message.data)
    return Sent(
        _kind_of(message.type),
        message.subject,
        _programme(data.pop("programme", None)),
        day_in_sweden(message.time),
        data,
    )


def _kind_of(type_: str) -> str:
    kind = type_.removeprefix(TYPE)
    if kind in KINDS:
        return kind
    if kind == BEGINS_A_JOURNEY:
        raise NotForPartners(
            "gateway.no_referrals", "Referrals are not taken here. Send them to the coordinator as before."
        )
    if kind in EVENT_CLASSES and (why := why_not(Role.PARTNER, kind, name_of(kind), Relation.OWN)) is not None:
        raise NotForPartners(why)
    raise NotForPartners(
        "gateway.unknown_type",
        "Messages of this type are not taken. Available: {known}.",
        known=[f"{TYPE}{one}" for one in KINDS],
    )


def _programme(said: Any) -> str | None:
    if said is None or isinstance(said, str):
        return said
    raise NotAnEvent("gateway.programme", "The programme must be a text, such as service_division.")


def event_said_by(partner: Partner, message_id: str, sent: Sent) -> Event:
    """The event that a partner says by a message: the same message is the same event. Raises NotAnEvent."""
    if ours := sorted(OURS & sent.fields.keys()):
        raise NotAnEvent(
            "gateway.our_fields", "These fields follow from the message. Omit them: {fields}.", fields=ours
        )
    said = {
        **({"union": partner.id} if sent.kind == "union_answered" else {}),
        "effective_on": sent.day.isoformat(),
        **sent.fields,
        "kind": sent.kind,
        "event_id": str(uuid5(MESSAGES, f"{partner.id} {message_id}")),
        "actor": Actor.of(Role.PARTNER, partner.id),
    }
    event = read_event(json.dumps(said).encode())
    if isinstance(event, Unreadable):
        raise NotAnEvent(event.message)
    return event
