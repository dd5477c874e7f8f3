"""A small disk that can be filled: a file system of its own, mounted where nobody else sees it."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

MEGABYTE = 1_000_000
INSIDE = "HELAVAGEN_TEST_MOUNTS"
"""In the environment of a process that has mounts of its own."""

BALLAST = "ballast"


def with_own_mounts() -> None:
    """Begin this program anew where it may mount without anybody seeing it; go on as it is where it may not."""
    if INSIDE in os.environ or not (unshare := shutil.which("unshare")):
        return
    alone = [unshare, "--mount"] if os.geteuid() == 0 else [unshare, "--map-current-user", "--keep-caps", "--mount"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        return
    again = [sys.executable, "-m", "tests.chaos", *sys.argv[1:]]
    os.execve(unshare, [*alone, *again], {**os.environ, INSIDE: "1"})


def mount(folder: Path, megabytes: int) -> bool:
    """Put a small disk at a folder; whether that was possible."""
    if INSIDE not in os.environ:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes * MEGABYTE},mode=0700", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)


def fill(folder: Path) -> int:
    """Take all the room that there is; returns how many bytes."""
    ballast = folder / BALLAST
    block = bytes(MEGABYTE)
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(block):
            pass
    return ballast.stat().st_size


def empty(folder: Path) -> None:
    """Give the room back."""
    (folder / BALLAST).unlink(missing_ok=True)
