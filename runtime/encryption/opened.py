"""Opening histories. An audit opens many, so nothing is looked through that can hold no payload."""

from collections.abc import Iterator, Mapping
from functools import cache

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHistory

from runtime.encryption.payload_codec import SealedPayloads, is_sealed


async def opened(client: Client, history: WorkflowHistory) -> WorkflowHistory:
    """A history, from the server or the archive, with everything opened that the client can open. Raises
    SealingError where the key is out of reach."""
    codec = client.data_converter.payload_codec
    if isinstance(codec, SealedPayloads):
        sealed = [payload for event in history.events for payload in payloads_in(event) if is_sealed(payload)]
        of_workflow = codec.of_workflow(client.namespace, history.workflow_id)
        for payload, plain in zip(sealed, await of_workflow.decode(sealed), strict=True):
            payload.CopyFrom(plain)
    return history


def payloads_in(message: Message) -> Iterator[Payload]:
    """Every payload in a message of Temporal's, at whatever depth."""
    leading = _leading(message.DESCRIPTOR)
    if not leading:
        return
    for field, value in message.ListFields():
        is_map = leading.get(field.number)
        if is_map is None:
            continue
        for one in value.values() if is_map else (value,) if isinstance(value, Message) else value:
            if isinstance(one, Payload):
                yield one
            else:
                yield from payloads_in(one)


@cache
def _leading(kind: Descriptor) -> Mapping[int, bool]:
    """The fields of a kind of message that can hold a payload, by their numbers, and whether each is a map."""
    return {
        field.number: inner is not field.message_type
        for field in kind.fields
        if (inner := _inner(field)) is not None and _can_hold(inner, frozenset({kind.full_name}))
    }


def _can_hold(kind: Descriptor, seen: frozenset[str]) -> bool:
    if kind.full_name == Payload.DESCRIPTOR.full_name:
        return True
    inner = (_inner(field) for field in kind.fields if kind.full_name not in seen)
    return any(one is not None and _can_hold(one, seen | {kind.full_name}) for one in inner)


def _inner(field: FieldDescriptor) -> Descriptor | None:
    """The messages that a field holds: of a map, its values."""
    kind = field.message_type
    if kind is None or not kind.GetOptions().map_entry:
        return kind
    return kind.fields_by_name["value"].message_type
