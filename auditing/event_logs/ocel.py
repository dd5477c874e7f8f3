"""OCEL 2.0: an object-centric log as JSON or XML, written one journey at a time."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple, Protocol

from auditing.event_logs.elements import DECLARATION, Elements
from auditing.event_logs.objects import (
    ACKNOWLEDGES,
    CANDIDATE,
    JOURNEY,
    NOTICE,
    OBJECT_TYPES,
    OF,
    PARTNER,
    TO,
    TOLD_BY,
    LogObject,
    PartnerKinds,
    Related,
    named_in,
    objects_of,
    partner_of,
)
from auditing.event_logs.traces import LogEvent, LogNotice, Trace, instant
from auditing.event_logs.xes import written

ALWAYS = "1970-01-01T00:00:00.000000+00:00"
"""The moment from which on a value holds that never changes, as the standard has it."""

EVENT_ATTRIBUTES = {
    "row": "integer",
    "kind": "string",
    "event_id": "string",
    "lifecycle": "string",
    "resource": "string",
    "role": "string",
    "effective_on": "string",
    "rule": "string",
    "stage_before": "string",
    "stage_after": "string",
    "in_effect": "boolean",
    "corrected_by": "integer",
    "corrects": "integer",
    "replacement": "string",
}
"""What every type of event has, each with its type."""

ACKNOWLEDGEMENT = "partner_acknowledged"
"""The kind of event by which somebody confirms a notice."""

ROW_DIGITS = 5
"""Of the row in the id of an event: ids of a journey are then in the order of its rows, where moments are the same."""


class Timed(NamedTuple):
    """A value of an object, and from when on it is that."""

    name: str
    value: str
    time: str = ALWAYS


class ObjectRecord(NamedTuple):
    """An object as it is written."""

    id: str
    type: str
    attributes: Sequence[Timed]
    related: Sequence[Related]


class EventRecord(NamedTuple):
    """An event as it is written."""

    id: str
    type: str
    time: str
    attributes: Mapping[str, str]
    related: Sequence[Related]


Types = Mapping[str, Mapping[str, str]]
"""Types of objects or events, each with the types of its attributes."""


class Form(Protocol):
    """How a log is written: objects and events each to a file of their own, and then all of it."""

    def add_object(self, record: ObjectRecord) -> None: ...

    def add_event(self, record: EventRecord) -> None: ...

    def finish(self, out: BinaryIO, object_types: Types, event_types: Types) -> None: ...


class JsonForm:
    """The log as JSON."""

    def __init__(self) -> None:
        self._spools = {name: TemporaryFile() for name in ("objects", "events")}  # noqa: SIM115 – gone with this

    def add_object(self, record: ObjectRecord) -> None:
        attributes = [one._asdict() for one in record.attributes]
        self._add("objects", {"id": record.id, "type": record.type, "attributes": attributes}, record.related)

    def add_event(self, record: EventRecord) -> None:
        attributes = [{"name": name, "value": value} for name, value in record.attributes.items()]
        said = {"id": record.id, "type": record.type, "time": record.time, "attributes": attributes}
        self._add("events", said, record.related)

    def _add(self, name: str, said: Mapping[str, object], related: Sequence[Related]) -> None:
        relationships = [{"objectId": one.object.id, "qualifier": one.qualifier} for one in related]
        spool = self._spools[name]
        spool.write(b",\n" if spool.tell() else b"\n")
        spool.write(json.dumps({**said, "relationships": relationships}, ensure_ascii=False).encode())

    def finish(self, out: BinaryIO, object_types: Types, event_types: Types) -> None:
        out.write(b"{")
        for name, types in (("objectTypes", object_types), ("eventTypes", event_types)):
            told = [
                {"name": one, "attributes": [{"name": name, "type": type_} for name, type_ in attributes.items()]}
                for one, attributes in types.items()
            ]
            out.write(f'"{name}": {json.dumps(told, ensure_ascii=False)},\n'.encode())
        for name, spool in self._spools.items():
            out.write(f'"{name}": ['.encode())
            _append(spool, out)
            out.write(b"],\n" if name == "objects" else b"]}\n")


class XmlForm:
    """The log as XML."""

    def __init__(self) -> None:
        self._spools = {name: TemporaryFile() for name in ("objects", "events")}  # noqa: SIM115 – gone with this
        self._xml = {name: Elements(spool) for name, spool in self._spools.items()}

    def add_object(self, record: ObjectRecord) -> None:
        xml = self._xml["objects"]
        with xml.element("object", {"id": record.id, "type": record.type}):
            with xml.element("attributes"):
                for one in record.attributes:
                    xml.leaf("attribute", {"name": one.name, "time": one.time}, one.value)
            _write_related(xml, record.related)

    def add_event(self, record: EventRecord) -> None:
        xml = self._xml["events"]
        with xml.element("event", {"id": record.id, "type": record.type, "time": record.time}):
            with xml.element("attributes"):
                for name, value in record.attributes.items():
                    xml.leaf("attribute", {"name": name}, value)
            _write_related(xml, record.related)

    def finish(self, out: BinaryIO, object_types: Types, event_types: Types) -> None:
        out.write(DECLARATION)
        xml = Elements(out)
        with xml.element("log"):
            for name, types in (("object-type", object_types), ("event-type", event_types)):
                with xml.element(f"{name}s"):
                    for one, attributes in types.items():
                        with xml.element(name, {"name": one}), xml.element("attributes"):
                            for each, type_ in attributes.items():
                                xml.leaf("attribute", {"name": each, "type": type_})
            for name, spool in self._spools.items():
                with xml.element(name):
                    _append(spool, out)


def _write_related(xml: Elements, related: Sequence[Related]) -> None:
    with xml.element("objects"):
        for one in related:
            xml.leaf("relationship", {"object-id": one.object.id, "qualifier": one.qualifier})


def _append(spool: BinaryIO, out: BinaryIO) -> None:
    spool.seek(0)
    copyfileobj(spool, out)


class OcelWriter:
    """Writes a log to a file, opened for bytes. Of journeys nothing is remembered but which objects there are."""

    def __init__(self, out: BinaryIO, form: Form, kinds: PartnerKinds) -> None:
        self._out = out
        self._form = form
        self._kinds = kinds
        self._known: set[str] = set()
        self._activities: dict[str, None] = {}

    def add(self, trace: Trace) -> None:
        """Write a journey: what it is about, and its events."""
        journey = LogObject(JOURNEY, trace.journey_id)
        candidate = Related(LogObject(CANDIDATE, trace.journey_id.candidate), OF)
        referred_by = [one for one in named_in(trace.referral, self._kinds) if one.object.type == PARTNER]
        about = [Timed("programme", trace.journey_id.programme), Timed("turn", str(trace.journey_id.turn))]
        if "site" in trace.referral:
            about.append(Timed("site", str(trace.referral["site"])))
        for one in (candidate, *referred_by):
            self._meet(one.object)
        self._known.add(journey.id)
        self._form.add_object(ObjectRecord(journey.id, JOURNEY, about, (candidate, *referred_by)))
        told: defaultdict[str, list[Related]] = defaultdict(list)
        for notice in trace.notices:
            told[notice.event_id].append(self._notice(notice))
        for event in trace.events:
            self._event(trace, event, told[event.event_id])

    def finish(self) -> None:
        """Put everything together."""
        types = dict.fromkeys(self._activities, EVENT_ATTRIBUTES)
        self._form.finish(self._out, OBJECT_TYPES, types)

    def _notice(self, notice: LogNotice) -> Related:
        """Write a notice; how the event that it tells of relates to it."""
        one, partner = LogObject(NOTICE, notice.notice_id), partner_of(notice, self._kinds)
        if partner is not None:
            self._meet(partner)
        status = (Timed("status", became, instant(at)) for became, at in notice.became)
        to = (Related(partner, TO),) if partner is not None else ()
        self._form.add_object(ObjectRecord(one.id, NOTICE, (Timed("recipient", notice.recipient), *status), to))
        return Related(one, TOLD_BY)

    def _event(self, trace: Trace, event: LogEvent, told: Sequence[Related]) -> None:
        related = tuple(dict.fromkeys((*objects_of(trace.journey_id, event, self._kinds), *told)))
        if event.kind == ACKNOWLEDGEMENT:
            related += self._acknowledged(trace, event)
        for one in related:
            if one.object.type != NOTICE:
                self._meet(one.object)
        self._activities[event.activity] = None
        id_ = f"{trace.journey_id}#{event.row:0{ROW_DIGITS}}"
        attributes = dict(_attributes(event))
        self._form.add_event(EventRecord(id_, event.activity, instant(event.recorded_at), attributes, related))

    def _acknowledged(self, trace: Trace, event: LogEvent) -> tuple[Related, ...]:
        """The notice that somebody confirmed, where it is in the log."""
        ids = {notice.notice_id for notice in trace.notices}
        said = str((event.event or {}).get("notice_id"))
        return (Related(LogObject(NOTICE, said), ACKNOWLEDGES),) if said in ids else ()

    def _meet(self, one: LogObject) -> None:
        if one.id in self._known:
            return
        self._known.add(one.id)
        about = (Timed("kind", self._kinds[one.name]),) if one.type == PARTNER and one.name in self._kinds else ()
        self._form.add_object(ObjectRecord(one.id, one.type, about, ()))


def _attributes(event: LogEvent) -> Iterator[tuple[str, str]]:
    yield "event_id", event.event_id
    yield "lifecycle", event.lifecycle
    if event.actor is not None:
        yield "resource", event.actor.name
        yield "role", event.actor.role
    for name, value in event.attributes().items():
        yield name, written(value)
