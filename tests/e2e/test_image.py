"""The image, built by hand: the Containerfile's own install command and copies, in an environment of its own.

The locked packages are links to those of this environment, which came by their hashes: to unpack them again takes
longer than all tests here. The install command finds each of them there, or fails.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.support.containerfile import ROOT, copied, entry_point, install_command, value_of
from tests.support.locks import read_lock

NOBODY_LISTENS_THERE = "127.0.0.1:1"

BROUGHT_BY_PYTHON = {"pip", "setuptools"}

DEVELOPMENT_PROGRAMS = ("temporal", "temporal-test-server", "pytest", "mypy", "ruff", "aiosmtpd")


@dataclass(frozen=True)
class Image:
    """What would be in the image, and how to run a command in it."""

    programs: Path
    app: Path

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {"PATH": f"{self.programs}:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}
        program = str(self.programs / command[0])
        return subprocess.run(
            [program, *command[1:]], cwd=self.app, env=clean | environment, capture_output=True, text=True, timeout=120
        )

    def files(self) -> set[Path]:
        return set(self.app.rglob("*"))


def link_locked(environment: Path) -> None:
    """Put what the production lock names into an environment: its packages, without their programs."""
    [packages] = environment.glob("lib/python*/site-packages")
    for name in read_lock("requirements.lock"):
        found = distribution(name)
        for file in found.files or ():
            if ".." not in file.parts:
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                (packages / file).symlink_to(str(found.locate_file(file)))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    build = tmp_path_factory.mktemp("build")
    programs, app = build / "venv" / "bin", build / "app"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", build / "venv"], check=True)
    link_locked(build / "venv")
    _pip, *arguments = install_command()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(programs / "python")]
    subprocess.run([*pip, *arguments, "--no-index"], check=True, cwd=ROOT)
    for source, target in copied():
        (app / target).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, app / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, app / target)
    return Image(programs, app)


def test_exactly_what_is_locked_is_installed(image: Image) -> None:
    script = "from importlib.metadata import distributions; print(*(d.metadata['Name'] for d in distributions()))"
    names = {name.lower().replace("_", "-") for name in image.run("python", "-c", script).stdout.split()}
    assert names - BROUGHT_BY_PYTHON == set(read_lock("requirements.lock"))


@pytest.mark.parametrize("program", DEVELOPMENT_PROGRAMS)
def test_no_development_program_is_in_the_image(image: Image, program: str) -> None:
    assert not (image.programs / program).exists()


@pytest.mark.parametrize("script", ["worker.py", "admin.py", "audit.py"])
def test_a_script_shows_its_help(image: Image, script: str) -> None:
    shown = image.run("python", script, "--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Usage" in shown.stdout


def test_the_database_is_migrated_and_a_worker_without_temporal_says_so(image: Image, tmp_path: Path) -> None:
    before = image.files()
    database = f"sqlite:///{tmp_path / 'hela-vagen.db'}"
    migrated = image.run("python", "-m", "runtime.migrations", HELAVAGEN_DATABASE_URL=database)
    assert migrated.returncode == 0, migrated.stderr

    worker = image.run(*entry_point(), HELAVAGEN_DATABASE_URL=database, TEMPORAL_ADDRESS=NOBODY_LISTENS_THERE)

    assert worker.returncode == 3, worker.stderr
    [line] = worker.stderr.splitlines()
    assert json.loads(line)["message"].startswith(f"Temporal cannot be reached at {NOBODY_LISTENS_THERE}")
    assert image.files() == before, "the root file system may be read-only"


def test_a_worker_without_settings_says_what_to_set(image: Image) -> None:
    worker = image.run(*entry_point())
    assert worker.returncode == 2
    [sentence] = worker.stderr.splitlines()
    assert "HELAVAGEN_DATABASE_URL" in sentence


def test_the_image_does_not_run_as_root() -> None:
    user, group = (int(number) for number in value_of("USER").split(":"))
    assert user > 0
    assert group > 0
