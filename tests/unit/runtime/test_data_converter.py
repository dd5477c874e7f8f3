"""The data converter is kept for each workflow, and never taken for another's."""

from collections.abc import Sequence
from typing import Self

from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from runtime.temporal.client import data_converter


class Placed(PayloadCodec, WithSerializationContext):
    """Knows where it is, as the one that seals does."""

    def __init__(self, place: tuple[str, str | None] | None = None) -> None:
        self.place = place

    def with_context(self, context: SerializationContext) -> Self:
        assert isinstance(context, WorkflowSerializationContext)
        return type(self)((context.namespace, context.workflow_id))

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)


def place_of(converter: DataConverter) -> tuple[str, str | None] | None:
    assert isinstance(converter.payload_codec, Placed)
    return converter.payload_codec.place


def test_each_workflow_of_each_namespace_has_its_own_and_its_activities_the_same() -> None:
    converter = data_converter(Placed())
    for namespace in ("umea", "lund"):
        for workflow in ("journey/1", "journey/2"):
            of_it = converter.with_context(WorkflowSerializationContext(namespace, workflow))
            activity = ActivitySerializationContext(
                namespace=namespace,
                workflow_id=workflow,
                workflow_type="Journey",
                activity_type="record",
                activity_id="1",
                activity_task_queue="office",
                is_local=True,
            )
            assert place_of(of_it) == (namespace, workflow)
            assert converter.with_context(activity) is of_it


def test_one_with_another_codec_is_another() -> None:
    of_it = WorkflowSerializationContext("umea", "journey/1")
    assert data_converter(Placed()).with_context(of_it) is not data_converter(Placed()).with_context(of_it)
    assert data_converter().with_context(of_it).payload_codec is None
