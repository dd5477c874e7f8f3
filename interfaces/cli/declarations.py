"""What a command takes and says of itself, read from its module's source: the module is imported when it runs.

A command's module needs the database, Temporal and all models of the product; its help and its options need none.
"""

import ast
import gc
from collections.abc import Callable, Iterator
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from runtime.garbage import collect_seldom

COMMANDS = "interfaces.cli.commands"
FOLDER = Path(__file__).with_name("commands")


def declared(module: str) -> typer.Typer:
    """The app of a module of commands, each of which imports the module once it is called; so does what a group does of
    itself."""
    namespace: dict[str, Any] = {"__name__": f"{COMMANDS}.{module}"}
    exec(compile(_declaration(module), _source_of(module), "exec"), namespace)  # noqa: S102 (our own source)
    app: typer.Typer = namespace["app"]
    if group := app.registered_callback:
        group.callback = _called_alone(_importing(module, group.callback))
    for command in app.registered_commands:
        command.callback = _importing(module, command.callback)
    return app


def _importing(module: str, declaration: Any) -> Callable[..., Any]:
    @wraps(declaration)
    def call(*given: Any, **named: Any) -> Any:
        gc.disable()  # what is imported stays: looking through it again and again would take a sixth of the time
        command = getattr(import_module(f"{COMMANDS}.{module}"), declaration.__name__)
        collect_seldom()
        gc.enable()
        return command(*given, **named)

    return call


def _called_alone(callback: Callable[..., Any]) -> Callable[..., Any]:
    """What a group does of itself, which is nothing before one of its commands."""

    @wraps(callback)
    def call(context: typer.Context, **named: Any) -> Any:
        return callback(context, **named) if context.invoked_subcommand is None else None

    return call


def _declaration(module: str) -> ast.Module:
    """The signatures of a module's commands and of its group, and of its other statements those that they refer to."""
    referred, kept = {"app"}, list[ast.stmt]()
    for node in reversed(_parsed(module).body):
        match node:
            case ast.FunctionDef(decorator_list=[ast.Call(func=ast.Attribute(attr="command" | "callback"))]):
                node.body = node.body[:1]
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                node.names = [one for one in names if (one.asname or one.name) in referred]
                if not node.names:
                    continue
            case ast.Assign(targets=[ast.Name(id=name)]) if name in referred:
                pass
            case _:
                continue
        referred |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        kept.append(node)
    return ast.Module(kept[::-1], type_ignores=[])


def helps_in(module: str) -> Iterator[tuple[str, str]]:
    """The commands that a module declares, each with its help; of a group the group alone."""
    for node in _parsed(module).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="app")], value=ast.Call(keywords=keywords)):
                values = {word.arg: getattr(word.value, "value", None) for word in keywords}
                if values.get("name"):
                    yield str(values["name"]), str(values["help"])
                    return
            case ast.FunctionDef(decorator_list=[ast.Call(func=ast.Attribute(attr="command"), keywords=keywords)]):
                names = [str(getattr(word.value, "value", "")) for word in keywords if word.arg == "name"]
                yield names[0] if names else node.name, ast.get_docstring(node) or ""


def _parsed(module: str) -> ast.Module:
    return ast.parse(_source_of(module).read_text(encoding="utf-8"))


def _source_of(module: str) -> Path:
    return FOLDER / f"{module}.py"
