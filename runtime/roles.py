"""The roles of a PostgreSQL database: what each may do there stands in `deploy/roles.sql`."""

from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from runtime.errors import Refused, UsageError

ROLES = Path(__file__).resolve().parent.parent / "deploy" / "roles.sql"

WORKER, STAFF, GATEWAY, READER, AUDIT = (
    f"hela_vagen_{name}" for name in ("worker", "staff", "gateway", "reader", "audit")
)

RAISED = "P0001"
"""How PostgreSQL says that the file itself has raised an error."""

FORBIDDEN = "42501"
"""How PostgreSQL says that a right is missing."""

MAY_NOT_MAKE_ROLES = "select not (rolcreaterole or rolsuper) from pg_roles where rolname = current_user"


def has_roles(engine: Engine) -> bool:
    """Whether the server knows our roles; SQLite knows none."""
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect() as connection:
        return bool(connection.scalar(text("select 1 from pg_roles where rolname = :name"), {"name": WORKER}))


def give_rights(engine: Engine) -> None:
    """Make the roles that are missing, and give each its rights on the tables of today: all of it, or nothing.

    Safe to repeat. Raises UsageError for a database without roles and for an owner that may not make them, and
    Refused where a role may do more than it should.
    """
    if engine.dialect.name != "postgresql":
        raise UsageError("roles.no_postgresql", "Only PostgreSQL has roles. Correct HELAVAGEN_DATABASE_URL.")
    lines = (line for line in ROLES.read_text().splitlines() if not line.startswith("\\"))  # those are psql's own
    script = "\n".join(lines).replace("%", "%%")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.exec_driver_sql(script)
        except DBAPIError as error:
            connection.exec_driver_sql("rollback")
            state = getattr(error.orig, "sqlstate", None)
            if state == FORBIDDEN and connection.scalar(text(MAY_NOT_MAKE_ROLES)):
                raise UsageError(
                    "roles.no_createrole",
                    "The role {role} needs the right CREATEROLE to make the roles of the database. Let an "
                    "administrator of the server give it that right.",
                    role=engine.url.username or "",
                ) from error
            if state != RAISED:
                raise
            raise Refused(
                "roles.too_much",
                "A role of ours may do more than it should in the database ({why}). Take that from it.",
                why=str(error.orig).splitlines()[0],
            ) from error
