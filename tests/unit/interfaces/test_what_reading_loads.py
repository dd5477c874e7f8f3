"""Commands that only read wait neither for Temporal nor for what records."""

import subprocess
import sys

import pytest

HEAVY = ("temporalio", "activities.authority", "services.recording.draft", "services.recording.preview", "workflows")


@pytest.mark.parametrize("module", ["lists", "finding", "showing"])
def test_a_reading_command_loads_nothing_that_records(module: str) -> None:
    asked = f"import sys, interfaces.cli.commands.{module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert f"interfaces.cli.commands.{module}" in loaded
    assert not set(HEAVY) & set(loaded)
