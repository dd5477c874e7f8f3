"""`admin.py` notices, resend and inbox: what others were told."""

from __future__ import annotations

from typing import Annotated

import typer

from interfaces.cli.commands.answering import open_application, read_ids
from interfaces.cli.commands.options import AsJson, InProgramme
from interfaces.cli.process import run_async
from runtime.errors import UsageError

app = typer.Typer()


@app.command()
def notices(
    dead: Annotated[bool, typer.Option("--dead", help="Only those that could not be delivered.")] = False,
    candidate: Annotated[str | None, typer.Option(help="Only this candidate's.")] = None,
    programme: InProgramme = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Notices and how far they have come."""
    from interfaces.cli.output import show

    application = open_application()
    journey_id = application.find(candidate, programme).journey_id if candidate else None
    lines = application.lists.notices(journey_id=journey_id, status="dead" if dead else None, limit=limit)
    show.as_json(lines) if as_json else show.notices(lines)


@app.command()
def resend(
    notice: Annotated[list[str] | None, typer.Argument(help="Ids of dead notices.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every dead notice.")] = False,
) -> None:
    """Send dead notices again, once their cause is mended."""
    from runtime.i18n import _
    from services.journeys import send_again

    application = open_application()
    ids = read_ids(
        notice or [line.notice_id for line in application.lists.notices(status="dead", limit=100_000) if every]
    )
    if not ids and not every:
        raise UsageError("Say which notices, or --all; see: admin.py notices --dead.")

    async def work() -> int:
        return await send_again(application.outbox, await application.journeys(), ids)

    typer.echo(_("{count} notices on their way again", count=run_async(work)))


@app.command()
def inbox(as_json: AsJson = False) -> None:
    """What the local stack's mail and webhook inboxes have received."""
    from interfaces.cli.output import show
    from runtime.local.inbox import read_inbox

    items = read_inbox(open_application().settings.data / "inbox")
    show.as_json([vars(item) for item in items]) if as_json else show.inbox(items)
