"""Lists of staff and of training: shown to whoever has a key that counts and, of staff, a role that may read them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import admin
from interfaces.cli.hints import told
from runtime.errors import Refused, UsageError
from tests.support.authority import found, keep_keys
from tests.support.databases import migrated
from tests.support.programmes import RULES

Says = Callable[..., Result]
LISTS = (("staff", "list"), ("training", "show"))


@pytest.fixture
def says(tmp_path: Path) -> Says:
    """Calls `admin.py` in somebody's name, on a database of its own."""
    url = f"sqlite:///{tmp_path / 'lists.db'}"
    engine = migrated(url)
    found(engine, RULES)
    engine.dispose()
    keep_keys(tmp_path / "keys")
    env = {"HELAVAGEN_DATABASE_URL": url, "HELAVAGEN_KEYS": str(tmp_path / "keys"), "NO_COLOR": "1"}
    return lambda by, *command: CliRunner(env={**env, "HELAVAGEN_ACTOR": by}).invoke(
        admin.app, command, standalone_mode=False
    )


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_nothing_is_listed_to_somebody_without_a_name_or_a_key(says: Says, command: tuple[str, str]) -> None:
    for by, sentence in (("", "State who you are"), ("finns.inte", "The key of finns.inte is not on this machine")):
        ended = says(by, *command)
        assert isinstance(ended.exception, UsageError), by
        assert (sentence in told(ended.exception)[0], ended.output) == (True, ""), by
    assert says("anna.berg", *command).exception is None


def test_who_works_here_is_told_to_the_roles_that_may_read_it(says: Says) -> None:
    """The row of the table of permissions: everybody but supervisors, mentors and partners."""
    for by in ("anna.berg", "lena.strand", "kim.dahl"):
        assert "anna.berg" in says(by, *LISTS[0]).output, by
    refused = says("jonas.alm", *LISTS[0])
    assert isinstance(refused.exception, Refused)
    assert "does not permit: reading who works here" in told(refused.exception)[0]
    assert refused.output == ""
