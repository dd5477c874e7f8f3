"""Authorities on one Temporal and one PostgreSQL, each with a namespace, a database and keys of its own."""

import json
import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import Engine
from temporalio.client import Client

from models.identifiers import CandidateNumber
from runtime.database import open_engine
from runtime.encryption.sealers import with_keys
from runtime.local.dev_server import HOST
from runtime.local.stack import free_port
from runtime.settings import Settings
from tests.support.authority import found, keep_keys
from tests.support.databases import migrated_postgres
from tests.support.import_files import made_up_number
from tests.support.namespaces import in_a_namespace_of_its_own
from tests.support.processes import BY, environment, run
from tests.support.programmes import RULES

SOMEBODY = ("--identity-number", made_up_number("19900314"), "--name", "Test Person")


@dataclass
class Tenant:
    """An authority: its client of Temporal, its database with its keys, and what its processes are told."""

    client: Client
    engine: Engine
    environment: dict[str, str]
    folder: Path
    metrics: str

    async def does(self, script: str, *words: str, status: int = 0) -> str:
        ended = await run(script, *words, env=self.environment)
        assert ended.status == status, ended
        return ended.output

    async def refers(self) -> CandidateNumber:
        """The same person in every tenant; returns the number."""
        await self.does("admin.py", "refer", "--programme", "service_division", *SOMEBODY, *BY)
        [line] = json.loads(await self.does("admin.py", "list", "--json"))
        return CandidateNumber.parse(line["candidate"])


async def new_tenant(client: Client, postgres_server: str, folder: Path) -> Tenant:
    """Another one, without a worker; its engine is to be disposed of."""
    folder.mkdir()
    keep_keys(folder / "keys")
    url = migrated_postgres(postgres_server, f"tenant_{uuid4().hex[:8]}")
    master_key, metrics = b64encode(os.urandom(32)).decode(), f"{HOST}:{free_port()}"
    engine = with_keys(open_engine(url), Settings(master_key=SecretStr(master_key)))
    found(engine, RULES)
    own = await in_a_namespace_of_its_own(client)
    told = environment(
        TEMPORAL_ADDRESS=client.service_client.config.target_host,
        TEMPORAL_NAMESPACE=own.namespace,
        HELAVAGEN_DATABASE_URL=url,
        HELAVAGEN_MASTER_KEY=master_key,
        HELAVAGEN_DATA=folder,
        HELAVAGEN_KEYS=folder / "keys",
        HELAVAGEN_METRICS_ADDRESS=metrics,
        HELAVAGEN_ACTOR="anna.berg",
    )
    return Tenant(own, engine, told, folder, metrics)
