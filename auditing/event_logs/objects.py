"""What an event of an object-centric log is about: the journey, its candidate, places, partners, unions and staff."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from auditing.event_logs.traces import LogEvent, LogNotice
from models.identifiers import JourneyId, Role
from models.partners.partner import PartnerKind

PartnerKinds = Mapping[str, PartnerKind]
"""What each partner is, by its id, as the rulebook has it."""


class LogObject(NamedTuple):
    """An object of the log: its type, and its name, which is a code or a number and no person's name."""

    type: str
    name: str

    @property
    def id(self) -> str:
        """Its id in the log, under which no object of another type stands."""
        return self.name if self.type == JOURNEY else f"{self.type}:{self.name}"


JOURNEY, CANDIDATE, POSITION, PARTNER, UNION, STAFF = "journey", "candidate", "position", "partner", "union", "staff"
NOTICE = "notice"

OBJECT_TYPES: dict[str, dict[str, str]] = {
    JOURNEY: {"programme": "string", "turn": "integer", "site": "string"},
    CANDIDATE: {},
    POSITION: {},
    PARTNER: {"kind": "string"},
    UNION: {},
    STAFF: {},
    NOTICE: {"recipient": "string", "status": "string"},
}
"""Types of objects, each with the types of its attributes."""

OF, RECORDED_BY, TOLD_BY, ACKNOWLEDGES, TO = "of", "recorded by", "told by", "acknowledges", "to"

NAMED = {
    "position": (POSITION, "on"),
    "referring_partner": (PARTNER, "referred by"),
    "coordinator": (STAFF, "coordinator"),
    "leaves": (STAFF, "coordinator before"),
    "supervisor": (STAFF, "supervisor"),
    "mentor": (STAFF, "mentor"),
    "union": (UNION, "answered by"),
    "unions": (UNION, "consulted"),
}
"""Fields of events that name an object, each with its type and how the event relates to it."""


class Related(NamedTuple):
    """An object and how an event, or another object, relates to it."""

    object: LogObject
    qualifier: str


def objects_of(journey_id: JourneyId, event: LogEvent, kinds: PartnerKinds) -> Iterator[Related]:
    """What an event is about, each object once in each relation."""
    yield Related(LogObject(JOURNEY, journey_id), OF)
    yield Related(LogObject(CANDIDATE, journey_id.candidate), OF)
    if event.actor is not None and event.actor.role is not Role.SYSTEM:
        type_ = PARTNER if event.actor.role is Role.PARTNER else STAFF
        yield Related(_object(type_, event.actor.name, kinds), RECORDED_BY)
    yield from named_in(event.event or {}, kinds)


def partner_of(notice: LogNotice, kinds: PartnerKinds) -> LogObject | None:
    """The partner that a notice goes to; None where it goes to the employer's own, or to the candidate."""
    return _object(PARTNER, notice.recipient, kinds) if notice.recipient in kinds else None


def named_in(event: Mapping[str, Any], kinds: PartnerKinds) -> Iterator[Related]:
    """The objects that the fields of an event name."""
    for field, (type_, qualifier) in NAMED.items():
        said = event.get(field) or ()
        for name in (said,) if isinstance(said, str) else said:
            yield Related(_object(type_, name, kinds), qualifier)


def _object(type_: str, name: str, kinds: PartnerKinds) -> LogObject:
    """A union is a partner too: which of them somebody is, the rulebook says."""
    if type_ in (PARTNER, UNION) and name in kinds:
        type_ = UNION if kinds[name] is PartnerKind.UNION else PARTNER
    return LogObject(type_, name)
