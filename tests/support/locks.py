"""Reads the lock files: which version of what, with which hashes."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Pin:
    version: str
    hashes: tuple[str, ...]


def read_lock(file_name: str) -> dict[str, Pin]:
    """Version and hashes by name. Raises ValueError for a requirement without them."""
    text = re.sub(r"\\\n", " ", (ROOT / file_name).read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return dict(_pin(line) for line in lines)


def _pin(line: str) -> tuple[str, Pin]:
    found = re.fullmatch(r"([a-z0-9.-]+)==(\S+)((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*", line)
    if found is None:
        raise ValueError(f"not a requirement with version and hashes: {line}")
    name, version, hashes = found.groups()
    return name, Pin(version, tuple(hashes.split()))
