"""Waiting until nobody writes into a folder: an editor that saves may leave half of a file for a moment."""

import time
from collections.abc import Callable
from pathlib import Path

SETTLED_AFTER = 0.2
"""Seconds. To write a file of some thousand lines takes a hundredth of that."""

TRIES = 10
"""Whoever writes into the folder without end keeps nobody waiting longer than two seconds."""


def settled(folder: Path, clock: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep) -> Path:
    """The folder, once none of its files was changed just now."""
    for _ in range(TRIES):
        ages = [clock() - changed for file in folder.glob("*.toml") if (changed := _changed_at(file)) is not None]
        youngest = min((age for age in ages if age >= 0), default=SETTLED_AFTER)
        if youngest >= SETTLED_AFTER:
            break
        sleep(SETTLED_AFTER - youngest)
    return folder


def _changed_at(file: Path) -> float | None:
    try:
        return file.stat().st_mtime
    except OSError:
        return None
