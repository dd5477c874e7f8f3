"""`admin.py` resend, renew and reconcile: for operators, when something must be put right."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from typer import Argument, Option, Typer, echo

from activities.reconciling.records import Records
from activities.sealing import sealer_on
from interfaces.cli.commands.answering import read_ids
from interfaces.cli.commands.options import AsJson, InProgramme
from interfaces.cli.narrowing import refuse_unknown
from interfaces.cli.output import operations, receipts, rehearsal, show
from interfaces.cli.process import run_async
from models.discrepancy import LEFT_BY_A_REPAIR
from models.identifiers import Actor, JourneyId, Role
from runtime.archive import archived_by
from runtime.build import build_id
from runtime.errors import Refused, UsageError
from runtime.i18n import _, _n
from runtime.temporal.client import temporal_errors
from services.application import Application, author_of
from services.journeys import signing_with
from services.operations import renewal as renewing
from services.operations.nightly import reconcile_now
from services.operations.renewal import Chosen, Outcome, Sleeper
from services.operations.repair import Repair, Repairer, RepairOf, journey_of
from services.operations.resending import send_again
from services.recording.sureness import make_sure
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
    programme = refuse_unknown(application, programme).programme
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
    every: Annotated[bool, Option("--repair-all", help="Repair every journey that differs, one by one.")] = False,
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

    With --repair or --repair-all, and --because, what differs is made to agree with its ledger again. This is
    recorded in the ledger.
    """
    application = Application()
    if repair is not None or every:
        if repair is not None and every:
            raise UsageError("reconcile.both", "Choose one of --repair and --repair-all.")
        work_on = _Repairing(
            application, operator_of(application, actor), _reason(application, because), rules_of_today, as_json
        )
        return work_on.all(programme, settle) if repair is None else work_on.one(repair, programme)
    if because or programme or rules_of_today:
        raise UsageError(
            "reconcile.options",
            "--because, --programme and --rules-of-today can only be used with a repair. Add it or omit the others.",
        )
    found = run_async(lambda: _found(application, settle))
    show.as_json(operations.plain_reconciliation(found)) if as_json else operations.reconciliation(found)
    return Refused.status if found.differences or found.more else 0


async def _found(application: Application, settle: int) -> Reconciliation:
    client = await application.client()
    return await reconcile_now(client, application.settings.task_queue, timedelta(seconds=settle))


def _reason(application: Application, because: str | None) -> str:
    if not because:
        raise UsageError(
            "repair.reason", 'State why it is repaired with --because "…". The reason is kept in the ledger.'
        )
    make_sure(application, [because])
    return because


@dataclass(frozen=True)
class _Repairing:
    application: Application
    author: Actor
    because: str
    rules_of_today: bool
    as_json: bool

    def one(self, candidate: str, programme: str | None) -> int:
        records = Records(self.application.reading, self.application.book.find)
        journey_id = journey_of(records, candidate, programme)

        async def work() -> Repair:
            repairer = await self._repairer()
            return await repairer.repair(journey_id, self.author, self.because, rules_of_today=self.rules_of_today)

        done = run_async(work)
        if not done.receipt.accepted and not self.as_json:
            raise Refused(receipts.refusal(done.receipt))
        show.as_json(done) if self.as_json else operations.repair(done)
        return 0 if done.receipt.accepted else Refused.status

    def all(self, programme: str | None, settle: int) -> int:
        """Look and repair, until a look finds no journey that was not tried."""
        done: list[RepairOf] = []

        async def work() -> None:
            repairer, tried = await self._repairer(), set[str]()
            while ids := await self._differing(programme, settle, tried):
                tried |= ids
                each = repairer.repair_each(sorted(ids), self.author, self.because, rules_of_today=self.rules_of_today)
                done.extend([one async for one in each])

        run_async(work)
        show.as_json(operations.plain_repaired(done)) if self.as_json else operations.repaired(done)
        return Refused.status if any(one.why_not for one in done) else 0

    async def _differing(self, programme: str | None, settle: int, tried: Collection[str]) -> set[JourneyId]:
        found = await _found(self.application, settle)
        ids = {JourneyId.read(one.journey_id) for one in found.differences if one.kind not in LEFT_BY_A_REPAIR}
        return {id_ for id_ in ids if id_ is not None and programme in (None, id_.programme) and id_ not in tried}

    async def _repairer(self) -> Repairer:
        settings, engine, book = self.application.settings, self.application.writing, self.application.book
        archived, client = archived_by(settings, engine), await self.application.client()
        sign = signing_with(self.application.keyring, sealer_on(engine))
        return Repairer(client, settings.task_queue, engine, book, self.application.now, sign, archived)


def operator_of(application: Application, actor: str | None) -> Actor:
    """Who operates: as given, or as set. Raises UsageError."""
    if not (who := actor or application.settings.actor):
        raise UsageError(
            "operator.unknown", "State who you are with --actor kim.dahl, or set HELAVAGEN_ACTOR=operator:kim.dahl."
        )
    return author_of(who, Role.OPERATOR)
