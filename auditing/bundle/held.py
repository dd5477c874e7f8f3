"""A bundle that is made while whoever asked for it looks at other pages, and handed out once it is whole.

Its file has no name on the disk once it is written: it is gone with the process.
"""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from auditing.bundle.exporting import Exported, export
from auditing.bundle.request import Wanted, journeys_for
from models.message import Message
from services.application import Application
from services.held import Left

PART = 1_000_000
"""Bytes that are handed out at a time."""


class HeldBundle:
    """One bundle; `exported` says what is in it once it is whole."""

    def __init__(self, application: Application, wanted: Wanted) -> None:
        self.fault: Message | None = None
        self.done = self.total = 0
        self.exported: Exported | None = None
        self._application, self._wanted = application, wanted
        self._file: BinaryIO | None = None
        self._is_left = False

    @property
    def is_busy(self) -> bool:
        return self.exported is None and self.fault is None and not self._is_left

    def failed(self, why: Message) -> None:
        self.fault = why

    def leave(self) -> None:
        self._is_left = True
        if self._file is not None:
            self._file.close()

    async def run(self) -> None:
        """Write the bundle. Raises UserError."""
        chosen = await asyncio.to_thread(journeys_for, self._application, self._wanted)
        self.total = len(chosen.ids)
        with TemporaryDirectory() as folder:
            output = Path(folder) / "bundle.zip"
            exported = await export(self._application, self._wanted, chosen, output, self._some_more)
            self._file = output.open("rb")
        self.exported = exported

    def content(self) -> Iterator[bytes]:
        """The file, part by part; as often as it is asked for."""
        assert self._file is not None
        at = 0
        while part := os.pread(self._file.fileno(), PART, at):
            yield part
            at += len(part)

    def _some_more(self, count: int) -> None:
        self.done += count
        if self._is_left:
            raise Left
