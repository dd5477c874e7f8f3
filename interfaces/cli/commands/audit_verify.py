"""`audit.py verify`: whether history, ledger, lists, places, notices and checkpoint agree."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from typer import Option, Typer

from auditing.bundle.run import verify_bundle
from auditing.population.sampling import read_sample
from auditing.verification.about import about_told
from auditing.verification.request import AuditRequest, of_sample
from auditing.verification.results import refuse_unwritable, write_report
from auditing.verification.run import verify_ledger
from interfaces.cli.commands.options import (
    CORES,
    AsJson,
    Candidates,
    CheckpointKey,
    Cores,
    FromDay,
    InCharge,
    OnlyProgramme,
    Root,
    ToDay,
    Town,
)
from interfaces.cli.narrowing import scope_in_bundle, scope_of
from interfaces.cli.output import audit, show
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from services.application import AuditApplication
from services.names import told_by_names

app = Typer()


@app.command()
def verify(
    candidates: Candidates = None,
    programme: OnlyProgramme = None,
    town: Town = None,
    coordinator: InCharge = None,
    first: FromDay = None,
    last: ToDay = None,
    sample: Annotated[Path | None, Option(help="Only the journeys of this sample, from its file.")] = None,
    checkpoint: Annotated[
        Path | None, Option(help="Also check that nothing in this checkpoint has been changed, removed or added since.")
    ] = None,
    key: CheckpointKey = None,
    bundle: Annotated[
        Path | None, Option(help="Verify this bundle instead, without server, database or network.")
    ] = None,
    manifest: Annotated[
        str | None, Option(help="The bundle's manifest of 64 characters, as printed by audit.py export.")
    ] = None,
    root: Root = None,
    cores: Cores = CORES,
    results: Annotated[
        Path | None, Option(help="Write each verdict to this file. An interrupted run goes on from it.")
    ] = None,
    html: Annotated[Path | None, Option(help="Write a report as a web page.")] = None,
    as_json: AsJson = False,
) -> int:
    """Replay the histories through today's code and compare the result with everything kept: ledger, lists, places,
    notices. Exit status 1 on a finding, or where a history that should be there is missing.

    What was verified, of how many journeys, and what it was held against stands before the verdicts. What many
    journeys share is said once, and --json, --html and --results name each of them."""
    if manifest is not None and bundle is None:
        raise UsageError("verify.options", "--manifest can only be used with --bundle. Add it or omit the other.")
    with file_for(results) as file:
        application = AuditApplication()
        drawn = read_sample(sample) if sample else None
        narrowed = {"programme": programme, "town": town, "coordinator": coordinator, "first": first, "last": last}
        scope = scope_in_bundle(candidates, **narrowed) if bundle else scope_of(application, candidates, **narrowed)
        root = root or application.settings.root
        request = AuditRequest(of_sample(scope, drawn), drawn, checkpoint, key, bundle, manifest, root)
        if html is not None:
            refuse_unwritable(html)
        if bundle is not None:
            found, about = verify_bundle(request, file, cores, audit.verifying)
        else:
            found, about = verify_ledger(application, request, file, cores, audit.verifying)
        names = nullcontext() if bundle else told_by_names(application.book, register=application.authority)
        with names:
            totals = audit.audit_as_json(about, found) if as_json else audit.audit(about, found)
            if html is not None:
                write_report(html, found, about_told(about), about.at)
                show.aside(_("written: {file}", file=html))
    return 0 if totals.are_sound else Refused.status


@contextmanager
def file_for(results: Path | None) -> Iterator[Path]:
    """The file of verdicts: as named, or one that is gone afterwards."""
    if results is not None:
        yield results
        return
    with TemporaryDirectory() as folder:
        yield Path(folder) / "verdicts.jsonl"
