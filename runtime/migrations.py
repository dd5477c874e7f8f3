"""Bringing the database to the form that this version needs."""

import logging
import sys
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from runtime.database import open_engine, open_for_migrating
from runtime.database_failures import other_form, unknown_form
from runtime.errors import UsageError
from runtime.failures import as_user_error
from runtime.i18n import in_any_case
from runtime.logs import begin
from runtime.roles import give_rights, has_roles
from runtime.settings import load_settings, require_database

MIGRATIONS = Path(__file__).resolve().parent.parent / "deploy" / "migrations"

WAIT, LOOK_EVERY = 600.0, 2.0
"""Seconds that `wait` gives a migration, and how often it looks."""


def migration_config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that are missing. Safe to repeat."""
    command.upgrade(migration_config(engine), revision)


def is_current(engine: Engine) -> bool:
    """Whether the database has the form that this version needs.

    Forms are numbered. A later one will do, since migrations work with the version before them.
    """
    revision = form_of(engine)
    return revision is not None and (revision == _known()[0] or _is_later(revision))


def refuse_other_form(engine: Engine) -> None:
    """Raises UsageError where the database does not have the form that this version needs."""
    if is_current(engine):
        return
    if (form := form_of(engine)) is not None and form not in _known():
        raise unknown_form(form)
    raise other_form()


def later_form_of(engine: Engine) -> str | None:
    """The form that the database has, where a later version has brought it there."""
    revision = form_of(engine)
    return revision if revision is not None and _is_later(revision) else None


def _is_later(revision: str) -> bool:
    return revision.isdecimal() and int(revision) > int(_known()[0])


def form_of(engine: Engine) -> str | None:
    """The form that the database has; None where it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def _known() -> tuple[str, ...]:
    """The forms that this version knows, the latest first. It reads every migration, and a worker is asked often."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return tuple(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def wait_until_current(engine: Engine, seconds: float = WAIT, every: float = LOOK_EVERY) -> None:
    """Return once somebody has brought the database to the form that this version needs, and it can be reached.

    Raises UsageError where it still has another form after so many seconds, DBAPIError where it cannot be reached.
    """
    until = time.monotonic() + seconds
    while True:
        late = time.monotonic() >= until
        try:
            if is_current(engine):
                return
        except (DBAPIError, NoConnectionFree):
            if late:
                raise
        if late:
            refuse_other_form(engine)
        time.sleep(every)


def main(arguments: list[str]) -> None:
    """Without arguments bring the database that is set up to date, and the rights of its roles, where it has any; with
    `roles` make them. With `wait` wait until it is up to date, and with `new NAME` begin a migration."""
    match arguments:
        case []:
            engine = open_for_migrating(require_database(load_settings()))
            upgrade(engine)
            if has_roles(engine):
                give_rights(engine)
        case ["roles"]:
            give_rights(open_for_migrating(require_database(load_settings())))
        case ["wait"]:
            wait_until_current(open_engine(require_database(load_settings())))
        case ["new", name]:
            with TemporaryDirectory() as directory:
                engine = open_engine(f"sqlite:///{directory}/empty.db")
                upgrade(engine)
                command.revision(
                    migration_config(engine), name, autogenerate=True, rev_id=f"{int(_head(engine) or 0) + 1:04}"
                )
        case _:
            raise UsageError(
                "migrations.arguments",
                "Give no arguments to bring the database up to date, roles to make its roles, wait to wait until it is "
                "up to date, or new NAME to begin a migration.",
            )


def _head(engine: Engine) -> str | None:
    return ScriptDirectory.from_config(migration_config(engine)).get_current_head()


if __name__ == "__main__":
    begin(logging.WARNING)
    try:
        main(sys.argv[1:])
    except Exception as error:
        known = as_user_error(error)
        sys.stderr.write(f"{in_any_case(known.message)}\n")
        sys.exit(known.status)
