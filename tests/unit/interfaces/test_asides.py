"""Lines on stderr beside what a command prints."""

from io import StringIO

import pytest

from interfaces.cli.output import show


class NobodyReads(StringIO):
    """A pipe whose reader is gone, as after `head -1`."""

    def flush(self) -> None:
        raise BrokenPipeError


def test_an_aside_that_nobody_reads_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", NobodyReads())
    show.aside("note: The first day is a public holiday.")
