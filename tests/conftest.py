"""Servers for the tests, all real, on free ports, ended by whoever started them."""

import gc
import logging
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine
from temporalio.testing import WorkflowEnvironment

from runtime.encryption.sealers import with_keys
from runtime.local.dev_server import start_dev_server, temporal_program
from runtime.logs import TALKATIVE, TOLD_IN_FULL
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES, Settings
from runtime.temporal.client import data_converter
from tests.support.databases import dropped_postgres, migrated, migrated_postgres, running_postgres
from tests.support.programme_files import copied_programmes
from tests.support.retention import DROPS_AT_ONCE
from tests.support.sealing import MASTER_KEY
from tests.support.statements import compiled_once
from tests.support.thoroughness import QUICK

for name in [name for name in os.environ if name.startswith("HELAVAGEN_")]:
    del os.environ[name]  # what whoever runs the tests has set for their own stack, such as a language

gc.disable()  # until all is collected to be run: it stays to the end, and is not gone through again and again


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among what was collected to be run: a sixth of the time went into that."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    gc.enable()


@pytest.fixture(autouse=True)
def heard_as_before() -> Iterator[None]:
    """A script that is called within a test says how much is logged, for the process: the next test hears all again."""
    before = {name: logging.getLogger(name).level for name in (None, *TOLD_IN_FULL, *TALKATIVE)}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


settings.get_profile(QUICK)  # which `make unit` asks for must be known before the first test is collected


@pytest.fixture(scope="session", autouse=True)
def master_key() -> Iterator[None]:
    """The master key of all processes of this test run, unless a test names another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HELAVAGEN_MASTER_KEY", MASTER_KEY.get_secret_value())
        yield


@pytest.fixture(scope="session", autouse=True)
def roomy_temporal() -> Iterator[None]:
    """Temporal's servers are in Go, which would look for garbage each time that their few data have doubled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOGC", "400")
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


OPENED: list[Engine] = []
"""By commands that ran in this process, which leave it to the end of a process to close them."""


@pytest.fixture(scope="session", autouse=True)
def commands_are_seen_to_open() -> Iterator[None]:
    def seen(engine: Engine, settings: Settings) -> Engine:
        OPENED.append(with_keys(engine, settings))
        return OPENED[-1]

    with pytest.MonkeyPatch.context() as patch:
        for module in ("services.application", "auditing.verification.verifier"):
            patch.setattr(f"{module}.with_keys", seen)
        yield


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Close what commands have opened: garbage is looked for seldom, and each keeps three files."""
    while OPENED:
        OPENED.pop().dispose()


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return RuleBook(PROGRAMMES)


@pytest.fixture
def programmes(tmp_path: Path) -> Path:
    """A copy of `programmes/` to make mistakes in."""
    return copied_programmes(tmp_path)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server of this test run."""
    with running_postgres() as server:
        # What a test writes need not outlive a power cut; without this, ending the server takes a quarter of a minute.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit"):
            server.psql(f"alter system set {setting} = off;")
        server.psql("select pg_reload_conf();")
        yield server.get_uri()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in today's form that knows the positions, once of each kind; of SQLite a file that is made when first
    opened."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
    else:
        url = migrated_postgres(request.getfixturevalue("postgres_server"), tmp_path.name, offering=True)
        yield url
        dropped_postgres(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database in today's form that knows the positions, once of each kind."""
    engine = migrated(database_url, offering=True)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal dev server of this test run, in memory, which deletes at once what it is told to."""
    environment = await start_dev_server(more=DROPS_AT_ONCE)
    async with environment:
        yield environment


@pytest.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal test server whose time passes at once where nothing else happens."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=temporal_program("temporal-test-server"), data_converter=data_converter()
    )
    async with environment:
        yield environment
