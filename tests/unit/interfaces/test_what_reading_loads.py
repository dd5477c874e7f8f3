"""Commands that only read wait neither for Temporal nor for what records."""

import json
import subprocess
import sys

import audit

HEAVY = ("temporalio", "activities.authority", "services.recording.draft", "services.recording.preview", "workflows")


def loaded_after(*modules: str) -> dict[str, set[str]]:
    """What one interpreter has loaded after each of these, in their order: all that each of them loads is among it."""
    asked = "import json, sys; print(json.dumps({one: (__import__(one), [*sys.modules])[1] for one in sys.argv[1:]}))"
    told = subprocess.run([sys.executable, "-c", asked, *modules], capture_output=True, text=True, check=True).stdout
    return {module: set(loaded) for module, loaded in json.loads(told).items()}


def commands(*names: str) -> list[str]:
    return [f"interfaces.cli.commands.{name}" for name in names]


def test_no_reading_command_loads_anything_that_records() -> None:
    loaded = loaded_after(*commands("lists", "finding", "showing", "audit_find"))
    assert {module: found for module, ones in loaded.items() if (found := ones.intersection(HEAVY))} == {}


def test_a_sending_command_loads_nothing_of_a_worker() -> None:
    sealed = "runtime.encryption.sealed_client"
    *_, loaded = loaded_after(*commands("recording"), sealed, "services.journeys", "services.restarting").values()
    assert {"temporalio.client", "services.journeys"} <= loaded
    assert not {"temporalio.worker", "fsspec.core"} & loaded


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


def test_no_command_of_the_auditors_loads_anything_that_writes() -> None:
    loaded = loaded_after(*commands(*audit.COMMANDS))
    assert {module: writing for module, ones in loaded.items() if (writing := that_write(ones))} == {}


def that_write(loaded: set[str]) -> set[str]:
    writing = {one for one in loaded for writer in WRITERS if f"{one}.".startswith(f"{writer}.")}
    return writing - READ_ONLY - {"services.recording", "services.privacy"}
