"""An installation on real servers that is made and kept by what the runbook says, typed from its pages."""

import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from sqlalchemy import make_url
from temporalio.testing import WorkflowEnvironment

from runtime.local.dev_server import HOST, start_dev_server
from runtime.local.inboxes import MailInbox
from tests.support.agreeing import eventually
from tests.support.databases import empty_postgres
from tests.support.import_files import made_up_number
from tests.support.processes import ROOT, Ended, environment, run, running
from tests.support.runbook import Block, Command, Shell, blocks
from tests.support.webhook_server import Server, serving

THIS = "tests/e2e/test_runbook.py"
UNITS = ROOT / "deploy" / "systemd"
PASSPHRASE = "of kim, anna and per"
NUMBERS = (made_up_number(f"{date(1990, 1, 2) + timedelta(days):%Y%m%d}") for days in count())


@dataclass
class Installation:
    """A machine with a terminal, a database, a partner's system, and a Temporal and a worker that come and go."""

    folder: Path
    shell: Shell
    partner: Server
    stack: AsyncExitStack
    addresses: dict[str, str] = field(default_factory=dict)
    temporal: WorkflowEnvironment | None = None
    _worker: AsyncExitStack = field(default_factory=AsyncExitStack)
    _typed: dict[tuple[str, str], int] = field(default_factory=dict)

    async def types(self, page: str, test: str, until: str = "", **fills: str) -> list[Ended]:
        """Type the next block of a page that is marked for a test, with the reader's words filled in; again and again
        where the last command is to say something."""
        marked = _marked(page, test)
        number = self._typed.setdefault((page, test), 0)
        self._typed[page, test] += 1
        look = partial(self._type, marked[number], fills)
        return await eventually(look, lambda ended: not until or until in ended[-1].output)

    def all_is_typed(self, test: str) -> bool:
        """Whether every block that is marked for a test was typed."""
        marked = {(block.page, block.run_by) for block in blocks() if block.run_by == f"{THIS}::{test}"}
        pages = {Path(page).stem for page, _ in marked}
        return bool(pages) and all(self._typed.get((page, test)) == len(_marked(page, test)) for page in pages)

    async def _type(self, block: Block, fills: dict[str, str]) -> list[Ended]:
        self.shell.fills.update(fills)
        ended = []
        for command in block.commands:
            if command.words == ["python", "worker.py"]:
                await self.starts_worker()
            elif command.words[:1] == ["systemctl"]:
                await self._does_as_a_unit(command.words[-1].partition("@")[0])
            else:
                ended.append(await self.shell.types(command))
        return ended

    async def _does_as_a_unit(self, name: str) -> None:
        """What a unit of `release` runs, with the settings and the credentials that it names alone."""
        file = UNITS / f"{name}@.service"
        if not file.exists():
            return  # daemon-reload
        unit, credentials = file.read_text(), self.folder / f"credentials of {name}"
        credentials.mkdir()
        for credential, secret in re.findall(r"(?m)^LoadCredential=(\S+):/etc/hela-vagen/(\S+)$", unit):
            shutil.copy(self.folder / secret, credentials / credential)
        lines = (self.folder / "settings.env").read_text().splitlines()
        settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        settings |= {"HELAVAGEN_SECRETS": str(credentials), "HELAVAGEN_KEYS": str(credentials)}
        env = environment(HELAVAGEN_BUILD_ID=self.shell.environment["release"], **settings)
        [words] = re.findall(r"(?m)^ExecStart=\S+/python (.+)$", unit)
        if words == "worker.py":
            await self._worker.enter_async_context(running(words, env=env, errors=self.folder / "worker.log"))
        else:
            ended = await run(*words.split(), env=env)
            assert ended.status == 0, ended

    async def starts_temporal(self, file: Path, port: int | None = None) -> str:
        """A server on a file; returns its address."""
        self.temporal = await start_dev_server(file=file, port=port)
        self.stack.push_async_callback(self.temporal.shutdown)
        return str(self.temporal.client.service_client.config.target_host)

    async def stops_temporal(self) -> None:
        assert self.temporal is not None
        await self.temporal.shutdown()

    async def starts_worker(self) -> None:
        """Anew, where one runs."""
        await self.stops_worker()
        env = {**self.shell.environment, "HELAVAGEN_DATABASE_URL": self.shell.environment["WORKER"]}
        await self._worker.enter_async_context(running("worker.py", env=env, errors=self.folder / "worker.log"))

    async def stops_worker(self) -> None:
        await self._worker.aclose()

    async def admin(self, *words: str, status: int = 0) -> Ended:
        """A command of Anna's that no page has."""
        ended = await run("admin.py", *words, env={**self.shell.environment, "HELAVAGEN_ACTOR": "anna.berg"})
        assert ended.status == status, ended
        return ended

    async def owner_says(self, sql: str) -> None:
        """In the database, as whoever owns it."""
        await self.shell.types(Command(f'psql "$OWNER" --command "{sql}"'))

    async def refers(self) -> str:
        """Another candidate; returns the number."""
        said = ("--programme", "service_division", "--identity-number", next(NUMBERS), "--name", "Test Person")
        by = ("--partner", "arbetsformedlingen", "--town", "2480", "--coordinator", "anna.berg")
        referred = await self.admin("refer", *said, *by)
        return referred.output.splitlines()[0].split()[-1]

    async def is_in(self, candidate: str, stage: str) -> None:
        """A candidate comes to a stage, or is there."""

        async def stage_now() -> str | None:
            listed = json.loads((await self.admin("list", "--json")).output)
            return next((one["stage"] for one in listed if one["candidate"] == candidate), None)

        await eventually(stage_now, lambda now: now == stage)


@asynccontextmanager
async def bare_machine(postgres_server: str, folder: Path) -> AsyncIterator[Installation]:
    """One on which nothing is installed yet: an empty database, a Temporal without a namespace, folders."""
    owner = make_url(empty_postgres(postgres_server, folder.name))
    (folder / "backup").mkdir(mode=0o700)
    async with AsyncExitStack() as stack:
        mail = MailInbox(folder / "inbox", HOST)
        await mail.start()
        stack.push_async_callback(mail.stop)
        partner = await stack.enter_async_context(serving(Server()))
        set_here = {
            "HELAVAGEN_DATA": folder,
            "HELAVAGEN_PASSPHRASE": PASSPHRASE,
            "HELAVAGEN_WEBHOOK_CATCH_ALL": partner.address,
            "HELAVAGEN_SMTP_TLS": "none",
            "BACKUP": folder / "backup",
            "TEMPORAL_FILE": folder / "temporal.db",
        }
        addresses = {"owner": _address(owner.username, owner)}
        addresses |= {role: _address(f"hela_vagen_{role}", owner) for role in ("worker", "staff", "audit")}
        installation = Installation(folder, Shell(environment(**set_here)), partner, stack, addresses)
        stack.push_async_callback(installation.stops_worker)
        address = await installation.starts_temporal(folder / "temporal.db")
        installation.shell.fills |= {
            **{
                f"postgresql://hela_vagen{_of(role)}@db.employer.example/hela_vagen": address
                for role, address in addresses.items()
            },
            "temporal.employer.example:7233": address,
            "/etc/hela-vagen": str(folder),
            "/srv/disposals": str(folder / "disposals"),
            "mail.employer.example": HOST,
            "587": str(mail.port),
        }
        yield installation


def _marked(page: str, test: str) -> list[Block]:
    return [block for block in blocks() if Path(block.page).stem == page and block.run_by == f"{THIS}::{test}"]


def _of(role: str) -> str:
    return "" if role == "owner" else f"_{role}"


def _address(role: str | None, owner: object) -> str:
    return make_url(str(owner)).set(username=role).render_as_string(hide_password=False)
