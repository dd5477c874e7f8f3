"""What a script that is one command says of its options, and of one that it does not have: what the others say."""

import sys
from typing import NoReturn

import pytest

import worker
from interfaces.cli import process
from tests.support.languages import english_in


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A script that is run in this process, by somebody who reads Swedish."""

    def leave(status: int) -> NoReturn:
        raise SystemExit(status)

    monkeypatch.setattr(process, "leave", leave)
    for once in ("keep_to_oneself", "collect_seldom"):  # they are about this process
        monkeypatch.setattr(process, once, lambda: None)
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    return monkeypatch


def test_it_is_said_in_the_readers_language(alone: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    alone.setattr(sys, "argv", ["worker.py", "--nope"])
    with pytest.raises(SystemExit) as ended:
        process.run_command(lambda: None)
    assert ended.value.code == 2
    assert capsys.readouterr().err == "Flaggan --nope är okänd.\n"


def test_its_help_page_is_in_the_readers_language(
    alone: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alone.setattr(sys, "argv", ["worker.py", "--help"])
    with pytest.raises(SystemExit):
        process.run_command(worker.main)
    told = capsys.readouterr().out
    assert "Kör en arbetare i bakgrunden tills den ombeds sluta." in told
    assert english_in(told) == []
