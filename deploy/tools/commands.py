"""Programs that a release is made with."""

import subprocess
from pathlib import Path


def said_by(*command: str, at: Path) -> str:
    """What a program prints in a folder. Raises CalledProcessError."""
    return bytes_by(*command, at=at).decode()


def bytes_by(*command: str, at: Path) -> bytes:
    """The same as bytes."""
    return subprocess.run(command, cwd=at, check=True, capture_output=True).stdout  # noqa: S603
