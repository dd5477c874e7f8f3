"""What a check-up says of set-ups that are broken, each in one way: that, and nothing else is wrong."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from models.access.statements import Founded
from models.signatures import public_key_of
from runtime import roles
from runtime.database import open_engine
from runtime.keyring import WORKER, Keyring
from runtime.local.dev_server import HOST
from runtime.local.people import OPERATOR
from runtime.local.stack import free_port
from runtime.settings import Settings
from runtime.statement_log import StatementLog
from services.operations.doctor import storage
from services.operations.doctor.checkup import Verdict
from tests.support.authority import key_of
from tests.support.databases import migrated
from tests.support.programme_files import PARTNERS_FILE, SERVICE_FILE, changed_programmes
from tests.support.sound_setup import (
    OF_DATABASE,
    OF_FORM,
    OF_NAMESPACE,
    OF_REGISTER,
    OF_TEMPORAL,
    ROLE,
    Sound,
    checked,
    unasked_in,
    wrong_in,
)
from tests.support.waiting import until


async def test_a_set_up_as_it_is_to_be_is_sound_and_nothing_is_recorded(sound: Sound) -> None:
    url, before = make_url(sound.settings.database_url), sound.rows()
    for worker, role in ((False, roles.STAFF), (True, roles.WORKER)):
        settings = sound.settings.model_copy(update={"database_url": url.set(username=role).render_as_string()})
        found = await checked(settings, worker=worker)
        assert [one for one in found if one.verdict is not Verdict.SOUND] == []
        assert ({"workers", "standstill"} <= {one.check for one in found}) is not worker
        [told] = [one.says for one in found if one.check == "programmes"]
        assert told is not None
        assert told.values["folder"] == str(settings.programmes)
        assert {"programmes": "5", "positions": "10"}.items() <= told.values.items()
    assert sound.rows() == before
    await until(lambda: sound.connections(roles.STAFF, roles.WORKER), lambda held: held == 0)


@dataclass
class Scene:
    """Where a set-up is broken."""

    sound: Sound
    folder: Path
    patch: pytest.MonkeyPatch

    def with_(self, **settings: object) -> Settings:
        return self.sound.settings.model_copy(update=settings)

    def address(self, role: str = ROLE, database: str | None = None) -> str:
        """The database's address by another role, or of another name."""
        url = make_url(self.sound.settings.database_url).set(username=role)
        return (url.set(database=database) if database else url).render_as_string()

    def environment(self, **values: str) -> Settings:
        for name, value in values.items():
            self.patch.setenv(name, value)
        return self.sound.settings


def _fresh_sqlite(scene: Scene) -> Settings:
    (scene.folder / "empty.db").touch()
    return scene.with_(database_url=f"sqlite:///{scene.folder / 'empty.db'}")


def _a_sqlite_of_nobody(scene: Scene) -> Settings:
    migrated(url := f"sqlite:///{scene.folder / 'nobody.db'}").dispose()
    return scene.with_(database_url=url)


def _other_file(scene: Scene) -> Settings:
    (scene.folder / "other.db").write_bytes(b"x" * 5_000)
    return scene.with_(database_url=f"sqlite:///{scene.folder / 'other.db'}")


def _founded_and_no_more(scene: Scene) -> Settings:
    settings, key = _a_sqlite_of_nobody(scene), key_of(OPERATOR)
    engine = open_engine(settings.database_url)
    first = Founded(at=datetime.now(UTC), person=OPERATOR, name="Kim Dahl", key=public_key_of(key))
    StatementLog(engine).add(first, key)
    engine.dispose()
    return settings.model_copy(update={"keys": scene.folder})


def _with_service(scene: Scene, old: str, new: str) -> Settings:
    return scene.with_(programmes=changed_programmes(scene.folder, [(SERVICE_FILE, old, new)]))


def _with_partner(scene: Scene, address: str) -> Path:
    """A folder of programmes in which the partner's address begins otherwise."""
    return changed_programmes(scene.folder, [(PARTNERS_FILE, "https://", address)])


def _little_disk(scene: Scene) -> Settings:
    scene.patch.setattr(storage, "LEAST_FREE", 1 << 60)
    return scene.sound.settings


def _no_folder(scene: Scene) -> Settings:
    (scene.folder / "file").touch()
    return scene.with_(archive=f"file://{scene.folder / 'file'}/archive")


def _keys_of_another(scene: Scene) -> Settings:
    keyring = Keyring(scene.folder / "keys")
    keyring.add(WORKER, key_of("somebody else"))
    return scene.with_(keys=scene.folder / "keys")


@dataclass
class Broken:
    """A way to break a set-up, and what a check-up says: what is wrong, by its message, and what goes unasked."""

    how: Callable[[Scene], Settings]
    wrong: dict[str, str]
    unasked: AbstractSet[str] = frozenset()
    worker: bool = False


def broken(
    how: Callable[[Scene], Settings],
    check: str,
    says: str,
    unasked: AbstractSet[str] = frozenset(),
    *,
    worker: bool = False,
) -> Broken:
    return Broken(how, {check: says}, unasked, worker)


BROKEN = {
    "Temporal is away": broken(
        lambda one: one.environment(TEMPORAL_ADDRESS=f"{HOST}:{free_port()}"),
        "temporal",
        "temporal.unavailable",
        OF_TEMPORAL,
    ),
    "Temporal is spoken to by TLS": broken(
        lambda one: one.environment(TEMPORAL_TLS="true"), "temporal", "temporal.tls", OF_TEMPORAL
    ),
    "the namespace is missing": broken(
        lambda one: one.environment(TEMPORAL_NAMESPACE="nowhere"), "namespace", "temporal.no_namespace", OF_NAMESPACE
    ),
    "the task queue is another's": Broken(
        lambda one: one.with_(task_queue="elsewhere"),
        {"schedules": "doctor.schedule_elsewhere", "workers": "worker.none_listens"},
    ),
    "no version of the workers is current": broken(
        lambda one: one.with_(worker_versioning=True), "workers", "doctor.no_current_version"
    ),
    "no database is set": broken(
        lambda one: one.with_(database_url=""), "database", "settings.no_database", OF_DATABASE
    ),
    "the database is away": broken(
        lambda one: one.with_(database_url=f"postgresql://x@{HOST}:{free_port()}/x"),
        "database",
        "database.unavailable",
        OF_DATABASE,
    ),
    "the database has another name": broken(
        lambda one: one.with_(database_url=one.address(database="nowhere")),
        "database",
        "database.unknown",
        OF_DATABASE,
    ),
    "the role is unknown": broken(
        lambda one: one.with_(database_url=one.address("nobody")),
        "database",
        "database.not_permitted",
        OF_DATABASE,
    ),
    "the database's file is missing": broken(
        lambda one: one.with_(database_url=f"sqlite:///{one.folder / 'none.db'}"),
        "database",
        "doctor.no_database",
        OF_DATABASE,
    ),
    "the database's file is another": broken(_other_file, "database", "database.no_database", OF_DATABASE),
    "the database is empty": broken(_fresh_sqlite, "database_form", "database.other_form", OF_FORM),
    "the database can only be read": Broken(
        lambda one: one.with_(database_url=f"{one.address()}&options=-cdefault_transaction_read_only%3Don"),
        {"database_rights": "database.read_only", "archive": "database.read_only"},
    ),
    "the worker has the role of scripts": broken(
        lambda one: one.with_(database_url=one.address(roles.STAFF)),
        "database_rights",
        "doctor.no_rights",
        worker=True,
    ),
    "scripts have the role of the worker": broken(
        lambda one: one.with_(database_url=one.address(roles.WORKER)), "database_rights", "doctor.no_rights"
    ),
    "the role owns the tables": broken(
        lambda one: one.with_(database_url=one.sound.owner), "database_owner", "doctor.owner"
    ),
    "auditors use the owner's role": broken(
        lambda one: one.with_(audit_database_url=one.sound.owner), "auditors", "doctor.audit_beyond"
    ),
    "the auditors' role may read nothing": broken(
        lambda one: one.with_(audit_database_url=one.address("nobody")), "auditors", "database.not_permitted"
    ),
    "the register is empty": broken(_a_sqlite_of_nobody, "register", "doctor.not_founded", OF_REGISTER),
    "the register is another's": broken(
        lambda one: one.with_(root="0" * 64), "register", "doctor.other_root", OF_REGISTER
    ),
    "no worker has a key": Broken(
        _founded_and_no_more, {"worker_key": "doctor.no_worker_key", "rules": "doctor.rules"}
    ),
    "this worker has no key": broken(
        lambda one: one.with_(keys=one.folder), "worker_key", "worker.no_key", worker=True
    ),
    "the master key is none": broken(
        lambda one: one.with_(master_key=SecretStr("short")), "master_key", "master_key.format", {"candidate_keys"}
    ),
    "the master key is another": broken(
        lambda one: one.with_(master_key=SecretStr("A" * 43 + "=")), "candidate_keys", "master_key.other"
    ),
    "the worker's key is not registered": broken(_keys_of_another, "worker_key", "worker.key_not_registered"),
    "a programme is no TOML": broken(
        lambda one: _with_service(one, "id = ", "id "), "programmes", "rules.not_toml", {"rules", "webhooks"}
    ),
    "a programme names what is not there": broken(
        lambda one: _with_service(one, "forms = [", 'forms = ["none", '),
        "programmes",
        "doctor.programmes",
        {"rules", "webhooks"},
    ),
    "rules are not in force": broken(
        lambda one: _with_service(one, "reopen_within_days = ", "reopen_within_days = 1"), "rules", "doctor.rules"
    ),
    "the mail server is away": broken(lambda one: one.with_(smtp_port=free_port()), "mail", "doctor.mail_unreached"),
    "the mail server has no TLS": broken(lambda one: one.with_(smtp_tls="starttls"), "mail", "doctor.mail_tls"),
    "a partner has no secret": broken(
        lambda one: one.with_(webhook_secrets=one.folder), "webhooks", "doctor.no_secret"
    ),
    "a partner's host is not found": broken(
        lambda one: one.with_(webhook_catch_all=None), "webhooks", "doctor.host_not_found"
    ),
    "a partner's host is not registered": broken(
        lambda one: one.with_(webhook_catch_all=None, programmes=_with_partner(one, "https://10.1.2.3/")),
        "webhooks",
        "doctor.host_not_registered",
    ),
    "a partner's host is asked without TLS": broken(
        lambda one: one.with_(webhook_catch_all=None, programmes=_with_partner(one, "http://")),
        "webhooks",
        "doctor.host_not_registered",
    ),
    "the authorities' certificates are missing": Broken(
        lambda one: one.with_(ca_bundle=one.folder / "none.pem"),
        {"mail": "settings.ca_bundle", "webhooks": "settings.ca_bundle"},
    ),
    "the archive is no folder": broken(_no_folder, "archive", "doctor.archive"),
    "no auditor has signed the ledger": broken(
        lambda one: one.with_(checkpoints=one.folder), "concerns", "concern.checkpoint"
    ),
    "the disk is nearly full": broken(_little_disk, "disk", "doctor.disk"),
}


@pytest.mark.parametrize("how", BROKEN)
async def test_a_broken_set_up_is_told_as_what_it_is_and_nothing_else(
    how: str, sound: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = BROKEN[how]
    found = await checked(case.how(Scene(sound, tmp_path, monkeypatch)), worker=case.worker)
    assert wrong_in(found) == case.wrong
    assert unasked_in(found) == case.unasked
