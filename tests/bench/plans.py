"""How a database goes about a query."""

from typing import Any

from sqlalchemy import Engine, Select


def plan_of(engine: Engine, query: Select[Any]) -> str:
    """The plan of a query, one step a line."""
    compiled = query.compile(engine, compile_kwargs={"literal_binds": True})
    explain = "explain query plan" if engine.dialect.name == "sqlite" else "explain"
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{explain} {compiled}".replace("%", "%%"))
        return "\n".join(str(row[-1]) for row in rows)
