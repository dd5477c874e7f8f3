"""`audit.py report` and `check-report`: what an audit found, told to a board, signed by the auditor."""

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from auditing.population.sampling import Sample, read_sample
from auditing.report import told
from auditing.report.files import checked, refuse_existing, write
from auditing.report.making import Request, is_of, make_report
from auditing.report.signing import refuse_other_reports, refuse_other_verdicts
from auditing.report.statement import SignedReport
from auditing.transparency.checkpoint import checkpoint_in
from auditing.transparency.signing import read_key, read_public_key
from auditing.verification.request import AuditRequest, of_sample
from auditing.verification.results import Results
from auditing.verification.run import verify_ledger
from interfaces.cli.commands.audit_verify import file_for
from interfaces.cli.commands.options import (
    CORES,
    AsJson,
    Candidates,
    Cores,
    FromDay,
    InCharge,
    OnlyProgramme,
    Root,
    ToDay,
    Town,
)
from interfaces.cli.narrowing import scope_of
from interfaces.cli.output import audit, show
from models.identifiers import Actor
from runtime.errors import Refused
from runtime.i18n import LANG, _, read_language, using_language
from services.application import AuditApplication

app = Typer()


@app.command()
def report(
    key: Annotated[Path, Option(help="The auditor's private key, made by checkpoint-key.")],
    output: Annotated[Path, Option(help="Where to write the report as PDF. No file is overwritten.")],
    candidates: Candidates = None,
    programme: OnlyProgramme = None,
    town: Town = None,
    coordinator: InCharge = None,
    first: FromDay = None,
    last: ToDay = None,
    sample: Annotated[Path | None, Option(help="Only the journeys of this sample, from its file.")] = None,
    results: Annotated[
        Path | None,
        Option(
            help="The verdicts, as verify --results wrote them. With a scope or sample, what is missing is verified."
        ),
    ] = None,
    html: Annotated[Path | None, Option(help="Also write it as a web page.")] = None,
    json_file: Annotated[Path | None, Option(help="Also write the signed statement as JSON.")] = None,
    checkpoint: Annotated[Path | None, Option(help="The checkpoint that everything is held against.")] = None,
    checkpoint_key: Annotated[
        str | None, Option(help="The public key that the checkpoint must be signed with.")
    ] = None,
    root: Root = None,
    by: Annotated[
        str | None, Option(help="Who audited, as the report shall say it. Default: the name of HELAVAGEN_ACTOR.")
    ] = None,
    lang: Annotated[str | None, Option(help="en or sv. Default: HELAVAGEN_LANG, or else sv.")] = None,
    cores: Cores = CORES,
    as_json: AsJson = False,
) -> int:
    """Tell a board what an audit found and what no check can say, as a PDF that carries a signed statement. Exit status
    1 where something was found."""
    spoken = read_language((lang or os.environ.get(LANG) or "sv").strip().lower(), "--lang" if lang else LANG)
    application = AuditApplication()
    private, drawn = read_key(key), read_sample(sample) if sample else None
    held = checkpoint_in(checkpoint, checkpoint_key, application.settings.ledger)
    files = {form: file for form, file in {"pdf": output, "html": html, "json": json_file}.items() if file is not None}
    refuse_existing(files)
    narrowed = {"programme": programme, "town": town, "coordinator": coordinator, "first": first, "last": last}
    scope = of_sample(scope_of(application, candidates, **narrowed), drawn)
    request = AuditRequest(scope, drawn, checkpoint, checkpoint_key, root=root or application.settings.root)
    with file_for(results) as file:
        found, verified_at = _verdicts(application, request, file, cores)
        by = _auditor(application, by)
        asked = Request(found.header.scope, private, by, drawn, held, is_key_known=checkpoint_key is not None)
        made = asyncio.run(make_report(application, found, verified_at, asked, _looking_through))
    with using_language(spoken):
        write(made, files, private)
    _tell(made, as_json=as_json)
    return 0 if made.statement.is_sound else Refused.status


def _verdicts(application: AuditApplication, request: AuditRequest, file: Path, cores: int) -> tuple[Results, datetime]:
    """The verdicts with the moment at which they were made: those of a file that is there, where nothing else says what
    to verify or it has every journey of the sample; otherwise what is missing is verified."""
    sample = request.sample
    if file.exists() and (_has_all_of(file, sample) if sample else request.scope.is_everything):
        return Results.of(file), datetime.fromtimestamp(file.stat().st_mtime, UTC)
    found, about = verify_ledger(application, request, file, cores, audit.verifying)
    return found, about.at


def _has_all_of(file: Path, sample: Sample) -> bool:
    found = Results.of(file)
    return is_of(found, sample) and found.known() >= set(sample.journey_ids)


@app.command(name="check-report")
def check_report(
    files: Annotated[
        list[Path], Argument(help="A report as PDF, web page or JSON. Several files must be of the same report.")
    ],
    key: Annotated[
        str | None, Option(help="The public key that it must be signed with, as the auditor gave it.")
    ] = None,
    results: Annotated[Path | None, Option(help="Also check that these verdicts are those that it is of.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check that a report is as the auditor signed it, without database or server. Exit status 1 where it is not."""
    public = read_public_key(key) if key else None
    found, *others = [checked(file, public) for file in files]
    refuse_other_reports(found, others)
    if results is not None:
        refuse_other_verdicts(found, Results.of(results).read())
    if not as_json:
        show.tell(_("The report holds: nothing was changed since it was signed."))
    _tell(found, as_json=as_json)
    if key is None:
        show.aside(_("Compare the auditor's public key with the one that the auditor has handed out."))


def _looking_through(journeys: int) -> AbstractContextManager[Callable[[int], None]]:
    return show.progress(_("looking through"), journeys)


def _auditor(application: AuditApplication, by: str | None) -> str | None:
    """Who audited: as said, or the name of whoever the settings say acts."""
    actor = Actor.read(application.settings.actor or "")
    name = actor.name if actor else application.settings.actor
    person = application.authority.person(name, application.now()) if name and not by else None
    return by or (person.name if person else name)


def _tell(found: SignedReport, *, as_json: bool) -> None:
    said = found.statement
    if as_json:
        show.as_json({"sha256": said.digest, "statement": said, "verdicts": len(found.verdicts)})
        return
    for label, value in (*told.lead(said).pairs, *told.signed_with(said).pairs):
        show.tell(f"{label}: {value}")
    for sentence in told.conclusion(said):
        show.tell(sentence)
