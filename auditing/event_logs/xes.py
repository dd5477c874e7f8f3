"""XES, as IEEE 1849-2016 has it: a log of traces, each a journey, written one journey at a time."""

from typing import BinaryIO

from auditing.event_logs.elements import DECLARATION, Elements
from auditing.event_logs.traces import LogEvent, Trace, instant
from auditing.event_logs.views import View
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
        out.write(DECLARATION)
        self._xml = Elements(out)
        self._xml.start("log", {"xes.version": VERSION_OF_XES, "xes.features": ""})
        for name, prefix in EXTENSIONS.items():
            uri = f"http://www.xes-standard.org/{prefix}.xesext"
            self._xml.leaf("extension", {"name": name, "prefix": prefix, "uri": uri})
        self._globals("trace", {"concept:name": ALWAYS["concept:name"]})
        self._globals("event", ALWAYS)
        for name, keys in CLASSIFIERS.items():
            self._xml.leaf("classifier", {"name": name, "scope": "event", "keys": keys})
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
        with self._xml.element("trace"):
            self._said("concept:name", trace.journey_id)
            self._said("candidate", trace.journey_id.candidate)
            self._said("programme", trace.journey_id.programme)
            self._said("turn", trace.journey_id.turn)
            if "site" in trace.referral:
                self._said("site", str(trace.referral["site"]))
            for event in trace.events:
                with self._xml.element("event"):
                    self._event(event)

    def finish(self) -> None:
        """End the file."""
        self._xml.end("log")

    def _event(self, event: LogEvent) -> None:
        self._said("concept:name", event.activity)
        self._xml.leaf("date", {"key": "time:timestamp", "value": instant(event.recorded_at)})
        self._said("lifecycle:transition", event.lifecycle)
        self._xml.leaf("id", {"key": "identity:id", "value": event.event_id})
        if event.actor is not None:
            self._said("org:resource", event.actor.name)
            self._said("org:role", event.actor.role)
        for key, value in event.attributes().items():
            self._said(key, value)

    def _said(self, key: str, value: str | int | bool) -> None:
        type_ = next(name for kind, name in TYPES.items() if isinstance(value, kind))
        self._xml.leaf(type_, {"key": key, "value": written(value)})

    def _globals(self, scope: str, values: dict[str, tuple[str, str]]) -> None:
        with self._xml.element("global", {"scope": scope}):
            for key, (type_, value) in values.items():
                self._xml.leaf(type_, {"key": key, "value": value})


def written(value: str | int | bool) -> str:
    """A value as both standards write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
