"""Help and options are told from what a command's module declares: nothing of the product is loaded for them."""

import inspect
import subprocess
import sys
from importlib import import_module
from typing import Any, get_args

import pytest
import typer
from typer.main import get_group

import admin
import audit
from interfaces.cli.commands.notices import Came
from interfaces.cli.declarations import FOLDER, declared, helps_in
from services.letters.taken import Outcome

MODULES = sorted(file.stem for file in FOLDER.glob("*.py") if "\napp = " in file.read_text("utf-8"))

HEAVY = (
    "pydantic",
    "sqlalchemy",
    "temporalio",
    "cryptography",
    "jinja2",
    "babel",
    "rich.console",
    "asyncio",
    "transitions",
)

EVERY_HELP = """
import sys
from contextlib import suppress
import admin, audit
from typer.main import get_command

def ask_each(script, command, *path):
    with suppress(SystemExit):
        script.main([*path, "--help"], prog_name="script")
    for name, one in getattr(command, "commands", {}).items():
        ask_each(script, one, *path, name)

for script in map(get_command, (admin.app, audit.app)):
    ask_each(script, script)
print("modules", *sys.modules)
"""


@pytest.mark.parametrize("language", ["en", "sv"])
def test_no_command_loads_the_product_to_show_its_help(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELAVAGEN_LANG", language)
    asked = [sys.executable, "-c", EVERY_HELP]
    told, _, loaded = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.rpartition("modules ")
    assert told.count("\n  --help ") > 90
    assert set(HEAVY) & set(loaded.split()) == set()
    assert {one for one in loaded.split() if one.startswith("services")} == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_command_takes_what_its_module_declares(module: str) -> None:
    real = import_module(f"interfaces.cli.commands.{module}").app
    assert taken(declared(module)) == taken(real)


def taken(app: typer.Typer) -> dict[str, Any]:
    """The commands of a module, each with its help and its parameters."""
    group: Any = get_group(app)
    return {
        name: (command.help, command.context_settings, [parameter(one) for one in command.params])
        for name, command in group.commands.items()
    }


def parameter(one: Any) -> tuple[Any, ...]:
    return one.name, one.opts, one.type_descriptor.annotation, one.default, one.required, getattr(one, "help", None)


def test_a_declared_command_runs_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[str, ...]] = []
    finding = import_module("interfaces.cli.commands.finding")
    taken = tuple(inspect.signature(finding.find_).parameters)
    monkeypatch.setattr(finding, "find_", lambda **named: called.append(tuple(named)))
    command: Any = get_group(declared("finding")).commands["find"]
    command.main(["Åsa"], standalone_mode=False)
    assert called == [taken]


@pytest.mark.parametrize("module", MODULES)
def test_a_group_that_does_something_of_itself_is_declared_with_it(module: str) -> None:
    real: Any = get_group(import_module(f"interfaces.cli.commands.{module}").app)
    group: Any = get_group(declared(module))
    assert [parameter(one) for one in group.params] == [parameter(one) for one in real.params]
    assert (group.callback is None, group.invoke_without_command) == (
        real.callback is None,
        real.invoke_without_command,
    )


def test_a_group_that_is_called_alone_runs_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[dict[str, object]] = []
    master_keys = import_module("interfaces.cli.commands.master_keys")
    monkeypatch.setattr(master_keys, "keys", lambda _context, **named: called.append(named))
    monkeypatch.setattr(master_keys, "rotate", lambda **_named: 7)
    group: Any = get_group(declared("master_keys"))
    group.main(["--actor", "kim.dahl"], standalone_mode=False)
    assert group.main(["rotate"], standalone_mode=False) == 7
    assert called == [{"actor": "kim.dahl", "as_json": False}]


def test_an_outcome_of_a_mail_is_typed_by_its_code() -> None:
    assert get_args(Came) == tuple(Outcome)


NOBODY: Any = None
"""In the place of a context, of which the names of commands need nothing."""


def test_every_command_that_is_written_can_be_called() -> None:
    """A script names its commands, so that none is imported before it is called: one that is not named is lost."""
    called = {name for app in (admin.app, audit.app) for name in get_group(app).list_commands(NOBODY)}
    assert {name for module in FOLDER.glob("[a-z]*.py") for name, _ in helps_in(module.stem)} == called
