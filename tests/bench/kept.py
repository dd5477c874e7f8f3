"""Results as they are kept: the last of each bench whole, as JSON, and each one's figures as a line of `results.jsonl`.

`python -m tests.bench.kept [RUNS]` shows the last of each bench, beside the median and the spread of the last runs and
what is aimed at. Ratios of one run may be held against those of another; times only against those of the same machine.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.figures import flat, spread
from tests.bench.quiet import QUIET, busy, load
from tests.bench.targets import TARGETS

KEPT = Path(__file__).with_name("results.jsonl")
ROOT = Path(__file__).resolve().parents[2]
RUNS = 3


def keep(
    bench: str,
    result: Mapping[str, Any],
    figures: Mapping[str, Any],
    kept: Path = KEPT,
    look: Callable[[], float] = busy,
) -> None:
    """Write the whole result to a file in this folder, and its figures to the end of those that are kept. Called when
    everything that was begun has ended, so that whatever is in use then is others'."""
    Path(f"bench-{bench}.json").write_text(json.dumps(result, indent=2))
    line = {"bench": bench, "at": datetime.now(UTC).isoformat(timespec="seconds"), **_where(look()), "figures": figures}
    with kept.open("a") as file:
        file.write(f"{json.dumps(line)}\n")


def _where(in_use: float) -> dict[str, Any]:
    """What code was measured, and on what: nothing names the machine. `quiet` where nobody else was at work."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    code = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return {
        "code": code or None,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(load(), 1),
        "busy": round(in_use, 2),
        "quiet": in_use <= QUIET,
    }


def last_runs(lines: Iterable[Mapping[str, Any]], runs: int) -> dict[str, list[Mapping[str, Any]]]:
    """The last runs of each bench, the latest last."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        found[line["bench"]] = [*found.get(line["bench"], []), line][-runs:]
    return found


def told(runs: list[Mapping[str, Any]]) -> Table:
    """The figures of the last runs of one bench: the latest, what it lies between, and what is aimed at."""
    last, bench = runs[-1], runs[-1]["bench"]
    loud = sum(not one.get("quiet", True) for one in runs)
    title = f"{bench}: {len(runs)} run(s), the last of {last['code']} at {last['at']}" + (
        f"; {loud} while others were at work" if loud else ""
    )
    table = Table("figure", "last", "median", "from – to", "aim", title=title)
    each = [dict(flat(one["figures"])) for one in runs]
    for name, value in each[-1].items():
        found = spread([one[name] for one in each if name in one])
        aim = TARGETS.get((bench, name))
        between = f"{found['min']:.3f} – {found['max']:.3f}"
        table.add_row(name, f"{value:.3f}", f"{found['median']:.3f}", between, aim.told(found["median"]) if aim else "")
    return table


def main(arguments: list[str]) -> int:
    """Show what is kept; 1 where nothing is."""
    if not KEPT.exists():
        print("Nothing has been measured yet: run make bench.", file=sys.stderr)
        return 1
    lines = [json.loads(line) for line in KEPT.read_text().splitlines()]
    for runs in last_runs(lines, int(arguments[0]) if arguments else RUNS).values():
        Console(width=140).print(told(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
