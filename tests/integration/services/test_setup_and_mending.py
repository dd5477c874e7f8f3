"""What is wrong with a set-up is told until it is corrected as told, and what can be made is made."""

import asyncio
import socket
import time
from asyncio import Event
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import make_url, text
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest

import worker
from activities.archive.store import FolderArchive
from models.access.statements import WorkerRegistered
from models.signatures import public_key_of
from runtime import roles
from runtime.database import open_engine
from runtime.encryption.sealers import with_keys
from runtime.errors import UsageError
from runtime.keyring import WORKER, Keyring
from runtime.local.dev_server import HOST
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from runtime.temporal.client import connect
from runtime.temporal.namespace import ensure_namespace
from services.operations.doctor import database
from services.operations.doctor.checkup import Patient, examined
from services.operations.doctor.clocks import refuse_database_far_off, refuse_temporal_far_off
from services.operations.doctor.every import checks_of
from services.operations.doctor.fitness import refuse_unfit
from services.operations.setup import set_up
from tests.support.authority import found as enrol_everybody
from tests.support.authority import key_of
from tests.support.certificates_of_servers import Authority
from tests.support.databases import migrated, migrated_postgres
from tests.support.errors import raises
from tests.support.mail_server import PASSWORD, USER, WRONG_PASSWORD, MailServer, serving
from tests.support.sound_setup import OF_DATABASE, Sound, checked, unasked_in, wrong_in


async def test_a_clock_that_is_ahead_is_told_by_how_much_beside_both_others(sound: Sound) -> None:
    found = await checked(sound.settings, ahead=timedelta(seconds=90))
    assert wrong_in(found) == {"temporal_clock": "doctor.clock", "database_clock": "doctor.clock"}
    seconds = [int(str(one.says.values["seconds"])) for one in found if one.says and one.says.id == "doctor.clock"]
    assert all(88 <= one <= 90 for one in seconds)
    assert (
        wrong_in(await checked(sound.settings, ahead=timedelta(seconds=-365 * 86_400)))["temporal_clock"]
        == "doctor.clock"
    )
    assert wrong_in(await checked(sound.settings, ahead=timedelta(seconds=3))) == {}


async def test_no_worker_starts_on_a_role_that_may_not_write_its_rows_and_one_that_may_do_more_is_told(
    sound: Sound, capsys: pytest.CaptureFixture[str]
) -> None:
    url = make_url(sound.settings.database_url)
    owner = make_url(sound.owner)
    by = {role: url.set(username=role) for role in (roles.WORKER, roles.STAFF)}
    for role in (*by.values(), owner):
        engine = with_keys(open_engine(role.render_as_string(hide_password=False)), sound.settings)
        if role.username == roles.STAFF:
            with raises(UsageError, "doctor.no_rights"):
                refuse_unfit(engine)
        else:
            refuse_unfit(engine)
        assert ("doctor.owner" in capsys.readouterr().err) is (role is owner)
        engine.dispose()


async def test_no_worker_starts_by_a_clock_that_is_more_than_a_day_off(
    sound: Sound, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seconds are for a check-up to tell."""
    for name, value in sound.environment.items():
        monkeypatch.setenv(name, value)
    client, engine = await connect(sound.settings), open_engine(sound.settings.database_url)

    def ahead(hours: int) -> Callable[[], datetime]:
        return lambda: datetime.now(UTC) + timedelta(hours=hours)

    async def never() -> None:
        async with asyncio.timeout(10):  # one that starts all the same is not waited for
            await Event().wait()

    for hours in (20, -20):
        await refuse_temporal_far_off(client, ahead(hours))
        refuse_database_far_off(engine, ahead(hours))
    for hours in (26, -26):
        with raises(UsageError, "doctor.clock"):
            await refuse_temporal_far_off(client, ahead(hours))
        with raises(UsageError, "doctor.clock"):
            refuse_database_far_off(engine, ahead(hours))
    engine.dispose()
    before = sound.rows()
    monkeypatch.setattr(worker, "now", ahead(26))

    async def trusts(*_: object) -> None:
        """Either clock is enough."""

    for other in ("refuse_temporal_far_off", "refuse_database_far_off"):
        with monkeypatch.context() as patched, raises(UsageError, "doctor.clock"):
            patched.setattr(worker, other, trusts if other == "refuse_temporal_far_off" else lambda *_: None)
            await worker.work(sound.settings, never, lambda: None)
    assert sound.rows() == before


async def test_a_form_of_a_later_version_is_told_and_sound(sound: Sound) -> None:
    with sound.as_owner() as connection:
        today = connection.scalar(text("select version_num from alembic_version"))
        connection.execute(text("update alembic_version set version_num = '9999'"))
    found = await checked(sound.settings)
    with sound.as_owner() as connection:
        connection.execute(text("update alembic_version set version_num = :today"), {"today": today})
    assert wrong_in(found) == {}
    [says] = [one.says for one in found if one.check == "database_form"]
    assert says is not None
    assert (says.id, dict(says.values)) == ("doctor.later_form", {"form": "9999"})


async def test_rows_that_can_be_changed_are_told_until_the_trigger_is_back(sound: Sound) -> None:
    for switched_off, back in (
        ("alter table ledger disable trigger ledger_no_change", "alter table ledger enable trigger ledger_no_change"),
        (
            "alter trigger texts_no_truncate on texts rename to gone",
            "alter trigger gone on texts rename to texts_no_truncate",
        ),
    ):
        with sound.as_owner() as connection:
            connection.execute(text(switched_off))
        found = await checked(sound.settings)
        with sound.as_owner() as connection:
            connection.execute(text(back))
        assert wrong_in(found) == {"append_only": "doctor.not_append_only"}
    assert wrong_in(await checked(sound.settings)) == {}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_table_that_triggers_guard_is_known_to_the_check(kind: str, tmp_path: Path, postgres_server: str) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}" if kind == "sqlite" else migrated_postgres(postgres_server, tmp_path.name)
    query = database.SQLITE_TRIGGERS if kind == "sqlite" else database.POSTGRES_TRIGGERS
    engine = migrated(url)
    with engine.connect() as connection:
        guarded = {name.rpartition("_no_")[0] for name in connection.scalars(text(query))} - {""}
    engine.dispose()
    assert guarded == set(database.APPEND_ONLY)


async def test_a_right_that_is_missing_is_told_until_it_is_given(sound: Sound) -> None:
    for of_worker, role, table in ((False, roles.STAFF, "reads"), (True, roles.WORKER, "positions")):
        with sound.as_owner() as connection:
            connection.execute(text(f"revoke insert on {table} from {role}"))
        found, others = (
            await checked(sound.settings, worker=of_worker),
            await checked(sound.settings, worker=not of_worker),
        )
        with sound.as_owner() as connection:
            connection.execute(text(f"grant insert on {table} to {role}"))
        assert (wrong_in(found), wrong_in(others)) == ({"database_rights": "doctor.no_rights"}, {})
    assert wrong_in(await checked(sound.settings)) == {}


async def test_a_schedule_that_is_paused_or_gone_is_told_until_it_is_resumed_or_made(sound: Sound) -> None:
    schedule = (await connect(sound.settings)).get_schedule_handle("reconcile")
    await schedule.pause()
    assert wrong_in(await checked(sound.settings)) == {"schedules": "doctor.paused"}
    await schedule.unpause()
    assert wrong_in(await checked(sound.settings)) == {}
    await schedule.delete()
    assert wrong_in(await checked(sound.settings)) == {"schedules": "doctor.no_schedule"}
    assert [one.id for one in await set_up(sound.settings)] == ["setup.schedules"]
    assert wrong_in(await checked(sound.settings)) == {}


async def test_a_namespace_is_told_and_made_step_by_step(sound: Sound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", f"new-{uuid4()}")
    new = await connect(sound.settings)
    await ensure_namespace(new, timedelta(days=1))
    found = wrong_in(await checked(sound.settings, worker=True))
    assert found == {
        "retention": "doctor.retention",
        "search_attributes": "doctor.no_search_attributes",
        "schedules": "doctor.no_schedule",
    }
    made = await set_up(sound.settings)
    assert [one.id for one in made] == ["setup.retention", "setup.attributes", "setup.schedules"]
    assert wrong_in(await checked(sound.settings, worker=True)) == {}
    assert await set_up(sound.settings) == []


async def test_a_search_attribute_of_another_type_is_told_and_not_worked_on(
    sound: Sound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", f"typed-{uuid4()}")
    typed = await connect(sound.settings)
    await ensure_namespace(typed)
    await typed.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=typed.namespace,
            search_attributes={"Stage": IndexedValueType.INDEXED_VALUE_TYPE_TEXT},
        )
    )
    found = wrong_in(await checked(sound.settings, worker=True))
    assert found["search_attributes"] == "temporal.search_attribute_types"
    with raises(UsageError, "temporal.search_attribute_types"):
        await set_up(sound.settings)


async def test_an_empty_database_is_mended_by_what_the_check_up_says(sound: Sound, tmp_path: Path) -> None:
    settings = sound.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'new.db'}"})
    assert wrong_in(await checked(settings)) == {"database": "doctor.no_database"}
    engine = migrated(settings.database_url)
    assert wrong_in(await checked(settings)) == {"register": "doctor.not_founded"}
    enrol_everybody(engine)
    assert wrong_in(await checked(settings)) == {}
    engine.dispose()
    # Of a register in which nobody operates, such as one that is founded only later by this machine's clock:
    before = wrong_in(await checked(settings, ahead=timedelta(days=-365 * 50)))
    assert before["operators"] == "doctor.no_operator"


async def test_a_key_of_a_worker_is_told_until_it_is_registered(sound: Sound, tmp_path: Path) -> None:
    settings = sound.settings.model_copy(update={"keys": tmp_path})
    Keyring(tmp_path).add(WORKER, key := Ed25519PrivateKey.generate())
    assert wrong_in(await checked(settings)) == {"worker_key": "worker.key_not_registered"}
    engine = migrated(sound.owner)
    StatementLog(engine).add(WorkerRegistered(at=datetime.now(UTC), key=public_key_of(key)), key_of(OPERATOR))
    engine.dispose()
    assert wrong_in(await checked(settings, worker=True)) == {}
    Keyring(tmp_path).add("desk", key_of("somebody else"))
    assert wrong_in(await checked(settings)) == {"server_keys": "server.key_not_registered"}


async def test_keys_that_no_longer_open_are_told_without_whose_they_are(sound: Sound) -> None:
    put = text("update candidate_keys set wrapped = :wrapped where candidate = :candidate")
    with sound.as_owner() as connection:
        kept = [
            dict(row) for row in connection.execute(text("select candidate, wrapped from candidate_keys")).mappings()
        ]
        connection.execute(put, [{**row, "wrapped": f"{row['wrapped'][:-8]}AAAAAAA="} for row in kept])
    found = await checked(sound.settings)
    with sound.as_owner() as connection:
        connection.execute(put, kept)
    assert wrong_in(found) == {"candidate_keys": "doctor.candidate_keys"}
    assert all(row["candidate"] not in str(found) for row in kept)
    assert wrong_in(await checked(sound.settings)) == {}


async def test_a_mail_server_is_greeted_as_mails_are_handed_over_and_given_none(sound: Sound, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with serving(MailServer(authority.issue())) as server:
        common = {"smtp_host": "localhost", "smtp_port": server.port, "smtp_tls": "starttls", "smtp_user": USER}
        trusted = {"ca_bundle": authority.file}
        for settings, says in (
            ({"smtp_password": PASSWORD}, "doctor.mail_certificate"),
            ({"smtp_password": WRONG_PASSWORD, **trusted}, "doctor.mail_log_in"),
            ({"smtp_password": PASSWORD, **trusted}, None),
        ):
            found = wrong_in(await checked(sound.settings.model_copy(update={**common, **settings})))
            assert found == ({"mail": says} if says else {})
        assert server.taken == []


async def test_a_mail_server_that_takes_nobody_is_told_with_its_reply(sound: Sound) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while await reader.readline():
            writer.write(b"554 not from you\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, HOST, 0) as server:
        port = server.sockets[0].getsockname()[1]
        found = await checked(
            sound.settings.model_copy(update={"smtp_host": HOST, "smtp_port": port, "smtp_tls": "none"})
        )
    assert [(one.says.id, one.says.values) for one in found if one.check == "mail" and one.says] == [
        ("doctor.mail_reply", {"code": "554"})
    ]


async def test_an_archive_of_files_is_tried_out_and_has_no_run_more(sound: Sound, tmp_path: Path) -> None:
    settings = sound.settings.model_copy(update={"archive": f"file://{tmp_path / 'archive'}"})
    for _ in range(2):
        assert wrong_in(await checked(settings)) == {}
    assert list(FolderArchive(settings.archive).runs()) == []


async def test_who_says_nothing_holds_up_nothing_else(sound: Sound) -> None:
    """Silent hosts in the place of the database and the mail server: a connection is taken, and that is all."""
    with socket.create_server((HOST, 0)) as silent:
        port = silent.getsockname()[1]
        settings = sound.settings.model_copy(
            update={"database_url": f"postgresql://x@{HOST}:{port}/x", "smtp_host": HOST, "smtp_port": port}
        )
        began = time.monotonic()
        found = await asyncio.to_thread(examined, Patient(settings), checks_of(settings), 1.0)
        took = time.monotonic() - began
    assert wrong_in(found) == {"database": "doctor.silent", "mail": "doctor.silent"}
    assert unasked_in(found) == OF_DATABASE
    assert took < 3
