"""Archiving: copy every closed run that the archive does not have, a page at a time, going on where it was."""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from temporalio import activity
from temporalio.service import RPCError, RPCStatusCode

from activities.archive.runs import ArchiveOutcome, ClosedRun, ClosedRuns, RunKey, Server, Unarchived, pack
from activities.archive.store import Archive
from models.fields import Strict

AT_ONCE = 8
"""Histories that are fetched side by side: each may be 50 MB, and a worker has journeys to run."""

PASSING = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.RESOURCE_EXHAUSTED}
"""Answers of a server that is away or overloaded: they say nothing of the one history that was asked for."""


class Progress(Strict):
    """Where the archiving is: the token of the page at which it works, and what came of the pages before."""

    page: str
    so_far: ArchiveOutcome


class Archiver:
    """Copies histories from the server into the archive."""

    def __init__(self, server: Server, archive: Archive, now: Callable[[], datetime]) -> None:
        self._server = server
        self._archive = archive
        self._now = now

    @activity.defn(name="archive_histories")
    async def archive_histories(self, workflow: str) -> ArchiveOutcome:
        """Archive the closed runs of a type of workflow. Safe to repeat by the run's id: what is archived stays.

        A history that cannot be archived holds up no other; it is counted, and looked for again the next night. Raises
        RPCError and OperationalError while server or database are away: repeating goes on at the page that was reached.
        """
        fresh = Progress(page="", so_far=ArchiveOutcome(retention=await self._server.retention()))
        progress: Progress | None = _reached() or fresh
        while progress is not None:
            activity.heartbeat(progress.model_dump_json())
            try:
                retention, token = progress.so_far.retention, b64decode(progress.page)
                page = await self._server.closed_runs(workflow, retention, token)
            except RPCError as error:
                if error.status is not RPCStatusCode.INVALID_ARGUMENT or progress is fresh:
                    raise
                progress = fresh  # the token is of a server of another version
                continue
            outcome = await self._archive_page(page, progress)
            following = b64encode(page.following).decode()
            progress = Progress(page=following, so_far=outcome) if following else None
        return outcome

    async def _archive_page(self, page: ClosedRuns, progress: Progress) -> ArchiveOutcome:
        archived = await asyncio.to_thread(self._archive.among, [run.key for run in page.runs])
        lacking = [run for run in page.runs if run.key not in archived]
        found = progress.so_far.with_counts(closed=len(page.runs), known=len(page.runs) - len(lacking))
        for at in range(0, len(lacking), AT_ONCE):
            some = lacking[at : at + AT_ONCE]
            found = self._counted(found, await asyncio.gather(*map(self._archive_run, some)))
            activity.heartbeat(progress.model_dump_json())  # still this page: half of one is not taken for done
        return found

    async def _archive_run(self, run: ClosedRun) -> str | Unarchived:
        """What became of a run: the name of a count, or why it is not archived."""
        try:
            return await self._copy(run)
        except RPCError as error:
            if error.status in PASSING:
                raise
            if error.status is RPCStatusCode.NOT_FOUND:
                activity.logger.warning("the history of %s, run %s, is gone unarchived", run.journey_id, run.run_id)
                return "gone"
            why = error.status.name
        except OperationalError:
            raise
        except (OSError, SQLAlchemyError, ValueError, RuntimeError) as error:
            why = type(error).__name__
        activity.logger.warning("the history of %s, run %s, is not archived: %s", run.journey_id, run.run_id, why)
        return Unarchived(**run.model_dump(), why=why)

    async def _copy(self, run: ClosedRun) -> str:
        of_workflow = RunKey(journey_id=run.workflow_id or run.journey_id, run_id=run.run_id)
        history = await self._server.history(of_workflow)

        def put() -> bool:
            moments = {"started_at": run.started_at, "closed_at": run.closed_at, "archived_at": self._now()}
            return self._archive.put(pack(run.key, history.events, **moments))

        return "archived" if await asyncio.to_thread(put) else "known"

    def _counted(self, found: ArchiveOutcome, results: Sequence[str | Unarchived]) -> ArchiveOutcome:
        counts = [result for result in results if isinstance(result, str)]
        failed = [result for result in results if isinstance(result, Unarchived)]
        soon = about_to_go(failed, found.retention, self._now())
        found = found.with_counts(**{name: counts.count(name) for name in ("archived", "known", "gone")})
        return found.with_counts(failed=len(failed), about_to_go=soon).with_unarchived(failed)


def about_to_go(runs: Sequence[ClosedRun], retention: timedelta, now: datetime) -> int:
    """How many of the runs the server may soon drop."""
    return sum(run.is_about_to_go(retention, now) for run in runs)


def _reached() -> Progress | None:
    """Where an earlier attempt was."""
    details = activity.info().heartbeat_details
    return Progress.model_validate_json(details[0]) if details else None
