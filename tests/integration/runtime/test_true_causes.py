"""Each cause for which a database or Temporal does not serve us has its own sentence, with the setting to correct."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from temporalio.testing import WorkflowEnvironment

from runtime.database import open_engine
from runtime.errors import ServiceUnavailable, UsageError, UserError
from runtime.failures import as_user_error
from runtime.local.dev_server import HOST
from runtime.local.stack import free_port
from runtime.settings import Settings
from runtime.temporal import client
from runtime.temporal.client import connect, temporal_errors
from runtime.temporal.namespace import ensure_schedules, register_search_attributes
from tests.support.certificates_of_servers import Authority
from tests.support.databases import empty_postgres
from tests.support.errors import raises
from tests.support.proxy import a_door_to

ROLE, PASSWORD = "lars", "correct-horse"


@dataclass
class Postgres:
    """A PostgreSQL on which `lars` has a password, and nothing more than any role has."""

    url: URL
    through_tcp: str

    def of_lars(self, password: str | None = PASSWORD) -> str:
        return self.url.set(username=ROLE, password=password).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def postgres(postgres_server: str) -> Iterator[Postgres]:
    url = make_url(empty_postgres(postgres_server, "causes"))
    admin = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create role {ROLE} login password '{PASSWORD}'"))
        rules = Path(str(connection.scalar(text("show hba_file"))))
        before = rules.read_text()
        rules.write_text(f"local all {ROLE} scram-sha-256\n{before}")
        _read_again(connection)
        with a_door_to(url.render_as_string()) as (_door, through_tcp):
            yield Postgres(url, through_tcp)
        rules.write_text(before)
        _read_again(connection)
        connection.execute(text(f"drop role {ROLE}"))
    admin.dispose()


def _read_again(connection: Connection) -> None:
    connection.execute(text("select pg_reload_conf()"))


def engine_of_sqlite(file: Path, content: bytes | None = None) -> Engine:
    if content is not None:
        file.write_bytes(content)
    return open_engine(f"sqlite:///{file}")


def full(file: Path) -> Engine:
    engine = engine_of_sqlite(file)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table notes (text)")
        connection.exec_driver_sql("pragma max_page_count = 3")
    return engine


WRITE = "insert into notes values (zeroblob(1000000))"

OF_SQLITE: dict[str, tuple[Callable[[Path], Engine], str, type[UserError], str]] = {
    "no folder": (lambda file: engine_of_sqlite(file / "none.db"), "select 1", UsageError, "database.no_file"),
    "another file": (lambda file: engine_of_sqlite(file, b"x" * 5_000), WRITE, UsageError, "database.no_database"),
    "no table": (engine_of_sqlite, "select * from ledger", UsageError, "database.other_form"),
    "full": (full, WRITE, ServiceUnavailable, "database.full"),
}


@pytest.mark.parametrize("cause", OF_SQLITE)
def test_what_sqlite_refuses_is_told_as_what_it_is(cause: str, tmp_path: Path) -> None:
    opened, statement, kind, id = OF_SQLITE[cause]
    assert told(opened(tmp_path / "test.db"), statement) == (kind, id)


def test_a_file_that_can_only_be_read_is_told_as_that(tmp_path: Path) -> None:
    (file := tmp_path / "test.db").touch()
    engine = create_engine(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert told(engine, "create table notes (text)") == (UsageError, "database.read_only")


def test_a_file_in_which_another_process_writes_is_told_as_that(tmp_path: Path) -> None:
    holder, waiting = engine_of_sqlite(tmp_path / "test.db"), engine_of_sqlite(tmp_path / "test.db")
    with waiting.connect() as connection:
        connection.exec_driver_sql("pragma busy_timeout = 0")
    with holder.begin():
        assert told(waiting, "select 1") == (ServiceUnavailable, "database.busy")
    holder.dispose()


OF_POSTGRES: dict[str, tuple[Callable[[Postgres], str], str, type[UserError], str]] = {
    "wrong password": (lambda one: one.of_lars("wrong"), "select 1", UsageError, "database.not_let_in"),
    "no password": (lambda one: one.of_lars(None), "select 1", UsageError, "database.not_let_in"),
    "unknown role": (
        lambda one: one.url.set(username="nobody").render_as_string(),
        "select 1",
        UsageError,
        "database.not_permitted",
    ),
    "no database": (
        lambda one: one.url.set(database="nowhere").render_as_string(),
        "select 1",
        UsageError,
        "database.unknown",
    ),
    "no TLS": (lambda one: f"{one.through_tcp}?sslmode=require", "select 1", UsageError, "database.tls_not_offered"),
    "no server": (
        lambda _: f"postgresql://x@{HOST}:{free_port()}/x",
        "select 1",
        ServiceUnavailable,
        "database.unavailable",
    ),
    "no right": (Postgres.of_lars, "select * from pg_authid", UsageError, "database.rights"),
    "no table": (Postgres.of_lars, "select * from ledger", UsageError, "database.other_form"),
    "a replica": (
        lambda one: f"{one.of_lars()}&options=-cdefault_transaction_read_only%3Don",
        "create table public.notes (text text)",
        UsageError,
        "database.read_only",
    ),
}


@pytest.mark.parametrize("cause", OF_POSTGRES)
def test_what_postgresql_refuses_is_told_as_what_it_is(cause: str, postgres: Postgres) -> None:
    address, statement, kind, id = OF_POSTGRES[cause]
    assert told(open_engine(address(postgres)), statement) == (kind, id)


def told(engine: Engine, statement: str) -> tuple[type[UserError], str]:
    """What a person is shown for a statement that fails."""
    with pytest.raises(DBAPIError) as failed, engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    error = as_user_error(failed.value)
    return type(error), error.message.id


def error_response(state: str) -> bytes:
    """How a server that speaks Swedish turns a connection away."""
    said = ("SFATALT", "VFATAL", f"C{state}", 'Mlösenordet är fel för "Åsa" (C "99999")', "")
    body = b"\0".join(one.encode() for one in said) + b"\0"
    return b"E" + (len(body) + 4).to_bytes(4, "big") + body


@asynccontextmanager
async def with_tls(authority: Authority, expired: timedelta = timedelta(days=1)) -> AsyncIterator[int]:
    """The port of something that agrees on TLS as PostgreSQL does, and then says that it is no such database."""
    context = authority.issue(runs_out_in=expired)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.readexactly(8)
            writer.write(b"S")
            await writer.start_tls(context)
            await reader.read(1_000)
            writer.write(error_response("3D000"))
        writer.close()

    async with await asyncio.start_server(serve, HOST, 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_why_no_tls_was_agreed_is_told_as_what_it_is(tmp_path: Path) -> None:
    (folder := tmp_path / "other").mkdir()
    authority, other = Authority(tmp_path), Authority(folder)
    async with with_tls(authority) as port, with_tls(authority, -timedelta(hours=1)) as expired:
        for host, at, file, id in (
            ("localhost", port, authority.file, "database.unknown"),
            (HOST, port, authority.file, "database.tls_host"),
            ("localhost", port, other.file, "database.tls_issuer"),
            ("localhost", expired, authority.file, "database.tls_issuer"),
            ("localhost", port, tmp_path / "none.pem", "database.tls_file"),
            ("localhost", port, __file__, "database.tls_file"),
        ):
            url = f"postgresql://lars@{host}:{at}/x?sslmode=verify-full&sslrootcert={file}"
            assert await asyncio.to_thread(told, open_engine(url), "select 1") == (UsageError, id)


IN_SWEDISH = {
    "28P01": (UsageError, "database.not_let_in"),
    "28000": (UsageError, "database.not_permitted"),
    "3D000": (UsageError, "database.unknown"),
    "53300": (ServiceUnavailable, "database.connections"),
    "57P03": (ServiceUnavailable, "database.starting"),
    "42501": (UsageError, "database.rights"),
    "08P01": (UsageError, "database.pooled"),
    "XX000": (ServiceUnavailable, "database.unavailable"),
}


@pytest.mark.parametrize("state", IN_SWEDISH)
async def test_a_server_that_speaks_swedish_is_understood(state: str) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1_000)
        writer.write(error_response(state))
        writer.close()

    async with await asyncio.start_server(refuse, HOST, 0) as server:
        url = f"postgresql://asa@{HOST}:{server.sockets[0].getsockname()[1]}/x?sslmode=disable"
        assert await asyncio.to_thread(told, open_engine(url), "select 1") == IN_SWEDISH[state]


@asynccontextmanager
async def listening(
    tls: ssl.SSLContext | None = None, *, silent: bool = False, says: bytes = b""
) -> AsyncIterator[str]:
    """The address of a server that is no Temporal: it hangs up, says something, or says nothing at all."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if silent:
            await over.wait()
        if says:
            await reader.read(1)
            writer.write(says)
            await reader.read()  # it is the other side that hangs up, having read what it was told
        writer.close()

    async with await asyncio.start_server(serve, "localhost", 0, ssl=tls) as server:
        yield f"localhost:{server.sockets[0].getsockname()[1]}"
        over.set()


HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


async def test_a_temporal_that_is_not_there_or_speaks_otherwise_is_told_as_that(
    temporal: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "CONNECT_SECONDS", 0.5)
    authority, ours = Authority(tmp_path), str(temporal.client.service_client.config.target_host)
    async with (
        listening(authority.issue()) as with_tls,
        listening() as away,
        listening(says=HTTP) as other,
        listening(silent=True) as silent,
    ):
        for address, tls, kind, id in (
            (f"{HOST}:{free_port()}", False, ServiceUnavailable, "temporal.unavailable"),
            (silent, False, ServiceUnavailable, "temporal.unavailable"),
            (with_tls, True, UsageError, "temporal.tls"),
            (ours, True, UsageError, "temporal.tls"),
            (with_tls, False, ServiceUnavailable, "temporal.hung_up"),
            (away, False, ServiceUnavailable, "temporal.hung_up"),
            (other, False, UsageError, "temporal.other_server"),
        ):
            monkeypatch.setenv("TEMPORAL_ADDRESS", address)
            monkeypatch.setenv("TEMPORAL_TLS", str(tls).lower())
            with raises(kind, id, address=address):
                await connect(Settings())


async def test_a_namespace_that_is_not_there_is_named_whatever_is_asked_first(
    temporal: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", str(temporal.client.service_client.config.target_host))
    monkeypatch.setenv("TEMPORAL_NAMESPACE", namespace := f"nowhere-{uuid4()}")
    nowhere = await connect(Settings())
    with raises(UsageError, "temporal.no_namespace", namespace=namespace):
        await register_search_attributes(nowhere)
    with raises(UsageError, "temporal.no_namespace", namespace=namespace):
        await ensure_schedules(nowhere, "queue")
    with raises(UsageError, "temporal.no_namespace", namespace=namespace), temporal_errors():
        await nowhere.count_workflows()


async def test_a_port_of_metrics_that_is_taken_is_told_to_whoever_offers_them(
    temporal: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", str(temporal.client.service_client.config.target_host))
    with socket.create_server((HOST, 0)) as taken:
        address = f"{HOST}:{taken.getsockname()[1]}"
        with raises(UsageError, "settings.metrics_address", address=address):
            await connect(Settings(), metrics_address=address)
        await connect(Settings(metrics_address=address))
