"""Which code a worker says it is."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from models.message import Message
from runtime import build as version
from runtime.build import ROOT, VERSION, build_id, deployment_of
from runtime.errors import UsageError
from runtime.settings import load_settings
from tests.support.containerfile import last_stage
from tests.support.errors import raises
from worker import _deployment


def test_the_version_is_the_same_wherever_it_is_written() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
    [labels] = [instruction.value for instruction in last_stage() if instruction.name == "LABEL"]
    assert f'image.version="{VERSION}"' in labels


def test_what_the_operator_says_goes_first_and_nothing_said_is_nothing_set() -> None:
    assert build_id("2026-11-23.4") == "2026-11-23.4"
    assert build_id("") == build_id(None) == build_id()
    assert re.fullmatch(rf"{re.escape(VERSION)}-[0-9a-f]{{12}}", build_id())


def test_the_build_id_follows_from_the_code_that_histories_depend_on(tmp_path: Path) -> None:
    for folder in version.HISTORIES_DEPEND_ON:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    same = version._digest(tmp_path)
    assert same == version._digest(ROOT)

    (tmp_path / "README.md").write_text("other words")
    (tmp_path / "models" / "__pycache__").mkdir(exist_ok=True)
    assert anew(tmp_path) == same
    with (tmp_path / "workflows" / "calendar.py").open("a") as code:
        code.write("\n")
    assert anew(tmp_path) != same


def anew(root: Path) -> str:
    version._digest.cache_clear()
    return version._digest(root)


def test_a_deployment_is_named_after_the_task_queue() -> None:
    assert deployment_of("hela-vagen") == "hela-vagen"
    assert deployment_of("umea.hela.vagen") == "umea-hela-vagen"


@pytest.mark.parametrize("wrong", ["a:b", "a/b", "å", "-", "x" * 101])
def test_a_build_id_that_temporal_could_not_take_is_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELAVAGEN_BUILD_ID", wrong)
    expected = Message(id="settings.such_as", values={"setting": "HELAVAGEN_BUILD_ID", "example": "0.1.0-1"})
    with raises(UsageError, "settings.wrong", wrong=(expected,)):
        load_settings()


@pytest.mark.parametrize(("on", "behaviour"), [("false", "UNSPECIFIED"), ("true", "AUTO_UPGRADE")])
def test_a_worker_says_which_code_it_is_with_versioning_and_without(
    on: str, behaviour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELAVAGEN_BUILD_ID", "b7")
    monkeypatch.setenv("HELAVAGEN_WORKER_VERSIONING", on)
    deployment = _deployment(load_settings())
    assert (deployment.version.deployment_name, deployment.version.build_id) == ("hela-vagen", "b7")
    assert deployment.use_worker_versioning is (on == "true")
    assert deployment.default_versioning_behavior.name == behaviour
