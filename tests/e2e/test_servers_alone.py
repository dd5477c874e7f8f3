"""Each server that the local stack brings also runs as a process of its own, and ends when it is told to."""

from pathlib import Path

from tests.support.processes import FREE_PORTS, LOCAL, environment, running

ALONE = {
    "interfaces.desk": ("HELAVAGEN_DESK_PORT", "ready: the desk, under "),
    "interfaces.gateway": ("HELAVAGEN_GATEWAY_PORT", "ready: taking partners' messages on "),
    "interfaces.gateway.mail": ("HELAVAGEN_LMTP_PORT", "ready: taking replies on "),
    "interfaces.codec": ("HELAVAGEN_CODEC_PORT", "ready: opening payloads on "),
}


async def test_each_begins_beside_a_stack_and_ends(tmp_path: Path) -> None:
    env = environment(HELAVAGEN_DATA=tmp_path)
    async with running(*LOCAL, *FREE_PORTS, env=env, errors=tmp_path / "errors"):
        for module, (port, ready) in ALONE.items():
            async with running("-m", module, env={**env, port: "0"}, errors=tmp_path / module) as alone:
                assert alone.ready.startswith(ready)
                ended = await alone.stop()
            assert (ended.status, ended.errors) == (0, "")
            assert '"message": "stopped"' in ended.output
