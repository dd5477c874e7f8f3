"""`audit.py sample`: journeys drawn for a control, so that somebody else draws the same."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from auditing.population.population import Population
from auditing.population.sampling import draw, read_by
from auditing.population.sampling_told import sample_told
from interfaces.cli.commands.options import AsJson, FromDay, InCharge, OnlyProgramme, ToDay, Town
from interfaces.cli.narrowing import scope_of
from interfaces.cli.output import show
from runtime.files import new_file
from services.application import AuditApplication
from services.queries.drawing import new_seed
from services.queries.titles import Titles

app = Typer()


@app.command()
def sample(
    count: Annotated[int, Argument(min=1, help="How many journeys.")],
    by: Annotated[
        list[str] | None,
        Option(help="By what they are stratified: programme, town, end or coordinator. Repeat it. Default: programme."),
    ] = None,
    seed: Annotated[str | None, Option(help="Draw the same again. Default: a new seed, which is shown.")] = None,
    programme: OnlyProgramme = None,
    town: Town = None,
    coordinator: InCharge = None,
    first: FromDay = None,
    last: ToDay = None,
    output: Annotated[
        Path | None, Option(help="Also write the sample to this file, as JSON. No file is overwritten.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw journeys at random, also refused referrals, from each stratum in proportion and from each at least one.

    The seed and the method are shown, so that anyone with the ids of all journeys can draw the same."""
    application = AuditApplication()
    strata = read_by(by or ["programme"])
    scope = scope_of(application, programme=programme, town=town, coordinator=coordinator, first=first, last=last)
    found = draw(
        Population(application.reading, scope),
        count,
        seed.strip() if seed else str(new_seed()),
        strata,
        ledger=application.settings.ledger,
        at=application.now(),
    )
    if output is not None:
        with new_file(output) as out:
            out.write(found.model_dump_json(indent=2).encode() + b"\n")
    show.as_json(found) if as_json else show.blocks(sample_told(found, Titles(application.book)))
