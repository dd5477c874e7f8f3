"""`audit.py rehearse`: whether the open journeys would go on under the code that is checked out here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.process import run_async
from runtime.errors import Refused

if TYPE_CHECKING:
    from auditing.verification.rehearsal import Rehearsal
    from services.application import Application

app = typer.Typer()


@app.command()
def rehearse(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> int:
    """Replay every open journey through the code that is checked out here: before a deployment. Exit status 1 where
    one would break; those are named, and those that stand still already."""
    from interfaces.cli.output import rehearsal as show_rehearsal
    from interfaces.cli.output import show
    from services.application import Application

    found = run_async(lambda: _rehearse(Application()))
    show.as_json(show_rehearsal.plain(found)) if as_json else show_rehearsal.rehearsal(found)
    return Refused.status if found.would_break else 0


async def _rehearse(application: Application) -> Rehearsal:
    from auditing.verification.rehearsal import Rehearsal, rehearse
    from interfaces.cli.output import show
    from runtime.build import build_id
    from runtime.i18n import _
    from runtime.temporal.client import temporal_errors
    from runtime.temporal.open_workflows import count_open

    found = Rehearsal(build_id(application.settings.build_id))
    client = await application.client()
    with temporal_errors(), show.progress(_("rehearsing"), await count_open(client)) as advance:
        async for one in rehearse(client):
            found.add(one)
            advance()
    return found
