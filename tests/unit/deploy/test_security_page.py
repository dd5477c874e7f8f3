"""SECURITY.md: each line of it names tests, and the tests are there."""

import ast
import re
from functools import cache

from deploy.tools.docs import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
LINES = [line for line in PAGE.splitlines() if line.startswith(("| can |", "| cannot |"))]
ACTORS = (
    "An outsider",
    "A partner",
    "A coordinator gone bad",
    "An operator",
    "An auditor",
    "Whoever has a server's key",
    "Whoever has a link from a letter, or writes to the address for replies",
    "Staff who are not named for a protected person",
    "Another user of the machine",
    "A thief of the database",
    "Whoever reads a worker's log",
    "Whoever scrapes a worker, or collects its traces",
    "Whoever stands between us and a partner or the mail server",
    "Whoever reaches Temporal's port",
)


@cache
def names_in(file: str) -> frozenset[str]:
    """The names of the tests in a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def test_each_line_names_tests_that_there_are() -> None:
    wrong = []
    for line in LINES:
        named = re.findall(r"`(tests/\S+?\.py)::(\w+)`", line)
        if not named or any(test not in names_in(file) for file, test in named):
            wrong.append(line)
    assert wrong == []


def test_every_actor_has_lines_of_both_kinds_or_can_do_nothing() -> None:
    parts = dict(part.split("\n", 1) for part in PAGE.split("\n## ")[1:])
    assert tuple(parts) == ACTORS
    assert [actor for actor, part in parts.items() if "| cannot |" not in part] == []
