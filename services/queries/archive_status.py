"""How the archive of histories stands: what is kept, and what is about to be lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from pydantic import computed_field

from activities.archive.runs import ClosedRun, Server
from activities.archive.store import Archive
from models.fields import Strict
from models.identifiers import JOURNEY_WORKFLOW
from runtime.temporal.client import temporal_errors


class ArchiveStatus(Strict):
    """How many closed runs the server has, how many of them are archived, and which are about to go unarchived."""

    retention: timedelta
    closed: int
    archived: int
    about_to_go: tuple[ClosedRun, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def unarchived(self) -> int:
        return self.closed - self.archived


async def status_of(server: Server, archive: Archive, now: datetime) -> ArchiveStatus:
    """How the archive stands at a moment, in UTC. Writes nothing. Raises ServiceUnavailable."""
    closed = archived = 0
    soon: list[ClosedRun] = []
    with temporal_errors():
        retention = await server.retention()
        async for runs in _pages(server, retention):
            known = await asyncio.to_thread(archive.among, [run.key for run in runs])
            closed, archived = closed + len(runs), archived + len(known)
            lacking = (run for run in runs if run.key not in known)
            soon.extend(run for run in lacking if run.is_about_to_go(retention, now))
    soon.sort(key=lambda run: (run.goes_at, run.journey_id, run.run_id))
    return ArchiveStatus(retention=retention, closed=closed, archived=archived, about_to_go=tuple(soon))


async def _pages(server: Server, retention: timedelta) -> AsyncIterator[tuple[ClosedRun, ...]]:
    following: bytes | None = b""
    while following is not None:
        page = await server.closed_runs(JOURNEY_WORKFLOW, retention, following)
        yield page.runs
        following = page.following or None
