"""Programs that a release is made with."""

import subprocess
from collections.abc import Mapping
from pathlib import Path


def said_by(*command: str, at: Path, env: Mapping[str, str] | None = None) -> str:
    """What a program prints in a folder. Raises CalledProcessError."""
    return bytes_by(*command, at=at, env=env).decode()


def bytes_by(*command: str, at: Path, env: Mapping[str, str] | None = None) -> bytes:
    """The same as bytes."""
    return subprocess.run(command, cwd=at, env=env, check=True, capture_output=True, umask=0o022).stdout  # noqa: S603
