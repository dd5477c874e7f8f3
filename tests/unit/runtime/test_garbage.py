"""A process that goes on for long does not look through what it has imported again and again."""

import subprocess
import sys

from runtime.garbage import OLDER, YOUNG

PROGRAM = """
import gc
from interfaces.cli.process import run_command
run_command(lambda: print(gc.get_threshold(), gc.get_freeze_count() > 1_000))
"""


def test_a_worker_or_a_server_collects_seldom() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert told.stdout == f"{(YOUNG, OLDER, OLDER)} True\n"
