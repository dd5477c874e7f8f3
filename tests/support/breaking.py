"""Ways to break a set-up that take more than another setting, and ways to mend it again."""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from models.access.statements import Founded
from models.signatures import public_key_of
from runtime import migrations
from runtime.database import open_engine
from runtime.keyring import WORKER, Keyring
from runtime.local.people import OPERATOR
from runtime.settings import Settings
from runtime.statement_log import StatementLog
from runtime.temporal.client import connect
from runtime.temporal.namespace import ensure_namespace
from services.operations.doctor import storage
from tests.support.authority import key_of
from tests.support.databases import migrated
from tests.support.programme_files import PARTNERS_FILE, SERVICE_FILE, changed_programmes
from tests.support.proxy import a_door_to
from tests.support.sound_setup import (
    ROLE,
    Sound,
)


@dataclass
class Scene:
    """Where a set-up is broken."""

    sound: Sound
    folder: Path
    patch: pytest.MonkeyPatch
    words: tuple[str, ...] = ()
    closing: ExitStack = field(default_factory=ExitStack)

    def with_(self, **settings: object) -> Settings:
        return self.sound.settings.model_copy(update=settings)

    def address(self, role: str = ROLE, database: str | None = None) -> str:
        """The database's address by another role, or of another name."""
        url = make_url(self.sound.settings.database_url).set(username=role)
        return (url.set(database=database) if database else url).render_as_string()

    def by_owner(self, statement: str) -> Settings:
        """What somebody has done who owns the tables."""
        with self.sound.as_owner() as connection:
            connection.execute(text(statement))
        return self.sound.settings

    def pooled(self) -> str:
        """The database's address behind something that shares its connections; for as long as the scene is open."""
        door, url = self.closing.enter_context(a_door_to(self.sound.settings.database_url))
        door.renames = True
        return make_url(url).set(username=ROLE).render_as_string(hide_password=False)

    def new_namespace(self) -> str:
        """One that has just been made, and keeps histories for a day."""
        name = f"new-{uuid4()}"
        self.patch.setenv("TEMPORAL_NAMESPACE", name)

        async def make() -> None:
            await ensure_namespace(await connect(self.sound.settings), timedelta(days=1))

        asyncio.run(make())
        return name

    def environment(self, **values: str) -> Settings:
        for name, value in values.items():
            self.patch.setenv(name, value)
        return self.sound.settings


Mend = Callable[[Scene, Settings], Settings]
"""Mends a set-up that has these settings; returns those of afterwards."""


def fresh_sqlite(scene: Scene) -> Settings:
    (scene.folder / "empty.db").touch()
    return scene.with_(database_url=f"sqlite:///{scene.folder / 'empty.db'}")


def a_sqlite_of_nobody(scene: Scene) -> Settings:
    migrated(url := f"sqlite:///{scene.folder / 'nobody.db'}").dispose()
    scene.words = (OPERATOR, "--name", "Kim Dahl")
    return scene.with_(database_url=url, keys=scene.folder)


def other_file(scene: Scene) -> Settings:
    (scene.folder / "other.db").write_bytes(b"x" * 5_000)
    return scene.with_(database_url=f"sqlite:///{scene.folder / 'other.db'}")


def with_operator(scene: Scene, settings: Settings) -> Settings:
    """On a machine where an operator sits, and no other key is."""
    Keyring(scene.folder / "keys").add(OPERATOR, key_of(OPERATOR))
    return settings.model_copy(update={"keys": scene.folder / "keys"})


def founded_and_no_more(scene: Scene) -> Settings:
    settings, key = a_sqlite_of_nobody(scene), key_of(OPERATOR)
    engine = open_engine(settings.database_url)
    first = Founded(at=datetime.now(UTC), person=OPERATOR, name="Kim Dahl", key=public_key_of(key))
    StatementLog(engine).add(first, key)
    engine.dispose()
    scene.words = ()
    return with_operator(scene, settings)


def with_service(scene: Scene, old: str, new: str) -> Settings:
    return scene.with_(programmes=changed_programmes(scene.folder, [(SERVICE_FILE, old, new)]))


def with_partner(scene: Scene, address: str) -> Path:
    """A folder of programmes in which the partner's address begins otherwise."""
    return changed_programmes(scene.folder, [(PARTNERS_FILE, "https://", address)])


def little_disk(scene: Scene) -> Settings:
    scene.patch.setattr(storage, "LEAST_FREE", 1 << 60)
    return scene.sound.settings


def enough_disk(scene: Scene, settings: Settings) -> Settings:
    scene.patch.setattr(storage, "LEAST_FREE", 1)
    return settings


def keys_for_everybody(scene: Scene) -> Settings:
    keys = Path(shutil.copytree(scene.sound.settings.keys or "", scene.folder / "keys"))
    (keys / f"{WORKER}.pem").chmod(0o644)
    return scene.with_(keys=keys)


def keys_for_their_owner(_scene: Scene, settings: Settings) -> Settings:
    assert settings.keys
    (settings.keys / f"{WORKER}.pem").chmod(0o640)
    return settings


def roles_given(scene: Scene, settings: Settings) -> Settings:
    scene.patch.setenv("HELAVAGEN_DATABASE_URL", scene.sound.owner)
    migrations.main(["roles"])
    return settings


def mute_auditors(scene: Scene) -> Settings:
    """Auditors on a role that reads the ledger, and may not write that it does."""
    with scene.sound.as_owner() as connection:
        if not connection.scalar(text("select 1 from pg_roles where rolname = 'mute'")):
            connection.execute(text("create role mute login"))
        connection.execute(text("grant select on ledger to mute"))
    return scene.with_(audit_database_url=scene.address("mute"))


def as_it_was(name: str) -> Mend:
    """A setting, or what it leads to, is again as in a sound set-up."""
    return lambda scene, broken: broken.model_copy(update={name: getattr(scene.sound.settings, name)})


def no_folder(scene: Scene) -> Settings:
    (scene.folder / "file").touch()
    return scene.with_(archive=f"file://{scene.folder / 'file'}/archive")


def keys_of_another(scene: Scene) -> Settings:
    keyring = Keyring(scene.folder / "keys")
    keyring.add(WORKER, key_of(f"somebody else at {scene.folder}"))
    return with_operator(scene, scene.sound.settings)


def damaged_key(scene: Scene) -> Settings:
    keys = Path(shutil.copytree(scene.sound.settings.keys or "", scene.folder / "keys"))
    (keys / f"{WORKER}.pem").write_text("no key")
    return scene.with_(keys=keys)


def form_of_nobody(scene: Scene) -> Settings:
    migrated(url := f"sqlite:///{scene.folder / 'other.db'}").dispose()
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0000'"))
    engine.dispose()
    return scene.with_(database_url=url)
