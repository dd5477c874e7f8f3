"""What a script that is one command says of an option that it does not have: what the others say."""

import sys
from typing import NoReturn

import pytest

from interfaces.cli import process


def test_it_is_said_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def leave(status: int) -> NoReturn:
        raise SystemExit(status)

    monkeypatch.setattr(process, "leave", leave)
    for once in ("keep_to_oneself", "collect_seldom"):  # they are about this process
        monkeypatch.setattr(process, once, lambda: None)
    monkeypatch.setattr(sys, "argv", ["worker.py", "--nope"])
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    with pytest.raises(SystemExit) as ended:
        process.run_command(lambda: None)
    assert ended.value.code == 2
    assert capsys.readouterr().err == "Flaggan --nope är okänd.\n"
