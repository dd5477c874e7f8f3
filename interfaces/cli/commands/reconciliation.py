"""`admin.py reconcile`: what differs between Temporal, the lists and the ledger, and the repair of one journey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from models.identifiers import Actor, Role
from runtime.errors import Refused, UsageError

if TYPE_CHECKING:
    from services.application import Application

app = typer.Typer()


@app.command()
def reconcile(
    repair: Annotated[str | None, typer.Option(help="Repair this candidate's journey.")] = None,
    because: Annotated[str | None, typer.Option(help="Why it is repaired; it stands in the ledger.")] = None,
    programme: Annotated[str | None, typer.Option(help="Which programme, where there are several.")] = None,
    actor: Annotated[
        str | None, typer.Option(help="Who operates, such as kim.dahl; otherwise HELAVAGEN_ACTOR.")
    ] = None,
    rules_of_today: Annotated[
        bool,
        typer.Option("--rules-of-today", help="Where its history is lost: go on by the programme's rules of today."),
    ] = False,
    settle: Annotated[int, typer.Option(min=0, help="Seconds given to what is under way.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """For operators: what differs between Temporal, lists, places, notices and the ledger. Exit status 1 then.

    With --repair, and --because, a journey is made to say again what its ledger says; that is an event in the ledger.
    """
    from services.application import Application
    from services.finding import author_of

    if repair is None and (because or programme or rules_of_today):
        raise UsageError("--because, --programme and --rules-of-today belong to --repair; add it, or leave them away.")
    if repair is not None and not because:
        raise UsageError('Say why it is repaired: --because "…"; it stands in the ledger.')
    application = Application()
    if repair is None:
        return _reconcile(application, settle, as_json)
    if not (who := actor or application.settings.actor):
        raise UsageError("Say who you are: --actor kim.dahl, or export HELAVAGEN_ACTOR=operator:kim.dahl once.")
    author = author_of(who, Role.OPERATOR)
    return _repair(application, (repair, programme), (author, str(because)), rules_of_today, as_json)


def _reconcile(application: Application, settle: int, as_json: bool) -> int:
    from datetime import timedelta

    from interfaces.cli.output import reconciliation as show
    from interfaces.cli.process import run_async
    from services.operations.reconciliation import reconcile_now
    from workflows.reconcile import Reconciliation

    async def work() -> Reconciliation:
        return await reconcile_now(
            await application.client(), application.settings.task_queue, timedelta(seconds=settle)
        )

    found = run_async(work)
    show.as_json(found) if as_json else show.reconciliation(found)
    return Refused.status if found.differences or found.more else 0


def _repair(
    application: Application,
    whose: tuple[str, str | None],
    said: tuple[Actor, str],
    rules_of_today: bool,
    as_json: bool,
) -> int:
    from activities.reconciling.records import Records
    from interfaces.cli.output import reconciliation as shown
    from interfaces.cli.output import show
    from interfaces.cli.process import run_async
    from runtime.archive import archived_by
    from services.operations.repair import Repair, Repairer, journey_of

    journey_id = journey_of(Records(application.reading, application.book.find), *whose)

    async def work() -> Repair:
        queue, archived = application.settings.task_queue, archived_by(application.settings, application.reading)
        repairer = Repairer(
            await application.client(), queue, application.reading, application.book, application.now, archived
        )
        return await repairer.repair(journey_id, *said, rules_of_today=rules_of_today)

    done = run_async(work)
    if as_json:
        show.as_json(done)
    elif done.receipt.accepted:
        shown.repair(done)
    else:
        raise Refused(show.refusal(done.receipt))
    return 0 if done.receipt.accepted else Refused.status
