"""`audit.py`: signing the ledger with a checkpoint, and proving from one that a journey is in it."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer, echo

from auditing.population.population import Population
from auditing.transparency.checkpoint import read_checkpoint
from auditing.transparency.checkpointing import make_checkpoint
from auditing.transparency.proof import check, read_proof, write_proof
from auditing.transparency.signing import make_key, read_key, read_public_key
from interfaces.cli.commands.options import AsJson, Candidate, InProgramme
from interfaces.cli.output import show
from models.calendar.swedish_day import in_swedish_time
from runtime.errors import UsageError
from runtime.i18n import _, _n
from services.application import AuditApplication

app = Typer()

PublicKey = Annotated[
    str | None, Option("--key", help="The public key that it must be signed with, as handed out by the auditor.")
]


@app.command(name="checkpoint-key")
def checkpoint_key(
    file: Annotated[Path, Argument(help="Where to keep the private key. No file is overwritten.")],
) -> None:
    """Make the auditor's key for checkpoints, and print its public half, with which anybody can check them."""
    echo(make_key(file))
    told = _(
        "{file} is the private key. Keep it where the operator has no access, and hand out the public key above.",
        file=file.name,
    )
    echo(told, err=True)


@app.command()
def checkpoint(
    key: Annotated[Path, Option("--key", help="The auditor's private key, made by checkpoint-key.")],
    output: Annotated[
        str,
        Option(
            metavar="<path>",
            help="A new file, or a folder in which it is named after its moment. Default: this folder.",
        ),
    ] = ".",
    as_json: AsJson = False,
) -> None:
    """Sign one hash over all journeys as they are now. Kept elsewhere, it reveals later changes."""
    where = Path(output)
    if output.endswith("/") and not where.is_dir():
        raise UsageError(
            "checkpoint.no_folder", "The folder {folder} is missing. Make it, or name another one.", folder=output
        )
    application = AuditApplication()
    private = read_key(key)
    ledger = application.settings.ledger
    file, statement = make_checkpoint(application.reading, where, ledger=ledger, key=private, now=application.now)
    if as_json:
        show.as_json({"file": str(file), **statement.model_dump()})
        return
    signed = {
        **statement.model_dump(),
        "at": in_swedish_time(statement.moment, seconds=True),
        "journeys": _n("{count} journey", "{count} journeys", statement.journeys),
        "rows": _n("{count} ledger row", "{count} ledger rows", statement.rows),
    }
    echo(_("{file}: {journeys}, {rows} of {ledger} at {at}, Swedish time", file=str(file), **signed))
    beside = sum(chain.rows for chain in statement.chains.values())
    covered = {"statements": statement.statements, "records": beside}
    echo(
        _(
            "It covers every journey with its rows and readings as they were then, {statements} statements of the"
            " register of staff and {records} rows of the logs beside. What comes later is covered by the next one.",
            **covered,
        )
    )
    echo(_("In the ledger: {population}", population=Population(application.reading).counts().told()))
    echo(_("root {root}, signed with {key}", root=statement.root, key=statement.public_key))


@app.command()
def prove(
    candidate: Candidate,
    checkpoint: Annotated[Path, Option(help="The checkpoint, written by audit.py checkpoint.")],
    output: Annotated[Path, Option(help="Where to write the proof. No file is overwritten.")],
    programme: InProgramme = None,
    key: PublicKey = None,
) -> None:
    """Write a proof that one journey is in a checkpoint, without showing the others. Needs no database."""
    held = read_checkpoint(checkpoint, read_public_key(key) if key else None)
    journey = held.journey_of(candidate, programme)
    write_proof(output, held.proof(journey))
    at = in_swedish_time(held.statement.moment, seconds=True)
    echo(_("{file}: proves {journey} as of {at}, Swedish time", file=str(output), journey=journey, at=at))


@app.command(name="check-proof")
def check_proof(
    file: Annotated[Path, Argument(help="The proof, written by audit.py prove.")],
    key: PublicKey = None,
    as_json: AsJson = False,
) -> None:
    """Check a proof, without database or server. Exit status 1 where it does not hold."""
    proof = read_proof(file)
    check(proof, read_public_key(key) if key else None)
    if as_json:
        show.as_json({**proof.leaf.model_dump(), "statement": proof.statement.model_dump()})
        return
    told = _(
        "The proof holds: at {at}, Swedish time, {ledger} had {rows} ledger rows of {journey}, the last one with the"
        " hash {head}.",
        **proof.statement.model_dump()
        | proof.leaf.model_dump()
        | {"at": in_swedish_time(proof.statement.moment, seconds=True)},
    )
    echo(told)
    if key is None:
        signer = proof.statement.public_key
        echo(_("It was signed with {key}: compare that with the key that the auditor has handed out.", key=signer))
