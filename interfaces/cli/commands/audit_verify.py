"""`audit.py verify`: whether history, ledger, lists, places, notices and checkpoint agree."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from typer import Option, Typer

from auditing.bundle.run import verify_bundle
from auditing.verification.results import refuse_unwritable, write_report
from auditing.verification.run import Scope, verify_ledger
from interfaces.cli.commands.options import AsJson, CheckpointKey, OneCandidate, OnlyProgramme
from interfaces.cli.output import audit
from runtime.errors import Refused, UsageError
from services.application import AuditApplication

app = Typer()


@app.command()
def verify(
    candidate: OneCandidate = None,
    programme: OnlyProgramme = None,
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
    root: Annotated[
        str | None,
        Option(help="The key with which the register of staff was founded, as you know it. Default: HELAVAGEN_ROOT."),
    ] = None,
    cores: Annotated[int, Option(min=1, help="Processes that work side by side.")] = os.cpu_count() or 1,
    results: Annotated[
        Path | None, Option(help="Write each verdict to this file. An interrupted run goes on from it.")
    ] = None,
    html: Annotated[Path | None, Option(help="Write a report as a web page.")] = None,
    as_json: AsJson = False,
) -> int:
    """Replay the histories through today's code and compare the result with everything kept: ledger, lists, places,
    notices. Exit status 1 on a finding, or where a history that should be there is missing."""
    if manifest is not None and bundle is None:
        raise UsageError("verify.options", "--manifest can only be used with --bundle. Add it or omit the other.")
    with _file_for(results) as file:
        application = AuditApplication()
        scope = Scope(candidate, programme, checkpoint, key, bundle, manifest, root or application.settings.root)
        if html is not None:
            refuse_unwritable(html)
        if bundle is not None:
            found = verify_bundle(scope, file, cores, audit.verifying)
        else:
            found = verify_ledger(application, scope, file, cores, audit.verifying)
        totals = audit.verdicts_as_json(found.read()) if as_json else audit.verifications(found.read())
        audit.founder(found.header)
        audit.left_out(found.header.protected)
        if html is not None:
            write_report(html, found, application.now())
    return 0 if totals.are_sound else Refused.status


@contextmanager
def _file_for(results: Path | None) -> Iterator[Path]:
    """The file of verdicts: as named, or one that is gone afterwards."""
    if results is not None:
        yield results
        return
    with TemporaryDirectory() as folder:
        yield Path(folder) / "verdicts.jsonl"
