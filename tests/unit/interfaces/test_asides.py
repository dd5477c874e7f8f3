"""Lines on stderr beside what a command prints."""

import errno
import sys
from io import StringIO

import pytest
import typer

from interfaces.cli import process
from interfaces.cli.hints import with_hint
from interfaces.cli.output import show
from models.message import msg
from runtime.errors import OutputClosed


class NobodyReads(StringIO):
    """A pipe whose reader is gone, as after `head -1`."""

    def flush(self) -> None:
        raise BrokenPipeError(errno.EPIPE, "nobody reads")


def test_an_aside_that_nobody_reads_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", NobodyReads())
    show.aside("note: The first day is a public holiday.")


def test_a_pipe_that_nobody_reads_ends_with_no_status_of_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    app, ends = typer.Typer(), list[int]()

    def end(_sentence: str, status: int) -> None:
        ends.append(status)
        sys.exit()

    app.command()(lambda: show.tell("agrees: 3"))
    monkeypatch.setattr("sys.argv", ["audit.py"])
    monkeypatch.setattr("sys.stdout", NobodyReads())
    monkeypatch.setattr(process, "keep_to_oneself", lambda: None)
    monkeypatch.setattr(process, "_end", end)
    with pytest.raises(SystemExit):
        process.run(app)
    assert ends == [OutputClosed.status]


def test_an_auditor_is_led_to_the_auditors_list(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = msg("journey.unknown", "Unknown journey.")
    for script in ("admin.py", "audit.py"):
        monkeypatch.setattr("sys.argv", [script])
        assert f"See: {script}" in with_hint(unknown)
