"""Results as they are kept: the last of each bench whole, as JSON, and each one's figures as a line of `results.jsonl`.

Ratios of one run may be held against those of another; times only against those of the same machine.
"""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("results.jsonl")
ROOT = Path(__file__).resolve().parents[2]


def keep(bench: str, result: Mapping[str, Any], figures: Mapping[str, Any], kept: Path = KEPT) -> None:
    """Write the whole result to a file in this folder, and its figures to the end of those that are kept."""
    Path(f"bench-{bench}.json").write_text(json.dumps(result, indent=2))
    line = {"bench": bench, "at": datetime.now(UTC).isoformat(timespec="seconds"), **_where(), "figures": figures}
    with kept.open("a") as file:
        file.write(f"{json.dumps(line)}\n")


def _where() -> dict[str, Any]:
    """What code was measured, and on what: nothing names the machine."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    code = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    busy, *_ = os.getloadavg()
    return {"code": code or None, "python": platform.python_version(), "cores": os.cpu_count(), "load": round(busy, 1)}
