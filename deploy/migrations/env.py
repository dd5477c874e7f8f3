"""How Alembic runs a migration: on the engine that `runtime.migrations` gives it, in one transaction."""

from alembic import context

from models.tables.every import METADATA

with context.config.attributes["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
