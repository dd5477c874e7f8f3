"""`audit.py rehearse`: whether the open journeys would go on under the code that is checked out here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.errors import Refused
from runtime.scripts import awaited

if TYPE_CHECKING:
    from runtime.auditing.rehearsing import Rehearsal
    from runtime.desk.office import Office

app = typer.Typer()


@app.command()
def rehearse(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> int:
    """Replay every open journey through the code that is checked out here: before a deployment. Exit status 1 where
    one would break; those are named, and those that stand still already."""
    from runtime.desk import show, show_rehearsal
    from runtime.desk.office import Office

    found = awaited(lambda: _rehearse(Office()))
    show.as_json(show_rehearsal.plain(found)) if as_json else show_rehearsal.rehearsal(found)
    return Refused.status if found.would_break else 0


async def _rehearse(office: Office) -> Rehearsal:
    from runtime.auditing.rehearsing import Rehearsal, rehearse
    from runtime.connection import answering
    from runtime.desk import show
    from runtime.open_journeys import count_open
    from runtime.version import build_id
    from runtime.wording import t

    found = Rehearsal(build_id(office.settings.build_id))
    client = await office.client()
    with answering(), show.progress(t("rehearsing"), await count_open(client)) as advance:
        async for one in rehearse(client):
            found.add(one)
            advance()
    return found
