"""The image of a release, built by buildah on a base of Debian's packages: neither a daemon nor a registry is needed.

All that is fetched is fetched beforehand, by the settings of this machine and by hash; the build itself asks nobody.
"""

import platform
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from deploy.tools.base import GLIBC, PYTHON, Package, make_base
from deploy.tools.commands import said_by
from deploy.tools.saved import rewrite
from deploy.tools.sbom import PINNED

PROGRAMS = {"apt-get": "apt", "mmdebstrap": "mmdebstrap", "buildah": "buildah"}
"""What builds an image, each with the package of Debian that has it."""

WHEELS, PIP = "/run/wheels", "/run/pip"
PLACES = {"wheels": WHEELS, "pip": PIP, "pip.sh": "/usr/local/bin/pip", "pip.conf": "/etc/pip.conf"}
"""Where a build finds what was fetched."""


def missing() -> list[str]:
    """The packages of Debian that are to be installed before an image can be built."""
    return [package for program, package in PROGRAMS.items() if shutil.which(program) is None]


def build_image(source: Path, file: Path, tag: str, arguments: list[str], moment: int) -> list[Package]:
    """Build the image of a source's archive and save it under a tag; returns the Debian packages that are in it.

    All files of it have one date, the moment (in seconds). Raises NoSources and CalledProcessError.
    """
    work = file.parent / ".build"
    work.mkdir()
    try:
        packages = make_base(work / "base", moment)
        shutil.unpack_archive(source, work)
        [top] = work.glob("hela-vagen-*")
        mounted = list(_fetched(work, top))
        base = _built(work, top / "deploy" / "Containerfile.base", work / "base", moment)
        given = [f"--build-arg={one}" for one in (f"BASE={base}", *arguments)]
        image = _built(work, top / "deploy" / "Containerfile", top, moment, *given, *mounted)
        said_by(*_buildah(work), "push", "--quiet", image, f"docker-archive:{work / 'image.tar'}:{tag}", at=work)
        rewrite(work / "image.tar", file, tag)
    finally:
        shutil.rmtree(work)
    return packages


def _fetched(work: Path, top: Path) -> Iterator[str]:
    """Fetch the wheels of the lock, and pip itself by the developers' lock; yields what a build is given of it."""
    [pip] = [one[0] for one in PINNED.finditer((top / "requirements-dev.lock").read_text()) if one["name"] == "pip"]
    (work / "wanted.txt").write_text((top / "requirements.lock").read_text() + pip)
    said_by(*download(platform.machine()), at=work)
    [wheel] = (work / "wheels").glob("pip-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(work / "pip")
    (work / "pip.conf").write_text(f"[global]\nno-index = true\nfind-links = {WHEELS}\n")
    (work / "pip.sh").write_text(f'#!/bin/sh\nexec python {PIP}/pip "$@"\n')
    (work / "pip.sh").chmod(0o755)
    for name, place in PLACES.items():
        yield f"--volume={work / name}:{place}:ro"


def download(machine: str) -> list[str]:
    """The command that fetches the wheels for the image's Python and C library, on whatever Python runs here."""
    libraries = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)] + [f"manylinux2014_{machine}"]
    platforms = [word for library in libraries for word in ("--platform", library)]
    by_hash = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", "wanted.txt")
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", "wheels")
    return [*pip, *by_hash, "--implementation", "cp", "--python-version", PYTHON, *platforms]


def _buildah(work: Path) -> tuple[str, ...]:
    return ("buildah", "--root", f"{work}/root", "--runroot", f"{work}/runroot", "--storage-driver", "vfs")


def _built(work: Path, containerfile: Path, context: Path, moment: int, *more: str) -> str:
    """Build from a file, and return the image's id."""
    alike = ("--isolation=chroot", "--format=docker", "--identity-label=false", f"--timestamp={moment}", "--pull-never")
    told = (f"--iidfile={work / 'id'}", f"--file={containerfile}")
    said_by(*_buildah(work), "build", "--quiet", *alike, *told, *more, str(context), at=work)
    return (work / "id").read_text()
