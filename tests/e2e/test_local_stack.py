"""`worker.py --local` as an operator runs it."""

import re
import signal
import socket
from pathlib import Path

import pytest

from runtime.local.dev_server import HOST
from runtime.local.stack import DESK_HOST
from tests.support.processes import BY, FREE_PORTS, LOCAL, environment, in_log, run, running, said_clearly

ANNA = "coordinator:anna.berg"
REFERRAL = ("refer", "--programme", "service_division", "--identity-number", "19900101-9802", "--name", "Test Person")


def of(data: Path) -> dict[str, str]:
    return environment(HELAVAGEN_DATA=data, HELAVAGEN_ACTOR=ANNA)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_it_says_where_it_is_ready_and_ends_cleanly(tmp_path: Path, how: signal.Signals) -> None:
    async with running(*LOCAL, *FREE_PORTS, env=of(tmp_path), errors=tmp_path / "errors") as stack:
        ports = [int(port) for port in re.findall(rf"(?:{re.escape(HOST)}|{DESK_HOST}):(\d+)", stack.ready)]
        assert [listens(port) for port in ports] == [True] * 7
        assert all(
            what in stack.ready
            for what in (
                f"desk http://{DESK_HOST}:",
                "Temporal 127.0.0.1:",
                "web UI http://",
                "mail 127.0.0.1:",
                "webhooks",
                "gateway http://",
            )
        )
        ended = await stack.stop(how)
    assert (ended.status, in_log(ended.output.splitlines()[-1])) == (0, "stopped")
    assert "Traceback" not in ended.errors
    assert [listens(port) for port in ports] == [False] * 7


async def test_journeys_go_on_after_it_was_started_again(tmp_path: Path) -> None:
    async with running(*LOCAL, *FREE_PORTS, env=of(tmp_path), errors=tmp_path / "errors"):
        assert (await run("admin.py", *REFERRAL, *BY, env=of(tmp_path))).status == 0
    listed = await run("admin.py", "list", env=of(tmp_path))
    candidate = listed.output.splitlines()[1].split()[0]
    said_clearly(await run("admin.py", "signal", candidate, "referral_accepted", env=of(tmp_path)), 3)
    async with running(*LOCAL, *FREE_PORTS, env=of(tmp_path), errors=tmp_path / "errors"):
        accepted = await run("admin.py", "signal", candidate, "referral_accepted", env=of(tmp_path))
        assert accepted.status == 0, accepted
        second = await run(*LOCAL, *FREE_PORTS, env=of(tmp_path))
        assert "Another local stack is running" in said_clearly(second, 2)
        verified = await run("audit.py", "verify", env=of(tmp_path))
        assert "agrees: 1" in verified.output


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = await run(*LOCAL, *FREE_PORTS[:-1], port, env=of(tmp_path))
    assert f"Port {port} is in use" in said_clearly(ended, 2)


async def test_without_a_stack_every_script_says_what_to_start(tmp_path: Path) -> None:
    assert "worker.py --local" in said_clearly(await run("admin.py", "list", env=of(tmp_path)), 2)
    assert "worker.py --local" in said_clearly(await run("audit.py", "verify", env=of(tmp_path)), 2)
    assert "HELAVAGEN_DATABASE_URL" in said_clearly(await run("worker.py", env=of(tmp_path)), 2)
