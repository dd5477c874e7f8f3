"""Temporal's dev server, for the local stack and for tests."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from runtime.errors import ServiceUnavailable, UsageError
from runtime.temporal.client import core_runtime, data_converter
from runtime.temporal.namespace import SEARCH_ATTRIBUTES

HOST = "127.0.0.1"

FAST_AND_DURABLE = ("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=2")
"""The dev server's own defaults write a rollback journal: half as many journeys a second for the same safety."""

ATTEMPTS = 5
"""The SDK gives the server five seconds to answer, which a machine under load may not manage at once."""

TOO_SLOW = "did not start within"


async def start_dev_server(
    *, file: Path | None = None, port: int | None = None, ui_port: int | None = None, more: Sequence[str] = ()
) -> WorkflowEnvironment:
    """A Temporal server that ends with its context: in memory, or on a file; with its web page on `ui_port`.

    Raises UsageError where it is not installed, ServiceUnavailable where it does not start.
    """
    program = temporal_program("temporal")
    last: RuntimeError | None = None
    for _ in range(ATTEMPTS):
        try:
            return await WorkflowEnvironment.start_local(
                dev_server_existing_path=program,
                dev_server_database_filename=str(file) if file else None,
                dev_server_extra_args=[*(FAST_AND_DURABLE if file else ()), *more],
                dev_server_log_level="error",
                ip=HOST,
                port=port,
                ui=ui_port is not None,
                ui_port=ui_port,
                search_attributes=SEARCH_ATTRIBUTES,
                data_converter=data_converter(),
                runtime=core_runtime(),
            )
        except RuntimeError as error:
            last = error
            if TOO_SLOW not in str(error):
                break
    raise ServiceUnavailable("dev_server.start", "The Temporal dev server did not start: {why}.", why=last) from last


def temporal_program(name: str) -> str:
    """A program that one of our packages has installed, beside Python or on the path. Raises UsageError."""
    beside_python = Path(sys.executable).parent / name
    found = str(beside_python) if beside_python.exists() else shutil.which(name)
    if found is None:
        raise UsageError(
            "dev_server.missing",
            "The local stack needs the program {program}. Install the optional packages “local”.",
            program=name,
        )
    return found
