"""Runs background workers: the only place where the parts are wired together.

`python worker.py` joins the Temporal cluster that the environment names; `python worker.py --local` starts the whole
stack on this machine. Both end gracefully on Ctrl-C and SIGTERM.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.acting_mail import ActingMail
from activities.addressees import Addressees
from activities.announce import Announcer
from activities.archive.archiver import Archiver
from activities.archive.runs import TemporalServer
from activities.authority import Authority
from activities.callers import AnswersItsOwnWorkflow
from activities.deliveries import watched
from activities.links import Links
from activities.measures import CountsEvents, Measures
from activities.operator_mail import OperatorMail
from activities.other_journeys import OtherJourneys
from activities.outbox import Outbox
from activities.positions import sync_positions
from activities.reconciling.reconciler import Reconciler
from activities.reconciling.records import Records
from activities.record import Recorder
from activities.recording_checks import Directory
from activities.sealing import sealer_on
from activities.trace_headers import TracesActivities
from interfaces.cli.hints import told
from interfaces.cli.output import show
from interfaces.cli.output.installation import checked, plain_checked
from interfaces.cli.process import run_command
from interfaces.codec.running import running_codec
from interfaces.desk.running import running_desk
from interfaces.gateway.mail import running_mail
from interfaces.gateway.running import running_gateway
from models.partners.partner import Channel
from models.programme.position import Position
from runtime import logs
from runtime.archive import open_archive
from runtime.build import build_id, deployment_of
from runtime.channels import mail_of, outgoing_of, tls_of, webhooks_of
from runtime.database import open_engine
from runtime.encryption.sealed_client import connect_sealed
from runtime.encryption.sealers import with_keys
from runtime.errors import Refused
from runtime.failures import as_user_error
from runtime.keyring import keyring_of, workers_key
from runtime.local.dev_server import HOST
from runtime.local.people import chosen_from, settle
from runtime.local.sign_in import running_sign_in
from runtime.local.stack import Ports, free_port, local_stack
from runtime.migrations import refuse_other_form, upgrade
from runtime.observation import tracing
from runtime.rulebook.kept import KeptBook
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.names import NamesIn
from runtime.settings import Settings, load_settings, require_database, settings_as_far_as_they_go
from runtime.statement_log import StatementLog
from runtime.stopping import BEYOND_GRACE, let_go, unless_stopped, until_told_to_stop
from runtime.temporal.namespace import ensure_schedules, register_search_attributes
from services.observation.concerns import beside
from services.observation.observing import observed
from services.operations.doctor.checkup import Patient, examined, is_sound
from services.operations.doctor.clocks import refuse_database_far_off, refuse_temporal_far_off
from services.operations.doctor.every import checks_of
from services.operations.doctor.fitness import refuse_unfit
from services.operations.keeping_up import KeepsUp
from services.operations.setup import set_up
from services.operations.telling_who_acts import TellsWhoActs
from workflows.announcing import ResendNotices
from workflows.candidate_journey import CandidateJourney
from workflows.nightly import ArchiveHistories, Reconcile
from workflows.running import LetsGoOfFirstTasks, LetsGoOfInputs
from workflows.tracing import HandsOnTraces
from workflows.who_acts import TellWhoActs

RECORDING_THREADS = 15
"""Recordings that can be under way at once: as many as two cores were measured to make use of."""

OTHER_THREADS = 10
"""Keys that are looked up, notices that are marked and names of hosts that are asked for at once. Together with the
above this is how many connections to PostgreSQL a worker has at most."""


@asynccontextmanager
async def running_worker(
    client: Client,
    settings: Settings,
    book: RuleBook | KeptBook,
    engine: Engine,
    *,
    journey: type[CandidateJourney] = CandidateJourney,
    measures: Measures | None = None,
    changed: Callable[[], None] = lambda: None,
) -> AsyncIterator[Worker]:
    """A worker at work on journeys of this code, with everything that it needs, until the context ends. `changed` is
    called when files of `programmes/` were taken up."""
    kept = book if isinstance(book, KeptBook) else KeptBook(book.directory)
    directory, authority = Directory(kept.partners), _authority(settings, engine)
    tls, measures = tls_of(settings), measures or Measures(CollectorRegistry())
    mail = mail_of(settings, tls)
    async with outgoing_of(settings, tls) as outgoing:
        webhooks = webhooks_of(settings, outgoing, now)
        senders = watched({Channel.EMAIL: mail, Channel.WEBHOOK: webhooks}, measures)
        keeps_up = KeepsUp(
            kept, directory, webhooks, measures, partial(_offer, engine, authority), settings.secrets, changed
        )
        links = Links(engine, settings.links_url) if settings.links_url else None
        addressees = Addressees(directory, authority, NamesIn(kept), links, settings.desk_url)
        announcer = Announcer(Outbox(engine), authority, addressees, senders, now)
        archiver = Archiver(TemporalServer(client), open_archive(settings, engine), now)
        operator = OperatorMail(
            mail,
            settings.operator_mail or None,
            beside(engine, client, settings.task_queue, settings.checkpoints, now, lambda: sorted(kept.set_aside)),
        )
        reconciler = Reconciler(client, Records(engine, kept.find))
        tells = TellsWhoActs(client, settings.task_queue, engine, authority, now)
        with ThreadPoolExecutor(RECORDING_THREADS) as threads:
            worker = Worker(
                client,
                task_queue=settings.task_queue,
                workflows=[journey, ResendNotices, ArchiveHistories, Reconcile, TellWhoActs],
                activities=[
                    Recorder(engine, directory, authority).record,
                    OtherJourneys(engine, authority, now).look_elsewhere,
                    announcer.announce,
                    announcer.give_up,
                    archiver.archive_histories,
                    operator.tell_operator,
                    reconciler.compare_journeys,
                    reconciler.compare_workflows,
                    reconciler.find_unsent,
                    reconciler.look_again,
                    operator.report,
                    ActingMail(engine, authority, mail, settings.desk_url, now).tell_who_acts,
                ],
                interceptors=[
                    LetsGoOfInputs(),
                    HandsOnTraces(),
                    TracesActivities(),
                    AnswersItsOwnWorkflow(),
                    CountsEvents(measures, engine, directory, now),
                ],
                activity_executor=threads,
                graceful_shutdown_timeout=timedelta(seconds=settings.grace),
                deployment_config=_deployment(settings),
                workflow_runner=LetsGoOfFirstTasks(),
            )
            async with worker, _beside(keeps_up.run()), _beside(tells.run()):
                yield worker


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let something go on until the context ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        let_go(task)


def _authority(settings: Settings, engine: Engine) -> Authority:
    """What this worker may write with. Raises UsageError where its key is missing or not registered."""
    key = workers_key(keyring_of(settings), StatementLog(engine).register(), now())
    return Authority(key)


def _deployment(settings: Settings) -> WorkerDeploymentConfig:
    """Which code this worker is. Its build id stands in every history, also where Temporal does not go by it."""
    on = settings.worker_versioning
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_of(settings.task_queue), build_id(settings.build_id)),
        use_worker_versioning=on,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE if on else VersioningBehavior.UNSPECIFIED,
    )


def prepare_database(engine: Engine, book: RuleBook | KeptBook, settings: Settings) -> None:
    """Make sure that the database has the form this version needs and knows today's positions, signed by this worker;
    where their file is set aside, those that it knew.

    Raises UsageError where it has another form, or the worker's key is missing or not registered, and DBAPIError.
    """
    refuse_other_form(engine)
    authority = _authority(settings, engine)
    if book.positions is not None:
        _offer(engine, authority, book.positions)


def _offer(engine: Engine, authority: Authority, positions: Sequence[Position]) -> None:
    with Session(engine) as session, session.begin():
        sync_positions(session, positions, authority, now())


async def work(
    settings: Settings,
    stopped: Callable[[], Awaitable[None]],
    ready: Callable[[], None],
    changed: Callable[[], None] = lambda: None,
) -> None:
    """Join the cluster and work until `stopped`."""
    RuleBook(settings.programmes).refuse_an_empty_folder()
    book = KeptBook(settings.programmes)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(OTHER_THREADS))
    engine = open_engine(require_database(settings), RECORDING_THREADS + OTHER_THREADS)
    engine = with_keys(engine, settings)
    # Temporal's core has an endpoint of its own, on this machine alone; what it says is shown with ours.
    core = None if settings.metrics_address is None else f"{HOST}:{free_port()}"
    async with observed(settings, core, sealer_on(engine)) as observation:
        client = await unless_stopped(stopped, _joined(settings, book, engine, core))
        if client is not None:
            async with running_worker(
                client, settings, book, engine, measures=observation.measures, changed=changed
            ) as worker:
                observation.work.client, observation.work.worker = client, worker
                ready()
                await stopped()
    engine.dispose()


async def _joined(settings: Settings, book: KeptBook, engine: Engine, core: str | None) -> Client:
    """The cluster, once it and the database have what a worker needs there."""
    client = await connect_sealed(settings, engine, core)
    await asyncio.to_thread(refuse_database_far_off, engine, now)
    await refuse_temporal_far_off(client, now)
    await asyncio.to_thread(prepare_database, engine, book, settings)
    await asyncio.to_thread(refuse_unfit, engine)
    await register_search_attributes(client)
    await ensure_schedules(client, settings.task_queue)
    return client


async def work_locally(settings: Settings, ports: Ports, stopped: Callable[[], Awaitable[None]]) -> None:
    """Start Temporal, mail and webhook inboxes and a database under the data directory, and work until `stopped`."""
    async with local_stack(settings, ports) as stack:
        engine = open_engine(require_database(stack.settings))
        upgrade(engine)
        engine.dispose()
        _settle(stack.settings)
        await set_up(stack.settings)
        async with (
            running_codec(stack.settings),
            _signing_in(stack.settings),
            running_desk(stack.settings),
            running_gateway(stack.settings),
            running_mail(stack.settings),
        ):
            await work(
                stack.settings,
                stopped,
                ready=lambda: logs.say(stack.ready_line, sys.stdout),
                changed=partial(_settle, stack.settings),
            )


@asynccontextmanager
async def _signing_in(settings: Settings) -> AsyncIterator[None]:
    """The local stack's own sign-in service, with whoever works there to choose from."""
    engine = open_engine(require_database(settings))
    log, port = StatementLog(engine), urlsplit(settings.desk_issuer).port or 0
    async with running_sign_in(settings.data, HOST, port, lambda: chosen_from(log.register(), now())):
        yield
    engine.dispose()


def _settle(settings: Settings) -> None:
    """Enrol in a local stack whoever its files name, and put its rules in force."""
    engine = open_engine(require_database(settings))
    settle(StatementLog(engine), keyring_of(settings), RuleBook(settings.programmes), now())
    engine.dispose()


def now() -> datetime:
    """The moment, in UTC, by this machine's clock."""
    return datetime.now(UTC)


async def _main(local: bool, ports: Ports) -> None:
    settings = load_settings(of_running_stack=not local)
    # The local stack must end what it has started.
    stopped = until_told_to_stop(None if local else BEYOND_GRACE * settings.grace)
    if local:
        await work_locally(settings, ports, stopped)
    else:
        line = f"ready: working on task queue {settings.task_queue}"
        await work(settings, stopped, ready=lambda: logs.say(line, sys.stdout))
    logs.say("stopped", sys.stdout)


def _check(as_json: bool) -> int:
    """Show whether this worker could work, and the exit status that says it."""
    settings, wrong = settings_as_far_as_they_go()
    checks = checks_of(settings, worker=True)
    found = examined(Patient(settings, worker=True, wrong=wrong), checks)
    show.as_json(plain_checked(found)) if as_json else checked(found, checks)
    return 0 if is_sound(found) else Refused.status


def main(
    local: Annotated[bool, typer.Option(help="Run the whole stack here: Temporal, database, mail, webhooks.")] = False,
    temporal_port: Annotated[int, typer.Option(help="Port of the local Temporal server. 0 takes a free one.")] = 7233,
    ui_port: Annotated[int, typer.Option(help="Port of its web page. 0 takes a free one.")] = 8233,
    smtp_port: Annotated[int, typer.Option(help="Port of the local mail inbox. 0 takes a free one.")] = 1025,
    webhook_port: Annotated[int, typer.Option(help="Port of the webhook inbox. 0 takes a free one.")] = 8025,
    codec_port: Annotated[int, typer.Option(help="Port of the local codec server. 0 takes a free one.")] = 8234,
    desk_port: Annotated[int, typer.Option(help="Port of the local desk. 0 takes a free one.")] = 8235,
    sign_in_port: Annotated[int, typer.Option(help="Port of its sign-in service. 0 takes a free one.")] = 8236,
    gateway_port: Annotated[int, typer.Option(help="Port of the local gateway. 0 takes a free one.")] = 8237,
    check: Annotated[
        bool,
        typer.Option("--check", help="Do not run: say whether what is set is sound. Exit status 1 where it is not."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --check: print what was found as JSON.")] = False,
    debug: Annotated[bool, typer.Option(help="Show a traceback where something fails.")] = False,
) -> None:
    """Run a background worker until it is told to stop."""
    logs.begin(logging.INFO if debug else logging.WARNING)
    tracing.begin("hela-vagen-worker")
    # What an entry is about stands in fields of its own.
    activity.logger.activity_info_on_message = workflow.logger.workflow_info_on_message = False
    try:
        if check:
            raise typer.Exit(_check(as_json))
        ports = Ports(
            temporal_port, ui_port, smtp_port, webhook_port, codec_port, desk_port, sign_in_port, gateway_port
        )
        asyncio.run(_main(local, ports))
    except typer.Exit:
        raise
    except Exception as error:
        if debug:
            raise
        sentence, status = told(error)
        if check:
            typer.echo(sentence, err=True)
        else:
            logs.say(sentence, sys.stderr, logging.ERROR, as_user_error(error).message.id)
        raise typer.Exit(status) from error


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    run_command(main)
