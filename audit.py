"""The auditors' script: read what happened, and have it verified. It opens everything read-only.

Exit status: 0 done, 1 a finding, 2 wrong use, 3 a service could not be reached.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.errors import Refused, WrongUse
from runtime.scripts import awaited, run

# What a command needs is imported when it runs: `--help` and a mistyped command must answer at once.
if TYPE_CHECKING:
    from models.status import Status
    from runtime.auditing.findings import Verification
    from runtime.desk.office import Office

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Candidate = Annotated[str, typer.Argument(help="The candidate's number, such as K7Q29FMXB.")]
InProgramme = Annotated[str | None, typer.Option("--programme", help="Which programme, where there are several.")]


@app.command()
def timeline(candidate: Candidate, programme: InProgramme = None, as_json: AsJson = False) -> None:
    """What happened to a candidate, in plain words: also what was refused, and what was corrected later."""
    from runtime.auditing.audit import timeline as tell
    from runtime.desk import show

    office = _office()
    rows = tell(office.lists.ledger(office.find(candidate, programme).journey_id))
    show.as_json(rows) if as_json else show.timeline(rows)


@app.command()
def state(
    candidate: Candidate,
    at: Annotated[str | None, typer.Option(help="The moment, such as 2026-03-01T12:00; in UTC. Otherwise now.")] = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """Where a journey stood at a moment, by what was recorded until then."""
    from runtime.desk import show

    office = _office()
    line = office.find(candidate, programme)
    status = awaited(lambda: _state(office, line.journey_id, line.candidate, _moment(office, at)))
    show.as_json(status) if as_json else show.status(status)


@app.command(name="identities")
def identities_(candidate: Candidate, programme: InProgramme = None, as_json: AsJson = False) -> None:
    """Who has opened a candidate's identity, when, in which stage, and why."""
    from runtime.desk import identities, show
    from runtime.people import openings

    office = _office()
    lines = openings(office.reading, office.find(candidate, programme).candidate)
    show.as_json(lines) if as_json else identities.print_openings(lines)


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


async def _state(office: Office, journey_id: str, candidate: str, at: datetime) -> Status:
    from runtime.auditing.audit import Audit, state_at

    rules = await Audit(await office.client(), office.lists).rules_of(journey_id)
    return state_at(rules, office.lists.ledger(journey_id), candidate, at)


def _moment(office: Office, at: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(at) if at else office.now()
    except ValueError as error:
        raise WrongUse("{moment} is no moment; write it as YYYY-MM-DDTHH:MM.", moment=at) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    run(app)
