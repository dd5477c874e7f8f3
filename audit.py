"""The auditors' script: read what happened, and have it verified. It opens everything read-only.

Exit status: 0 done, 1 a finding, 2 wrong use, 3 a service could not be reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.commands import audit_moments
from runtime.errors import Refused
from runtime.scripts import awaited, run

# What a command needs is imported when it runs: `--help` and a mistyped command must answer at once.
if TYPE_CHECKING:
    from runtime.auditing.findings import Verification
    from runtime.desk.office import Office

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
InProgramme = Annotated[str | None, typer.Option("--programme", help="Which programme, where there are several.")]


app.add_typer(audit_moments.app)


@app.command()
def verify(
    candidate: Annotated[str | None, typer.Argument(help="One candidate; otherwise every journey.")] = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> int:
    """Replay the histories through today's code and hold them against the ledger. Exit status 1 on a finding."""
    from runtime.auditing.findings import Verdict
    from runtime.desk import show

    office = _office()
    found = awaited(lambda: _verify(office, _journey_ids(office, candidate, programme)))
    show.as_json(found) if as_json else show.verifications(found)
    return Refused.status if any(one.verdict is Verdict.DIFFERS for one in found) else 0


def _office() -> Office:
    from runtime.desk.office import Office

    return Office()


def _journey_ids(office: Office, candidate: str | None, programme: str | None) -> list[str]:
    if candidate:
        return [office.find(candidate, programme).journey_id]
    ids = office.lists.journey_ids()
    return [id_ for id_ in ids if programme is None or id_.rpartition("/")[2] == programme]


async def _verify(office: Office, journey_ids: list[str]) -> list[Verification]:
    from runtime.auditing.audit import Audit
    from runtime.desk import show
    from runtime.wording import t

    audit = Audit(await office.client(), office.lists)
    with show.progress(t("verifying"), len(journey_ids)) as advance:
        return [one async for one in audit.verify(journey_ids, advance)]


if __name__ == "__main__":
    run(app)
