"""The runbook: each block of commands says which test runs it or why none does, and each command is there."""

import ast
import re
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

import admin
import audit
import worker
from deploy.tools.docs import ROOT
from runtime.local.dev_server import temporal_program
from runtime.settings import Settings
from tests.support.runbook import PAGES, Command, blocks

APPS = {"admin.py": admin.app, "audit.py": audit.app}
COMMANDS = [(block.page, command) for block in blocks() for command in block.commands]
OTHERS = {
    *(
        "cat",
        "chmod",
        "chown",
        "cp",
        "export",
        "head",
        "mkdir",
        "mv",
        "openssl",
        "pg_dump",
        "pg_restore",
        "psql",
        "tar",
    ),
    *("cd", "pip", "python3.11", "python", "set", "sudo", "systemctl", "umask", "{"),
}
"""Programs that are not ours, of an operator's machine."""


def _id(value: object) -> str | None:
    return " ".join(value.words)[:60] if isinstance(value, Command) else None


def test_every_block_is_found() -> None:
    fences = sum((ROOT / page).read_text(encoding="utf-8").count("```sh") for page in PAGES)
    assert (len(blocks()), len(PAGES) > 7) == (fences, True)


def test_every_block_is_run_by_a_test_or_says_why_not() -> None:
    silent = [block for block in blocks() if not (block.run_by or block.tested_by or block.not_run)]
    named = {test for block in blocks() for test in (block.run_by, block.tested_by) if test}
    assert (silent, {test for test in named if not _is_a_test(test)}) == ([], set())
    assert {block.run_by.partition("::")[0] for block in blocks() if block.run_by} == {"tests/e2e/test_runbook.py"}


@cache
def _tests_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def _is_a_test(named: str) -> bool:
    file, _, test = named.partition("::")
    return (ROOT / file).is_file() and test in _tests_in(file)


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=_id)
def test_every_command_is_one_that_there_is(page: str, command: Command) -> None:
    match command.words:
        case ["python", script, *words] if script in APPS:
            _parse(get_command(APPS[script]), script, words)
        case ["python", "worker.py", *words]:
            parsed = typer.Typer(add_completion=False)
            parsed.command()(worker.main)
            _parse(get_command(parsed), "worker.py", words)
        case ["python", "-m", module, *_]:
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), page
        case [] | ["python", "-c", *_]:
            pass
        case ["temporal", *words]:
            asked = subprocess.run([temporal_program("temporal"), *words, "--help"], capture_output=True, text=True)
            assert asked.returncode == 0, (page, asked.stderr)
        case [program, *_]:
            assert Path(program).name in OTHERS or not command.is_simple, page


def _parse(command: Any, name: str, words: Sequence[str], parent: Any = None) -> None:
    """Read the words as the script would. Raises a usage error where it would say one."""
    with command.make_context(name, list(words), parent=parent) as context:
        if hasattr(command, "resolve_command") and (rest := [*context._protected_args, *context.args]):
            called, found, left = command.resolve_command(context, rest)
            _parse(found, called, left, context)


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_is_one_that_there_is(page: str) -> None:
    named = re.findall(r"\bHELAVAGEN_([A-Z_]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert {name for name in named if name.lower() not in Settings.model_fields} == set()
