"""Tenants on one PostgreSQL server: what `deploy/scale.md` has an operator type keeps each out of others' databases."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from runtime.roles import give_rights
from tests.support.databases import migrated_postgres
from tests.support.processes import ROOT
from tests.support.sealing import open_keyed

[SQL] = re.findall(r"```sql\n(.*?)```", (ROOT / "deploy" / "scale.md").read_text(), re.DOTALL)
TENANTS = ("tenant_umea", "tenant_lulea")
LOGINS = ("worker", "staff", "gateway", "reader", "audit")


@pytest.fixture
def databases(postgres_server: str) -> Iterator[dict[str, str]]:
    """The address of each tenant's database, as its owner has it."""
    urls = {name: migrated_postgres(postgres_server, name) for name in TENANTS}
    typed: list[str] = []
    for name, url in urls.items():
        owner = open_keyed(url)
        give_rights(owner)
        with owner.begin() as connection:
            connection.exec_driver_sql(SQL.replace("umea", name.removeprefix("tenant_")).replace("%", "%%"))
        owner.dispose()
        typed += [f"{name}_{login}" for login in LOGINS]
    yield urls
    for name, url in urls.items():
        owner = open_keyed(url)
        with owner.begin() as connection:
            for login in LOGINS:
                connection.execute(text(f"drop owned by {name}_{login}"))
                connection.execute(text(f"drop role {name}_{login}"))
                connection.execute(text(f"alter role hela_vagen_{login} login"))
        owner.dispose()


def test_a_tenants_login_reads_its_own_database_and_is_let_into_no_other(databases: dict[str, str]) -> None:
    for own in TENANTS:
        for of in TENANTS:
            for login, table in zip(
                LOGINS, ("ledger", "candidates", "partner_messages", "journeys", "ledger"), strict=True
            ):
                url = make_url(databases[of]).set(username=f"{own}_{login}")
                engine = create_engine(url)
                if own == of:
                    with engine.connect() as connection:
                        assert connection.scalar(text(f"select count(*) from {table}")) == 0
                else:
                    with pytest.raises(OperationalError, match="permission denied for database"):
                        engine.connect()
                engine.dispose()


def test_the_roles_that_all_tenants_share_are_no_way_in(databases: dict[str, str]) -> None:
    for url in databases.values():
        for login in LOGINS:
            engine = create_engine(make_url(url).set(username=f"hela_vagen_{login}"))
            with pytest.raises(OperationalError, match="not permitted to log in"):
                engine.connect()
            engine.dispose()
