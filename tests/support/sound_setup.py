"""A set-up in which everything is as it is to be, for tests that break it, and what a check-up finds of it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, make_url, select, text
from temporalio.client import Client

from models.tables.every import METADATA
from runtime.roles import STAFF, WORKER, give_rights
from runtime.settings import Settings
from runtime.temporal.namespace import ensure_schedules
from services.operations.doctor.checkup import Checked, Patient, Verdict, examine
from services.operations.doctor.every import checks_of
from tests.support.databases import migrated_postgres
from tests.support.namespaces import in_a_namespace_of_its_own
from tests.support.office import open_office

ROLE = "doctors_patient"


@dataclass
class Sound:
    """A set-up in which everything is as it is to be, on PostgreSQL, with its worker at work.

    `environment` leads to its Temporal, and `owner` is the address of its database by the role that owns the tables.
    """

    settings: Settings
    owner: str
    environment: dict[str, str]

    @contextmanager
    def as_owner(self) -> Iterator[Connection]:
        engine = create_engine(make_url(self.owner).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.as_owner() as connection:
            tables = METADATA.tables.items()
            return {name: connection.scalar(select(func.count()).select_from(one)) or 0 for name, one in tables}

    def connections(self, *roles: str) -> int:
        """How many connections to this database these roles hold."""
        query = text(
            "select count(*) from pg_stat_activity where datname = current_database() and usename = any(:roles)"
        )
        with self.as_owner() as connection:
            return connection.scalar(query, {"roles": list(roles)}) or 0


@asynccontextmanager
async def sound_set_up(client: Client, postgres_server: str, folder: Path) -> AsyncIterator[Sound]:
    """One on a namespace and a database of its own, until the context ends."""
    owner = migrated_postgres(postgres_server, folder.name)
    own = await in_a_namespace_of_its_own(client)
    address = str(client.service_client.config.target_host)
    environment = {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": own.namespace}
    async with open_office(own, folder, owner) as office:
        await office.refer()
        by_role = make_url(owner).set(username=ROLE).render_as_string()
        sound = Sound(office.settings.model_copy(update={"database_url": by_role}), owner, environment)
        with sound.as_owner() as connection:
            give_rights(connection.engine)
            connection.execute(text(f"create role {ROLE} login inherit in role {WORKER}, {STAFF}"))
        await ensure_schedules(own, sound.settings.task_queue)
        yield sound
    with sound.as_owner() as connection:
        connection.execute(text(f"drop role {ROLE}"))


async def checked(settings: Settings, *, worker: bool = False, ahead: timedelta = timedelta()) -> list[Checked]:
    """What a check-up finds, on a machine whose clock is so far ahead."""
    patient = Patient(settings, worker=worker, now=lambda: datetime.now(UTC) + ahead)
    return await examine(patient, checks_of(settings, worker=worker), seconds=3)


def wrong_in(found: list[Checked]) -> dict[str, str]:
    """The checks that are wrong, each with the id of what it says."""
    return {one.check: one.says.id if one.says else "" for one in found if one.verdict is Verdict.WRONG}


def unasked_in(found: list[Checked]) -> set[str]:
    return {one.check for one in found if one.verdict is Verdict.UNASKED}


OF_NAMESPACE = {"retention", "search_attributes", "schedules", "temporal_clock", "workers", "standstill", "concerns"}
OF_TEMPORAL = {"namespace", *OF_NAMESPACE}
OF_REGISTER = {"operators", "worker_key", "server_keys", "rules", "positions", "links"}
OF_FORM = {
    "append_only",
    "database_rights",
    "database_owner",
    "auditors",
    "candidate_keys",
    "register",
    "archive",
    "concerns",
    *OF_REGISTER,
}
OF_DATABASE = {"database_form", "database_clock", *OF_FORM}
"""Checks that go unasked where one that they need is not sound."""
