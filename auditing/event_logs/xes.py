"""XES, as IEEE 1849-2016 has it: a log of traces, each a journey, written one journey at a time."""

from collections.abc import Iterable
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator

from auditing.event_logs.traces import LogEvent, Trace, View, instant
from runtime.build import VERSION
from runtime.i18n import language

VERSION_OF_XES = "1849.2016"

EXTENSIONS = {"Concept": "concept", "Time": "time", "Lifecycle": "lifecycle", "Organizational": "org", "ID": "identity"}
"""The standard extensions that the log uses, by name, each with its prefix."""

ALWAYS = {
    "concept:name": ("string", "unknown"),
    "time:timestamp": ("date", "1970-01-01T00:00:00.000000+00:00"),
    "lifecycle:transition": ("string", "complete"),
    "identity:id": ("id", "00000000-0000-0000-0000-000000000000"),
    "row": ("int", "0"),
    "kind": ("string", "unknown"),
}
"""What every event has, each with its type and the value that the standard asks for."""

CLASSIFIERS = {
    "Activity": "concept:name",
    "ActivityAndLifecycle": "concept:name lifecycle:transition",
    "Kind": "kind",
}
"""By what events are told apart: by their names as people read them, with their answer, or by their codes."""

TYPES = {bool: "boolean", int: "int", str: "string"}


class XesWriter:
    """Writes a log to a file, opened for bytes."""

    def __init__(self, out: BinaryIO, view: View) -> None:
        self._xml = XMLGenerator(out, "UTF-8", short_empty_elements=True)
        self._xml.startDocument()
        self._xml.startElement("log", {"xes.version": VERSION_OF_XES, "xes.features": ""})
        for name, prefix in EXTENSIONS.items():
            uri = f"http://www.xes-standard.org/{prefix}.xesext"
            self._empty("extension", {"name": name, "prefix": prefix, "uri": uri})
        self._globals("trace", {"concept:name": ALWAYS["concept:name"]})
        self._globals("event", ALWAYS)
        for name, keys in CLASSIFIERS.items():
            self._empty("classifier", {"name": name, "scope": "event", "keys": keys})
        for key, value in (
            ("concept:name", "Hela vägen"),
            ("lifecycle:model", "standard"),
            ("view", view),
            ("language", language()),
            ("version", VERSION),
        ):
            self._said(key, value)

    def add(self, trace: Trace) -> None:
        """Write a trace."""
        self._xml.startElement("trace", {})
        self._said("concept:name", trace.journey_id)
        self._said("candidate", trace.journey_id.candidate)
        self._said("programme", trace.journey_id.programme)
        self._said("turn", trace.journey_id.turn)
        if "site" in trace.referral:
            self._said("site", str(trace.referral["site"]))
        for event in trace.events:
            self._event(event)
        self._xml.endElement("trace")
        self._xml.ignorableWhitespace("\n")

    def finish(self) -> None:
        """End the file."""
        self._xml.endElement("log")
        self._xml.endDocument()

    def _event(self, event: LogEvent) -> None:
        self._xml.startElement("event", {})
        self._said("concept:name", event.activity)
        self._empty("date", {"key": "time:timestamp", "value": instant(event.recorded_at)})
        self._said("lifecycle:transition", event.lifecycle)
        self._empty("id", {"key": "identity:id", "value": event.event_id})
        if event.actor is not None:
            self._said("org:resource", event.actor.name)
            self._said("org:role", event.actor.role)
        for key, value in event.attributes().items():
            self._said(key, value)
        self._xml.endElement("event")

    def _said(self, key: str, value: str | int | bool) -> None:
        type_ = next(name for kind, name in TYPES.items() if isinstance(value, kind))
        self._empty(type_, {"key": key, "value": written(value)})

    def _globals(self, scope: str, values: dict[str, tuple[str, str]]) -> None:
        self._xml.startElement("global", {"scope": scope})
        for key, (type_, value) in values.items():
            self._empty(type_, {"key": key, "value": value})
        self._xml.endElement("global")

    def _empty(self, name: str, attributes: dict[str, str]) -> None:
        self._xml.startElement(name, attributes)
        self._xml.endElement(name)


def written(value: str | int | bool) -> str:
    """A value as both standards write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_xes(traces: Iterable[Trace], out: BinaryIO, view: View) -> None:
    """Write traces as one log, in the language that is spoken now."""
    writer = XesWriter(out, view)
    for trace in traces:
        writer.add(trace)
    writer.finish()
