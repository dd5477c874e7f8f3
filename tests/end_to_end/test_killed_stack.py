"""A local stack that is killed with all it runs, as by a power cut: on the same data everything goes on."""

from pathlib import Path

import psutil

from tests.end_to_end.processes import run, running
from tests.end_to_end.test_local_stack import BY, FREE_PORTS, LOCAL, REFERRAL, of, said_clearly
from tests.end_to_end.waiting import until


async def test_after_a_power_cut_journeys_go_on_and_no_two_servers_write_to_one_file(tmp_path: Path) -> None:
    env, errors = of(tmp_path), tmp_path / "errors"
    async with running(*LOCAL, *FREE_PORTS, env=env, errors=errors) as stack:
        [temporal] = psutil.Process(stack.process.pid).children(recursive=True)
        try:
            referred = await run("admin.py", *REFERRAL, *BY, env=env)
            candidate = referred.output.split()[2]
            stack.process.kill()
            await until(lambda: stack.process.returncode is not None)
            # Nobody has told the server; a second one beside it would be worse than none.
            assert temporal.is_running()
            assert "its Temporal server" in said_clearly(await run(*LOCAL, *FREE_PORTS, env=env), 2)
        finally:
            temporal.kill()
    async with running(*LOCAL, *FREE_PORTS, env=env, errors=errors):
        accepted = await run("admin.py", "signal", candidate, "referral_accepted", env=env)
        assert accepted.status == 0, accepted
        assert "1 agrees" in (await run("audit.py", "verify", env=env)).output
