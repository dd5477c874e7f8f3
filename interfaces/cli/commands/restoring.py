"""`admin.py` restore: for operators, when the database was put back to an earlier day."""

from typing import Annotated

from typer import Option, Typer

from activities.authority import Authority
from activities.record import Recorder
from activities.recording_checks import Directory
from activities.sealing import sealer_on
from auditing.verification.retelling import Reteller
from interfaces.cli.commands.operations import operator_of
from interfaces.cli.commands.options import AsJson, OneCandidate, OnlyProgramme
from interfaces.cli.narrowing import refuse_unknown
from interfaces.cli.output import restoring, show
from interfaces.cli.process import run_async
from runtime.archive import archived_by, open_archive
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from runtime.keyring import WORKER
from runtime.statement_log import StatementLog
from services.application import Application, candidate_of, only_one
from services.journeys import Journeys, signing_with
from services.operations.giving_up import GivenUp, GivingUp, Stated
from services.operations.restore import Outcome, Restoration, Wanted
from services.operations.restoring import Restorer
from services.privacy.disposals import Disposals
from services.recording.sureness import make_sure

app = Typer()


@app.command()
def restore(
    candidate: OneCandidate = None,
    programme: OnlyProgramme = None,
    because: Annotated[str | None, Option(help="Why it is restored. The reason is kept in the ledger.")] = None,
    actor: Annotated[str | None, Option(help="Who operates, such as kim.dahl. Default: HELAVAGEN_ACTOR.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Only show what would be restored.")] = False,
    give_up: Annotated[
        bool, Option("--give-up", help="State that what no history tells of the journey is lost for good.")
    ] = False,
    confirm: Annotated[
        bool, Option("--confirm", help="With --give-up: have it go on without what another operator has stated.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """For operators: write anew what the ledger lacks and Temporal or the archive still tells, as after the database
    was restored from an older backup.

    It is safe to repeat, also where it was interrupted. Exit status 1 where a journey cannot be restored.
    Where an event is lost for good, two operators have the journey go on: one with --give-up, another with --confirm.
    """
    application = Application()
    programme = refuse_unknown(application, programme).programme
    if give_up or confirm:
        return _given_up(application, candidate, programme, because, actor, confirm=confirm, as_json=as_json)
    wanted = Wanted(candidate_of(candidate) if candidate else None, programme)
    author, reason = (None, "") if dry_run else (operator_of(application, actor), _reason(application, because))

    async def work() -> list[Outcome]:
        restoration = await _restoration(application)
        ids = await restoration.behind(wanted)
        done: list[Outcome] = []
        with show.progress(_("restoring"), len(ids)) as advance:
            outcomes = restoration.restore(ids, author, reason, application.now) if author else restoration.missing(ids)
            async for one in outcomes:
                done += [one] if one else []
                advance()
        return done

    found = run_async(work)
    show.as_json(restoring.plain(found, dry_run)) if as_json else restoring.restored(found, dry_run)
    return Refused.status if any(one.why_not for one in found) else 0


def _given_up(
    application: Application,
    candidate: str | None,
    programme: str | None,
    because: str | None,
    actor: str | None,
    *,
    confirm: bool,
    as_json: bool,
) -> int:
    if candidate is None:
        raise UsageError("give_up.whom", "State whose journey is to go on without what is lost.")
    wanted, author = Wanted(candidate_of(candidate), programme), operator_of(application, actor)
    reason = "" if confirm else _reason(application, because)

    async def work() -> Stated | GivenUp:
        restoration = await _restoration(application)
        journey = only_one(candidate_of(candidate), await restoration.behind(wanted))
        log = StatementLog(application.writing)
        giving_up = GivingUp(restoration, log, application.keyring, application.now)
        if confirm:
            return await giving_up.carry_out(journey, author)
        return await giving_up.state(journey, author, reason)

    done = run_async(work)
    show.as_json(done) if as_json else restoring.given_up(done)
    return 0


def _reason(application: Application, because: str | None) -> str:
    if not because:
        raise UsageError(
            "restore.reason", 'State why the ledger is restored with --because "…". The reason is kept in the ledger.'
        )
    make_sure(application, [because])
    return because


async def _restoration(application: Application) -> Restoration:
    settings, engine, keyring = application.settings, application.writing, application.keyring
    if WORKER not in keyring:
        raise UsageError(
            "restore.no_worker_key", "The worker's key is not on this machine. Restore where a worker runs."
        )
    # Whoever was erased since the backup comes first: nothing of theirs may be written anew.
    Disposals(engine, settings.disposals_file, keyring).keep()
    client, sign = await application.client(), signing_with(keyring, sealer_on(engine))
    recorder = Recorder(engine, Directory(application.book.partners), Authority(keyring.key(WORKER)))
    return Restoration(
        client,
        settings.task_queue,
        engine,
        Journeys(client, settings.task_queue, engine, sign),
        Restorer(recorder),
        sign,
        Reteller(client, archived_by(settings, engine)).retell,
        {key.journey_id for key in open_archive(settings, engine).runs()},
    )
