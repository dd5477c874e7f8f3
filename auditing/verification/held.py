"""An audit that goes on while whoever began it looks at other pages: how far it has come, and what it found."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from auditing.verification.about import About
from auditing.verification.request import AuditRequest
from auditing.verification.results import Totals
from auditing.verification.run import verify_ledger
from auditing.verification.told import in_total, told_of
from models.message import Message
from services.application import Application
from services.held import Left

PROCESSES = 2
"""Beside the one that answers pages, which must not wait for them."""

MOST_TOLD = 500
"""Sentences that are kept: of more findings the rest is found by the script."""


class HeldAudit:
    """One audit: what it was of (`about`), what it found, which is so many `sentences` of which the first are `told`,
    and how much it looked at (`in_short`)."""

    def __init__(self, application: Application, request: AuditRequest) -> None:
        self.request = request
        self.fault: Message | None = None
        self.done = self.total = 0
        self.told: list[str] = []
        self.in_short = ""
        self.is_sound: bool | None = None
        self.about: About | None = None
        self.sentences = 0
        self._application = application
        self._is_left = False

    @property
    def is_busy(self) -> bool:
        return self.is_sound is None and self.fault is None and not self._is_left

    def failed(self, why: Message) -> None:
        self.fault = why

    def leave(self) -> None:
        self._is_left = True

    async def run(self) -> None:
        """Verify what is requested. Raises UserError."""
        await asyncio.to_thread(self._verify)

    def _verify(self) -> None:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "verdicts.jsonl"
            found, self.about = verify_ledger(self._application, self.request, file, PROCESSES, self._progress)
            totals = Totals()
            for sentence in told_of(found.read, totals):
                self.sentences += 1
                if len(self.told) < MOST_TOLD:
                    self.told.append(sentence)
        self.in_short = in_total(totals)
        self.is_sound = totals.are_sound

    @contextmanager
    def _progress(self, _known: int, left: int, _file: Path) -> Iterator[Callable[[int], None]]:
        self.total = left
        yield self._some_more

    def _some_more(self, count: int) -> None:
        self.done += count
        if self._is_left:
            raise Left
