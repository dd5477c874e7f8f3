"""How the image of a release is built: from where, by which commands, and what may be left of the machine."""

import re
import subprocess
import sys
from pathlib import Path

from deploy.tools.base import CLEAN, PYTHON, Package, command, packages_of, sources_of
from deploy.tools.image import download
from deploy.tools.saved import plain
from deploy.tools.sbom import LOCK
from runtime.build import ROOT

TOLD = """Package: tzdata
Version: 2026f-0+deb12u1
Description: time zone data
 that is told on two lines
Architecture: all
SHA256: 3254

Package: bash
Version: 5.2-1
Architecture: amd64
SHA256: 0f0f
"""


def test_packages_are_read_from_what_apt_tells() -> None:
    bash, tzdata = packages_of(TOLD)
    assert tzdata == Package("tzdata", "2026f-0+deb12u1", "all", "3254")
    assert str(bash.purl) == "pkg:deb/debian/bash@5.2-1?arch=amd64&distro=bookworm"


def test_only_debians_main_packages_of_the_release_are_taken_by_debians_key() -> None:
    listed = [f"{release} {component} http://a.example/debian" for release, component in SETUP]
    assert [line.split()[3:] for line in sources_of(listed)] == [
        ["bookworm", "main"],
        ["bookworm-security", "main"],
        ["bookworm-updates", "main"],
    ]
    assert all("signed-by=/usr/share/keyrings/debian-archive-keyring.gpg" in line for line in sources_of(listed))


SETUP = (
    ("bookworm", "main"),
    ("bookworm", "contrib"),
    ("bookworm-updates", "main"),
    ("bookworm-security", "main"),
    ("bookworm-backports", "main"),
    ("trixie", "main"),
)


def test_what_names_the_machine_is_removed_last(tmp_path: Path) -> None:
    hooks = [word for word in command(['Acquire::http::Proxy "http://proxy.example";']) if "customize-hook" in word]
    assert hooks[-1].endswith(CLEAN)
    left = ("etc/apt/apt.conf.d/99mmdebstrap", "etc/hostname", "etc/resolv.conf", "var/lib/apt/lists/x", "var/log/a")
    for name in (*left, "etc/dpkg/dpkg.cfg", "etc/dpkg/dpkg.cfg.d/99mmdebstrap", "var/lib/dpkg/status"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    subprocess.run(["/bin/sh", "-c", CLEAN, "sh", str(tmp_path)], check=True)
    files = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert files == {"etc/dpkg/dpkg.cfg", "var/lib/dpkg/status"}


def test_wheels_are_fetched_by_hash_for_the_python_of_the_image() -> None:
    words = download("aarch64")
    assert words[0] == sys.executable
    assert {"--require-hashes", "--no-deps", "manylinux_2_17_aarch64", "manylinux_2_36_aarch64"} <= set(words)
    assert words[words.index("--python-version") + 1] == PYTHON
    assert "; python_version" not in LOCK.read_text()


def test_what_is_of_one_build_alone_is_struck() -> None:
    one, other = (
        plain(
            {
                "container": drawn,
                "parent": drawn,
                "container_config": {"Hostname": drawn},
                "config": {"Hostname": drawn, "User": "10001:10001"},
                "history": [{"created_by": "COPY", "comment": f"FROM {drawn}"}],
            }
        )
        for drawn in ("5274dfcac250", "d2990bed02d3")
    )
    assert one == other
    assert one["config"]["User"] == "10001:10001"


def test_each_target_of_make_is_a_rule_of_its_own() -> None:
    makefile = (ROOT / "Makefile").read_text()
    [phony] = re.findall(r"(?m)^\.PHONY: (.+)$", makefile)
    rules = re.findall(r"(?m)^([a-z-]+):.*## ", makefile)
    assert sorted(rules) == sorted(phony.split())
    assert re.search(r"(?m)^release: .*\n(\t.*\n)*\t.*deploy\.tools\.release make", makefile)
    assert re.search(r"(?m)^record-release: .*\n(\t.*\n)*\t.*record_release", makefile)
