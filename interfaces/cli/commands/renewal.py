"""`admin.py renew`: wake the journeys that sleep in runs of older code, so that today's takes them over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.process import run_async
from runtime.errors import Refused, UsageError

if TYPE_CHECKING:
    from services.application import Application
    from services.operations.renewal import Chosen, Outcome, Sleeper

app = typer.Typer()


@app.command()
def renew(
    programme: Annotated[str | None, typer.Option(help="Only journeys in this programme.")] = None,
    older_than: Annotated[
        int | None, typer.Option(min=0, help="Only those whose run began more than so many days ago.")
    ] = None,
    old_build: Annotated[
        str | None, typer.Option("--build-id", help="Only those that workers of this build id have written.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which they are.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """For operators: have open journeys that older code has written continue as new under the code of this version.

    Call it again as often as you like: a journey that is wholly of this version is passed over. Exit status 1 where one
    was asked and has not continued yet.
    """
    from interfaces.cli.output import rehearsal as show_rehearsal
    from interfaces.cli.output import show
    from runtime.build import build_id
    from services.application import Application
    from services.operations.renewal import Chosen

    if older_than is not None and old_build is not None:
        raise UsageError("Choose one of --older-than and --build-id.")
    application = Application()
    if programme is not None:
        application.book.programme(programme)
    chosen = Chosen(
        build=build_id(application.settings.build_id),
        programme=programme,
        started_before=application.now() - timedelta(days=older_than) if older_than is not None else None,
        written_by=old_build,
        limit=limit,
    )
    if dry_run:
        asleep = run_async(lambda: _asleep(application, chosen))
        show.as_json(show_rehearsal.plain_sleepers(asleep, chosen)) if as_json else show_rehearsal.to_renew(
            asleep, chosen
        )
        return 0
    done = run_async(lambda: _renew(application, chosen))
    show.as_json(show_rehearsal.plain_renewed(done, chosen)) if as_json else show_rehearsal.renewed(done, chosen)
    return Refused.status if any(outcome == "not yet" for _, outcome in done) else 0


async def _asleep(application: Application, chosen: Chosen) -> list[Sleeper]:
    from runtime.temporal.client import temporal_errors
    from services.operations import renewal as renewing

    with temporal_errors():
        return [one async for one in renewing.sleepers(await application.client(), chosen)]


async def _renew(application: Application, chosen: Chosen) -> list[tuple[Sleeper, Outcome]]:
    from interfaces.cli.output import show
    from runtime.i18n import _
    from runtime.temporal.client import temporal_errors
    from services.operations import renewal as renewing

    client = await application.client()
    with temporal_errors():
        await renewing.refuse_without_workers(client, application.settings.task_queue, chosen.build)
        asleep = [one async for one in renewing.sleepers(client, chosen)]
        with show.progress(_("renewing"), len(asleep)) as advance:
            return [done async for done in renewing.renew(client, asleep, advance)]
