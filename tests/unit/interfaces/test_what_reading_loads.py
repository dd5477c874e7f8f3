"""Commands that only read wait neither for Temporal nor for what records."""

import subprocess
import sys

import pytest

import audit

HEAVY = ("temporalio", "activities.authority", "services.recording.draft", "services.recording.preview", "workflows")


@pytest.mark.parametrize("module", ["lists", "finding", "showing", "audit_find"])
def test_a_reading_command_loads_nothing_that_records(module: str) -> None:
    asked = f"import sys, interfaces.cli.commands.{module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert f"interfaces.cli.commands.{module}" in loaded
    assert not set(HEAVY) & set(loaded)


def test_a_sending_command_loads_nothing_of_a_worker() -> None:
    what = "interfaces.cli.commands.recording, runtime.encryption.sealed_client, services.journeys, services.restarting"
    asked = f"import sys, {what}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert {"temporalio.client", "services.journeys"} <= set(loaded)
    assert not {"temporalio.worker", "fsspec.core"} & set(loaded)


WRITERS = (
    *("services.journeys", "services.restarting", "services.staff", "services.protection", "services.training"),
    *("services.operations", "services.incoming", "services.recording", "services.privacy", "activities.reconciling"),
)
"""What sends to journeys, has a worker write, or writes by itself."""

READ_ONLY = {
    *("services.recording.field_names", "services.recording.event_names", "services.recording.knowledge"),
    *("services.recording.sureness", "services.privacy.disposals"),
}
"""Modules there that only read."""


@pytest.mark.parametrize("module", audit.COMMANDS)
def test_a_command_of_the_auditors_loads_nothing_that_writes(module: str) -> None:
    asked = f"import sys, interfaces.cli.commands.{module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    writing = {one for one in loaded for writer in WRITERS if f"{one}.".startswith(f"{writer}.")}
    packages = {"services.recording", "services.privacy"}
    assert f"interfaces.cli.commands.{module}" in loaded
    assert writing - READ_ONLY - packages == set()
