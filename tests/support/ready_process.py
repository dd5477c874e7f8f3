"""A process that has imported everything and waits: each script run begins as its fork, not with all the imports.

Started with the number of a socket. Each message on it is a request as JSON – arguments, environment, folder – with
four file descriptors: standard input, output and errors of the script, and where to tell its id and exit status.
Nothing of Temporal's runtime may be alive here: its threads would not be in the fork.
"""

import ctypes
import gc
import json
import os
import runpy
import signal
import socket
import sys
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, NoReturn

from sqlalchemy.orm import configure_mappers

LONGEST_REQUEST = 262_144
SET_DEATH_SIGNAL = 1
"""`PR_SET_PDEATHSIG` of prctl(2)."""


def main(number: int) -> None:
    """Take requests until the socket is closed."""
    import_everything()
    gc.collect()
    gc.freeze()  # otherwise each fork goes through all of it, and copies it
    control = socket.socket(fileno=number)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who watch are not waited for
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, LONGEST_REQUEST, 4)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            watch(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def import_everything() -> None:
    """What the scripts import and read, the modules of all commands too: a script imports that of its own alone."""
    import openpyxl  # noqa: F401
    import rich._emoji_codes  # noqa: F401

    import admin  # noqa: F401
    import audit  # noqa: F401
    import worker  # noqa: F401
    from activities import translations
    from interfaces.cli import commands

    for module in walk_packages(commands.__path__, f"{commands.__name__}."):
        import_module(module.name)
    translations.read(translations.CATALOGUE)
    configure_mappers()


def watch(request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Run the script in a process of its own, and tell its id and how it ended."""
    end_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *streams, told = descriptors
    pid = os.fork()
    if pid == 0:
        os.close(told)
        become(request, streams)
    for stream in streams:
        os.close(stream)
    os.write(told, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def end_with_parent() -> None:
    """Be killed when whoever forked this has ended: a test that is killed leaves nothing behind."""
    ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL)


def become(request: dict[str, Any], streams: list[int]) -> NoReturn:
    """Be the script from here on, at no terminal but its streams."""
    end_with_parent()
    os.setsid()
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv = request["arguments"]
    try:
        if sys.argv[0] == "-m":
            sys.argv = sys.argv[1:]
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 0 if end.code is None else 1)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
