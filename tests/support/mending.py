"""Mending a set-up by nothing but what a check-up says of it: the settings that it names, the command that it gives."""

import asyncio
import re

from typer.testing import CliRunner

import admin
from interfaces.cli.hints import with_hint
from models.message import Message
from runtime import migrations
from runtime.local.people import OPERATOR
from runtime.settings import Settings
from tests.support.breaking import Mend, Scene

SETTING = re.compile(r"\bHELAVAGEN_([A-Z_]+)")
OF_TEMPORAL = re.compile(r"\bTEMPORAL_[A-Z_]+")
COMMAND = re.compile(r"Run: (?:python -m (?P<module>runtime\.migrations)|admin\.py)(?P<words>[a-z ]*)\.")


async def mended(scene: Scene, broken: Settings, says: Message, mend: Mend | None) -> Settings:
    """What the settings are once it is mended."""
    told = with_hint(says)
    if mend is not None:
        return mend(scene, broken)
    if (command := COMMAND.search(told)) and not SETTING.search(told.partition("Run:")[0]):
        await asyncio.to_thread(_run, scene, broken, command)
        return broken
    for name in OF_TEMPORAL.findall(told):
        if (value := scene.sound.environment.get(name)) is not None:
            scene.patch.setenv(name, value)
        else:
            scene.patch.delenv(name, raising=False)
    named = {one.lower() for one in SETTING.findall(told)} & Settings.model_fields.keys()
    return broken.model_copy(update={name: getattr(scene.sound.settings, name) for name in named})


def _run(scene: Scene, broken: Settings, command: re.Match[str]) -> None:
    """Run it in the environment that the set-up has: migrations as whoever owns the tables."""
    words, names = command["words"].split(), ("database_url", "task_queue", "keys", "data", "programmes")
    for name in names:
        scene.patch.setenv(f"HELAVAGEN_{name.upper()}", str(getattr(broken, name)))
    if command["module"]:
        if broken.database_url.startswith("postgresql"):
            scene.patch.setenv("HELAVAGEN_DATABASE_URL", scene.sound.owner)
        migrations.main(words)
        return
    scene.patch.setenv("HELAVAGEN_ACTOR", OPERATOR)
    done = CliRunner().invoke(admin.app, [*words, *scene.words], standalone_mode=False)
    assert done.exception is None, done.exception
