"""Namespaces of Temporal that belong to one test, where it looks at all journeys there are."""

from uuid import uuid4

import pytest
from temporalio.client import Client

from runtime.settings import Settings
from runtime.temporal.client import connect
from runtime.temporal.namespace import ensure_namespace, register_search_attributes


async def in_a_namespace_of_its_own(client: Client) -> Client:
    """A client for a new namespace on the same server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEMPORAL_ADDRESS", str(client.service_client.config.target_host))
        patch.setenv("TEMPORAL_NAMESPACE", f"own-{uuid4()}")
        own = await connect(Settings())
    await ensure_namespace(own)
    await register_search_attributes(own)
    return own
