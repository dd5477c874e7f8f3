"""How Alembic runs a migration: on the engine that `runtime.migrations` gives it, in one transaction, one at a time."""

from alembic import context
from sqlalchemy import text

from models.tables.every import METADATA

with context.config.attributes["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(hashtext('migrations of hela_vagen'))"))
        context.run_migrations()
