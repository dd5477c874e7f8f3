"""A collector of traces on this machine, which reads what it is sent as OpenTelemetry's protocol has it."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collected(NamedTuple):
    """A span, and what it says: ids in hexadecimal."""

    name: str
    trace: str
    id: str
    parent: str
    says: dict[str, str]
    status: str


class Collector:
    """Keeps all spans."""

    def __init__(self) -> None:
        self.spans: list[Collected] = []
        self.bodies: list[bytes] = []
        self.address = ""

    async def receive(self, request: web.Request) -> web.Response:
        """Take spans, as an exporter sends them."""
        body = await request.read()
        if request.headers.get("Content-Encoding") == "gzip" and body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans += [_read(span) for span in scope.spans]
        return web.Response(content_type="application/x-protobuf")

    def named(self, name: str) -> list[Collected]:
        """The spans of a name."""
        return [one for one in self.spans if one.name == name]


def _read(span: Span) -> Collected:
    says = {one.key: one.value.string_value or str(one.value.int_value) for one in span.attributes}
    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
    return Collected(span.name, *ids, says, span.status.message)


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector at work until the context ends."""
    collector, app = Collector(), web.Application()
    app.router.add_post("/v1/traces", collector.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        collector.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield collector
    finally:
        await runner.cleanup()
