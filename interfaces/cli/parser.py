"""Commands that are imported when they are called, and what typer says by itself, in the reader's language."""

import os
import re
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from activities.translations import CATALOGUE, read
from interfaces.cli.declarations import declared, helps_in
from runtime.asking import at_a_terminal

WORDS = {
    **{word: word for word in ("Arguments", "Options", "Commands", "[OPTIONS]", "COMMAND [ARGS]...", "<path>")},
    **{word: word for word in ("[required]", "[default: ", "; required]")},
    **{"<str>": "<text>", "<list[str]>": "<text>...", "<int>": "<number>", "<int range>": "<number>"},
}
"""What typer writes into every help page."""

FAULTS = {
    r"Missing argument '(?P<name>\S+)'\.": "The argument {name} is missing.",
    r"Missing option (?P<name>.+)\.": "The option {name} is missing.",
    r"Missing command\.": "A command is missing.",
    r"Command '(?P<name>\S+)' is in (?P<script>\S+)\.": "The command {name} is in {script}, for operators.",
    r"No such command '(?P<name>.*?)'\. Did you mean (?P<near>.+)\?": "Unknown command {name}. Did you mean {near}?",
    r"No such command '(?P<name>.*?)'\.": "Unknown command {name}.",
    r"No such option: (?P<name>\S+) \(Possible options: (?P<near>.+)\)": "Unknown option {name}. Did you mean {near}?",
    r"No such option: (?P<name>\S+)": "Unknown option {name}.",
    r"Option '(?P<name>.+)' requires .+": "The option {name} needs a value.",
    r"Option '(?P<name>.+)' does not take a value\.": "The option {name} takes no value.",
    r"Got unexpected extra argument\(s\) \((?P<name>.+)\)": "Unexpected argument: {name}.",
    r"Invalid value for (?P<name>.+): Input should be a valid integer.*": "{name} must be a whole number.",
    r"Invalid value for (?P<name>.+): Input should be greater than or equal to (?P<least>\d+)": (
        "{name} must be at least {least}."
    ),
    r"Invalid value for (?P<name>.+?): (?P<why>.+)": "The value of {name} cannot be used: {why}",
}
"""What typer says of a command that was typed wrongly, as a pattern, and how we say it."""

CALLED: list[str] = []
"""The command that this process was called for, as far as it is one of ours."""

USAGE = "Usage: "

INTERRUPTION = "Interrupted. Nothing more was sent."

LEFT = "Interrupted. Nothing was recorded."

TEXTS = (*WORDS.values(), *FAULTS.values(), USAGE, INTERRUPTION, LEFT, "Show this message and exit.")
"""Texts of the catalogue; it looks them up here, since they are shown before anything else is imported."""


def fault_in_words(told: str) -> str:
    """What typer says of a command that was typed wrongly, in the reader's language."""
    for pattern, text in FAULTS.items():
        if found := re.fullmatch(pattern, told, re.DOTALL):
            values = {name: value.replace("'", "") for name, value in found.groupdict().items()}
            return translated(text).format(**values)
    return told


def translated(text: str) -> str:
    """A text in the language of the person at the terminal; no more is imported for it than must be."""
    if os.environ.get("HELAVAGEN_LANG", "").strip().lower() != "sv":
        return text
    return read(CATALOGUE).swedish.get(text, text)


def paragraphs(help: str) -> list[str]:
    """The paragraphs of a help text, each on one line: each is a text of the catalogue."""
    return [" ".join(paragraph.split()) for paragraph in cleandoc(help).split("\n\n")]


HelpFormatter: Any = typer.Context.formatter_class


class Formatter(HelpFormatter):  # type: ignore[misc]
    """Help pages in the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _worded(args), prefix or translated(USAGE))

    def write_heading(self, heading: str) -> None:
        super().write_heading(_worded(heading))

    def write_text(self, text: str) -> None:
        super().write_text("\n\n".join(translated(paragraph) for paragraph in paragraphs(text)))

    def write_dl(self, rows: Any, *sizes: int) -> None:
        super().write_dl([(_worded(first), _described(second)) for first, second in rows], *sizes)


def _described(help: str) -> str:
    """A parameter's help, and what typer adds of its default and whether it is required."""
    text, gap, more = help.rpartition("  [")
    return f"{translated(text)}{gap[:2]}{_worded('[' + more)}" if gap else translated(help)


def _worded(text: str) -> str:
    for typed, word in WORDS.items():
        text = text.replace(typed, translated(word))
    return re.sub(r"; x>=\d+|\[x>=\d+\]", "", text)


class Context(typer.Context):
    formatter_class = Formatter


class OnlyCommand(TyperCommand):
    """A script that is one command, whose help page is in the reader's language."""

    context_class = Context

    def __init__(self, *args: Any, **attrs: Any) -> None:
        super().__init__(*args, **{**attrs, "rich_markup_mode": None})


class CommandGroup(TyperGroup):
    """A group of commands whose help pages are in the reader's language."""

    context_class = Context

    def get_help_option(self, ctx: Any) -> Any:
        """Typer's own; with a default, so that it loads no pydantic to make one of nothing."""
        option: Any = super().get_help_option(ctx)
        option.default = False
        return option

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Typer's own; of a group's options none is read before one of its commands, whose help loads no pydantic."""
        if args and not args[0].startswith("-"):
            self.params = []
        given: list[str] = super().parse_args(ctx, args)
        return given

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command: Any = super().get_command(ctx, cmd_name)
        if command is not None:
            CALLED.append(cmd_name)
            command.context_class, command.rich_markup_mode = Context, None
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (typer's signature)
        helps = dict(self.helps())
        limit = formatter.width - 6 - max(map(len, helps))
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, TyperCommand(name, help=translated(paragraphs(help)[0])).get_short_help_str(limit))
                    for name, help in helps.items()
                ]
            )

    def helps(self) -> Iterator[tuple[str, str]]:
        """Each command with its help."""
        for name, command in self.commands.items():
            yield name, command.help or ""


def group(name: str, help: str) -> typer.Typer:
    """A group of commands, which the module that has it calls `app`."""
    return typer.Typer(name=name, cls=CommandGroup, help=help, no_args_is_help=True)


class _Commands(Mapping[str, Any]):
    """The commands of a script, each read when it is looked up."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules

    def __getitem__(self, name: str) -> Any:
        app = declared(self._modules[name])
        group: Any = get_group(app)
        return group if app.info.name == name else group.commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def lazy_app(
    help: str,
    modules: Mapping[str, tuple[str, ...]],
    alone: str | None = None,
    elsewhere: Mapping[str, str] = {},
) -> typer.Typer:
    """A script of commands, given by the module that has them: none is imported before it is called.

    `alone` is the command that the script's name alone stands for, where somebody sits at a terminal. `elsewhere` says
    in which other script somebody finds a command who looks for it here.
    """
    where = {name: module for module, names in modules.items() for name in names}

    class LazyGroup(CommandGroup):
        def __init__(self, **attrs: Any) -> None:
            super().__init__(**{**attrs, "commands": {}})
            self.commands = _Commands(where)  # type: ignore[assignment]

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            given: list[str] = super().parse_args(ctx, args or ([alone] if alone and at_a_terminal() else []))
            return given

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            if script := elsewhere.get(args[0]):
                ctx.fail(f"Command '{args[0]}' is in {script}.")
            return super().resolve_command(ctx, args)

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (typer's signature)
            return list(where)

        def helps(self) -> Iterator[tuple[str, str]]:
            written = {name: help for module in modules for name, help in helps_in(module)}
            return ((name, written[name]) for name in where)

    app = typer.Typer(cls=LazyGroup, help=help, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    app.callback()(lambda: None)
    return app
