"""Temporal's payloads, sealed: what a journey sends and keeps there opens with its candidate's key alone."""

import asyncio
import zlib
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Self

from cachetools import TTLCache
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from activities.sealing import KEPT_SECONDS, KeyEnded, Sealer
from activities.seals import CannotOpen, Seal, place_of
from models.identifiers import JourneyId

ENCODING = b"binary/sealed"
"""What a sealed payload names as its encoding."""

MOST_BYTES = 16 * 1024 * 1024
"""Of a payload, unpacked. Temporal takes 2 MB of what is packed, which could hold a thousand times as much."""

PASSING: TTLCache[str, Seal] = TTLCache(1_000, KEPT_SECONDS)
"""Seals for what is said of candidates who were erased: kept in the memory of this process alone, and not for long."""

PASSING_LOCK = Lock()

WORKFLOW = "workflow"
"""The metadata in which a sealed payload says whose it is: for a codec server, which is asked without a context. What
opens it is bound to the workflow nevertheless."""


class SealedPayloads(PayloadCodec, WithSerializationContext):
    """Packs each payload of a journey and seals it for its workflow: what is sealed cannot be packed. Payloads of
    other workflows hold nothing of a person.

    What does not open, or was never sealed, is passed on as it is: anybody who reaches Temporal can send it, and the
    journey answers it as what it cannot read. Where only the key is out of reach, SealingError is raised, and Temporal
    tries again. What a workflow says that somebody starts for a candidate who was erased is sealed with a key that
    this process forgets, so that it can come to its end.
    """

    def __init__(self, sealer: Sealer, namespace: str = "", journey: JourneyId | None = None) -> None:
        self._sealer = sealer
        self._candidate = journey.candidate if journey else None
        self._place = place_of("temporal", namespace, journey)
        self._metadata = {"encoding": ENCODING, WORKFLOW: str(journey).encode()}

    def with_context(self, context: SerializationContext) -> Self:
        """The codec of one workflow."""
        if not isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            return self
        return self.of_workflow(context.namespace, context.workflow_id)

    def of_workflow(self, namespace: str, workflow_id: str | None) -> Self:
        """The codec of one workflow."""
        return type(self)(self._sealer, namespace, JourneyId.read(workflow_id or ""))

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal. Raises SealingError."""
        if (candidate := self._candidate) is None or not payloads:
            return list(payloads)
        try:
            seal = await self._seal(candidate, self._sealer.of)
        except KeyEnded:
            seal = passing_seal(candidate)
        return [
            Payload(
                metadata=self._metadata,
                data=seal.seal(self._place, zlib.compress(payload.SerializeToString(), level=1)),
            )
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open what was sealed. Raises SealingError where the key is out of reach."""
        if (candidate := self._candidate) is None or not any(map(is_sealed, payloads)):
            return list(payloads)
        try:
            seal = await self._seal(candidate, self._sealer.known)
        except KeyEnded:
            seal = passing_seal(candidate)
        return [self._opened(seal, payload) if is_sealed(payload) else payload for payload in payloads]

    async def _seal(self, candidate: str, look_up: Callable[[str], Seal]) -> Seal:
        kept = self._sealer.kept(candidate)
        return kept if kept is not None else await asyncio.to_thread(look_up, candidate)

    def _opened(self, seal: Seal, payload: Payload) -> Payload:
        try:
            return Payload.FromString(unpacked(seal.open(self._place, payload.data)))
        except (CannotOpen, zlib.error, DecodeError):
            return payload


def unpacked(content: bytes) -> bytes:
    """What was packed by zlib. Raises zlib.error where it was not, or is larger than any payload of ours."""
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(content, MOST_BYTES)
    if not unpacking.eof:
        raise zlib.error("cut off, or too large")
    return found


def passing_seal(candidate: str) -> Seal:
    """A seal for what is said of a candidate who was erased."""
    with PASSING_LOCK:
        return PASSING.setdefault(candidate, Seal.of_nobody())


def is_sealed(payload: Payload) -> bool:
    """Whether a payload says that it is sealed."""
    return payload.metadata.get("encoding") == ENCODING


def journey_of(payload: Payload) -> JourneyId | None:
    """Whose a sealed payload says it is. Only where that is true does it open."""
    return JourneyId.read(payload.metadata.get(WORKFLOW, b"").decode(errors="replace"))
