"""`make bench`: all that is measured, one after another, each once the machine is quiet.

`python -m tests.bench [--anyway] [NAME...]` measures some of it; `--anyway` also while others are at work, which the
kept results then say. Exit status 1 where the machine does not become quiet, or a bench fails.
"""

import subprocess
import sys

from tests.bench.quiet import QUIET, wait_until_quiet
from tests.bench.servers import ROOT

BENCHES = {
    "journeys": ("tests.bench.rates",),
    "memory": ("tests.bench.cached",),
    "nth": ("tests.bench.nth",),
    "disk": ("tests.bench.disk",),
    "audit": ("tests.bench.audit", "400"),
    "signing": ("tests.bench.cost", "signing"),
    "sealing": ("tests.bench.cost", "sealing"),
    "desk": ("tests.bench.desk",),
}
USUAL = ("disk", "journeys", "memory", "nth", "audit")
"""What `make bench` measures where nothing is named: about twelve minutes on two cores."""

ANYWAY = "--anyway"


def main(arguments: list[str]) -> int:
    """Measure what is named."""
    names = [word for word in arguments if word != ANYWAY] or list(USUAL)
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"Nothing is measured by the name {unknown[0]}. Choose from {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    failed = [name for name in names if not _measured(name, ANYWAY in arguments)]
    return 1 if failed else 0


def _measured(name: str, anyway: bool) -> bool:
    found = wait_until_quiet(0 if anyway else 120)
    print(f"{name}: {found:.0%} of the processors are in use beforehand", flush=True)
    if found > QUIET and not anyway:
        print(f"Others are at work: {name} was not measured. Add {ANYWAY} to measure all the same.", file=sys.stderr)
        return False
    return subprocess.run([sys.executable, "-W", "ignore", "-m", *BENCHES[name]], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
