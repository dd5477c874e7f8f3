"""`make chaos SEED=7 MINUTES=20`: the product at work while everything around it breaks, and what holds after all.

Exit status 1 where something does not hold, or a class of faults could not be tried and was not switched off.
"""

import argparse
import asyncio
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.disk import with_own_mounts

if TYPE_CHECKING:
    from tests.chaos.run import Outcome


def main() -> int:
    """Run as told, and tell what came of it."""
    with_own_mounts()
    from tests.chaos.run import Orders, run  # which takes a second, and is not needed to begin anew
    from tests.support.sealing import MASTER_KEY

    given = _arguments()
    os.environ["HELAVAGEN_MASTER_KEY"] = MASTER_KEY.get_secret_value()
    logging.disable(logging.ERROR)
    folder = Path(given.folder or tempfile.mkdtemp(prefix="hela-vagen-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    seconds = given.seconds or 60 * given.minutes
    orders = Orders(given.seed, seconds, folder, given.faults_a_minute, tuple(given.without), given.hasty)
    outcome = asyncio.run(run(orders))
    _tell(outcome, folder)
    return 0 if outcome.is_good else 1


def _arguments() -> argparse.Namespace:
    from tests.chaos.faults import MEETS

    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seconds", type=float, help="instead of minutes")
    parser.add_argument("--faults-a-minute", type=float, default=14)
    parser.add_argument("--without", action="append", default=[], choices=list(MEETS), help="a class to leave out")
    parser.add_argument("--hasty", action="store_true", help="workers that wait seconds instead of minutes")
    parser.add_argument("--folder", help="where all of it lies, and stays")
    return parser.parse_args()


def _tell(outcome: "Outcome", folder: Path) -> None:
    print(f"seed {outcome.seed}, {outcome.seconds:.0f} seconds; settled {outcome.settled_after} seconds later")
    print("faults:", ", ".join(f"{number} × {name}" for name, number in sorted(outcome.faults.items())))
    print("answers:", ", ".join(f"{number} {name}" for name, number in sorted(outcome.answers.items())))
    print(
        f"{outcome.journeys} journeys, {outcome.rows} rows, {outcome.notices} notices, {outcome.deliveries} deliveries"
    )
    print("starts:", ", ".join(f"{name} {number}" for name, number in outcome.starts.items()))
    if outcome.ended_by_themselves:
        print("ended by themselves:", outcome.ended_by_themselves)
    for fault in outcome.impossible:
        print(f"IMPOSSIBLE HERE: {fault}")
    for finding in outcome.findings:
        print(finding)
    print(f"{len(outcome.findings)} findings; all of it lies in {folder}")


if __name__ == "__main__":
    sys.exit(main())
