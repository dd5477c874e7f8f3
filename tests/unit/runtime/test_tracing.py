"""What travels with a trace, and that nothing of it is loaded where nobody collects any."""

import subprocess
import sys

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter

from activities.trace_headers import HEADER, read_header, with_header
from activities.tracing import current_traceparent, span
from runtime.observation import tracing
from tests.support.processes import ROOT, environment

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def header(value: object) -> dict[str, Payload]:
    return {HEADER: PayloadConverter.default.to_payload(value)}


def test_a_traceparent_travels_as_it_is() -> None:
    assert read_header(with_header({}, TRACE)) == TRACE
    assert with_header({}, None) == {}


@pytest.mark.parametrize(
    "rubbish",
    [
        "Anna Andersson 19850505-9805",
        f"{TRACE} Anna",
        f"{TRACE}\n",
        TRACE.upper(),
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        {"traceparent": TRACE},
        [TRACE],
        None,
        7,
    ],
)
def test_nothing_else_gets_in_by_that_header(rubbish: object) -> None:
    assert read_header(header(rubbish)) is None


def test_bytes_that_are_no_text_do_not_get_in_either() -> None:
    assert read_header({HEADER: Payload(data=b"\xff\xfe")}) is None


def test_where_nobody_collects_spans_none_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    tracing.begin("nobody")
    with span("something") as one:
        one.say(kind="x")
        assert (one.traceparent, current_traceparent()) == (None, None)


def test_nothing_of_it_is_loaded_then() -> None:
    code = "import sys, worker, admin; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment()).returncode == 0
