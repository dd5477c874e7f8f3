"""Which code this is: the version of the product, and the build id under which its workers are known to Temporal."""

import hashlib
from functools import cache
from pathlib import Path

VERSION = "0.1.0"
"""The product's version. The image holds no package to ask, so it stands here too; a test compares."""

BUILD_ID = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}"
"""What a build id may consist of: Temporal sets a colon and a slash beside it."""

HISTORIES_DEPEND_ON = ("models", "workflows", "activities")
"""The folders whose code decides which way a journey takes through its history."""

ROOT = Path(__file__).resolve().parent.parent


def build_id(given: str | None = None) -> str:
    """The build id that an operator has `given` (HELAVAGEN_BUILD_ID), or one that follows from the code."""
    return given or f"{VERSION}-{_digest(ROOT)}"


def deployment_of(task_queue: str) -> str:
    """The name of Temporal's worker deployment: that of the task queue, without dots, which Temporal does not take."""
    return task_queue.replace(".", "-")


@cache
def _digest(root: Path) -> str:
    """Twelve characters that are others as soon as a file with code is: the same on every machine."""
    digest = hashlib.sha256()
    for folder in HISTORIES_DEPEND_ON:
        for file in sorted((root / folder).rglob("*.py"), key=lambda file: file.relative_to(root).as_posix()):
            content = file.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()[:12]
