"""What a script lets reach the terminal beside its own words."""

import subprocess
import sys

import pytest

SCRIPT = """
import asyncio, sys, warnings
import typer
from interfaces.cli.process import run

app = typer.Typer()

async def work():
    async def fails():
        raise ValueError("nobody asked")
    asyncio.create_task(fails())
    await asyncio.sleep(0)

@app.command()
def command():
    asyncio.run(work())
    warnings.warn("of a library")
    print("done")

run(app)
"""


@pytest.mark.parametrize(("options", "told"), [((), False), (("--debug",), True)])
def test_what_libraries_log_reaches_nobody_who_does_not_debug(options: tuple[str, ...], *, told: bool) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, *options], capture_output=True, text=True, check=True)
    assert done.stdout == "done\n"
    assert ("never retrieved" in done.stderr) is told
    assert told or done.stderr == ""
