"""`audit.py` timeline, state, diff, why and identities: what happened to one candidate, and why."""

from pathlib import Path
from typing import Annotated

import typer

from auditing.evidence.recorded import JourneyRecord, everything_of, find_journey
from auditing.inspection.diff import diff as compare
from auditing.inspection.state_at import read_instant, state_at
from auditing.inspection.timeline import read_form, tell, write
from auditing.inspection.why import why as explain
from interfaces.cli.commands.options import AsJson, Candidate, InProgramme
from interfaces.cli.output import moments as show_moments
from interfaces.cli.output import show
from interfaces.cli.output import why as show_why
from interfaces.cli.output.identities import print_openings
from interfaces.cli.output.show import as_json as as_data
from interfaces.cli.process import run_async
from models.identifiers import JourneyId
from runtime.i18n import language, read_language
from services.application import Application, AuditApplication
from services.identities.register import openings

app = typer.Typer()

KnownBy = Annotated[
    str | None,
    typer.Option(help="What was in effect by what was known at this moment. Default: now."),
]

MOMENT = "2026-03-01 for the end of that day, 2026-03-01T12:00 in UTC, or 2026-03-01T12:00+01:00."


@app.command()
def timeline(
    candidate: Candidate,
    programme: InProgramme = None,
    notices: Annotated[bool, typer.Option("--notices", help="Also what became of each notice.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or sv. Default: HELAVAGEN_LANG.")] = None,
    form: Annotated[str, typer.Option("--format", help="text, json, csv or html.")] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write to this file instead of the terminal.")] = None,
) -> None:
    """What happened to a candidate, in plain words: also what was refused, and what was corrected later."""

    chosen = read_form("json" if as_json else form)
    application = _application()
    spoken = read_language(lang.strip().lower(), "--lang") if lang else language()
    write(
        tell(application, _journey_id(application, candidate, programme), chosen, spoken, with_notices=notices), output
    )


@app.command()
def state(
    candidate: Candidate,
    at: Annotated[str | None, typer.Option(help=f"The moment: {MOMENT} Default: now.")] = None,
    known_by: KnownBy = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """Where a journey stood at a moment, by what was recorded then and by what was in effect, and which later rows
    make the difference."""

    application = _application()
    moment, known = read_instant(at, application.now()), read_instant(known_by, application.now())
    found = state_at(_recorded(application, candidate, programme), moment, known.at)
    as_data(found) if as_json else show_moments.state(found)


@app.command()
def diff(
    candidate: Candidate,
    from_: Annotated[str, typer.Option("--from", help=f"The earlier moment: {MOMENT}")],
    to: Annotated[str | None, typer.Option(help="The later moment, written alike. Default: now.")] = None,
    known_by: KnownBy = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """What changed between two moments: in what was recorded, in what was in effect, and by corrections."""

    application = _application()
    earlier, later, known = (read_instant(one, application.now()) for one in (from_, to, known_by))
    found = compare(_recorded(application, candidate, programme), earlier, later, known.at)
    as_data(found) if as_json else show_moments.diff(found)


@app.command()
def why(
    candidate: Candidate,
    event: Annotated[str, typer.Argument(help="The row of the event or its id, as in timeline --json.")],
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """Why an event was accepted or refused: by which rules, what it led to, and what was corrected later."""

    found = explain(_recorded(_application(), candidate, programme), event.strip())
    as_data(found) if as_json else show_why.why(found)


@app.command(name="identities")
def identities_(candidate: Candidate, programme: InProgramme = None, as_json: AsJson = False) -> None:
    """Who has opened a candidate's identity, when, in which stage, and why."""

    application = _application()
    lines = openings(application.reading, application.find(candidate, programme).candidate)
    show.as_json(lines) if as_json else print_openings(lines)


def _application() -> Application:

    return AuditApplication()


def _journey_id(application: Application, candidate: str, programme: str | None) -> JourneyId:

    return find_journey(application, candidate, programme)


def _recorded(application: Application, candidate: str, programme: str | None) -> JourneyRecord:

    journey_id = _journey_id(application, candidate, programme)
    return run_async(lambda: everything_of(application, journey_id))
