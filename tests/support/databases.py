"""Databases of the servers that a test run starts."""

from sqlalchemy import create_engine, make_url, text


def empty_postgres(server: str, name: str) -> str:
    """A new database on a PostgreSQL server."""
    name = "".join(char if char.isalnum() else "_" for char in name).lower()
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'drop database if exists "{name}"'))
        connection.execute(text(f'create database "{name}"'))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
