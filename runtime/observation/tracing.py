"""OpenTelemetry, where the environment names a collector: spans by OTLP over HTTP, with ids and codes and no words.

It is set by the standard variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`, …). Where they name nobody,
nothing of it is loaded.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from activities.tracing import Span, trace_by, trace_no_more
from runtime.build import VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span as OtelSpan

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

FLUSH_SECONDS = 2.0
"""What a script that is done waits for a collector."""

_providers: "list[TracerProvider]" = []


def is_collected() -> bool:
    """Whether the environment names a collector."""
    return any(os.environ.get(name) for name in ENDPOINTS) and os.environ.get("OTEL_SDK_DISABLED") != "true"


def begin(service: str) -> None:
    """Make spans in this process from now on, where somebody collects them. Safe to repeat."""
    if not is_collected() or _providers:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # What the environment says of the service goes before; nothing else of the machine or the process is told.
    named = {"service.name": os.environ.get("OTEL_SERVICE_NAME") or service, "service.version": VERSION}
    provider = TracerProvider(resource=Resource(named), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _providers.append(provider)
    trace_by(_Otel(provider))


def end() -> None:
    """Hand over what was collected, within seconds, whether anybody takes it or not."""
    for provider in _providers:
        handing_over = Thread(target=provider.shutdown, daemon=True)
        handing_over.start()
        handing_over.join(FLUSH_SECONDS)
    _providers.clear()
    trace_no_more()


class _Otel:
    """Makes spans with OpenTelemetry. Of an error it tells which one it is, and never what it says."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._tracer = provider.get_tracer("hela-vagen")

    @contextmanager
    def span(self, name: str, parent: str | None, attributes: Mapping[str, str | int]) -> Iterator[Span]:
        from opentelemetry.trace import Status, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        context = TraceContextTextMapPropagator().extract({"traceparent": parent}) if parent else None
        said = {f"helavagen.{key}": value for key, value in attributes.items()}
        with self._tracer.start_as_current_span(
            name, context, attributes=said, record_exception=False, set_status_on_exception=False
        ) as made:
            try:
                yield _Made(made)
            except BaseException as error:
                made.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise


class _Made:
    """A span of OpenTelemetry."""

    def __init__(self, made: "OtelSpan") -> None:
        self._made = made

    def say(self, **attributes: str | int) -> None:
        for key, value in attributes.items():
            self._made.set_attribute(f"helavagen.{key}", value)

    @property
    def traceparent(self) -> str | None:
        ids = self._made.get_span_context()
        return f"00-{ids.trace_id:032x}-{ids.span_id:016x}-{ids.trace_flags:02x}" if ids.is_valid else None
