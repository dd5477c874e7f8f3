"""The base of the image: a small Debian with Python, made by mmdebstrap from Debian's signed packages.

Where they are fetched from, and how, is what apt of this machine is set up with; nothing of that stays in the base.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

from packageurl import PackageURL

from deploy.tools.commands import said_by

SUITE, PYTHON, GLIBC = "bookworm", "3.11", 36
"""Debian's release, and the versions of Python and of the C library (2.36) that come with it."""

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
CHOSEN = "python3,python-is-python3,libstdc++6,ca-certificates,tzdata"
"""libstdc++ is what compiled packages such as NumPy expect to find."""
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*")
LICENCES = "/usr/share/doc/*/copyright"

PACKAGES = (
    'dpkg-query --admindir="$1/var/lib/dpkg" --show --showformat "\\${Package}=\\${Version}\\n"'
    ' | APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" xargs apt-cache show > "$PACKAGES"'
)
"""Writes what apt knows of each package that is installed."""

COMPILE = 'chroot "$1" python3 -m compileall -q -f --invalidation-mode unchecked-hash /usr/lib/python3*'
"""Held by no date, since the layer has one date for all files."""

CLEAN = (
    'cd "$1" && rm -rf etc/apt etc/hostname etc/resolv.conf etc/dpkg/dpkg.cfg.d/* var/cache/apt var/cache/debconf/*-old'
    " var/lib/apt var/lib/dpkg/*-old var/log/*"
)
"""Removes what is of this machine, and what nobody reads."""


HOOKS = (PACKAGES, COMPILE, CLEAN)

FIELDS = ("Package", "Version", "Architecture", "SHA256")


@dataclass(frozen=True, order=True)
class Package:
    """One of Debian's packages, with the hash of its file as the signed lists have it."""

    name: str
    version: str
    architecture: str
    sha256: str

    @property
    def purl(self) -> PackageURL:
        qualifiers = {"arch": self.architecture, "distro": SUITE}
        return PackageURL("deb", "debian", self.name, self.version, qualifiers)


class NoSources(Exception):
    """Apt is not set up with Debian's release."""


def packages_of(told: str) -> list[Package]:
    """The packages of what `apt-cache show` tells, by name."""
    paragraphs = (message_from_string(one) for one in told.split("\n\n") if one.strip())
    return sorted({Package(*(one[field] for field in FIELDS)) for one in paragraphs})


def make_base(folder: Path, moment: int) -> list[Package]:
    """Write `base.tar` into a folder, all of it dated to a moment (in seconds) at the latest; returns what is in it.

    Raises NoSources, and CalledProcessError where a package cannot be fetched or its signature does not hold.
    """
    folder.mkdir()
    listed = ("--format", "$(RELEASE) $(COMPONENT) $(REPO_URI)", "Identifier: Packages", "Origin: Debian")
    sources = sources_of(said_by("apt-get", "indextargets", *listed, at=folder).splitlines())
    if not sources:
        raise NoSources
    (folder / "sources.list").write_text("".join(sources))
    told = folder / "packages"
    given = {**os.environ, "SOURCE_DATE_EPOCH": str(moment), "PACKAGES": str(told)}
    said_by(*command(settings_of_apt(folder)), at=folder, env=given)
    return packages_of(told.read_text())


def sources_of(listed: Iterable[str]) -> list[str]:
    """Debian's main packages of the release and of its updates, of all that apt is set up with."""
    found = (line.split(" ", 2) for line in listed)
    return sorted(
        f"deb [signed-by={KEYRING}] {address} {release} {component}\n"
        for release, component, address in found
        if release in (SUITE, f"{SUITE}-updates", f"{SUITE}-security") and component == "main"
    )


def settings_of_apt(folder: Path) -> list[str]:
    """How this machine's apt fetches: proxies, certificates, whether lists may be old."""
    told = said_by("apt-config", "dump", "--no-empty", "--format", '%F "%v";%n', "Acquire", at=folder)
    return [line for line in told.splitlines() if not line.startswith("Acquire::IndexTargets")]


def command(apt: Iterable[str]) -> list[str]:
    """The command that makes the base in the folder that it is run in."""
    hooks = ("--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr", *(f"--customize-hook={one}" for one in HOOKS))
    without = [*(f"--dpkgopt=path-exclude={one}" for one in LEFT_OUT), f"--dpkgopt=path-include={LICENCES}"]
    fetched = [*(f"--aptopt={one}" for one in apt), '--aptopt=APT::Install-Recommends "false"']
    what = ("--variant=essential", f"--include={CHOSEN}", "--skip=cleanup/apt,cleanup/mmdebstrap")
    return ["mmdebstrap", "--quiet", *what, *fetched, *without, *hooks, SUITE, "base.tar", "sources.list"]
