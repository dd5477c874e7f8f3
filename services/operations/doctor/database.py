"""Checks of the database: reachable, in today's form, append-only, with the rights that it takes, its clock."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from models.message import Message, msg
from runtime.database import open_engine, open_for_reading, read_address
from runtime.database_failures import of_database, pooled, read_only
from runtime.errors import UsageError
from runtime.migrations import later_form_of, refuse_other_form
from runtime.settings import Settings, require_database
from services.operations.doctor.checkup import Check, Patient
from services.operations.doctor.clocks import OF_DATABASE, refuse_apart

T = TypeVar("T")

APPEND_ONLY = (
    "archived_histories",
    "disposals",
    "identity_commitments",
    "ledger",
    "position_changes",
    "protections",
    "reads",
    "reports",
    "statements",
    "text_erasures",
    "texts",
    "training_completions",
    "unit_staff",
)
"""Tables whose rows are never changed: triggers see to it."""

WORKERS_WRITE = (
    "archived_histories",
    "candidate_keys",
    "findings",
    "follow_ups",
    "journeys",
    "ledger",
    "links",
    "notices",
    "open_items",
    "passages",
    "places_taken",
    "position_changes",
    "positions",
)
"""Tables to which a worker adds rows."""

SCRIPTS_WRITE = (
    "candidate_keys",
    "candidates",
    "desk_sessions",
    "disposals",
    "identity_commitments",
    "mail_acts",
    "protections",
    "reads",
    "received_mails",
    "reports",
    "search_tokens",
    "statements",
    "text_erasures",
    "texts",
    "training_completions",
    "unit_staff",
)
"""Tables to which scripts, the desk and the codec server add rows."""

GATEWAY_WRITES = ("partner_messages", "reads", "texts")
"""Tables to which the gateway adds rows."""

SQLITE_TRIGGERS = "select name from sqlite_master where type = 'trigger'"

POSTGRES_TRIGGERS = "select tgname from pg_trigger where not tgisinternal and tgenabled <> 'D'"

POSTGRES_OWNED = """
select count(*) from pg_tables where schemaname = current_schema() and pg_has_role(current_user, tableowner, 'member')
"""


def file_of(settings: Settings) -> Path | None:
    """The file of an SQLite database; None where it is another, or none is set. Raises UsageError."""
    if not settings.database_url:
        return None
    url = read_address(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


async def _database(patient: Patient) -> Message:
    url = require_database(patient.settings)
    patient.reading, patient.writing = open_for_reading(url), open_engine(url)
    file = file_of(patient.settings)
    if file is not None and not file.exists():  # or SQLite would make it
        raise UsageError(
            "doctor.no_database",
            "The database's file {file} is missing. Have the migrations make it, or correct HELAVAGEN_DATABASE_URL.",
            file=file,
        )
    version = await _read(patient, _version)
    parsed = patient.reading.url
    return msg(
        "doctor.database",
        "{kind} {version}, {database}",
        kind="SQLite" if file else "PostgreSQL",
        version=".".join(map(str, version)),
        database=file or f"{parsed.database} at {parsed.host or parsed.query.get('host', 'localhost')}",
    )


def _version(connection: Connection) -> tuple[int | str, ...]:
    """Raises UsageError where whoever has let us in is not the server that answers."""
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" and driver is not None:
        answering = connection.scalar(text("select pg_backend_pid()"))
        if answering != driver.info.backend_pid:
            raise pooled()
    return connection.dialect.server_version_info or ()


async def _read(patient: Patient, ask: Callable[[Connection], T]) -> T:
    def asked() -> T:
        with patient.reading.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.execute(text("pragma schema_version"))  # which reads the file
            return ask(connection)

    return await asyncio.to_thread(asked)


async def _form(patient: Patient) -> Message | None:
    await asyncio.to_thread(refuse_other_form, patient.reading)
    later = await asyncio.to_thread(later_form_of, patient.reading)
    return msg("doctor.later_form", "{form}, of a later version than this one", form=later) if later else None


async def _append_only(patient: Patient) -> None:
    is_sqlite = patient.reading.dialect.name == "sqlite"
    query = text(SQLITE_TRIGGERS if is_sqlite else POSTGRES_TRIGGERS)
    there = set(await _read(patient, lambda connection: connection.scalars(query).all()))
    kinds = ("no_update", "no_delete") if is_sqlite else ("no_change", "no_truncate")
    lacking = [table for table in APPEND_ONLY if not {f"{table}_{kind}" for kind in kinds} <= there]
    if lacking:
        raise UsageError(
            "doctor.not_append_only",
            "Rows of {tables} can be changed: triggers that forbid it are missing or switched off. Find out who did "
            "that, and restore them from a backup or by the migrations.",
            tables=lacking,
        )


async def _rights(patient: Patient) -> None:
    await asyncio.to_thread(_begin_to_write, patient.writing)
    await asyncio.to_thread(refuse_lacking_rights, patient.reading, WORKERS_WRITE if patient.worker else SCRIPTS_WRITE)


def refuse_lacking_rights(engine: Engine, tables: Sequence[str]) -> None:
    """Raise UsageError where the role may not add rows to these tables; SQLite has no roles."""
    if engine.dialect.name == "sqlite":
        return
    with engine.connect() as connection:
        lacking = _not_writable(connection, tables)
    if lacking:
        raise UsageError(
            "doctor.no_rights",
            "The database role may not read or add rows in {tables}. Correct the role in HELAVAGEN_DATABASE_URL, or "
            "give it its rights.",
            tables=lacking,
        )


def _begin_to_write(engine: Engine) -> None:
    """Raises DBAPIError where nothing can be written; writes nothing."""
    with engine.begin() as connection:
        if engine.dialect.name != "sqlite" and connection.scalar(text("show transaction_read_only")) == "on":
            raise read_only()


def _not_writable(connection: Connection, tables: Sequence[str]) -> list[str]:
    may = text("select has_table_privilege(:table, 'select') and has_table_privilege(:table, 'insert')")
    return [table for table in tables if not connection.scalar(may, {"table": table})]


async def _owner(patient: Patient) -> None:
    await asyncio.to_thread(refuse_beyond_adding, patient.reading)


def refuse_beyond_adding(engine: Engine) -> None:
    """Raise UsageError where the role could change what is never changed."""
    if engine.dialect.name == "sqlite":
        return  # whoever writes the file may do anything with it
    with engine.connect() as connection:
        owns, may = connection.scalar(text(POSTGRES_OWNED)), _changeable(connection)
    if owns:
        raise UsageError(
            "doctor.owner",
            "The role that we use owns the tables, so it could switch off what keeps rows as they are. Name one in "
            "HELAVAGEN_DATABASE_URL that does not.",
        )
    if may:
        raise UsageError(
            "doctor.may_change",
            "The role that we use has the right to change or delete rows of {tables}, which are never changed. Take "
            "that right away.",
            tables=may,
        )


def _changeable(connection: Connection) -> list[str]:
    may = text("select has_table_privilege(:table, 'update, delete, truncate')")
    return [table for table in APPEND_ONLY if connection.scalar(may, {"table": table})]


async def _clock(patient: Patient) -> None:
    if patient.reading.dialect.name == "sqlite":
        return  # it is this machine's
    before = patient.now()
    found = await _read(patient, lambda connection: connection.scalar(text("select clock_timestamp()")))
    refuse_apart(found, before, patient.now(), OF_DATABASE)


async def _auditors(patient: Patient) -> None:
    """The role of those who audit reads what they check, opens who a candidate is against a row, and writes no more."""
    if not (url := patient.settings.audit_database_url):
        return
    engine = open_engine(url)
    try:
        await asyncio.to_thread(_refuse_more_than_reading, engine)
    except DBAPIError as error:
        known = of_database(error)
        if not isinstance(known, UsageError):
            raise
        raise UsageError(
            "doctor.audit_not_let_in",
            "The auditors' role cannot use the database. Correct HELAVAGEN_AUDIT_DATABASE_URL.",
        ) from error
    finally:
        engine.dispose()


ADDS_READINGS = (
    "select has_table_privilege('reads', 'insert')",
    "select has_sequence_privilege('reads_id_seq', 'usage')",
    "select has_function_privilege('identity_by_reading(integer)', 'execute')",
)
"""By what an auditor writes down that they read, and then reads who a candidate is."""


def _refuse_more_than_reading(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return
    may = text("select has_table_privilege(:table, :what)")
    with engine.connect() as connection:
        if not connection.scalar(may, {"table": "ledger", "what": "select"}):
            raise UsageError(
                "doctor.audit_blind",
                "The auditors' role may not read the ledger. Give it that right, or correct "
                "HELAVAGEN_AUDIT_DATABASE_URL.",
            )
        beyond = [("candidates", "select"), ("ledger", "insert"), ("ledger", "update"), ("ledger", "delete")]
        if any(connection.scalar(may, {"table": table, "what": what}) for table, what in beyond):
            raise UsageError(
                "doctor.audit_beyond",
                "The auditors' role may do more than read what it checks. Correct HELAVAGEN_AUDIT_DATABASE_URL, or "
                "take its other rights away.",
            )
        if not all(connection.scalar(text(one)) for one in ADDS_READINGS):
            raise UsageError(
                "doctor.audit_mute",
                "The auditors' role may not add rows in reads or ask for an identity by such a row, so auditors can "
                "open neither identities nor texts. Give it these rights, or correct HELAVAGEN_AUDIT_DATABASE_URL.",
            )


CHECKS = (
    Check("database", msg("check.database", "database"), _database),
    Check("database_form", msg("check.form", "form of the database"), _form, ("database",)),
    Check("append_only", msg("check.append_only", "rows that cannot be changed"), _append_only, ("database_form",)),
    Check("database_rights", msg("check.rights", "rights in the database"), _rights, ("database_form",)),
    Check("database_owner", msg("check.owner", "owner of the tables"), _owner, ("database_form",)),
    Check("auditors", msg("check.auditors", "auditors' role"), _auditors, ("database_form",)),
    Check("database_clock", msg("check.database_clock", "clock beside the database's"), _clock, ("database",)),
)
