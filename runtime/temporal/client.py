"""Reaching Temporal, the way every Temporal client does, and how payloads are written and read."""

import asyncio
import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Self

from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client, Interceptor
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    ActivitySerializationContext,
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
    PayloadCodec,
    PayloadConverter,
    SerializationContext,
    WorkflowSerializationContext,
)
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import LogForwardingConfig, LoggingConfig, PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode

from activities.tracing import is_traced
from models.message import Message
from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError
from runtime.failures import missing_namespace, of_temporal
from runtime.logs import CORE
from runtime.settings import Settings
from workflows.starting import refuse_several

DEFAULT_ADDRESS = "localhost:7233"
"""Where a Temporal client looks where nothing says otherwise."""

TLS_FAULT = re.compile("InvalidContentType|certificate|handshake|AlertReceived|BadSignature|tls", re.IGNORECASE)
NOT_LET_IN = re.compile("Unauthenticated|PermissionDenied")
HUNG_UP = re.compile(r"call error after connection.*(code: Unavailable|Canceled|ConnectionReset|BrokenPipe)")
OTHER_SERVER = re.compile("call error after connection|H2NotNegotiated")
"""Words of Temporal's core where there is no connection."""

KEPT_WORKFLOWS = 2_000
"""Somewhat more than a worker has in its cache."""

CONNECT_SECONDS = 10.0
"""For a server that takes the connection and says nothing: the core itself would wait for ever."""


async def connect(settings: Settings, codec: PayloadCodec | None = None, metrics_address: str | None = None) -> Client:
    """A client for the server that the environment names, or else for the local stack that runs on the data directory.

    `codec` seals and opens its payloads; without one it reads only what holds nothing of a person. Metrics are offered
    by a worker alone, at `metrics_address`: a script beside it finds the port taken.

    Raises ServiceUnavailable; UsageError where a setting cannot be used.
    """
    config = _connect_config(settings)
    runtime = _runtime_with(metrics_address)
    address = config.get("target_host") or DEFAULT_ADDRESS
    config["target_host"] = address
    try:
        connecting = Client.connect(
            **config, data_converter=data_converter(codec), runtime=runtime, interceptors=_tracing()
        )
        return await asyncio.wait_for(connecting, CONNECT_SECONDS)
    except ValueError as error:
        raise UsageError(
            "settings.temporal_address",
            "TEMPORAL_ADDRESS is not an address: {address}. Write it as host:port.",
            address=address,
        ) from error
    except (RuntimeError, TimeoutError) as error:
        raise _unconnected(str(error), address) from error


def _tracing() -> list[Interceptor]:
    if not is_traced():
        return []
    from runtime.temporal.traced import TracesWhatIsSent  # loads what a worker needs, which a script need not wait for

    return [TracesWhatIsSent()]


def address_of(settings: Settings) -> str:
    """Where the environment, or else the local stack, says that Temporal is. Raises UsageError."""
    return _connect_config(settings).get("target_host") or DEFAULT_ADDRESS


def namespace_of(settings: Settings) -> str:
    """The namespace that the environment names, or else that of the local stack. Raises UsageError."""
    return _connect_config(settings).get("namespace") or "default"


def _connect_config(settings: Settings) -> ClientConnectConfig:
    try:
        return ClientConfig.load_client_connect_config(config_file=_profile_file(settings))
    except (RuntimeError, ValueError) as error:
        why = " ".join(str(error).split())
        raise UsageError("settings.temporal", "A setting of Temporal cannot be used: {why}.", why=why) from error


def _runtime_with(metrics_address: str | None) -> Runtime:
    try:
        return core_runtime(metrics_address)
    except (RuntimeError, ValueError) as error:
        raise cannot_offer(metrics_address) from error


def cannot_offer(metrics_address: str | None) -> UsageError:
    """That metrics cannot be offered at an address."""
    return UsageError(
        "settings.metrics_address",
        "Metrics cannot be offered at {address}. Correct HELAVAGEN_METRICS_ADDRESS, or free that port.",
        address=metrics_address,
    )


def _unconnected(said: str, address: str) -> UserError:
    """Why there is no connection, as far as the words of Temporal's core tell: it has no codes for it."""
    if TLS_FAULT.search(said):
        return UsageError(
            "temporal.tls",
            "No TLS could be agreed with Temporal at {address}. Correct TEMPORAL_TLS and its certificates.",
            address=address,
        )
    if NOT_LET_IN.search(said):
        return UsageError(
            "temporal.not_accepted",
            "Temporal at {address} does not accept us. Correct TEMPORAL_API_KEY or our certificate.",
            address=address,
        )
    if HUNG_UP.search(said):
        # A proxy before a Temporal that is away does so, and so does a server that wants TLS: waiting may help.
        return ServiceUnavailable(
            "temporal.hung_up",
            "What answers at {address} hangs up. Start the Temporal behind it, or correct TEMPORAL_ADDRESS or"
            " TEMPORAL_TLS.",
            address=address,
        )
    if OTHER_SERVER.search(said):
        return UsageError(
            "temporal.other_server",
            "What answers at {address} is not Temporal, or wants TLS. Correct TEMPORAL_ADDRESS or TEMPORAL_TLS.",
            address=address,
        )
    return ServiceUnavailable(
        "temporal.unavailable",
        "Temporal cannot be reached at {address}. Start it or correct TEMPORAL_ADDRESS.",
        address=address,
    )


@contextmanager
def temporal_errors(not_found: Message | None = None) -> Iterator[None]:
    """Raise the user error for what Temporal does not do, and Refused (`not_found`) where it finds nothing."""
    try:
        yield
    except RPCError as error:
        if not_found is not None and error.status is RPCStatusCode.NOT_FOUND and missing_namespace(error) is None:
            raise Refused(not_found) from error
        raise of_temporal(error) from error


def _profile_file(settings: Settings) -> str | None:
    if "TEMPORAL_ADDRESS" in os.environ or "TEMPORAL_CONFIG_FILE" in os.environ:
        return None
    return str(settings.temporal_profile_file) if settings.temporal_profile_file.exists() else None


@cache
def core_runtime(metrics_address: str | None = None) -> Runtime:
    """Temporal's core, which speaks to our logs. Of its entries the message is taken alone: the fields beside it hold
    what a failed task has said. One a process and address."""
    speaking = LogForwardingConfig(
        logging.getLogger(CORE), append_target_to_name=False, append_log_fields_to_message=False
    )
    logs = LoggingConfig(LoggingConfig.default.filter, forwarding=speaking)
    metrics = PrometheusConfig(bind_address=metrics_address) if metrics_address is not None else None
    return Runtime(telemetry=TelemetryConfig(logging=logs, metrics=metrics))


def data_converter(codec: PayloadCodec | None = None) -> DataConverter:
    """JSON by pydantic, sealed by a codec where there is one, and with it what failures say."""
    if codec is None:
        return DATA_CONVERTER
    return replace(DATA_CONVERTER, payload_codec=codec, failure_converter_class=SealedFailures)


@dataclass(frozen=True)
class OneAWorkflow(DataConverter):
    """Keeps its copy for each workflow: the SDK asks for one for each payload."""

    def with_context(self, context: SerializationContext) -> Self:
        """See base class."""
        if not isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            return super().with_context(context)
        if isinstance(context, ActivitySerializationContext) and not context.workflow_id:
            return replace(self, payload_converter_class=AsItCame)
        return self._of_workflow(context.namespace, context.workflow_id)

    @lru_cache(KEPT_WORKFLOWS)  # noqa: B019
    def _of_workflow(self, namespace: str, workflow_id: str) -> Self:
        return super().with_context(WorkflowSerializationContext(namespace, workflow_id))


class KeptAdapters(PydanticJSONPlainPayloadConverter):
    """Keeps what reads each type: pydantic makes it in more time than it takes to read."""

    def from_payload(self, payload: Payload, type_hint: type[Any] | None = None) -> Any:
        """See base class."""
        return ADAPTERS(Any if type_hint is None else type_hint).validate_json(payload.data)


ADAPTERS: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


class OneInput(CompositePayloadConverter):
    """Refuses several inputs where one is expected: the SDK would fail the workflow's task on them for ever."""

    def __init__(self) -> None:
        super().__init__(*CONVERTERS)

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type[Any]] | None = None) -> list[Any]:
        if type_hints is None and len(payloads) > 1:
            raise refuse_several(len(payloads))
        return super().from_payloads(payloads, type_hints)


class AsItCame(OneInput):
    """Leaves the input of an activity that no workflow asks, of whatever form: it is refused, and not tried again."""

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type[Any]] | None = None) -> list[Any]:
        del type_hints
        return list(payloads)


class SeveralDetails(DefaultFailureConverter):
    """Reads the details of a failure one by one: of them there may be several."""

    def from_failure(self, failure: Failure, payload_converter: PayloadConverter) -> BaseException:
        return super().from_failure(failure, _OneByOne(payload_converter))


class SealedFailures(SeveralDetails):
    """Writes the message and the stack of a failure as a payload, since a codec seals payloads alone."""

    def __init__(self) -> None:
        super().__init__(encode_common_attributes=True)


class _OneByOne(PayloadConverter):
    def __init__(self, converter: PayloadConverter) -> None:
        self._converter = converter

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        return self._converter.to_payloads(values)

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type[Any]] | None = None) -> list[Any]:
        if type_hints is not None:
            return self._converter.from_payloads(payloads, type_hints)
        return [self._converter.from_payload(one) for one in payloads]


CONVERTERS = tuple(
    KeptAdapters() if isinstance(one, JSONPlainPayloadConverter) else one
    for one in DefaultPayloadConverter.default_encoding_payload_converters
)
"""Made once: the SDK makes a payload converter anew for each activation."""

DATA_CONVERTER = OneAWorkflow(payload_converter_class=OneInput, failure_converter_class=SeveralDetails)
