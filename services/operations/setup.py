"""Making what a namespace of Temporal must have: safe to repeat, and told."""

from datetime import timedelta

from models.message import Message, msg
from runtime.settings import Settings
from runtime.temporal.client import connect
from runtime.temporal.namespace import (
    ensure_namespace,
    ensure_schedules,
    lengthen_retention,
    register_search_attributes,
)
from runtime.temporal.retention import RETENTION


async def set_up(settings: Settings, retention: timedelta = RETENTION) -> list[Message]:
    """Make the namespace, its search attributes and its schedules, as far as they are missing; returns what was made.

    A namespace that keeps histories too short is made to keep them for `retention`. Raises UsageError where we may not,
    and ServiceUnavailable.
    """
    client = await connect(settings)
    values = {"namespace": client.namespace, "days": retention.days}
    made: list[Message] = []
    if await ensure_namespace(client, retention):
        made.append(msg("setup.namespace", "namespace {namespace}, which keeps histories for {days} days", **values))
    elif await lengthen_retention(client, retention):
        made.append(msg("setup.retention", "histories are kept for {days} days in {namespace} now", **values))
    if names := await register_search_attributes(client):
        made.append(msg("setup.attributes", "search attributes {names}", names=names))
    if names := await ensure_schedules(client, settings.task_queue):
        made.append(msg("setup.schedules", "nightly schedules {names}", names=names))
    return made
