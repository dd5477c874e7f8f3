"""Scripts run as somebody runs them who sits at a terminal, and types what they are asked for."""

import os
import pty
import signal
from collections.abc import Mapping, Sequence
from select import select
from typing import NamedTuple

from tests.support.processes import begun
from tests.support.waiting import GIVE_UP_AFTER


class Shown(NamedTuple):
    """How a script ended, and all that the terminal showed of it."""

    status: int
    screen: str


def at_terminal(*arguments: str, env: Mapping[str, str], typed: Sequence[tuple[str, str]]) -> Shown:
    """Run a script of ours at a terminal of its own. `typed` are questions in their order, each with its answer."""
    ours, theirs = pty.openpty()
    with begun(arguments, {name: value for name, value in env.items() if name != "CI"}, [theirs] * 3) as ended:
        os.close(theirs)
        pid = int(ended.readline())
        try:
            screen = "".join(_until(ours, f"{question}: ", f"{answer}\n") for question, answer in typed)
            screen += _until(ours)
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            raise
        finally:
            os.close(ours)
        return Shown(int(ended.readline()), screen)


def _until(terminal: int, question: str | None = None, answer: str = "") -> str:
    """What is shown up to a question, or to the end; the question is answered."""
    shown = b""
    while question is None or not shown.decode(errors="replace").endswith(question):
        if not select([terminal], [], [], GIVE_UP_AFTER)[0]:
            raise TimeoutError(f"nothing more was shown than {shown!r}")
        try:
            part = os.read(terminal, 4096)
        except OSError:  # so says Linux where nobody has the other end open any more
            part = b""
        if not part:
            assert question is None, f"{question!r} was not asked: {shown!r}"
            break
        shown += part
    os.write(terminal, answer.encode())
    return shown.decode()
