"""`audit.py export`: journeys in one file that is checked without server, database or network."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from typer import Option, Typer, echo

from auditing.bundle.exporting import export as write_bundle
from auditing.bundle.request import Wanted, identities_for, journeys_for, languages_in
from auditing.population.population import Population
from auditing.population.scope import Scope
from auditing.transparency.checkpoint import checkpoint_in
from interfaces.cli.commands.options import AsJson, CheckpointKey, OneCandidate, OnlyProgramme
from interfaces.cli.output import audit, show
from interfaces.cli.process import run_async
from runtime.i18n import _, _n
from services.application import AuditApplication, candidate_of

app = Typer()


@app.command()
def export(
    output: Annotated[Path, Option(help="The bundle, a ZIP file. No file is overwritten.")],
    candidate: OneCandidate = None,
    programme: OnlyProgramme = None,
    checkpoint: Annotated[
        Path | None, Option(help="Also prove from this checkpoint that each journey is in it.")
    ] = None,
    key: CheckpointKey = None,
    lang: Annotated[str | None, Option(help="The language of its texts: sv or en. Default: both.")] = None,
    personal: Annotated[
        bool, Option("--personal/--pseudonymous", help="Also include identities and texts. This is recorded.")
    ] = False,
    because: Annotated[str | None, Option(help="Why the identities are opened, with --personal.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write everything that is kept of journeys into one file: histories, rows, rules, proofs, and what happened in
    plain words. It is checked with verify --bundle, without server, database or network, or by hand: see CHECK.html."""
    application = AuditApplication()
    named = identities_for(application, personal=personal, because=because)
    wanted = Wanted(candidate, programme, checkpoint_in(checkpoint, key), languages_in(lang), named)
    chosen = journeys_for(application, wanted)
    with show.progress(_("exporting"), len(chosen.ids)) as advance:
        found = run_async(lambda: write_bundle(application, wanted, chosen, output, advance))
    if as_json:
        show.as_json({"file": str(output), **asdict(found)})
        return
    counted = {
        "file": str(output),
        "journeys": _n("{count} journey", "{count} journeys", found.journeys),
        "files": _n("{count} file", "{count} files", found.files),
        "contents": found.contents_in_words(),
    }
    echo(_("{file}: {journeys} in {files}, {contents}", **counted))
    scope = Scope(candidates=(candidate_of(candidate),) if candidate else (), programme=programme)
    echo(_("In the ledger: {population}", population=Population(application.reading, scope).counts().told()))
    echo(_("manifest {hash}: note it apart from the file, for verify --manifest", hash=found.manifest))
    echo(
        _(
            "It holds the register of staff, with names, e-mail addresses and telephone numbers: the signatures cover"
            " it."
        )
    )
    audit.left_out(found.protected)
    for journey in found.withheld:
        echo(_("{journey}: who it is was left out, since it may not be opened now.", journey=journey), err=True)
