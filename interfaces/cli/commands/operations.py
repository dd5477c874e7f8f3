"""`admin.py` resend, renew and reconcile: for operators, when something must be put right."""

from datetime import timedelta
from functools import partial
from typing import Annotated

from temporalio.client import Client
from typer import Argument, Option, Typer, echo

from activities.reconciling.records import Records
from activities.sealing import sealer_on
from interfaces.cli.commands.answering import read_ids, refuse_unknown
from interfaces.cli.commands.options import AsJson, InProgramme
from interfaces.cli.output import operations, receipts, rehearsal, show
from interfaces.cli.process import run_async
from models.identifiers import Actor, Role
from runtime.archive import archived_by
from runtime.build import build_id
from runtime.errors import Refused, UsageError
from runtime.i18n import _, _n
from runtime.temporal.client import temporal_errors
from services.application import Application, author_of
from services.journeys import send_again, signing_with
from services.operations import renewal as renewing
from services.operations.nightly import reconcile_now
from services.operations.renewal import Chosen, Outcome, Sleeper
from services.operations.repair import Repair, Repairer, journey_of
from services.operations.repair_all import AllToRepair, RepairOutcome
from services.operations.repair_all import repair_all as repair_all_of
from workflows.nightly import Reconciliation

app = Typer()


@app.command()
def resend(
    notice: Annotated[list[str] | None, Argument(help="Ids of undelivered notices.")] = None,
    every: Annotated[bool, Option("--all", help="Every undelivered notice.")] = False,
) -> None:
    """Send undelivered notices again, once the cause is corrected."""
    application = Application()
    dead = application.lists.notices(status="dead", limit=100_000) if every and not notice else []
    ids = read_ids(notice or [line.notice_id for line in dead])
    if not ids and not every:
        raise UsageError("resend.none", "Give the ids of the notices or --all. See: admin.py notices --dead.")

    async def work() -> int:
        return await send_again(application.outbox, await application.journeys(), ids, application.now())

    echo(_n("{count} notice on its way again", "{count} notices on their way again", run_async(work)))


@app.command()
def renew(
    programme: Annotated[str | None, Option(help="Only journeys in this programme.")] = None,
    older_than: Annotated[
        int | None, Option(min=0, help="Only those whose run began more than this many days ago.")
    ] = None,
    old_build: Annotated[
        str | None, Option("--build-id", help="Only those written by workers with this build id.")
    ] = None,
    limit: Annotated[int | None, Option(min=1, help="The largest number shown.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Only show which they are.")] = False,
    as_json: AsJson = False,
) -> int:
    """For operators: let open journeys written by older code continue under the code of this version.

    It is safe to repeat: journeys of this version are skipped. Exit status 1 where a journey has not continued yet.
    """
    if older_than is not None and old_build is not None:
        raise UsageError("renew.options", "Choose one of --older-than and --build-id.")
    application = Application()
    refuse_unknown(application, programme)
    before = application.now() - timedelta(days=older_than) if older_than is not None else None
    chosen = Chosen(build_id(application.settings.build_id), programme, before, old_build, limit)
    if dry_run:
        asleep = run_async(lambda: _asleep(application, chosen))
        plain = rehearsal.plain_sleepers(asleep, chosen)
        show.as_json(plain) if as_json else rehearsal.to_renew(asleep, chosen)
        return 0
    done = run_async(lambda: _renew(application, chosen))
    show.as_json(rehearsal.plain_renewed(done, chosen)) if as_json else rehearsal.renewed(done, chosen)
    return Refused.status if any(outcome is Outcome.NOT_YET for _one, outcome in done) else 0


async def _asleep(application: Application, chosen: Chosen) -> list[Sleeper]:
    with temporal_errors():
        return [one async for one in renewing.sleepers(await application.client(), chosen)]


async def _renew(application: Application, chosen: Chosen) -> list[tuple[Sleeper, Outcome]]:
    client = await application.client()
    with temporal_errors():
        await renewing.refuse_without_workers(client, application.settings.task_queue, chosen.build)
        asleep = [one async for one in renewing.sleepers(client, chosen)]
        with show.progress(_("renewing"), len(asleep)) as advance:
            return [done async for done in renewing.renew(client, asleep, advance)]


@app.command()
def reconcile(
    repair: Annotated[str | None, Option(help="Repair this candidate's journey.")] = None,
    repair_all: Annotated[bool, Option("--repair-all", help="Repair every journey that differs.")] = False,
    because: Annotated[str | None, Option(help="Why it is repaired. The reason is kept in the ledger.")] = None,
    programme: InProgramme = None,
    actor: Annotated[str | None, Option(help="Who operates, such as kim.dahl. Default: HELAVAGEN_ACTOR.")] = None,
    rules_of_today: Annotated[
        bool, Option("--rules-of-today", help="Go on by the programme's rules of today where the history is lost.")
    ] = False,
    settle: Annotated[int, Option(min=0, help="Seconds to wait for what is under way.")] = 60,
    as_json: AsJson = False,
) -> int:
    """For operators: differences between Temporal, lists, places, notices and the ledger. Exit status 1 where there
    are any.

    With --because and --repair a journey, or with --repair-all each, is made to agree with its ledger again. This is
    recorded in the ledger.
    """
    application = Application()
    if repair is not None and repair_all:
        raise UsageError("reconcile.one_or_all", "Choose one of --repair and --repair-all.")
    if repair is not None:
        return _repair(application, (repair, programme), because, actor, rules_of_today, as_json)
    if repair_all:
        refuse_unknown(application, programme)
        wanted = AllToRepair(operator_of(application, actor), _reason(because), programme, rules_of_today)
        done = run_async(lambda: _repair_all(application, wanted, timedelta(seconds=settle), quiet=as_json))
        show.as_json(operations.plain_repairs(done)) if as_json else operations.repairs(done)
        return Refused.status if any(map(operations.why_not, done)) else 0
    if because or programme or rules_of_today:
        raise UsageError(
            "reconcile.options",
            "--because, --programme and --rules-of-today can only be used with --repair or --repair-all. Add one of"
            " these or omit the others.",
        )

    async def work() -> Reconciliation:
        client, wait = await application.client(), timedelta(seconds=settle)
        return await reconcile_now(client, application.settings.task_queue, wait)

    found = run_async(work)
    show.as_json(operations.plain_reconciliation(found)) if as_json else operations.reconciliation(found)
    return Refused.status if found.differences or found.more else 0


def _repair(
    application: Application,
    whose: tuple[str, str | None],
    because: str | None,
    actor: str | None,
    rules_of_today: bool,
    as_json: bool,
) -> int:
    reason, author = _reason(because), operator_of(application, actor)
    journey_id = journey_of(Records(application.reading, application.book.find), *whose)

    async def work() -> Repair:
        repairer = _repairer(application, await application.client())
        return await repairer.repair(journey_id, author, reason, rules_of_today=rules_of_today)

    done = run_async(work)
    if not done.receipt.accepted and not as_json:
        raise Refused(receipts.refusal(done.receipt))
    show.as_json(done) if as_json else operations.repair(done)
    return 0 if done.receipt.accepted else Refused.status


async def _repair_all(
    application: Application, wanted: AllToRepair, settle: timedelta, *, quiet: bool
) -> list[RepairOutcome]:
    client, done = await application.client(), []
    look = partial(reconcile_now, client, application.settings.task_queue, settle)
    async for one in repair_all_of(look, _repairer(application, client), wanted):
        done.append(one)
        if not quiet:
            operations.repaired(one)
    return done


def _repairer(application: Application, client: Client) -> Repairer:
    settings, engine = application.settings, application.writing
    sign = signing_with(application.keyring, sealer_on(engine))
    archived = archived_by(settings, engine)
    return Repairer(client, settings.task_queue, engine, application.book, application.now, sign, archived)


def _reason(because: str | None) -> str:
    if not because:
        raise UsageError(
            "repair.reason", 'State why the journey is repaired with --because "…". The reason is kept in the ledger.'
        )
    return because


def operator_of(application: Application, actor: str | None) -> Actor:
    """Who operates: as given, or as set. Raises UsageError."""
    if not (who := actor or application.settings.actor):
        raise UsageError(
            "operator.unknown", "State who you are with --actor kim.dahl, or set HELAVAGEN_ACTOR=operator:kim.dahl."
        )
    return author_of(who, Role.OPERATOR)
