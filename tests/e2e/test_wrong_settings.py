"""A worker whose settings are wrong: it does not start, and says in one sentence which to mend."""

import asyncio
import socket
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from runtime.local.dev_server import HOST
from tests.support.office import open_office
from tests.support.processes import of_office, run

WRONG = ["time that Temporal keeps histories (retention)", "nightly schedules (schedules)"]


async def test_a_worker_with_a_wrong_setting_says_which_and_does_not_start(
    temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    secrets = tmp_path / "malformed"
    secrets.mkdir()
    (secrets / "arbetsformedlingen").write_text("whsec_too-short")
    profiles = tmp_path / "profiles.toml"
    profiles.write_text("[profile.default\n")
    (other := tmp_path / "other.db").write_bytes(b"no database" * 500)
    wrong: dict[str, object] = {
        "HELAVAGEN_DATABASE_URL": f"sqlite:///{other}",
        "TEMPORAL_NAMESPACE": "nowhere",
        "HELAVAGEN_SMTP_PORT": "twenty-five",
        "HELAVAGEN_WEBHOOK_SECRETS": secrets,
        "HELAVAGEN_METRICS_ADDRESS": "everywhere",
        "TEMPORAL_CONFIG_FILE": profiles,
    }
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        environments = [of_office(office, **{name: value}) for name, value in wrong.items()]
        ended = await asyncio.gather(*(run("worker.py", env=env) for env in environments))
    for name, (status, output, errors) in zip(wrong, ended, strict=True):
        assert (status, output) == (2, ""), (name, errors)
        assert errors.count("\n") == 1, (name, errors)
        assert "Traceback" not in errors
        assert name in errors or "A setting of Temporal" in errors
        assert "too-short" not in errors


async def test_a_worker_whose_master_key_opens_nothing_does_not_start(
    temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    (junk := tmp_path / "junk.key").write_text("a passphrase")
    keys: list[tuple[str, dict[str, object]]] = [
        ("Correct HELAVAGEN_MASTER_KEY_FILE.", {"HELAVAGEN_MASTER_KEY_FILE": tmp_path / "none.key"}),
        ("HELAVAGEN_MASTER_KEY_FILE does not hold a master key.", {"HELAVAGEN_MASTER_KEY_FILE": junk}),
        ("that wrapped a key is not set.", {"HELAVAGEN_MASTER_KEY": "A" * 43 + "="}),
        ("No master key is set", {}),
    ]
    async with open_office(temporal.client, tmp_path) as office:
        await office.refer()
        environments = [of_office(office, **{"HELAVAGEN_MASTER_KEY": "", **set_}) for _, set_ in keys]
        ended = await asyncio.gather(*(run("worker.py", env=env) for env in environments))
    for (says, _), (status, output, errors) in zip(keys, ended, strict=True):
        assert (status, output) == (2, ""), errors
        assert says in errors
        assert errors.count("\n") == 1, errors


async def test_scripts_and_checks_leave_the_workers_port_of_metrics_alone(
    temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        with socket.create_server((HOST, 0)) as taken:
            address = f"{HOST}:{taken.getsockname()[1]}"
            env = of_office(office, HELAVAGEN_METRICS_ADDRESS=address)
            script, check = await asyncio.gather(
                run("audit.py", "histories", env=env), run("worker.py", "--check", env=env)
            )
    assert (script.status, script.errors) == (0, "")
    # The namespace of the tests keeps histories for a day; everything else is as a worker needs it.
    assert (check.status, check.errors) == (1, "")
    assert [line.split("  ")[0] for line in check.output.splitlines() if "  wrong  " in line] == WRONG
    assert "Run: admin.py setup." in check.output
