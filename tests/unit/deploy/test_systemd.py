"""The units for a machine without containers: systemd knows every word of them, and they may do little."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from runtime.settings import Settings
from tests.support.containerfile import ROOT, copied

UNITS = ROOT / "deploy" / "systemd"
NAMES = sorted(file.name.replace("@.", "@1.") for file in UNITS.glob("*.service"))
TARGETS = ("basic", "multi-user", "network-online", "shutdown", "sysinit")
HIGHEST_EXPOSURE = 1.4

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine's root with the units, a release, and what else a unit asks for."""
    root = tmp_path_factory.mktemp("machine")
    system = root / "etc" / "systemd" / "system"
    shutil.copytree(UNITS, system)
    for target in TARGETS:
        (system / f"{target}.target").write_text("[Unit]\nDescription=of systemd itself\n")
    programs = root / "opt" / "hela-vagen" / "1" / "venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text("#!/bin/sh\n")
    (programs / "python").chmod(0o755)
    return root


def asked(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True)


@needs_systemd
@pytest.mark.parametrize("unit", NAMES)
def test_systemd_knows_every_word_of_a_unit(unit: str, machine: Path) -> None:
    told = asked("systemd-analyze", "verify", "--man=no", f"--root={machine}", unit)
    assert (told.returncode, told.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("unit", NAMES)
def test_a_unit_may_do_little(unit: str, machine: Path) -> None:
    told = asked("systemd-analyze", "security", "--offline=true", "--no-pager", f"--root={machine}", unit)
    found = re.search(r"exposure level for .+: ([\d.]+)", told.stdout)
    assert found is not None, told
    assert float(found[1]) <= HIGHEST_EXPOSURE


@needs_systemd
def test_users_and_folders_are_made_and_only_root_reads_secrets(machine: Path) -> None:
    for program, file, *more in (
        ("systemd-sysusers", "hela-vagen.sysusers"),
        ("systemd-tmpfiles", "hela-vagen.tmpfiles", "--create"),
    ):
        told = asked(program, f"--root={machine}", *more, UNITS / file)
        assert told.returncode == 0, told
    modes = {
        name: (machine / "etc" / "hela-vagen" / name).stat().st_mode & 0o777
        for name in ("secrets", "master", "partners", "webhook_secrets")
    }
    assert modes == {"secrets": 0o700, "master": 0o750, "partners": 0o750, "webhook_secrets": 0o750}


def test_each_folder_of_the_settings_is_made() -> None:
    named = re.findall(r"(?m)^HELAVAGEN_\w+=(/\S+)$", (UNITS / "settings.env").read_text())
    folders = {str(Path(one).parent) if Path(one).suffix else one for one in named}
    made = re.findall(r"(?m)^d (\S+)", (UNITS / "hela-vagen.tmpfiles").read_text())
    assert folders <= set(made)
    assert {"/etc/hela-vagen/webhook_secrets", "/srv/hela-vagen"} <= folders


def test_no_unit_has_another_ones_address_of_the_database() -> None:
    roles = {
        file.name: re.findall(r"(?m)^LoadCredential=HELAVAGEN_DATABASE_URL:\S+/(\w+)\.url$", file.read_text())
        for file in UNITS.glob("*.service")
    }
    assert roles == {
        "hela-vagen-codec@.service": ["staff"],
        "hela-vagen-desk@.service": ["staff"],
        "hela-vagen-gateway@.service": ["gateway"],
        "hela-vagen-migrate@.service": ["owner"],
        "hela-vagen-replies@.service": ["staff"],
        "hela-vagen-worker@.service": ["worker"],
    }


def test_settings_are_settings() -> None:
    named = re.findall(r"(?m)^#?HELAVAGEN_(\w+)=", (UNITS / "settings.env").read_text())
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_what_is_copied_by_hand_is_what_the_image_has() -> None:
    page = (ROOT / "deploy" / "install.md").read_text()
    named = {
        word for line in page.splitlines() if line.startswith("cp -r") and "/app/" in line for word in line.split()
    }
    assert {str(source.relative_to(ROOT)) for source, _ in copied()} <= named
